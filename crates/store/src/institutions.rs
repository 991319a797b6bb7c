//! The register of designated institutions, with the keys by which their systems sign.

use std::collections::HashMap;

use model::{Institution, InstitutionCode};

use crate::StoreError;
use crate::cipher::Field;
use crate::engine::column::values;
use crate::engine::connection::{Connection, Transaction};
use crate::engine::row::Row;
use crate::engine::statement::{SelectMany, Statement};
use crate::engine::value::ColumnType::Text;
use crate::personal::Personal;

const SECRET_KEY: Field = Field("institution.secret_key");

/// The keys of an institution's system (AK and SK of the header signature).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKeys {
    /// Names the caller (`x-tif-paasid` and its like).
    pub access_key: String,
    /// Signs.
    pub secret_key: Personal,
}

const INSERT: &str =
    "INSERT INTO institution (code, name, kind, level, region, active, access_key, secret_key_sealed)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const FIND: &str = "SELECT code, name, kind, level, region, active FROM institution WHERE code = $1";
const LIST: &str = "SELECT code, name, kind, level, region, active FROM institution ORDER BY code";
const BY_ACCESS_KEY: &str = "SELECT code, name, kind, level, region, active, secret_key_sealed
    FROM institution WHERE access_key = $1";
const SET_ACTIVE: &str = "UPDATE institution SET active = $2 WHERE code = $1";
const SET_KEYS: &str = "UPDATE institution SET access_key = $2, secret_key_sealed = $3 WHERE code = $1";

static FIND_MANY: SelectMany =
    SelectMany::new("SELECT code, name, kind, level, region, active FROM institution", &[("code", Text)], "");

pub(crate) const STATEMENTS: &[Statement] = &[
    Statement::Plain(INSERT),
    Statement::Plain(FIND),
    Statement::Plain(LIST),
    Statement::Plain(BY_ACCESS_KEY),
    Statement::Plain(SET_ACTIVE),
    Statement::Plain(SET_KEYS),
    Statement::Grouped(&FIND_MANY),
];

/// Registers an institution.
///
/// # Errors
/// `Conflict` when the code or the access key is registered already.
pub fn insert(
    transaction: &mut Transaction<'_>,
    institution: &Institution,
    keys: Option<&SigningKeys>,
) -> Result<(), StoreError> {
    let sealed = keys
        .map(|keys| transaction.keys().seal(SECRET_KEY, row_key(&institution.code), keys.secret_key.expose()))
        .transpose()?;
    let access_key = keys.map(|keys| keys.access_key.as_str());
    let Institution { code, name, kind, level, region, active } = institution;
    transaction.execute_one(INSERT, &values![code, name, *kind, *level, *region, *active, access_key, sealed])
}

fn institution_of(row: &mut Row) -> Result<Institution, StoreError> {
    Ok(Institution {
        code: row.get()?,
        name: row.get()?,
        kind: row.get()?,
        level: row.get()?,
        region: row.get()?,
        active: row.get()?,
    })
}

/// An institution.
///
/// # Errors
/// The database fails.
pub fn find(connection: &mut Connection, code: &InstitutionCode) -> Result<Option<Institution>, StoreError> {
    connection.query_optional(FIND, &values![code])?.map(|mut row| institution_of(&mut row)).transpose()
}

/// These institutions, as far as they are registered. Each is given once.
pub(crate) fn find_many(
    connection: &mut Connection,
    codes: &[&InstitutionCode],
) -> Result<HashMap<InstitutionCode, Institution>, StoreError> {
    let keys: Vec<_> = codes.iter().map(|code| values![code].to_vec()).collect();
    let rows = connection.select_many(&FIND_MANY, &keys)?;
    rows.into_iter()
        .map(|mut row| institution_of(&mut row).map(|institution| (institution.code.clone(), institution)))
        .collect()
}

/// All institutions, by code.
///
/// # Errors
/// The database fails.
pub fn list(connection: &mut Connection) -> Result<Vec<Institution>, StoreError> {
    connection.query(LIST, &[])?.iter_mut().map(institution_of).collect()
}

/// The institution whose system calls with this access key, and the key that must have signed.
///
/// # Errors
/// `Cipher` when the secret key cannot be decrypted.
pub fn find_by_access_key(
    connection: &mut Connection,
    access_key: &str,
) -> Result<Option<(Institution, SigningKeys)>, StoreError> {
    let Some(mut row) = connection.query_optional(BY_ACCESS_KEY, &values![access_key])? else {
        return Ok(None);
    };
    let institution = institution_of(&mut row)?;
    let sealed: Vec<u8> = row.get()?;
    let secret_key = connection.keys().open(SECRET_KEY, row_key(&institution.code), &sealed)?;
    Ok(Some((institution, SigningKeys { access_key: access_key.to_owned(), secret_key })))
}

/// Puts an institution's agreement in or out of force.
///
/// # Errors
/// `RowCount` when there is no such institution.
pub fn set_active(
    transaction: &mut Transaction<'_>,
    code: &InstitutionCode,
    active: bool,
) -> Result<(), StoreError> {
    transaction.execute_one(SET_ACTIVE, &values![code, active])
}

/// Replaces the keys of an institution's system.
///
/// # Errors
/// `Conflict` when another institution has the access key; `RowCount` when there is no such institution.
pub fn set_keys(
    transaction: &mut Transaction<'_>,
    code: &InstitutionCode,
    keys: &SigningKeys,
) -> Result<(), StoreError> {
    let sealed = transaction.keys().seal(SECRET_KEY, row_key(code), keys.secret_key.expose())?;
    transaction.execute_one(SET_KEYS, &values![code, keys.access_key, sealed])
}

fn row_key(code: &InstitutionCode) -> &[u8] {
    code.as_str().as_bytes()
}
