//! The outside parties that the platform calls: the bank card channel and the gateway for text messages.
//!
//! **Invariant:** this is the only crate that dials out, and it keeps no state. It turns an operation into a request
//! and an answer into a typed result; what a result means for an order is the caller's business, and so is storing
//! it. Building, signing, verifying and reading are plain functions; only the `send` of each client does I/O.
//!
//! **Invariant:** only an explicit success is a success and only an explicit refusal is a refusal. A timeout, a broken
//! answer, an answer whose signature does not hold, or a code that is not listed is [`Outcome::Unknown`].
//!
//! **Invariant:** no error, `Debug` text or log of this crate holds a card number, name, identity number, phone
//! number, code or key: they travel in the wrappers of [`secret`].

mod error;
pub mod http;
mod outcome;
pub mod secret;
pub mod sms;
pub mod unionpay;

pub use error::Error;
pub use outcome::{BadAnswer, Doubt, NoAnswer, Outcome, Refusal};
