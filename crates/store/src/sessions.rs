//! Sessions of people in browsers. The token is only known to the browser; its digest is the key.

use model::Instant;

use crate::StoreError;
use crate::cipher::Digest;
use crate::engine::column::{values, words};
use crate::engine::connection::{Connection, Transaction};
use crate::engine::statement::Statement;

/// Whose session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// An insured person's.
    Insured,
    /// Of staff of an institution.
    Staff,
}

words!(SessionKind { Insured = "insured", Staff = "staff" });

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token.
    pub token_digest: Digest,
    /// Whose.
    pub kind: SessionKind,
    /// Who, in the terms of the kind; no personal data.
    pub subject: String,
    /// When it began.
    pub created_at: Instant,
    /// When it was last used, to the accuracy with which [`touch`] is called.
    pub seen_at: Instant,
    /// The first instant at which it no longer serves.
    pub expires_at: Instant,
    /// What the server keeps with it, such as the CSRF secret, as JSON.
    pub data: String,
}

const INSERT: &str =
    "INSERT INTO session (token_digest, kind, subject, created_at, seen_at, expires_at, data)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const FIND: &str = "SELECT token_digest, kind, subject, created_at, seen_at, expires_at, data
    FROM session WHERE token_digest = $1 AND expires_at > $2";
const TOUCH: &str = "UPDATE session SET seen_at = $2, expires_at = $3 WHERE token_digest = $1";
const SET_DATA: &str = "UPDATE session SET data = $2 WHERE token_digest = $1";
const SWAP_DATA: &str = "UPDATE session SET data = $2 WHERE token_digest = $1 AND data = $3";
const END: &str = "DELETE FROM session WHERE token_digest = $1";
const END_ALL: &str = "DELETE FROM session WHERE kind = $1 AND subject = $2";
const FORGET: &str = "DELETE FROM session WHERE expires_at <= $1";

pub(crate) const STATEMENTS: &[Statement] = &[
    Statement::Plain(INSERT),
    Statement::Plain(FIND),
    Statement::Plain(TOUCH),
    Statement::Plain(SET_DATA),
    Statement::Plain(SWAP_DATA),
    Statement::Plain(END),
    Statement::Plain(END_ALL),
    Statement::Plain(FORGET),
];

/// Begins a session.
///
/// # Errors
/// The database fails.
pub fn insert(transaction: &mut Transaction<'_>, session: &Session) -> Result<(), StoreError> {
    let Session { token_digest, kind, subject, created_at, seen_at, expires_at, data } = session;
    transaction.execute_one(
        INSERT,
        &values![*token_digest, *kind, subject, *created_at, *seen_at, *expires_at, data],
    )
}

/// The session of a token, unless it has expired or ended.
///
/// # Errors
/// The database fails.
pub fn find(connection: &mut Connection, token: Digest, now: Instant) -> Result<Option<Session>, StoreError> {
    connection
        .query_optional(FIND, &values![token, now])?
        .map(|mut row| {
            Ok(Session {
                token_digest: row.get()?,
                kind: row.get()?,
                subject: row.get()?,
                created_at: row.get()?,
                seen_at: row.get()?,
                expires_at: row.get()?,
                data: row.get()?,
            })
        })
        .transpose()
}

/// Notes that a session was used and lets it run until `expires_at`; whether it still is there.
///
/// # Errors
/// The database fails.
pub fn touch(
    transaction: &mut Transaction<'_>,
    token: Digest,
    seen_at: Instant,
    expires_at: Instant,
) -> Result<bool, StoreError> {
    transaction.execute_at_most_one(TOUCH, &values![token, seen_at, expires_at])
}

/// Replaces what the server keeps with a session; whether it still is there.
///
/// # Errors
/// The database fails.
pub fn set_data(transaction: &mut Transaction<'_>, token: Digest, data: &str) -> Result<bool, StoreError> {
    transaction.execute_at_most_one(SET_DATA, &values![token, data])
}

/// Replaces what the server keeps with a session if it still is `known`, for what pages open at once may change.
///
/// # Errors
/// `Collision`, which [`Database::write`](crate::Database::write) answers by running the transaction again, when it is
/// something else by now, or the session has ended.
pub fn swap_data(
    transaction: &mut Transaction<'_>,
    token: Digest,
    known: &str,
    data: &str,
) -> Result<(), StoreError> {
    if transaction.execute_at_most_one(SWAP_DATA, &values![token, data, known])? {
        Ok(())
    } else {
        transaction.collision("what is kept with a session")
    }
}

/// Ends a session; whether it was there.
///
/// # Errors
/// The database fails.
pub fn end(transaction: &mut Transaction<'_>, token: Digest) -> Result<bool, StoreError> {
    transaction.execute_at_most_one(END, &values![token])
}

/// Ends all sessions of someone; how many there were.
///
/// # Errors
/// The database fails.
pub fn end_all(
    transaction: &mut Transaction<'_>,
    kind: SessionKind,
    subject: &str,
) -> Result<u64, StoreError> {
    transaction.execute(END_ALL, &values![kind, subject])
}

/// Deletes expired sessions; how many there were.
///
/// # Errors
/// The database fails.
pub fn forget_expired(transaction: &mut Transaction<'_>, now: Instant) -> Result<u64, StoreError> {
    transaction.execute(FORGET, &values![now])
}
