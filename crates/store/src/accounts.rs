//! Logins of insured persons: a phone number, and once the real-name check has passed, a person.

use credential::{AttemptPolicy, PinAttempts, PinRefusal};
use model::{Instant, PersonId};

use crate::StoreError;
use crate::cipher::{Digest, Field};
use crate::engine::column::values;
use crate::engine::connection::{Connection, Transaction};
use crate::engine::statement::Statement;
use crate::personal::Personal;

const PHONE: Field = Field("insured_account.phone");
/// A phone number that waits in a browser for the code that was sent to it.
const WAITING_PHONE: Field = Field("visitor.phone");

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

const INSERT: &str = "INSERT INTO insured_account
    (phone_index, phone_sealed, person_id, created_at, check_failures, check_locked_until)
    VALUES ($1, $2, NULL, $3, 0, NULL) ON CONFLICT (phone_index) DO NOTHING";
const FIND: &str = "SELECT phone_index, phone_sealed, person_id, created_at
    FROM insured_account WHERE phone_index = $1";
const LINK: &str = "UPDATE insured_account SET person_id = $2 WHERE phone_index = $1 AND person_id IS NULL";
const FORGET: &str = "DELETE FROM insured_account WHERE phone_index = $1 AND person_id IS NULL";
const UNLINK: &str = "UPDATE insured_account SET person_id = NULL WHERE person_id = $1";
const CHECKS: &str = "SELECT check_failures, check_locked_until FROM insured_account WHERE phone_index = $1";
const SET_CHECKS: &str = "UPDATE insured_account SET check_failures = $2, check_locked_until = $3
    WHERE phone_index = $1 AND check_failures = $4 AND COALESCE(check_locked_until, -1) = $5";
const OF_PERSON: &str = "SELECT phone_index FROM insured_account WHERE person_id = $1 ORDER BY phone_index";

pub(crate) const STATEMENTS: &[Statement] = &[
    Statement::Plain(INSERT),
    Statement::Plain(FIND),
    Statement::Plain(LINK),
    Statement::Plain(FORGET),
    Statement::Plain(UNLINK),
    Statement::Plain(CHECKS),
    Statement::Plain(SET_CHECKS),
    Statement::Plain(OF_PERSON),
];

/// The login of a phone number, made now if there is none. The caller has checked a code sent to it.
///
/// # Errors
/// The database fails.
pub fn open(
    transaction: &mut Transaction<'_>,
    phone: &Personal,
    now: Instant,
) -> Result<InsuredAccount, StoreError> {
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
pub fn find_by_phone(
    connection: &mut Connection,
    phone: &Personal,
) -> Result<Option<InsuredAccount>, StoreError> {
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

/// Forgets a login that belongs to nobody; whether there was one.
///
/// # Errors
/// The database fails.
pub fn forget(transaction: &mut Transaction<'_>, key: Digest) -> Result<bool, StoreError> {
    transaction.execute_at_most_one(FORGET, &values![key])
}

/// Says that no login belongs to a person any more; how many did.
///
/// # Errors
/// The database fails.
pub fn unlink(transaction: &mut Transaction<'_>, person_id: PersonId) -> Result<u64, StoreError> {
    transaction.execute(UNLINK, &values![person_id])
}

/// Counts a real-name check of a login, after name and numbers were compared: the lock is judged on the stored count, as
/// that of a PIN is. `None` when there is no such login. A wrong check must be committed too.
///
/// # Errors
/// `Collision`, which [`Database::write`](crate::Database::write) answers by running the transaction again.
pub fn judge_check(
    transaction: &mut Transaction<'_>,
    key: Digest,
    policy: AttemptPolicy,
    right: bool,
    now: Instant,
) -> Result<Option<Result<(), PinRefusal>>, StoreError> {
    let Some(mut row) = transaction.query_optional(CHECKS, &values![key])? else { return Ok(None) };
    let before = PinAttempts { failures: row.get()?, locked_until: row.get()? };
    let (after, verdict) = before.judge(policy, right, now);
    let old_lock = before.locked_until.map_or(-1, Instant::milliseconds);
    let parameters = values![key, after.failures, after.locked_until, before.failures, old_lock];
    if after != before && !transaction.execute_at_most_one(SET_CHECKS, &parameters)? {
        return transaction.collision("real-name checks of a login");
    }
    Ok(Some(verdict))
}

/// Encrypts a phone number for the browser that waits for a code sent to it; `browser` binds it to that browser.
///
/// # Errors
/// The operating system gives no random bytes.
pub fn seal_waiting_phone(
    connection: &mut Connection,
    browser: &str,
    phone: &Personal,
) -> Result<Vec<u8>, StoreError> {
    Ok(connection.keys().seal(WAITING_PHONE, browser.as_bytes(), phone.expose())?)
}

/// Decrypts what [`seal_waiting_phone`] made for the same browser.
///
/// # Errors
/// `Cipher` when it was made for another browser, or is nothing of ours.
pub fn open_waiting_phone(
    connection: &mut Connection,
    browser: &str,
    sealed: &[u8],
) -> Result<Personal, StoreError> {
    Ok(connection.keys().open(WAITING_PHONE, browser.as_bytes(), sealed)?)
}

/// The logins of a person.
///
/// # Errors
/// The database fails.
pub fn of_person(connection: &mut Connection, person_id: PersonId) -> Result<Vec<Digest>, StoreError> {
    connection.query(OF_PERSON, &values![person_id])?.iter_mut().map(crate::engine::row::Row::get).collect()
}
