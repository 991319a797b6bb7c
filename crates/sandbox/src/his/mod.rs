//! A hospital's or pharmacy's system (HIS), as a client of the national interface: for the demonstration, for tests and
//! for measuring speed.
//!
//! It does what the systems of the field do: it signs in, keeps the number, makes a message id for every message, signs
//! the headers, sends, and reads the answer. [`HisClient`] has a function for every step of a visit; [`forms`] makes the
//! messages that they send, for callers that want to change or repeat one.

mod client;
mod error;
mod flow;
pub mod forms;

pub use client::{Call, HisClient, HisSettings};
pub use error::HisError;
pub use forms::{Item, Patient};
