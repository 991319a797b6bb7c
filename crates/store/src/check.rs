//! Whether every statement of this program fits the schema.

use crate::engine::connection::Connection;
use crate::engine::statement::Statement;
use crate::{
    StoreError, accounts, bank, credentials, institutions, migrate, people, policies, reads, records,
    sessions, sms, staff,
};

const ALL: &[&[Statement]] = &[
    migrate::STATEMENTS,
    accounts::STATEMENTS,
    bank::STATEMENTS,
    credentials::STATEMENTS,
    institutions::STATEMENTS,
    people::STATEMENTS,
    policies::STATEMENTS,
    reads::STATEMENTS,
    sessions::STATEMENTS,
    sms::STATEMENTS,
    staff::STATEMENTS,
];

/// Prepares every statement without running it; returns how many there are.
///
/// # Errors
/// The first statement that the engine refuses.
pub fn prepare_all(connection: &mut Connection) -> Result<usize, StoreError> {
    let mut prepared = 0_usize;
    for statement in ALL.iter().chain(records::STATEMENTS).copied().flatten() {
        connection.prepare(*statement)?;
        prepared = prepared.saturating_add(1);
    }
    Ok(prepared)
}
