//! Payment orders in their newest state.

use std::collections::HashMap;

use model::{OrderId, PersonId};
use settlement::Order;

use super::from_json;
use crate::StoreError;
use crate::engine::column::values;
use crate::engine::connection::Connection;
use crate::engine::row::Row;
use crate::engine::statement::{SelectMany, Statement};
use crate::engine::value::ColumnType::Bytes;

static FIND_MANY: SelectMany = SelectMany::new(
    "SELECT order_id, body FROM payment_order",
    &[("order_id", Bytes), ("person_id", Bytes)],
    "",
);
const FIND: &str = "SELECT order_id, body FROM payment_order WHERE order_id = $1";
const BY_CHANNEL_ORDER: &str = "SELECT o.order_id, o.body
    FROM payment_attempt AS a JOIN payment_order AS o ON o.order_id = a.order_id AND o.person_id = a.person_id
    WHERE a.channel_order = $1";
const UNRESOLVED: &str = "SELECT order_id, body FROM payment_order
    WHERE state IN ('paying', 'refunding') AND order_id > $1 ORDER BY order_id LIMIT $2";

pub(crate) const STATEMENTS: &[Statement] = &[
    Statement::Grouped(&FIND_MANY),
    Statement::Plain(FIND),
    Statement::Plain(BY_CHANNEL_ORDER),
    Statement::Plain(UNRESOLVED),
];

fn order_of(row: &mut Row) -> Result<Order, StoreError> {
    let id: OrderId = row.get()?;
    from_json("payment_order", id, &row.get::<String>()?)
}

/// An order by its number alone, as institutions and people name it.
///
/// # Errors
/// `Inconsistent` when the order cannot be read.
pub fn find(connection: &mut Connection, order_id: OrderId) -> Result<Option<Order>, StoreError> {
    connection.query_optional(FIND, &values![order_id])?.map(|mut row| order_of(&mut row)).transpose()
}

/// The order of which a payment or refund has, or once had, this number at the channel, as its notifications name it.
///
/// # Errors
/// `Inconsistent` when the order cannot be read.
pub fn find_by_channel_order(
    connection: &mut Connection,
    channel_order: &str,
) -> Result<Option<Order>, StoreError> {
    connection
        .query_optional(BY_CHANNEL_ORDER, &values![channel_order])?
        .map(|mut row| order_of(&mut row))
        .transpose()
}

/// Orders whose outcome only the channel knows, from the first after `after`, at most `limit`: to be asked about.
///
/// # Errors
/// `Inconsistent` when an order cannot be read.
pub fn unresolved(
    connection: &mut Connection,
    after: Option<OrderId>,
    limit: u32,
) -> Result<Vec<Order>, StoreError> {
    let after = after.unwrap_or(OrderId::from_bytes([0; 16]));
    connection.query(UNRESOLVED, &values![after, limit])?.iter_mut().map(order_of).collect()
}

/// These orders, as far as they are these persons'. Each is given once.
pub(crate) fn find_many(
    connection: &mut Connection,
    wanted: &[(OrderId, PersonId)],
) -> Result<HashMap<(OrderId, PersonId), Order>, StoreError> {
    let keys: Vec<_> = wanted.iter().map(|(id, person_id)| values![*id, *person_id].to_vec()).collect();
    let rows = connection.select_many(&FIND_MANY, &keys)?;
    rows.into_iter()
        .map(|mut row| order_of(&mut row).map(|order| ((order.id, order.person_id), order)))
        .collect()
}
