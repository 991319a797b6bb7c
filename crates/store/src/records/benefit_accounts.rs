//! Benefit accounts: the one row of a person that commands swap.

use std::collections::HashMap;

use benefit::AccountBalances;
use ledger::ChainHead;
use model::PersonId;
use settlement::BenefitAccount;

use super::{from_json, to_json};
use crate::StoreError;
use crate::engine::column::values;
use crate::engine::connection::{Connection, Transaction};
use crate::engine::row::Row;
use crate::engine::statement::{InsertMany, SelectMany, Statement, SwapMany};
use crate::engine::value::ColumnType::{Bytes, Int, Text};
use crate::engine::value::Value;

static OPEN: InsertMany = InsertMany::new(
    "benefit_account",
    &[
        ("person_id", Bytes),
        ("version", Int),
        ("current_year", Int),
        ("previous_years", Int),
        ("accumulators", Text),
        ("chain_head", Bytes),
    ],
);
static SWAP: SwapMany = SwapMany::new(
    "benefit_account",
    &[("person_id", Bytes)],
    ("version", Int),
    &[
        ("version", Int),
        ("current_year", Int),
        ("previous_years", Int),
        ("accumulators", Text),
        ("chain_head", Bytes),
    ],
);
static FIND_MANY: SelectMany = SelectMany::new(
    "SELECT person_id, version, current_year, previous_years, accumulators, chain_head FROM benefit_account",
    &[("person_id", Bytes)],
    "",
);
static VERSIONS: SelectMany =
    SelectMany::new("SELECT person_id, version FROM benefit_account", &[("person_id", Bytes)], "");
const AFTER: &str = "SELECT person_id FROM benefit_account WHERE person_id > $1 ORDER BY person_id LIMIT $2";

pub(crate) const STATEMENTS: &[Statement] = &[
    Statement::Grouped(&OPEN),
    Statement::Grouped(&SWAP),
    Statement::Grouped(&FIND_MANY),
    Statement::Grouped(&VERSIONS),
    Statement::Plain(AFTER),
];

/// A person's benefit account; version 0 where nothing has happened yet.
///
/// # Errors
/// `Inconsistent` when the accumulators cannot be read.
pub fn find(connection: &mut Connection, person_id: PersonId) -> Result<BenefitAccount, StoreError> {
    let found = find_many(connection, &[person_id])?.remove(&person_id);
    Ok(found.unwrap_or_else(|| BenefitAccount::new(person_id)))
}

fn keys_of(people: &[PersonId]) -> Vec<Vec<Value>> {
    people.iter().map(|person_id| values![*person_id].to_vec()).collect()
}

/// The accounts of these persons, as far as they exist. Each person is given once.
pub(crate) fn find_many(
    connection: &mut Connection,
    people: &[PersonId],
) -> Result<HashMap<PersonId, BenefitAccount>, StoreError> {
    let rows = connection.select_many(&FIND_MANY, &keys_of(people))?;
    rows.into_iter().map(|mut row| account_of(&mut row).map(|account| (account.person_id, account))).collect()
}

fn account_of(row: &mut Row) -> Result<BenefitAccount, StoreError> {
    let person_id: PersonId = row.get()?;
    Ok(BenefitAccount {
        person_id,
        version: row.get()?,
        balances: AccountBalances { current_year: row.get()?, previous_years: row.get()? },
        accumulators: from_json("benefit_account", person_id, &row.get::<String>()?)?,
        chain_head: ChainHead::from_bytes(row.get()?),
    })
}

/// How many events each of these persons has, as far as they have any.
pub(crate) fn versions(
    connection: &mut Connection,
    people: &[PersonId],
) -> Result<HashMap<PersonId, i64>, StoreError> {
    let rows = connection.select_many(&VERSIONS, &keys_of(people))?;
    rows.into_iter().map(|mut row| Ok((row.get()?, row.get()?))).collect()
}

/// Up to `limit` persons with a benefit account, in the order of their identifiers, from the first after `after`.
pub(crate) fn after(
    connection: &mut Connection,
    after: Option<PersonId>,
    limit: u32,
) -> Result<Vec<PersonId>, StoreError> {
    // Without a predecessor: every identifier comes after no bytes at all.
    let after = after.map_or(Vec::new(), |id| id.to_bytes().to_vec());
    connection.query(AFTER, &values![after, limit])?.iter_mut().map(Row::get).collect()
}

/// Moves each account from the version before to its own; for each, whether it still was at the version before. The
/// first version is a new row.
///
/// # Errors
/// `Conflict` when a new row is there already.
pub(crate) fn swap(
    transaction: &mut Transaction<'_>,
    accounts: &[&BenefitAccount],
) -> Result<Vec<bool>, StoreError> {
    let mut opened = Vec::new();
    let mut moved = Vec::new();
    for account in accounts {
        let BenefitAccount { person_id, version, balances, accumulators, chain_head } = account;
        let accumulators = to_json("benefit_account", accumulators)?;
        let state = values![
            *version,
            balances.current_year,
            balances.previous_years,
            accumulators,
            chain_head.to_bytes()
        ];
        let key = values![*person_id];
        if *version == 1 {
            opened.push(key.into_iter().chain(state).collect());
        } else {
            let guard = values![version.saturating_sub(1)];
            moved.push(key.into_iter().chain(guard).chain(state).collect());
        }
    }
    transaction.insert_many(&OPEN, &opened)?;
    let mut swapped = transaction.swap_many(&SWAP, &moved)?.into_iter();
    Ok(accounts.iter().map(|account| account.version == 1 || swapped.next().unwrap_or(false)).collect())
}
