//! Logins of insured persons: a phone number, and once the real-name check has passed, a person.

use model::{Instant, PersonId};

use crate::StoreError;
use crate::cipher::{Digest, Field};
use crate::engine::column::values;
use crate::engine::connection::{Connection, Transaction};
use crate::engine::statement::Statement;
use crate::personal::Personal;

const PHONE: Field = Field("insured_account.phone");

/// The login of a phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsuredAccount {
    /// Blind index of the phone number; the subject of sessions.
    pub key: Digest,
    /// Phone number: digits only.
    pub phone: Personal,
    /// Who it is, once the real-name check has passed.
    pub person_id: Option<PersonId>,
    /// Since when.
    pub created_at: Instant,
}

const INSERT: &str = "INSERT INTO insured_account (phone_index, phone_sealed, person_id, created_at)
    VALUES ($1, $2, NULL, $3) ON CONFLICT (phone_index) DO NOTHING";
const FIND: &str = "SELECT phone_index, phone_sealed, person_id, created_at
    FROM insured_account WHERE phone_index = $1";
const LINK: &str = "UPDATE insured_account SET person_id = $2 WHERE phone_index = $1 AND person_id IS NULL";
const OF_PERSON: &str = "SELECT phone_index FROM insured_account WHERE person_id = $1 ORDER BY phone_index";

pub(crate) const STATEMENTS: &[Statement] = &[
    Statement::Plain(INSERT),
    Statement::Plain(FIND),
    Statement::Plain(LINK),
    Statement::Plain(OF_PERSON),
];

/// The login of a phone number, made now if there is none. The caller has checked a code sent to it.
///
/// # Errors
/// The database fails.
pub fn open(transaction: &mut Transaction<'_>, phone: &Personal, now: Instant) -> Result<InsuredAccount, StoreError> {
    let keys = transaction.keys();
    let key = keys.index(PHONE, phone.expose());
    let sealed = keys.seal(PHONE, key.as_bytes(), phone.expose())?;
    transaction.execute_at_most_one(INSERT, &values![key, sealed, now])?;
    find(transaction, key)?.ok_or_else(|| StoreError::Inconsistent {
        table: "insured_account",
        row: "just written".to_owned(),
        what: "is not there".to_owned(),
    })
}

/// A login by its key.
///
/// # Errors
/// `Cipher` when the phone number cannot be decrypted.
pub fn find(connection: &mut Connection, key: Digest) -> Result<Option<InsuredAccount>, StoreError> {
    let Some(mut row) = connection.query_optional(FIND, &values![key])? else { return Ok(None) };
    let key: Digest = row.get()?;
    let sealed: Vec<u8> = row.get()?;
    Ok(Some(InsuredAccount {
        key,
        phone: connection.keys().open(PHONE, key.as_bytes(), &sealed)?,
        person_id: row.get()?,
        created_at: row.get()?,
    }))
}

/// The login of a phone number, if there is one.
///
/// # Errors
/// `Cipher` when the phone number cannot be decrypted.
pub fn find_by_phone(connection: &mut Connection, phone: &Personal) -> Result<Option<InsuredAccount>, StoreError> {
    let key = connection.keys().index(PHONE, phone.expose());
    find(connection, key)
}

/// Says who a login belongs to, after the real-name check; whether it belonged to nobody before.
///
/// # Errors
/// The database fails.
pub fn link(transaction: &mut Transaction<'_>, key: Digest, person_id: PersonId) -> Result<bool, StoreError> {
    transaction.execute_at_most_one(LINK, &values![key, person_id])
}

/// The logins of a person.
///
/// # Errors
/// The database fails.
pub fn of_person(connection: &mut Connection, person_id: PersonId) -> Result<Vec<Digest>, StoreError> {
    connection.query(OF_PERSON, &values![person_id])?.iter_mut().map(crate::engine::row::Row::get).collect()
}
