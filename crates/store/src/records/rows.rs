//! From an event to the rows that it writes.

use std::collections::{BTreeSet, HashSet};

use model::{Overflow, SettlementId, VisitId};
use settlement::{
    CodeUse, Event, EventBody, Order, OrderState, Record, Settlement, SettlementKind, StoredRequest, Visit,
    VisitState,
};

use super::to_json;
use crate::StoreError;
use crate::engine::column::{values, words};
use crate::engine::connection::Transaction;
use crate::engine::statement::{InsertMany, Statement, SwapMany};
use crate::engine::value::ColumnType::{Bool, Bytes, Int, Text};
use crate::engine::value::Value;

words!(VisitState { Open = "open", Cancelled = "cancelled" });

static EVENT: InsertMany = InsertMany::new(
    "event",
    &[
        ("person_id", Bytes),
        ("version", Int),
        ("event_id", Bytes),
        ("decided_at", Int),
        ("action", Text),
        ("payload", Text),
    ],
);
static VISIT: InsertMany = InsertMany::replacing(
    "visit",
    &[("visit_id", Bytes), ("person_id", Bytes), ("institution_code", Text), ("state", Text), ("began", Int)],
    2,
);
static VISIT_EVENT: InsertMany =
    InsertMany::new("visit_event", &[("visit_id", Bytes), ("person_id", Bytes), ("version", Int)]);
static SETTLEMENT: InsertMany = InsertMany::new(
    "settlement",
    &[
        ("settlement_id", Bytes),
        ("person_id", Bytes),
        ("version", Int),
        ("visit_id", Bytes),
        ("batch", Text),
        ("order_id", Bytes),
        ("institution_code", Text),
        ("reversal_of", Bytes),
        ("live", Bool),
        ("settled", Int),
        ("total", Int),
        ("fund", Int),
        ("account", Int),
        ("cash", Int),
        ("hospital", Int),
    ],
);
/// An original stops being live when its reversal is written, and only then.
static END_SETTLEMENT: SwapMany = SwapMany::new(
    "settlement",
    &[("settlement_id", Bytes), ("person_id", Bytes)],
    ("live", Bool),
    &[("live", Bool)],
);
static PAYMENT_ORDER: InsertMany = InsertMany::replacing(
    "payment_order",
    &[("order_id", Bytes), ("person_id", Bytes), ("settlement_id", Bytes), ("state", Text), ("body", Text)],
    2,
);
/// An order keeps its number at the channel for as long as it is under way; the channel may speak of it later.
static PAYMENT_ATTEMPT: InsertMany = InsertMany::replacing(
    "payment_attempt",
    &[("channel_order", Text), ("person_id", Bytes), ("order_id", Bytes)],
    2,
);
static POSTING: InsertMany = InsertMany::new(
    "posting",
    &[("event_id", Bytes), ("person_id", Bytes), ("line", Int), ("account", Text), ("amount", Int)],
);
static REQUEST: InsertMany = InsertMany::new(
    "request",
    &[
        ("institution_code", Text),
        ("operation", Text),
        ("message_id", Text),
        ("digest", Bytes),
        ("person_id", Bytes),
        ("version", Int),
    ],
);
static CODE_USE: InsertMany = InsertMany::new(
    "code_use",
    &[("shown", Int), ("handle", Int), ("person_id", Bytes), ("institution_code", Text), ("used", Int)],
);
static TOKEN: InsertMany = InsertMany::new(
    "token",
    &[
        ("token_digest", Bytes),
        ("person_id", Bytes),
        ("institution_code", Text),
        ("business", Text),
        ("expires_at", Int),
    ],
);
static OUTBOX: InsertMany =
    InsertMany::new("outbox", &[("event_id", Bytes), ("person_id", Bytes), ("line", Int), ("message", Text)]);

pub(crate) const STATEMENTS: &[Statement] = &[
    Statement::Grouped(&EVENT),
    Statement::Grouped(&VISIT),
    Statement::Grouped(&VISIT_EVENT),
    Statement::Grouped(&SETTLEMENT),
    Statement::Grouped(&END_SETTLEMENT),
    Statement::Grouped(&PAYMENT_ORDER),
    Statement::Grouped(&PAYMENT_ATTEMPT),
    Statement::Grouped(&POSTING),
    Statement::Grouped(&REQUEST),
    Statement::Grouped(&CODE_USE),
    Statement::Grouped(&TOKEN),
    Statement::Grouped(&OUTBOX),
];

/// The place of `live` among the columns of [`SETTLEMENT`].
const LIVE: usize = 8;

type Table = Vec<Vec<Value>>;

/// The rows of some events, table by table, each in the order of its columns.
#[derive(Default)]
pub(crate) struct Rows {
    pub(crate) events: Table,
    pub(crate) visits: Table,
    pub(crate) visit_events: Table,
    pub(crate) settlements: Table,
    /// Originals that stop being live: key, guard, new value.
    pub(crate) ended: Table,
    pub(crate) orders: Table,
    pub(crate) attempts: Table,
    pub(crate) postings: Table,
    pub(crate) requests: Table,
    pub(crate) code_uses: Table,
    pub(crate) tokens: Table,
    pub(crate) messages: Table,
}

impl Rows {
    /// Adds the rows of one event.
    pub(crate) fn add(&mut self, event: &Event, body: &EventBody) -> Result<(), StoreError> {
        let Event { id, person_id, version, at, payload } = event;
        self.events.push(values![*person_id, *version, *id, *at, body.action, payload].to_vec());
        for (line, posting) in (1_i64..).zip(body.journal.postings()) {
            self.postings
                .push(values![*id, *person_id, line, posting.account.to_string(), posting.amount].to_vec());
        }
        for StoredRequest { key, digest } in &body.requests {
            self.requests.push(
                values![key.institution, key.operation, key.message_id, *digest, *person_id, *version]
                    .to_vec(),
            );
        }
        for (line, message) in (1_i64..).zip(&body.messages) {
            self.messages.push(values![*id, *person_id, line, to_json("outbox", message)?].to_vec());
        }
        let mut touched = BTreeSet::new();
        for record in &body.records {
            touched.extend(visit_of(record));
            self.add_record(event, record)?;
        }
        self.visit_events
            .extend(touched.into_iter().map(|visit_id| values![visit_id, *person_id, *version].to_vec()));
        Ok(())
    }

    fn add_record(&mut self, event: &Event, record: &Record) -> Result<(), StoreError> {
        match record {
            Record::Visit { visit } => self.visits.push(visit_row(visit)),
            // Fee items are read from the events of their visit.
            Record::ItemsAdded { .. } | Record::ItemsWithdrawn { .. } => {}
            Record::Settlement { settlement } => {
                let row = settlement_row(event, settlement).map_err(|overflow| StoreError::Inconsistent {
                    table: "settlement",
                    row: settlement.id.to_string(),
                    what: overflow.to_string(),
                })?;
                self.settlements.push(row);
                if let SettlementKind::Reversal { of } = settlement.kind {
                    self.ended.push(values![of, event.person_id, true, false].to_vec());
                }
            }
            Record::Order { order } => {
                self.orders.push(order_row(order)?);
                let numbers = channel_orders(&order.state);
                self.attempts
                    .extend(numbers.map(|number| values![number, order.person_id, order.id].to_vec()));
            }
            Record::CodeUse { code_use } => self.code_uses.push(code_use_row(code_use)?),
            Record::Token { digest, grant } => self.tokens.push(
                values![*digest, event.person_id, grant.institution, grant.business.code(), grant.expires_at]
                    .to_vec(),
            ),
        }
        Ok(())
    }

    /// Writes everything, each table in one statement where the engine can.
    pub(crate) fn write(&self, transaction: &mut Transaction<'_>) -> Result<(), StoreError> {
        transaction.insert_many(&EVENT, &self.events)?;
        transaction.insert_many(&VISIT, &self.visits)?;
        transaction.insert_many(&VISIT_EVENT, &self.visit_events)?;
        let ended = transaction.swap_many(&END_SETTLEMENT, &self.ended)?;
        if ended.contains(&false) {
            return transaction.collision("a settlement that was reversed before");
        }
        transaction.insert_many(&SETTLEMENT, &self.settlements)?;
        transaction.insert_many(&PAYMENT_ORDER, &self.orders)?;
        transaction.insert_many(&PAYMENT_ATTEMPT, &self.attempts)?;
        transaction.insert_many(&POSTING, &self.postings)?;
        transaction.insert_many(&REQUEST, &self.requests)?;
        transaction.insert_many(&CODE_USE, &self.code_uses)?;
        transaction.insert_many(&TOKEN, &self.tokens)?;
        transaction.insert_many(&OUTBOX, &self.messages)
    }
}

impl Rows {
    /// Makes the rows of all settlements what they are after all reversals among these events.
    pub(crate) fn end_reversed(&mut self) {
        let ended: HashSet<&[Value]> = self.ended.iter().filter_map(|row| row.get(..2)).collect();
        for row in &mut self.settlements {
            if row.get(..2).is_some_and(|key| ended.contains(key)) {
                row.splice(LIVE..=LIVE, values![false]);
            }
        }
    }
}

/// The visit that a record belongs to, if it belongs to one.
const fn visit_of(record: &Record) -> Option<VisitId> {
    match record {
        Record::Visit { visit } => Some(visit.id),
        Record::ItemsAdded { visit_id, .. } | Record::ItemsWithdrawn { visit_id, .. } => Some(*visit_id),
        Record::Settlement { settlement } => Some(settlement.visit_id),
        Record::Order { .. } | Record::CodeUse { .. } | Record::Token { .. } => None,
    }
}

fn visit_row(visit: &Visit) -> Vec<Value> {
    values![visit.id, visit.person_id, visit.institution, visit.state, visit.began].to_vec()
}

fn settlement_row(event: &Event, settled: &Settlement) -> Result<Vec<Value>, Overflow> {
    let Settlement { id, visit_id, institution, batch, order_id, .. } = settled;
    let reversal_of: Option<SettlementId> = match settled.kind {
        SettlementKind::Original => None,
        SettlementKind::Reversal { of } => Some(of),
    };
    let split = &settled.split;
    let account = split.account_paid()?.plus(split.mutual_aid_paid)?;
    Ok(values![
        *id,
        event.person_id,
        event.version,
        *visit_id,
        batch,
        *order_id,
        institution,
        reversal_of,
        reversal_of.is_none(),
        settled.settled,
        split.total,
        split.fund_total()?,
        account,
        split.cash,
        split.hospital,
    ]
    .to_vec())
}

fn order_row(order: &Order) -> Result<Vec<Value>, StoreError> {
    let body = to_json("payment_order", order)?;
    Ok(values![order.id, order.person_id, order.settlement_id, order.state.name(), body].to_vec())
}

/// The numbers under which the channel knows an order in this state: the payment's and the refund's.
fn channel_orders(state: &OrderState) -> impl Iterator<Item = &str> {
    let refund = match state {
        OrderState::Refunding { refund_order, .. } => Some(refund_order.as_str()),
        _ => None,
    };
    state.attempt().map(|attempt| attempt.channel_order.as_str()).into_iter().chain(refund)
}

fn code_use_row(code_use: &CodeUse) -> Result<Vec<Value>, StoreError> {
    let CodeUse { handle, shown, person_id, institution, used } = code_use;
    let handle = i64::try_from(*handle)
        .map_err(|_| StoreError::Constraint("a handle has twelve digits".to_owned()))?;
    Ok(values![*shown, handle, *person_id, institution, *used].to_vec())
}
