//! News that waits to be delivered.

use model::{EventId, PersonId};
use settlement::Message;

use super::from_json;
use crate::StoreError;
use crate::engine::column::values;
use crate::engine::connection::{Connection, Transaction};
use crate::engine::statement::Statement;

/// One piece of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The event that it tells of.
    pub event_id: EventId,
    /// Whom it concerns.
    pub person_id: PersonId,
    /// Its place among the news of the event, from 1.
    pub line: u32,
    /// What it tells.
    pub message: Message,
}

const PENDING: &str =
    "SELECT event_id, person_id, line, message FROM outbox ORDER BY event_id, person_id, line LIMIT $1";
const DELIVERED: &str = "DELETE FROM outbox WHERE event_id = $1 AND person_id = $2 AND line = $3";

pub(crate) const STATEMENTS: &[Statement] = &[Statement::Plain(PENDING), Statement::Plain(DELIVERED)];

/// The oldest news that waits, at most `limit`. Deliver, then call [`delivered`]: after a crash in between it is
/// delivered again, so receivers must bear that.
///
/// # Errors
/// `Inconsistent` when a message cannot be read.
pub fn pending(connection: &mut Connection, limit: u32) -> Result<Vec<Pending>, StoreError> {
    connection
        .query(PENDING, &values![limit])?
        .iter_mut()
        .map(|row| {
            let (event_id, person_id, line) = (row.get()?, row.get()?, row.get()?);
            let message = from_json("outbox", event_id, &row.get::<String>()?)?;
            Ok(Pending { event_id, person_id, line, message })
        })
        .collect()
}

/// Forgets news that was delivered; whether it still waited.
///
/// # Errors
/// The database fails.
pub fn delivered(transaction: &mut Transaction<'_>, pending: &Pending) -> Result<bool, StoreError> {
    transaction.execute_at_most_one(DELIVERED, &values![pending.event_id, pending.person_id, pending.line])
}
