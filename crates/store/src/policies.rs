//! The texts of policy books that decided settlements, kept under their version for as long as the settlements.

use model::Instant;

use crate::StoreError;
use crate::engine::column::values;
use crate::engine::connection::{Connection, Transaction};
use crate::engine::row::Row;
use crate::engine::statement::Statement;

const INSERT: &str = "INSERT INTO policy_version (version, content, loaded_at) VALUES ($1, $2, $3)
    ON CONFLICT (version) DO NOTHING";
const FIND: &str = "SELECT content FROM policy_version WHERE version = $1";
const VERSIONS: &str = "SELECT version FROM policy_version ORDER BY loaded_at, version";

pub(crate) const STATEMENTS: &[Statement] =
    &[Statement::Plain(INSERT), Statement::Plain(FIND), Statement::Plain(VERSIONS)];

/// Keeps the text of a policy book. The version is a digest of the text, so a known version is left as it is.
///
/// # Errors
/// `Inconsistent` when another text is kept under this version.
pub fn keep(
    transaction: &mut Transaction<'_>,
    version: &str,
    content: &str,
    now: Instant,
) -> Result<(), StoreError> {
    transaction.execute_at_most_one(INSERT, &values![version, content, now])?;
    if find(transaction, version)?.as_deref() == Some(content) {
        return Ok(());
    }
    Err(StoreError::Inconsistent {
        table: "policy_version",
        row: version.to_owned(),
        what: "another text is kept under this version".to_owned(),
    })
}

/// The text of a version.
///
/// # Errors
/// The database fails.
pub fn find(connection: &mut Connection, version: &str) -> Result<Option<String>, StoreError> {
    connection.query_optional(FIND, &values![version])?.map(|mut row| row.get()).transpose()
}

/// All versions, in the order in which they were first used.
///
/// # Errors
/// The database fails.
pub fn versions(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    connection.query(VERSIONS, &[])?.iter_mut().map(Row::get).collect()
}
