//! Used credential codes and the tokens that were issued for them.

use std::collections::{HashMap, HashSet};
use std::str::FromStr as _;

use credential::{BusinessType, TokenGrant};
use model::{Instant, PersonId};
use settlement::CodeUse;

use crate::StoreError;
use crate::engine::column::{FromCell, unfit, values};
use crate::engine::connection::Connection;
use crate::engine::row::Row;
use crate::engine::statement::{SelectMany, Statement};
use crate::engine::value::Cell;
use crate::engine::value::ColumnType::{Bytes, Int};

static USED: SelectMany = SelectMany::new(
    "SELECT shown, handle, person_id FROM code_use",
    &[("shown", Int), ("handle", Int), ("person_id", Bytes)],
    "",
);
static TOKENS: SelectMany = SelectMany::new(
    "SELECT token_digest, person_id, institution_code, business, expires_at FROM token",
    &[("token_digest", Bytes), ("person_id", Bytes)],
    "",
);
const TOKEN: &str = "SELECT token_digest, person_id, institution_code, business, expires_at
    FROM token WHERE token_digest = $1";

const USE: &str =
    "SELECT institution_code, used FROM code_use WHERE shown = $1 AND handle = $2 AND person_id = $3";

pub(crate) const STATEMENTS: &[Statement] =
    &[Statement::Grouped(&USED), Statement::Grouped(&TOKENS), Statement::Plain(TOKEN), Statement::Plain(USE)];

struct Business(BusinessType);

impl FromCell for Business {
    fn from_cell(cell: Cell) -> Result<Self, String> {
        BusinessType::from_str(&String::from_cell(cell)?).map(Self).or_else(|_| unfit("business type"))
    }
}

/// A token by the digest that names it, and a code by the second at which it was shown and its handle.
pub(crate) type TokenKey = ([u8; 32], PersonId);
pub(crate) type CodeKey = (Instant, u64, PersonId);

fn grant_of(row: &mut Row) -> Result<([u8; 32], TokenGrant), StoreError> {
    let digest = row.get()?;
    let person = row.get()?;
    let institution = row.get()?;
    let Business(business) = row.get()?;
    Ok((digest, TokenGrant { institution, person, business, expires_at: row.get()? }))
}

/// What a token was given for, whoever's it is.
///
/// # Errors
/// The database fails.
pub fn find_token(connection: &mut Connection, digest: [u8; 32]) -> Result<Option<TokenGrant>, StoreError> {
    let found = connection.query_optional(TOKEN, &values![digest])?;
    found.map(|mut row| grant_of(&mut row).map(|(_, grant)| grant)).transpose()
}

/// Where and when a code was used, if it was: the code that `handle` showed in the second `shown`.
///
/// # Errors
/// The database fails.
pub fn find_use(
    connection: &mut Connection,
    shown: Instant,
    handle: u64,
    person_id: PersonId,
) -> Result<Option<CodeUse>, StoreError> {
    let Ok(stored_handle) = i64::try_from(handle) else { return Ok(None) };
    connection
        .query_optional(USE, &values![shown, stored_handle, person_id])?
        .map(|mut row| Ok(CodeUse { handle, shown, person_id, institution: row.get()?, used: row.get()? }))
        .transpose()
}

/// The grants of these tokens, as far as they are these persons'. Each is given once.
pub(crate) fn find_tokens(
    connection: &mut Connection,
    wanted: &HashSet<TokenKey>,
) -> Result<HashMap<TokenKey, TokenGrant>, StoreError> {
    let keys: Vec<_> =
        wanted.iter().map(|(digest, person_id)| values![*digest, *person_id].to_vec()).collect();
    let rows = connection.select_many(&TOKENS, &keys)?;
    rows.into_iter()
        .map(|mut row| grant_of(&mut row).map(|(digest, grant)| ((digest, grant.person), grant)))
        .collect()
}

/// Which of these codes have been used. Each is given once.
pub(crate) fn used(
    connection: &mut Connection,
    wanted: &HashSet<CodeKey>,
) -> Result<HashSet<CodeKey>, StoreError> {
    let keys: Vec<_> = wanted
        .iter()
        .filter_map(|(shown, handle, person_id)| {
            // A handle beyond BIGINT cannot be stored, so it has not been used; writing it will be refused.
            i64::try_from(*handle).ok().map(|handle| values![*shown, handle, *person_id].to_vec())
        })
        .collect();
    let rows = connection.select_many(&USED, &keys)?;
    rows.into_iter().map(|mut row| Ok((row.get()?, row.get()?, row.get()?))).collect()
}
