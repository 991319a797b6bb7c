//! The schema: one numbered list of migrations, written in the dialect of PostgreSQL and lowered for SQLite.
//!
//! A migration that was applied is never edited: its digest is stored with it. Each runs in a transaction of its own,
//! so a process that is killed leaves a migration done or not done.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::StoreError;
use crate::cipher::Keys;
use crate::engine::column::values;
use crate::engine::connection::{Connection, EngineKind, Transaction};
use crate::engine::sqlite::Access;
use crate::engine::statement::Statement;
use crate::engine::url::DatabaseUrl;

struct Migration {
    number: i64,
    name: &'static str,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, name: "register", sql: include_str!("../migrations/0001_register.sql") },
    Migration { number: 2, name: "records", sql: include_str!("../migrations/0002_records.sql") },
];

/// Which column a table is divided by on a sharded PostgreSQL (Citus).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distribution {
    /// By this column; tables divided by columns of one kind lie together.
    By(&'static str),
    /// A copy on every machine: small, seldom written.
    Everywhere,
}

/// Every table and how it is divided. Each primary key and unique index of a divided table contains its column.
pub const DISTRIBUTION: &[(&str, Distribution)] = &[
    ("bank_binding", Distribution::By("person_id")),
    ("benefit_account", Distribution::By("person_id")),
    ("channel_authorisation", Distribution::By("handle")),
    ("code_use", Distribution::By("person_id")),
    ("credential", Distribution::By("person_id")),
    ("event", Distribution::By("person_id")),
    ("institution", Distribution::Everywhere),
    ("insured_account", Distribution::By("phone_index")),
    ("outbox", Distribution::By("person_id")),
    ("payment_attempt", Distribution::By("person_id")),
    ("payment_order", Distribution::By("person_id")),
    ("person", Distribution::By("person_id")),
    ("person_by_card_number", Distribution::By("card_number_index")),
    ("person_by_id_number", Distribution::By("id_number_index")),
    ("person_by_phone", Distribution::By("phone_index")),
    ("policy_version", Distribution::Everywhere),
    ("posting", Distribution::By("person_id")),
    ("request", Distribution::By("institution_code")),
    ("schema_migration", Distribution::Everywhere),
    ("session", Distribution::By("token_digest")),
    ("settlement", Distribution::By("person_id")),
    ("sign_in", Distribution::By("institution_code")),
    ("sms_challenge", Distribution::By("phone_index")),
    ("staff", Distribution::By("institution_code")),
    ("staff_read", Distribution::By("person_id")),
    ("token", Distribution::By("person_id")),
    ("visit", Distribution::By("person_id")),
    ("visit_event", Distribution::By("person_id")),
];

/// What brings two processes that migrate at once into line on PostgreSQL; any number does.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7920414853108)";

const HISTORY: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    digest BYTEA NOT NULL,
    PRIMARY KEY (number)
);";

const APPLIED: &str = "SELECT number, name, digest FROM schema_migration ORDER BY number";
const RECORD: &str = "INSERT INTO schema_migration (number, name, digest) VALUES ($1, $2, $3)";

pub(crate) const STATEMENTS: &[Statement] = &[Statement::Plain(APPLIED), Statement::Plain(RECORD)];

/// Brings the schema at `url` up to date; returns the names of the migrations that were applied now.
///
/// # Errors
/// `Migration` when an applied migration differs from this program's, or the database is newer than the program;
/// otherwise what the engine says.
pub fn migrate(url: &DatabaseUrl) -> Result<Vec<&'static str>, StoreError> {
    // A thread of its own: the PostgreSQL client waits, and must not do so on an asynchronous worker.
    let work = || {
        let mut connection = Connection::open(url.target(), Access::Write, Arc::new(Keys::none()))?;
        apply_missing(&mut connection)
    };
    std::thread::scope(|scope| scope.spawn(work).join())
        .unwrap_or_else(|_| Err(StoreError::Migration("the migration stopped in the middle".to_owned())))
}

fn apply_missing(connection: &mut Connection) -> Result<Vec<&'static str>, StoreError> {
    let mut transaction = begin_alone(connection)?;
    in_dialect(&mut transaction, HISTORY)?;
    transaction.commit()?;
    let mut done = Vec::new();
    for migration in MIGRATIONS {
        let mut transaction = begin_alone(connection)?;
        if applied(&mut transaction)?.contains(&migration.number) {
            continue;
        }
        in_dialect(&mut transaction, migration.sql)?;
        transaction.execute_one(RECORD, &values![migration.number, migration.name, digest(migration.sql)])?;
        transaction.commit()?;
        done.push(migration.name);
    }
    check(connection)?;
    Ok(done)
}

/// A transaction in which no other process migrates; SQLite's write lock alone sees to that.
fn begin_alone(connection: &mut Connection) -> Result<Transaction<'_>, StoreError> {
    let mut transaction = connection.begin()?;
    if transaction.kind() == EngineKind::Postgres {
        transaction.batch(LOCK)?;
    }
    Ok(transaction)
}

/// The numbers of the applied migrations, each checked against this program's text.
fn applied(connection: &mut Connection) -> Result<Vec<i64>, StoreError> {
    connection
        .query(APPLIED, &[])?
        .into_iter()
        .map(|mut row| {
            let (number, name, stored): (i64, String, [u8; 32]) = (row.get()?, row.get()?, row.get()?);
            match MIGRATIONS.iter().find(|known| known.number == number) {
                None => Err(StoreError::Migration(format!(
                    "the database has migration {number} ({name}), which this program does not know: \
                     it was written by a newer version"
                ))),
                Some(known) if digest(known.sql) != stored => Err(StoreError::Migration(format!(
                    "migration {number} ({name}) was applied with another text than this program has"
                ))),
                Some(_) => Ok(number),
            }
        })
        .collect()
}

/// Whether the schema is the one that this program was written for.
///
/// # Errors
/// `Migration` with what to do.
pub(crate) fn check(connection: &mut Connection) -> Result<(), StoreError> {
    let behind = || StoreError::Migration("the schema is not up to date: run `yibao migrate`".to_owned());
    let numbers = match applied(connection) {
        // No table of migrations: an empty database.
        Err(StoreError::Statement { .. }) => return Err(behind()),
        other => other?,
    };
    let is_missing = |migration: &Migration| !numbers.contains(&migration.number);
    if MIGRATIONS.iter().any(is_missing) { Err(behind()) } else { Ok(()) }
}

fn digest(sql: &str) -> [u8; 32] {
    Sha256::digest(sql.as_bytes()).into()
}

fn in_dialect(connection: &mut Connection, sql: &str) -> Result<(), StoreError> {
    match connection.kind() {
        EngineKind::Sqlite => connection.batch(&lowered(sql)),
        EngineKind::Postgres => connection.batch(sql),
    }
}

/// A migration for SQLite: its names of the types, and strict tables, which refuse a text or 1.5 in a column of amounts.
/// A table's definition ends with a line of its own.
fn lowered(sql: &str) -> String {
    sql.replace("BIGINT", "INTEGER")
        .replace("BOOLEAN", "INTEGER")
        .replace("BYTEA", "BLOB")
        .replace("\n);", "\n) STRICT;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lowering_touches_types_and_table_ends_only() {
        let sql = "CREATE TABLE t (\n    a BIGINT NOT NULL,\n    b BYTEA,\n    PRIMARY KEY (a)\n);\nCREATE INDEX i ON t (b);";
        assert_eq!(
            lowered(sql),
            "CREATE TABLE t (\n    a INTEGER NOT NULL,\n    b BLOB,\n    PRIMARY KEY (a)\n) STRICT;\nCREATE INDEX i ON t (b);"
        );
    }

    #[test]
    fn migrations_are_numbered_from_one() {
        for (index, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(Ok(migration.number), i64::try_from(index + 1), "{}", migration.name);
        }
    }
}
