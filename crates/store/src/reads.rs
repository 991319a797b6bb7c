//! The log of personal data that staff read, visible to the person.

use model::{EventId, Instant, InstitutionCode, PersonId};

use crate::StoreError;
use crate::engine::column::values;
use crate::engine::connection::{Connection, Transaction};
use crate::engine::statement::Statement;

/// One reading of a person's data by an institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffRead {
    /// Whose data.
    pub person_id: PersonId,
    /// Identifier of the entry; its time orders the list.
    pub read_id: EventId,
    /// Which institution read.
    pub institution: InstitutionCode,
    /// Clerk or terminal.
    pub operator: String,
    /// What was read, such as `person` or `visit`.
    pub subject: String,
    /// Why, such as the message's name or the reason that the clerk gave.
    pub purpose: String,
    /// When.
    pub read_at: Instant,
}

const INSERT: &str = "INSERT INTO staff_read
    (person_id, read_id, institution_code, operator, subject, purpose, read_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const LIST: &str = "SELECT person_id, read_id, institution_code, operator, subject, purpose, read_at
    FROM staff_read WHERE person_id = $1 AND read_id < $2 ORDER BY read_id DESC LIMIT $3";

pub(crate) const STATEMENTS: &[Statement] = &[Statement::Plain(INSERT), Statement::Plain(LIST)];

/// Logs a reading. The data may be shown only after this is committed.
///
/// # Errors
/// The database fails; the data must not be shown then.
pub fn insert(transaction: &mut Transaction<'_>, read: &StaffRead) -> Result<(), StoreError> {
    let StaffRead { person_id, read_id, institution, operator, subject, purpose, read_at } = read;
    transaction.execute_one(
        INSERT,
        &values![*person_id, *read_id, institution, operator, subject, purpose, *read_at],
    )
}

/// The newest readings of a person's data, before `before` where given, at most `limit`.
///
/// # Errors
/// The database fails.
pub fn list(
    connection: &mut Connection,
    person_id: PersonId,
    before: Option<EventId>,
    limit: u32,
) -> Result<Vec<StaffRead>, StoreError> {
    let before = before.unwrap_or(EventId::from_bytes([0xFF; 16]));
    connection
        .query(LIST, &values![person_id, before, limit])?
        .iter_mut()
        .map(|row| {
            Ok(StaffRead {
                person_id: row.get()?,
                read_id: row.get()?,
                institution: row.get()?,
                operator: row.get()?,
                subject: row.get()?,
                purpose: row.get()?,
                read_at: row.get()?,
            })
        })
        .collect()
}
