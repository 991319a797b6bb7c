//! Checks everything that commands wrote from the data alone: each person's hash chain, and every row of every table
//! against the events from which it follows.

use std::collections::HashMap;

use ledger::Link;
use model::PersonId;
use settlement::{BenefitAccount, Event, EventBody};

use super::{Rows, benefit_accounts, events};
use crate::StoreError;
use crate::engine::connection::Connection;
use crate::engine::statement::{SelectMany, Statement};
use crate::engine::value::ColumnType::{Bytes, Int, Text};
use crate::engine::value::{Cell, Value};

/// Something that does not follow from the events.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The table.
    pub table: &'static str,
    /// Whose records; `None` where a table has rows of nobody.
    pub person_id: Option<PersonId>,
    /// What is wrong.
    pub what: String,
}

/// What was checked and found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Persons checked.
    pub people: u64,
    /// Events checked.
    pub events: u64,
    /// Rows checked that follow from events.
    pub rows: u64,
    /// What is wrong; empty when everything follows.
    pub findings: Vec<Finding>,
}

/// A table whose rows follow from the events, or are the events: how its rows are found by key, and how many it has.
struct Derived {
    name: &'static str,
    /// How many columns, from the first, are the key.
    key: usize,
    by_key: &'static SelectMany,
    count: &'static str,
    /// The rows; a later one of the same key replaces an earlier one.
    rows: fn(&Rows) -> &Vec<Vec<Value>>,
    /// Whether rows may be gone: news that was delivered.
    transient: bool,
}

static EVENT: SelectMany = SelectMany::new(
    "SELECT person_id, version, event_id, decided_at, action, payload FROM event",
    &[("person_id", Bytes), ("version", Int)],
    "",
);
static VISIT: SelectMany = SelectMany::new(
    "SELECT visit_id, person_id, institution_code, state, began FROM visit",
    &[("visit_id", Bytes), ("person_id", Bytes)],
    "",
);
static VISIT_EVENT: SelectMany = SelectMany::new(
    "SELECT visit_id, person_id, version FROM visit_event",
    &[("visit_id", Bytes), ("person_id", Bytes), ("version", Int)],
    "",
);
static SETTLEMENT: SelectMany = SelectMany::new(
    "SELECT settlement_id, person_id, version, visit_id, batch, order_id, institution_code, reversal_of, live,
    settled, total, fund, account, cash, hospital FROM settlement",
    &[("settlement_id", Bytes), ("person_id", Bytes)],
    "",
);
static PAYMENT_ORDER: SelectMany = SelectMany::new(
    "SELECT order_id, person_id, settlement_id, state, body FROM payment_order",
    &[("order_id", Bytes), ("person_id", Bytes)],
    "",
);
static PAYMENT_ATTEMPT: SelectMany = SelectMany::new(
    "SELECT channel_order, person_id, order_id FROM payment_attempt",
    &[("channel_order", Text), ("person_id", Bytes)],
    "",
);
static POSTING: SelectMany = SelectMany::new(
    "SELECT event_id, person_id, line, account, amount FROM posting",
    &[("event_id", Bytes), ("person_id", Bytes), ("line", Int)],
    "",
);
static REQUEST: SelectMany = SelectMany::new(
    "SELECT institution_code, operation, message_id, digest, person_id, version FROM request",
    &[("institution_code", Text), ("operation", Text), ("message_id", Text)],
    "",
);
static CODE_USE: SelectMany = SelectMany::new(
    "SELECT shown, handle, person_id, institution_code, used FROM code_use",
    &[("shown", Int), ("handle", Int), ("person_id", Bytes)],
    "",
);
static TOKEN: SelectMany = SelectMany::new(
    "SELECT token_digest, person_id, institution_code, business, expires_at FROM token",
    &[("token_digest", Bytes), ("person_id", Bytes)],
    "",
);
static OUTBOX: SelectMany = SelectMany::new(
    "SELECT event_id, person_id, line, message FROM outbox",
    &[("event_id", Bytes), ("person_id", Bytes), ("line", Int)],
    "",
);

macro_rules! derived {
    ($($name:literal $key:literal $by_key:ident $rows:ident $transient:literal),+ $(,)?) => {
        const DERIVED: &[Derived] = &[$(Derived {
            name: $name,
            key: $key,
            by_key: &$by_key,
            count: concat!("SELECT count(*) FROM ", $name),
            rows: |rows| &rows.$rows,
            transient: $transient,
        }),+];

        pub(crate) const STATEMENTS: &[Statement] = &[
            $(Statement::Grouped(&$by_key), Statement::Plain(concat!("SELECT count(*) FROM ", $name))),+
        ];
    };
}
derived!(
    "event" 2 EVENT events false,
    "visit" 2 VISIT visits false,
    "visit_event" 3 VISIT_EVENT visit_events false,
    "settlement" 2 SETTLEMENT settlements false,
    "payment_order" 2 PAYMENT_ORDER orders false,
    "payment_attempt" 2 PAYMENT_ATTEMPT attempts false,
    "posting" 3 POSTING postings false,
    "request" 3 REQUEST requests false,
    "code_use" 3 CODE_USE code_uses false,
    "token" 2 TOKEN tokens false,
    "outbox" 3 OUTBOX messages true,
);

/// How many events are read at once.
const PAGE: u32 = 500;

/// Checks everything, as it is at one moment.
///
/// # Errors
/// The database fails. What is wrong with the data is in the report.
pub fn verify(connection: &mut Connection) -> Result<Report, StoreError> {
    let mut snapshot = connection.snapshot()?;
    let mut report = Report::default();
    let mut present = vec![0_i64; DERIVED.len()];
    let mut last = None;
    loop {
        let people = benefit_accounts::after(&mut snapshot, last, PAGE)?;
        let Some(newest) = people.last() else { break };
        last = Some(*newest);
        for person_id in people {
            verify_person(&mut snapshot, person_id, &mut report, &mut present)?;
        }
    }
    // Rows that belong to no event are found by number: every row that follows from an event was counted above.
    let mut compare = |table: &'static str, count: &'static str, expected: i64| -> Result<(), StoreError> {
        let stored: i64 = snapshot.query_one(count, &[])?.get()?;
        if stored != expected {
            let what = format!("{stored} rows, of which {expected} follow from events");
            report.findings.push(Finding { table, person_id: None, what });
        }
        Ok(())
    };
    for (table, present) in DERIVED.iter().zip(present) {
        compare(table.name, table.count, present)?;
    }
    Ok(report)
}

/// A person's records as the events make them.
struct Replay {
    account: BenefitAccount,
    rows: Rows,
}

fn verify_person(
    connection: &mut Connection,
    person_id: PersonId,
    report: &mut Report,
    present: &mut [i64],
) -> Result<(), StoreError> {
    report.people = report.people.saturating_add(1);
    let mut findings = Vec::new();
    let mut found = |table: &'static str, what: String| {
        findings.push(Finding { table, person_id: Some(person_id), what });
    };
    let mut replay = Replay { account: BenefitAccount::new(person_id), rows: Rows::default() };
    loop {
        let page = events::following(connection, person_id, replay.account.version, PAGE)?;
        for event in &page {
            report.events = report.events.saturating_add(1);
            if let Err(what) = replay.add(event) {
                found("event", format!("event {}: {what}", event.version));
            }
            // A gap was reported; go on behind it.
            replay.account.version = event.version;
        }
        if page.is_empty() {
            break;
        }
    }
    replay.rows.end_reversed();
    match benefit_accounts::find_many(connection, &[person_id]) {
        Ok(mut stored) => {
            for difference in differences(stored.remove(&person_id).as_ref(), &replay.account) {
                found("benefit_account", difference);
            }
        }
        Err(StoreError::Inconsistent { what, .. }) => found("benefit_account", what),
        Err(other) => return Err(other),
    }
    for (table, present) in DERIVED.iter().zip(present) {
        let checked = verify_table(connection, table, &replay.rows, &mut |what| found(table.name, what))?;
        *present = present.saturating_add(checked);
        report.rows = report.rows.saturating_add(checked.unsigned_abs());
    }
    report.findings.append(&mut findings);
    Ok(())
}

impl Replay {
    /// Adds one event: checks its place, extends the chain, applies its change, and collects its rows.
    fn add(&mut self, event: &Event) -> Result<(), String> {
        let expected = self.account.version.saturating_add(1);
        self.account.chain_head = self.account.chain_head.then(Link {
            event_id: event.id,
            person_id: event.person_id,
            version: event.version,
            at: event.at,
            payload: &event.payload,
        });
        let body: EventBody = events::body_of(event).map_err(|error| error.to_string())?;
        self.rows.add(event, &body).map_err(|error| error.to_string())?;
        let changed = self.account.changed_by(&body.change).map_err(|refusal| refusal.to_string())?;
        self.account.balances = changed.balances;
        self.account.accumulators = changed.accumulators;
        if event.version != expected {
            return Err(format!("event {expected} is missing before it"));
        }
        Ok(())
    }
}

fn differences(stored: Option<&BenefitAccount>, replayed: &BenefitAccount) -> Vec<String> {
    let Some(stored) = stored else { return vec!["the row is gone".to_owned()] };
    let mut differences = Vec::new();
    if stored.version != replayed.version {
        differences.push(format!("it counts {} events, but there are {}", stored.version, replayed.version));
    }
    if stored.chain_head != replayed.chain_head {
        differences.push("the head of the hash chain is not that of the events".to_owned());
    }
    if stored.balances != replayed.balances {
        differences.push("the balances are not those of the events".to_owned());
    }
    if stored.accumulators != replayed.accumulators {
        differences.push("the accumulators are not those of the events".to_owned());
    }
    differences
}

/// Compares a person's rows of a table with those that follow from the events; how many are there.
fn verify_table(
    connection: &mut Connection,
    table: &Derived,
    rows: &Rows,
    found: &mut dyn FnMut(String),
) -> Result<i64, StoreError> {
    let expected = newest_by_key(table, rows);
    let keys: Vec<Vec<Value>> = expected.keys().cloned().collect();
    let mut stored: HashMap<Vec<Cell>, Vec<Cell>> = HashMap::new();
    for row in connection.select_many(table.by_key, &keys)? {
        let cells = row.into_cells();
        stored.insert(cells.iter().take(table.key).cloned().collect(), cells);
    }
    let present = i64::try_from(stored.len()).unwrap_or(i64::MAX);
    for (key, row) in expected {
        let key: Vec<Cell> = key.into_iter().map(Cell::from).collect();
        match stored.get(&key) {
            None if table.transient => {}
            None => found("a row that follows from an event is missing".to_owned()),
            Some(cells)
                if cells.len() == row.len()
                    && cells.iter().zip(&row).all(|(cell, value)| cell.holds(value)) => {}
            Some(_) => found("a row is not what the event wrote".to_owned()),
        }
    }
    Ok(present)
}

/// The rows that must be there, by key, after all events.
fn newest_by_key(table: &Derived, rows: &Rows) -> HashMap<Vec<Value>, Vec<Value>> {
    let mut newest = HashMap::new();
    for row in (table.rows)(rows) {
        newest.insert(row.iter().take(table.key).cloned().collect(), row.clone());
    }
    newest
}
