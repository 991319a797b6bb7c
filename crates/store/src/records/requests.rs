//! Idempotency: which requests were answered, and how.

use std::collections::{HashMap, HashSet};

use model::PersonId;
use settlement::{PriorRequest, RequestKey};

use super::events;
use crate::StoreError;
use crate::engine::column::values;
use crate::engine::connection::Connection;
use crate::engine::statement::{SelectMany, Statement};
use crate::engine::value::ColumnType::Text;

static FIND_MANY: SelectMany = SelectMany::new(
    "SELECT institution_code, operation, message_id, digest, person_id, version FROM request",
    &[("institution_code", Text), ("operation", Text), ("message_id", Text)],
    "",
);

pub(crate) const STATEMENTS: &[Statement] = &[Statement::Grouped(&FIND_MANY)];

/// What is stored of a request: for callers that ask what became of it.
///
/// # Errors
/// `Inconsistent` when the stored answer is not there or cannot be read.
pub fn find(connection: &mut Connection, key: &RequestKey) -> Result<Option<PriorRequest>, StoreError> {
    Ok(find_many(connection, &HashSet::from([key]))?.remove(key))
}

pub(crate) fn find_many(
    connection: &mut Connection,
    wanted: &HashSet<&RequestKey>,
) -> Result<HashMap<RequestKey, PriorRequest>, StoreError> {
    let keys: Vec<_> =
        wanted.iter().map(|key| values![key.institution, key.operation, key.message_id].to_vec()).collect();
    let mut found = Vec::new();
    for mut row in connection.select_many(&FIND_MANY, &keys)? {
        let key = RequestKey { institution: row.get()?, operation: row.get()?, message_id: row.get()? };
        let digest: Option<[u8; 32]> = row.get()?;
        let place: (PersonId, i64) = (row.get()?, row.get()?);
        found.push((key, digest, place));
    }
    let answered: HashSet<_> =
        found.iter().filter(|(_, digest, _)| digest.is_some()).map(|(_, _, place)| *place).collect();
    let events = events::find_many(connection, &answered.into_iter().collect::<Vec<_>>())?;
    found
        .into_iter()
        .map(|(key, digest, place)| {
            let answer = match digest {
                None => None,
                Some(_) => {
                    let event = events.get(&place).ok_or_else(|| StoreError::Inconsistent {
                        table: "request",
                        row: format!("{} {} {}", key.institution, key.operation, key.message_id),
                        what: "its event is not there".to_owned(),
                    })?;
                    Some(events::committed_of(event)?)
                }
            };
            Ok((key.clone(), PriorRequest { key, digest, answer }))
        })
        .collect()
}
