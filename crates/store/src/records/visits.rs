//! Visits: a short row for lists, and the whole file read from the visit's events.

use std::collections::HashMap;

use model::{Instant, InstitutionCode, PersonId, VisitId};
use settlement::{Event, EventBody, ItemState, Record, SettlementKind, VisitFile, VisitState};

use super::events;
use crate::StoreError;
use crate::engine::column::values;
use crate::engine::connection::Connection;
use crate::engine::row::Row;
use crate::engine::statement::{SelectMany, Statement};
use crate::engine::value::ColumnType::Bytes;

/// A visit in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitRow {
    /// Which.
    pub visit_id: VisitId,
    /// Whose.
    pub person_id: PersonId,
    /// Where it stands.
    pub state: VisitState,
    /// When it began.
    pub began: Instant,
}

static EVENTS: SelectMany = SelectMany::new(
    "SELECT v.visit_id, e.person_id, e.version, e.event_id, e.decided_at, e.payload
    FROM visit_event AS v JOIN event AS e ON e.person_id = v.person_id AND e.version = v.version",
    &[("v.visit_id", Bytes), ("v.person_id", Bytes)],
    "",
);
const OF_INSTITUTION: &str = "SELECT visit_id, person_id, state, began FROM visit
    WHERE institution_code = $1 AND visit_id < $2 ORDER BY visit_id DESC LIMIT $3";

const AT_INSTITUTION: &str = "SELECT visit_id, person_id, state, began FROM visit
    WHERE visit_id = $1 AND institution_code = $2";

pub(crate) const STATEMENTS: &[Statement] =
    &[Statement::Grouped(&EVENTS), Statement::Plain(OF_INSTITUTION), Statement::Plain(AT_INSTITUTION)];

/// A person's visit with its fee items.
///
/// # Errors
/// `Inconsistent` when an event of the visit cannot be read.
pub fn find(
    connection: &mut Connection,
    person_id: PersonId,
    visit_id: VisitId,
) -> Result<Option<VisitFile>, StoreError> {
    Ok(find_many(connection, &[(visit_id, person_id)])?.remove(&(visit_id, person_id)))
}

/// The newest visits at an institution, before `before` where given, at most `limit`.
///
/// # Errors
/// The database fails.
pub fn of_institution(
    connection: &mut Connection,
    institution: &InstitutionCode,
    before: Option<VisitId>,
    limit: u32,
) -> Result<Vec<VisitRow>, StoreError> {
    let before = before.unwrap_or(VisitId::from_bytes([0xFF; 16]));
    connection.query(OF_INSTITUTION, &values![institution, before, limit])?.iter_mut().map(row_of).collect()
}

/// A visit at an institution by its number alone, as terminals name it. One at another institution is not found.
///
/// # Errors
/// The database fails.
pub fn at_institution(
    connection: &mut Connection,
    institution: &InstitutionCode,
    visit_id: VisitId,
) -> Result<Option<VisitRow>, StoreError> {
    connection
        .query_optional(AT_INSTITUTION, &values![visit_id, institution])?
        .as_mut()
        .map(row_of)
        .transpose()
}

fn row_of(row: &mut Row) -> Result<VisitRow, StoreError> {
    Ok(VisitRow { visit_id: row.get()?, person_id: row.get()?, state: row.get()?, began: row.get()? })
}

/// The files of these visits, as far as they are these persons'. Each is given once.
pub(crate) fn find_many(
    connection: &mut Connection,
    wanted: &[(VisitId, PersonId)],
) -> Result<HashMap<(VisitId, PersonId), VisitFile>, StoreError> {
    let mut files = HashMap::with_capacity(wanted.len());
    for (key, history) in histories(connection, wanted)? {
        let mut file = None;
        for event in &history {
            apply(&mut file, key.0, events::body_of(event)?);
        }
        files.extend(file.map(|file| (key, file)));
    }
    Ok(files)
}

/// The events of a person's visit, oldest first.
pub(crate) fn events_of(
    connection: &mut Connection,
    person_id: PersonId,
    visit_id: VisitId,
) -> Result<Vec<Event>, StoreError> {
    let key = (visit_id, person_id);
    Ok(histories(connection, &[key])?.remove(&key).unwrap_or_default())
}

/// The events of each visit, oldest first.
fn histories(
    connection: &mut Connection,
    wanted: &[(VisitId, PersonId)],
) -> Result<HashMap<(VisitId, PersonId), Vec<Event>>, StoreError> {
    let keys: Vec<_> =
        wanted.iter().map(|(visit_id, person_id)| values![*visit_id, *person_id].to_vec()).collect();
    let mut histories: HashMap<(VisitId, PersonId), Vec<Event>> = HashMap::new();
    for mut row in connection.select_many(&EVENTS, &keys)? {
        let visit_id = row.get()?;
        let event = events::event_of(&mut row)?;
        histories.entry((visit_id, event.person_id)).or_default().push(event);
    }
    histories.values_mut().for_each(|history| history.sort_unstable_by_key(|event| event.version));
    Ok(histories)
}

/// A visit's file after one more event.
fn apply(file: &mut Option<VisitFile>, visit_id: VisitId, body: EventBody) {
    for record in body.records {
        match (record, file.as_mut()) {
            (Record::Visit { visit }, None) if visit.id == visit_id => {
                *file = Some(VisitFile { visit, items: Vec::new() });
            }
            (Record::Visit { visit }, Some(known)) if visit.id == visit_id => known.visit = visit,
            (Record::ItemsAdded { visit_id: of, items }, Some(known)) if of == visit_id => {
                known.items.extend(items)
            }
            (Record::ItemsWithdrawn { visit_id: of, serials }, Some(known)) if of == visit_id => {
                known.items.retain(|stored| !serials.contains(&stored.item.serial));
            }
            (Record::Settlement { settlement }, Some(known)) if settlement.visit_id == visit_id => {
                let (from, to) = match settlement.kind {
                    SettlementKind::Original => (ItemState::Open, ItemState::Settled(settlement.id)),
                    SettlementKind::Reversal { of } => (ItemState::Settled(of), ItemState::Open),
                };
                let concerned = |stored: &&mut settlement::StoredItem| {
                    stored.item.batch == settlement.batch && stored.state == from
                };
                known.items.iter_mut().filter(concerned).for_each(|stored| stored.state = to);
            }
            _ => {}
        }
    }
}
