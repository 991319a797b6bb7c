//! Events: what happened to each person's records, in order.

use std::collections::HashMap;

use model::PersonId;
use settlement::{Committed, Event, EventBody};

use super::from_json;
use crate::StoreError;
use crate::engine::column::values;
use crate::engine::connection::Connection;
use crate::engine::row::Row;
use crate::engine::statement::{SelectMany, Statement};
use crate::engine::value::ColumnType::{Bytes, Int};

static FIND_MANY: SelectMany = SelectMany::new(
    "SELECT person_id, version, event_id, decided_at, payload FROM event",
    &[("person_id", Bytes), ("version", Int)],
    "",
);
const OF_PERSON: &str = "SELECT person_id, version, event_id, decided_at, payload FROM event
    WHERE person_id = $1 AND version < $2 ORDER BY version DESC LIMIT $3";
const FROM_THE_FIRST: &str = "SELECT person_id, version, event_id, decided_at, payload FROM event
    WHERE person_id = $1 AND version > $2 ORDER BY version LIMIT $3";

pub(crate) const STATEMENTS: &[Statement] =
    &[Statement::Grouped(&FIND_MANY), Statement::Plain(OF_PERSON), Statement::Plain(FROM_THE_FIRST)];

pub(crate) fn event_of(row: &mut Row) -> Result<Event, StoreError> {
    let person_id = row.get()?;
    let version = row.get()?;
    Ok(Event { id: row.get()?, person_id, version, at: row.get()?, payload: row.get()? })
}

/// The body of a stored event.
pub(crate) fn body_of(event: &Event) -> Result<EventBody, StoreError> {
    from_json("event", event.id, &event.payload)
}

/// What an event did, in the form in which it was answered.
pub(crate) fn committed_of(event: &Event) -> Result<Committed, StoreError> {
    Ok(Committed { event_id: event.id, person_id: event.person_id, at: event.at, body: body_of(event)? })
}

/// A person's newest events, before version `before` where given, at most `limit`, each with its version.
///
/// # Errors
/// `Inconsistent` when an event cannot be read.
pub fn of_person(
    connection: &mut Connection,
    person_id: PersonId,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<(i64, Committed)>, StoreError> {
    connection
        .query(OF_PERSON, &values![person_id, before.unwrap_or(i64::MAX), limit])?
        .iter_mut()
        .map(|row| event_of(row).and_then(|event| Ok((event.version, committed_of(&event)?))))
        .collect()
}

/// A person's oldest events after version `after`, at most `limit`.
pub(crate) fn following(
    connection: &mut Connection,
    person_id: PersonId,
    after: i64,
    limit: u32,
) -> Result<Vec<Event>, StoreError> {
    connection.query(FROM_THE_FIRST, &values![person_id, after, limit])?.iter_mut().map(event_of).collect()
}

/// The events at these persons' versions. Each is given once.
pub(crate) fn find_many(
    connection: &mut Connection,
    places: &[(PersonId, i64)],
) -> Result<HashMap<(PersonId, i64), Event>, StoreError> {
    let keys: Vec<_> =
        places.iter().map(|(person_id, version)| values![*person_id, *version].to_vec()).collect();
    let rows = connection.select_many(&FIND_MANY, &keys)?;
    rows.into_iter()
        .map(|mut row| event_of(&mut row).map(|event| ((event.person_id, event.version), event)))
        .collect()
}
