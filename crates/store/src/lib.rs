//! The only crate with SQL.
//!
//! One text of each statement serves SQLite (embedded, the default) and PostgreSQL; the layer in [`engine`] makes both
//! behave alike: closed value types, NULL never silently a zero, errors by kind. Operations are plain functions on a
//! [`Connection`] (reading) or a [`Transaction`] (writing); [`Database`] runs them on threads with connections of their
//! own, and callers wait without blocking a thread of theirs. Whatever changes the records of a person's visits and money
//! is a command: [`Database::submit`] plans it and commits it together with others.
//!
//! **Invariants:** statements are texts fixed at compile time with bound parameters. No plain name, identity number,
//! phone number, card number, token or key is stored. Nothing rests on an isolation level above READ COMMITTED: what
//! two transactions could do at once is decided by a unique key or by a compare-and-swap.

mod check;
pub mod cipher;
mod db;
mod engine;
mod error;
mod lanes;
mod migrate;
mod personal;
mod queue;
mod records;
mod schema;
mod worker;

pub mod accounts;
pub mod bank;
pub mod credentials;
pub mod institutions;
pub mod people;
pub mod policies;
pub mod reads;
pub mod sessions;
pub mod sms;
pub mod staff;

pub use check::prepare_all;
pub use cipher::{Digest, Keys};
pub use db::{Database, StoreSettings};
pub use engine::connection::{Connection, EngineKind, Transaction};
pub use engine::url::DatabaseUrl;
pub use error::StoreError;
pub use lanes::{Outcome, SubmitError};
pub use migrate::{DISTRIBUTION, Distribution, migrate};
pub use personal::Personal;
pub use records::{
    audit, benefit_accounts, codes, context, events, orders, outbox, postings, requests, settlements, visits,
};
pub use schema::{SchemaHold, hold_schema, replace_schema};
