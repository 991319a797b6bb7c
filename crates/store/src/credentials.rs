//! Credentials, their PINs, and the channels that hold an authorisation.

use credential::level::{ChannelState, Credential, CredentialState, Level};
use credential::{AttemptPolicy, IndexNo, PinAttempts, PinRefusal};
use model::{Instant, PersonId};

use crate::StoreError;
use crate::engine::column::{FromCell, ToValue, unfit, values, words};
use crate::engine::connection::{Connection, Transaction};
use crate::engine::row::Row;
use crate::engine::statement::Statement;
use crate::engine::value::{Cell, ColumnType, Value};
use crate::personal::Personal;

words!(CredentialState { Active = "active", Suspended = "suspended" });
words!(ChannelState { Authorised = "authorised", Unbound = "unbound" });

impl ToValue for Level {
    const TYPE: ColumnType = ColumnType::Int;

    fn to_value(&self) -> Value {
        self.number().to_value()
    }
}

impl FromCell for Level {
    fn from_cell(cell: Cell) -> Result<Self, String> {
        Self::from_number(u8::from_cell(cell)?).map_or_else(|| unfit("level"), Ok)
    }
}

impl ToValue for IndexNo {
    const TYPE: ColumnType = ColumnType::Bytes;

    fn to_value(&self) -> Value {
        self.to_bytes().to_value()
    }
}

impl FromCell for IndexNo {
    fn from_cell(cell: Cell) -> Result<Self, String> {
        <[u8; 16]>::from_cell(cell).map(Self::from_bytes)
    }
}

/// A person's credential as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCredential {
    /// Whose.
    pub person_id: PersonId,
    /// Index number.
    pub index_no: IndexNo,
    /// Level and state.
    pub credential: Credential,
    /// Argon2id hash of the PIN, in PHC form.
    pub pin_hash: Personal,
    /// Wrong PINs so far.
    pub pin_attempts: PinAttempts,
    /// Version of the agreement that the person accepted.
    pub agreement_version: String,
    /// When it was activated.
    pub activated_at: Instant,
}

/// A channel's authorisation to show the credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorisation {
    /// Random 12-digit number inside every code that the channel shows.
    pub handle: u64,
    /// Whose credential.
    pub person_id: PersonId,
    /// Which channel.
    pub channel: String,
    /// Whether it stands.
    pub state: ChannelState,
    /// Since when.
    pub authorised_at: Instant,
    /// Until when, once it was withdrawn.
    pub unbound_at: Option<Instant>,
}

const INSERT: &str = "INSERT INTO credential (person_id, index_no, level, state, pin_hash, pin_failures,
    pin_locked_until, agreement_version, activated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const FIND: &str = "SELECT person_id, index_no, level, state, pin_hash, pin_failures, pin_locked_until,
    agreement_version, activated_at FROM credential WHERE person_id = $1";
const SWAP: &str =
    "UPDATE credential SET level = $2, state = $3 WHERE person_id = $1 AND level = $4 AND state = $5";
const ATTEMPTS: &str = "SELECT pin_failures, pin_locked_until FROM credential WHERE person_id = $1";
const SET_ATTEMPTS: &str = "UPDATE credential SET pin_failures = $2, pin_locked_until = $3
    WHERE person_id = $1 AND pin_failures = $4 AND COALESCE(pin_locked_until, -1) = $5";
const SET_PIN: &str = "UPDATE credential SET pin_hash = $2, pin_failures = 0, pin_locked_until = NULL
    WHERE person_id = $1";
const AUTHORISE: &str = "INSERT INTO channel_authorisation
    (handle, person_id, channel, state, authorised_at, unbound_at) VALUES ($1, $2, $3, $4, $5, $6)";
const FIND_AUTHORISATION: &str = "SELECT handle, person_id, channel, state, authorised_at, unbound_at
    FROM channel_authorisation WHERE handle = $1";
const AUTHORISATIONS: &str = "SELECT handle, person_id, channel, state, authorised_at, unbound_at
    FROM channel_authorisation WHERE person_id = $1 ORDER BY authorised_at, handle";
const UNBIND: &str = "UPDATE channel_authorisation SET state = 'unbound', unbound_at = $2
    WHERE handle = $1 AND state = 'authorised'";

pub(crate) const STATEMENTS: &[Statement] = &[
    Statement::Plain(INSERT),
    Statement::Plain(FIND),
    Statement::Plain(SWAP),
    Statement::Plain(ATTEMPTS),
    Statement::Plain(SET_ATTEMPTS),
    Statement::Plain(SET_PIN),
    Statement::Plain(AUTHORISE),
    Statement::Plain(FIND_AUTHORISATION),
    Statement::Plain(AUTHORISATIONS),
    Statement::Plain(UNBIND),
];

/// Stores a new credential: one a person.
///
/// # Errors
/// `Conflict` when the person has one; `Constraint` when the person is not registered.
pub fn insert(transaction: &mut Transaction<'_>, stored: &StoredCredential) -> Result<(), StoreError> {
    transaction.execute_one(
        INSERT,
        &values![
            stored.person_id,
            stored.index_no,
            stored.credential.level,
            stored.credential.state,
            stored.pin_hash.expose(),
            stored.pin_attempts.failures,
            stored.pin_attempts.locked_until,
            stored.agreement_version,
            stored.activated_at,
        ],
    )
}

/// A person's credential.
///
/// # Errors
/// The database fails.
pub fn find(
    connection: &mut Connection,
    person_id: PersonId,
) -> Result<Option<StoredCredential>, StoreError> {
    connection
        .query_optional(FIND, &values![person_id])?
        .map(|mut row| {
            Ok(StoredCredential {
                person_id: row.get()?,
                index_no: row.get()?,
                credential: Credential { level: row.get()?, state: row.get()? },
                pin_hash: Personal::new(row.get::<String>()?),
                pin_attempts: PinAttempts { failures: row.get()?, locked_until: row.get()? },
                agreement_version: row.get()?,
                activated_at: row.get()?,
            })
        })
        .transpose()
}

/// Moves a credential from one level and state to another; whether it still was as `from` says.
///
/// # Errors
/// The database fails.
pub fn change(
    transaction: &mut Transaction<'_>,
    person_id: PersonId,
    from: Credential,
    to: Credential,
) -> Result<bool, StoreError> {
    transaction.execute_at_most_one(SWAP, &values![person_id, to.level, to.state, from.level, from.state])
}

/// Counts a PIN, after it was compared: the lock is judged on the stored count, so PINs tried at once are counted one by
/// one. `None` when the person has no credential.
///
/// # Errors
/// `Collision`, which [`Database::write`](crate::Database::write) answers by running the transaction again.
pub fn judge_pin(
    transaction: &mut Transaction<'_>,
    person_id: PersonId,
    policy: AttemptPolicy,
    right: bool,
    now: Instant,
) -> Result<Option<Result<(), PinRefusal>>, StoreError> {
    let Some(mut row) = transaction.query_optional(ATTEMPTS, &values![person_id])? else { return Ok(None) };
    let before = PinAttempts { failures: row.get()?, locked_until: row.get()? };
    let (after, verdict) = before.judge(policy, right, now);
    let old_lock = before.locked_until.map_or(-1, Instant::milliseconds);
    let parameters = values![person_id, after.failures, after.locked_until, before.failures, old_lock];
    if after != before && !transaction.execute_at_most_one(SET_ATTEMPTS, &parameters)? {
        return transaction.collision("tries of a PIN");
    }
    Ok(Some(verdict))
}

/// Replaces the PIN and clears the counted tries.
///
/// # Errors
/// `RowCount` when the person has no credential.
pub fn set_pin(
    transaction: &mut Transaction<'_>,
    person_id: PersonId,
    pin_hash: &Personal,
) -> Result<(), StoreError> {
    transaction.execute_one(SET_PIN, &values![person_id, pin_hash.expose()])
}

/// Stores a channel's authorisation under a new handle.
///
/// # Errors
/// `Conflict` when the handle is taken: draw another.
pub fn authorise(transaction: &mut Transaction<'_>, given: &Authorisation) -> Result<(), StoreError> {
    transaction.execute_one(
        AUTHORISE,
        &values![
            handle_column(given.handle)?,
            given.person_id,
            given.channel,
            given.state,
            given.authorised_at,
            given.unbound_at,
        ],
    )
}

fn handle_column(handle: u64) -> Result<i64, StoreError> {
    i64::try_from(handle).map_err(|_| StoreError::Constraint("a handle has twelve digits".to_owned()))
}

fn authorisation_of(row: &mut Row) -> Result<Authorisation, StoreError> {
    Ok(Authorisation {
        handle: row.get()?,
        person_id: row.get()?,
        channel: row.get()?,
        state: row.get()?,
        authorised_at: row.get()?,
        unbound_at: row.get()?,
    })
}

/// The authorisation that a code's handle belongs to.
///
/// # Errors
/// The database fails.
pub fn find_authorisation(
    connection: &mut Connection,
    handle: u64,
) -> Result<Option<Authorisation>, StoreError> {
    connection
        .query_optional(FIND_AUTHORISATION, &values![handle_column(handle)?])?
        .map(|mut row| authorisation_of(&mut row))
        .transpose()
}

/// All authorisations that a person ever gave, oldest first.
///
/// # Errors
/// The database fails.
pub fn authorisations(
    connection: &mut Connection,
    person_id: PersonId,
) -> Result<Vec<Authorisation>, StoreError> {
    connection.query(AUTHORISATIONS, &values![person_id])?.iter_mut().map(authorisation_of).collect()
}

/// Withdraws an authorisation; whether it stood until now.
///
/// # Errors
/// The database fails.
pub fn unbind(transaction: &mut Transaction<'_>, handle: u64, at: Instant) -> Result<bool, StoreError> {
    transaction.execute_at_most_one(UNBIND, &values![handle_column(handle)?, at])
}
