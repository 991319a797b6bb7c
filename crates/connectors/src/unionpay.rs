//! UnionPay 全渠道, protocol version 5.1.0, signMethod 01: paying from the bank account of the social-security card
//! with a token (product 000902), back channel only, so that the person never leaves our page.
//!
//! Field names, codes and the signature are those of the channel's published SDK for 5.1.0. The course of a payment:
//!
//! 1. Once a card: [`UnionPay::open_token_sms`], then [`UnionPay::open_token`] **with the same [`Order`]**, which
//!    gives a [`TokenGrant`] to be kept encrypted.
//! 2. Each payment: [`UnionPay::consume_sms`], then [`UnionPay::consume`] **with the same [`Order`]**.
//! 3. An answer of `00` to a consume or refund says only that the channel took it (交易已受理). Whether money moved is
//!    known from the notification ([`UnionPay::notification`]) or from [`UnionPay::query`], and the amount there must
//!    be checked with [`Settled::check`].
//!
//! No call is repeated by this module. Asking with `query` is always safe.

mod answer;
mod certificate;
mod cipher;
mod client;
mod code;
mod fields;
mod notification;
mod order;
mod request;
mod settings;
mod signature;

pub use answer::{Accepted, OrderState, Submission, TokenGrant};
pub use certificate::{Certificate, CertificateError, Trust};
pub use client::UnionPay;
pub use code::Meaning;
pub use fields::Fields;
pub use notification::{NotificationError, Settled, SettledMismatch, TransactionKind};
pub use order::Order;
pub use request::{Cardholder, ChannelType};
pub use settings::Settings;
pub use signature::{MerchantKey, SignatureError, verify};

/// The protocol version that is spoken; 5.0.0 signs with SHA-1 and is refused.
pub(crate) const VERSION: &str = "5.1.0";
/// signMethod 01: RSA with certificates.
pub(crate) const SIGN_METHOD: &str = "01";
