//! Settlements: a row of totals for lists and reconciliation; everything else is read from the event.

use std::collections::HashMap;

use model::{Fen, Instant, InstitutionCode, OrderId, PersonId, SettlementId, VisitId};
use settlement::{Event, Settlement, SettlementFile};

use super::{events, orders, visits};
use crate::StoreError;
use crate::engine::column::values;
use crate::engine::connection::Connection;
use crate::engine::row::Row;
use crate::engine::statement::{SelectMany, Statement};
use crate::engine::value::ColumnType::Bytes;

/// A settlement in a list; the amounts of a reversal are negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettlementRow {
    /// Which.
    pub settlement_id: SettlementId,
    /// Whose.
    pub person_id: PersonId,
    /// Of which visit.
    pub visit_id: VisitId,
    /// Which batch of its fee items.
    pub batch: String,
    /// Order for the cash share.
    pub order_id: OrderId,
    /// The settlement that this one undoes, if it undoes one.
    pub reversal_of: Option<SettlementId>,
    /// Whether it stands: an original that was not reversed.
    pub live: bool,
    /// When.
    pub settled: Instant,
    /// 医疗费总额.
    pub total: Fen,
    /// What funds pay.
    pub fund: Fen,
    /// What personal accounts pay, the person's own and the family's.
    pub account: Fen,
    /// What the person pays in cash.
    pub cash: Fen,
    /// What the hospital bears.
    pub hospital: Fen,
}

static FILES: SelectMany = SelectMany::new(
    "SELECT s.settlement_id, s.live, s.order_id, e.person_id, e.version, e.event_id, e.decided_at, e.payload
    FROM settlement AS s JOIN event AS e ON e.person_id = s.person_id AND e.version = s.version",
    &[("s.settlement_id", Bytes), ("s.person_id", Bytes)],
    "",
);
const OF_PERSON: &str = "SELECT person_id, version, event_id, decided_at, payload FROM event
    WHERE person_id = $1 AND version < $2 AND action IN ('settle', 'purchase', 'correct') ORDER BY version DESC LIMIT $3";
const VERSION: &str = "SELECT version FROM settlement WHERE settlement_id = $1 AND person_id = $2";
const LATER: &str = "SELECT person_id, version, event_id, decided_at, payload FROM event
    WHERE person_id = $1 AND version > $2 AND action IN ('settle', 'purchase', 'correct') ORDER BY version";
const OF_INSTITUTION: &str =
    "SELECT settlement_id, person_id, visit_id, batch, order_id, reversal_of, live, settled,
    total, fund, account, cash, hospital FROM settlement
    WHERE institution_code = $1 AND settled >= $2 AND settled < $3 ORDER BY settled, settlement_id LIMIT $4";
const TOTALS: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(total), 0) AS BIGINT),
    CAST(COALESCE(SUM(fund), 0) AS BIGINT), CAST(COALESCE(SUM(account), 0) AS BIGINT),
    CAST(COALESCE(SUM(cash), 0) AS BIGINT) FROM settlement
    WHERE institution_code = $1 AND settled >= $2 AND settled < $3 AND live";

pub(crate) const STATEMENTS: &[Statement] = &[
    Statement::Grouped(&FILES),
    Statement::Plain(OF_PERSON),
    Statement::Plain(VERSION),
    Statement::Plain(LATER),
    Statement::Plain(OF_INSTITUTION),
    Statement::Plain(TOTALS),
];

/// A person's settlement with its order.
///
/// # Errors
/// `Inconsistent` when the settlement's event or order is not there or cannot be read.
pub fn find(
    connection: &mut Connection,
    person_id: PersonId,
    settlement_id: SettlementId,
) -> Result<Option<SettlementFile>, StoreError> {
    Ok(find_many(connection, &[(settlement_id, person_id)])?.remove(&(settlement_id, person_id)))
}

/// A person's newest settlements, reversals left out, before event version `before` where given, at most `limit`; each
/// with the version to go on from.
///
/// # Errors
/// `Inconsistent` when a settlement's event or order is not there or cannot be read.
pub fn of_person(
    connection: &mut Connection,
    person_id: PersonId,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<(i64, SettlementFile)>, StoreError> {
    let mut ids = Vec::new();
    for mut row in connection.query(OF_PERSON, &values![person_id, before.unwrap_or(i64::MAX), limit])? {
        let event = events::event_of(&mut row)?;
        ids.push((event.version, last_settlement_in(&event)?.id));
    }
    let keys: Vec<_> = ids.iter().map(|(_, id)| (*id, person_id)).collect();
    let mut files = find_many(connection, &keys)?;
    ids.into_iter()
        .map(|(version, id)| {
            let file =
                files.remove(&(id, person_id)).ok_or_else(|| inconsistent(id, "its row is not there"))?;
            Ok((version, file))
        })
        .collect()
}

/// Settlements and reversals at an institution from `from` until before `until`, in the order of time, at most `limit`.
///
/// # Errors
/// The database fails.
pub fn of_institution(
    connection: &mut Connection,
    institution: &InstitutionCode,
    from: Instant,
    until: Instant,
    limit: u32,
) -> Result<Vec<SettlementRow>, StoreError> {
    connection
        .query(OF_INSTITUTION, &values![institution, from, until, limit])?
        .iter_mut()
        .map(row_of)
        .collect()
}

/// The person's settlements that stand and were made after one of theirs, the earliest first.
///
/// # Errors
/// `Inconsistent` when a settlement's event or order is not there or cannot be read.
pub(crate) fn later_than(
    connection: &mut Connection,
    person_id: PersonId,
    settlement: &Settlement,
) -> Result<Vec<SettlementFile>, StoreError> {
    let Some(version) = version_of(connection, person_id, settlement.id)? else { return Ok(Vec::new()) };
    let mut ids = Vec::new();
    for mut row in connection.query(LATER, &values![person_id, version])? {
        let event = events::event_of(&mut row)?;
        ids.push((last_settlement_in(&event)?.id, person_id));
    }
    let mut files = find_many(connection, &ids)?;
    Ok(ids.iter().filter_map(|id| files.remove(id)).filter(|file| file.live).collect())
}

/// The version of the event that wrote a settlement.
fn version_of(
    connection: &mut Connection,
    person_id: PersonId,
    settlement_id: SettlementId,
) -> Result<Option<i64>, StoreError> {
    let row = connection.query_optional(VERSION, &values![settlement_id, person_id])?;
    row.map(|mut row| row.get()).transpose()
}

/// Sums over settlements that stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// How many there are.
    pub count: i64,
    /// 医疗费总额.
    pub total: Fen,
    /// What funds pay.
    pub fund: Fen,
    /// What personal accounts pay, the person's own and the family's.
    pub account: Fen,
    /// What is paid in cash.
    pub cash: Fen,
}

/// What an institution settled from `from` until before `until`, as far as it stands: what was reversed is left out.
///
/// # Errors
/// The database fails, also when a sum leaves its range.
pub fn totals_of_institution(
    connection: &mut Connection,
    institution: &InstitutionCode,
    from: Instant,
    until: Instant,
) -> Result<Totals, StoreError> {
    let Some(mut row) = connection.query_optional(TOTALS, &values![institution, from, until])? else {
        return Ok(Totals::default());
    };
    Ok(Totals {
        count: row.get()?,
        total: row.get()?,
        fund: row.get()?,
        account: row.get()?,
        cash: row.get()?,
    })
}

/// Settlements and reversals of a person's visit, in the order in which they were made.
///
/// # Errors
/// `Inconsistent` when stored records contradict each other.
pub fn of_visit(
    connection: &mut Connection,
    person_id: PersonId,
    visit_id: VisitId,
) -> Result<Vec<SettlementFile>, StoreError> {
    let mut ids = Vec::new();
    for event in visits::events_of(connection, person_id, visit_id)? {
        ids.extend(events::body_of(&event)?.settlements().map(|settlement| (settlement.id, person_id)));
    }
    let mut files = find_many(connection, &ids)?;
    Ok(ids.iter().filter_map(|id| files.remove(id)).collect())
}

fn row_of(row: &mut Row) -> Result<SettlementRow, StoreError> {
    Ok(SettlementRow {
        settlement_id: row.get()?,
        person_id: row.get()?,
        visit_id: row.get()?,
        batch: row.get()?,
        order_id: row.get()?,
        reversal_of: row.get()?,
        live: row.get()?,
        settled: row.get()?,
        total: row.get()?,
        fund: row.get()?,
        account: row.get()?,
        cash: row.get()?,
        hospital: row.get()?,
    })
}

/// The files of these settlements, as far as they are these persons'. Each is given once.
pub(crate) fn find_many(
    connection: &mut Connection,
    wanted: &[(SettlementId, PersonId)],
) -> Result<HashMap<(SettlementId, PersonId), SettlementFile>, StoreError> {
    let keys: Vec<_> = wanted.iter().map(|(id, person_id)| values![*id, *person_id].to_vec()).collect();
    let mut found = Vec::new();
    for mut row in connection.select_many(&FILES, &keys)? {
        let (id, live, order_id): (SettlementId, bool, OrderId) = (row.get()?, row.get()?, row.get()?);
        let event = events::event_of(&mut row)?;
        found.push((id, live, order_id, event));
    }
    // A settlement and its reversal share an order.
    let order_keys: std::collections::HashSet<_> =
        found.iter().map(|(_, _, order_id, event)| (*order_id, event.person_id)).collect();
    let orders = orders::find_many(connection, &order_keys.into_iter().collect::<Vec<_>>())?;
    found
        .into_iter()
        .map(|(id, live, order_id, event)| {
            let person_id = event.person_id;
            let order = orders.get(&(order_id, person_id)).cloned();
            let order = order.ok_or_else(|| inconsistent(id, "its order is not there"))?;
            let settlement = settlement_in(&event, id)?;
            Ok(((id, person_id), SettlementFile { settlement, order, live }))
        })
        .collect()
}

/// A settlement of an event, by its id.
fn settlement_in(event: &Event, id: SettlementId) -> Result<Settlement, StoreError> {
    let body = events::body_of(event)?;
    let found = body.settlements().find(|settlement| settlement.id == id).cloned();
    found.ok_or_else(|| inconsistent(id, "its event does not have it"))
}

fn last_settlement_in(event: &Event) -> Result<Settlement, StoreError> {
    let body = events::body_of(event)?;
    body.settlement().cloned().ok_or_else(|| StoreError::Inconsistent {
        table: "event",
        row: event.id.to_string(),
        what: "it has no settlement".to_owned(),
    })
}

fn inconsistent(id: SettlementId, what: &str) -> StoreError {
    StoreError::Inconsistent { table: "settlement", row: id.to_string(), what: what.to_owned() }
}
