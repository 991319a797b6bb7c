//! What commands write and services read of it: events, and the tables from which the next command is decided.
//!
//! A person's events are the truth. Every other table here is derived from them by [`rows`], which writes them and by
//! which [`audit`] checks them again.

pub mod audit;
pub mod benefit_accounts;
pub mod codes;
pub mod context;
pub mod events;
pub mod orders;
pub mod outbox;
pub mod postings;
pub mod requests;
mod rows;
pub mod settlements;
pub mod visits;

pub(crate) use rows::Rows;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;
use crate::engine::statement::Statement;

pub(crate) const STATEMENTS: &[&[Statement]] = &[
    audit::STATEMENTS,
    benefit_accounts::STATEMENTS,
    codes::STATEMENTS,
    events::STATEMENTS,
    orders::STATEMENTS,
    outbox::STATEMENTS,
    postings::STATEMENTS,
    requests::STATEMENTS,
    rows::STATEMENTS,
    settlements::STATEMENTS,
    visits::STATEMENTS,
];

/// A value as the JSON that is stored.
fn to_json<T: Serialize>(table: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| unreadable(table, "a new row", &error))
}

/// A stored JSON text as a value.
fn from_json<T: DeserializeOwned>(
    table: &'static str,
    row: impl std::fmt::Display,
    text: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| unreadable(table, row, &error))
}

fn unreadable(table: &'static str, row: impl std::fmt::Display, error: &serde_json::Error) -> StoreError {
    // The category and the place, without the text, which may quote the row.
    let what = format!("JSON: {:?} at line {} column {}", error.classify(), error.line(), error.column());
    StoreError::Inconsistent { table, row: row.to_string(), what }
}
