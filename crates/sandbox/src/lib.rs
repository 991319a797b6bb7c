//! Stand-ins for the outside parties, for tests and for the demonstration on a machine without a network.
//!
//! They speak the protocols from the other side, written from the protocols' facts and not from our client code, so
//! that a mistake in one does not hide in the other. They keep everything in memory and listen on loopback alone.
//!
//! **Invariant:** nothing that serves real people links this crate.

pub mod his;
mod http;
mod random;
mod server;
pub mod sms;
pub mod unionpay;

pub use server::{Clock, Error, Sandbox, Settings};
