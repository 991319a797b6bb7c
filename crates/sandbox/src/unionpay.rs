//! The UnionPay 全渠道 gateway, version 5.1.0 with RSA certificates, for the token product 000902.
//!
//! It checks the signature of every request under the merchant's certificate, decrypts the sensitive fields, compares
//! them with the accounts that it was given, keeps codes, tokens, transactions and balances, signs its answers with a
//! certificate chain of its own, and posts notifications. [`Fault`]s make it misbehave as real channels do.
//!
//! - `POST /gateway/api/backTransReq.do`, `POST /gateway/api/queryTrans.do`: the protocol.
//! - `/control/unionpay/…`: faults, codes, accounts and transactions for scripts:
//!   - `POST faults` `{"operation": "consume", "order": "…", "fault": "no_answer_after_effect"}`; the first two may be
//!     absent; names are those of [`Operation`] and [`Fault`] in snake_case.
//!   - `GET codes?phone=`: the codes sent to a phone, oldest first.
//!   - `GET transactions`: all transactions, oldest first.
//!   - `POST accounts` `{"card", "name", "id_number", "phone", "balance"}`, the balance in fen.

mod bank;
mod control;
mod fault;
mod gateway;
mod handle;
mod keys;
mod message;
mod notifier;
mod pki;

pub use bank::{Account, Kind, SentCode, SmsCodes, TransactionView};
pub(crate) use control::router;
pub use fault::{Fault, Operation};
pub use handle::UnionPayHandle;
pub use pki::MerchantMaterial;
pub(crate) use pki::{Pki, pki};
