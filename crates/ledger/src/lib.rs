//! Double entry and tamper evidence.
//!
//! A [`Journal`] is a set of postings that sums to zero; a [`ChainHead`] links every committed change of one person's
//! records to all changes before it. Both are plain data: this crate is pure.

pub mod account;
pub mod chain;
pub mod journal;

pub use account::{Account, AccountError, Fund};
pub use chain::{ChainHead, Link};
pub use journal::{Journal, JournalError, Posting};
