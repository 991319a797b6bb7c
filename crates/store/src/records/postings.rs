//! The ledger's postings.

use ledger::Account;
use model::{EventId, Fen};

use crate::StoreError;
use crate::engine::column::values;
use crate::engine::connection::Connection;
use crate::engine::statement::Statement;

const TOTALS: &str = "SELECT account, CAST(SUM(amount) AS BIGINT) FROM posting
    WHERE event_id >= $1 AND event_id <= $2 GROUP BY account ORDER BY account";

pub(crate) const STATEMENTS: &[Statement] = &[Statement::Plain(TOTALS)];

/// The sum of the postings of each account, over the events from `from` to `to`; an event's identifier begins with its
/// time, so that the two bound a period. All sums together are zero.
///
/// # Errors
/// `Inconsistent` when a posting names no account.
pub fn totals(
    connection: &mut Connection,
    from: Option<EventId>,
    to: Option<EventId>,
) -> Result<Vec<(Account, Fen)>, StoreError> {
    let from = from.unwrap_or(EventId::from_bytes([0; 16]));
    let to = to.unwrap_or(EventId::from_bytes([0xFF; 16]));
    connection
        .query(TOTALS, &values![from, to])?
        .iter_mut()
        .map(|row| {
            let name: String = row.get()?;
            let account = name.parse().map_err(|_| StoreError::Inconsistent {
                table: "posting",
                row: name,
                what: "it names no account".to_owned(),
            })?;
            Ok((account, row.get()?))
        })
        .collect()
}
