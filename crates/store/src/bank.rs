//! Bindings of the bank account of the social-security card, through which the cash share is paid.

use model::{Instant, PersonId};

use crate::StoreError;
use crate::cipher::Field;
use crate::engine::column::{values, words};
use crate::engine::connection::{Connection, Transaction};
use crate::engine::statement::Statement;
use crate::personal::Personal;

const CARD_NUMBER: Field = Field("bank_binding.card_number");
const PHONE: Field = Field("bank_binding.phone");
const TOKEN: Field = Field("bank_binding.token");

/// Where a binding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindingState {
    /// The bank has sent a code to the person.
    Pending,
    /// The channel gave a token: the account can pay.
    Open,
    /// Ended, or never opened.
    Closed,
}

words!(BindingState { Pending = "pending", Open = "open", Closed = "closed" });

/// A binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankBinding {
    /// Whose.
    pub person_id: PersonId,
    /// Number of the binding, counted from 1 for each person.
    pub sequence: u32,
    /// Where it stands.
    pub state: BindingState,
    /// Through which channel, such as `unionpay`.
    pub channel: String,
    /// Our order number of the opening at the channel.
    pub channel_order: String,
    /// Card number.
    pub card_number: Personal,
    /// Phone number that the bank knows: digits only.
    pub phone: Personal,
    /// The channel's token, which pays without the card number.
    pub token: Option<Personal>,
    /// Last four digits of the card number, to be shown.
    pub card_tail: String,
    /// Name of the bank.
    pub bank: String,
    /// When it began.
    pub began_at: Instant,
    /// When it was opened.
    pub opened_at: Option<Instant>,
    /// When it ended.
    pub closed_at: Option<Instant>,
}

/// What a new binding begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBinding {
    /// Whose.
    pub person_id: PersonId,
    /// Through which channel.
    pub channel: String,
    /// Our order number of the opening at the channel.
    pub channel_order: String,
    /// Card number.
    pub card_number: Personal,
    /// Phone number that the bank knows: digits only.
    pub phone: Personal,
    /// Name of the bank.
    pub bank: String,
    /// When.
    pub began_at: Instant,
}

const NEWEST: &str = "SELECT COALESCE(max(sequence), 0) FROM bank_binding WHERE person_id = $1";
const INSERT: &str =
    "INSERT INTO bank_binding (person_id, sequence, state, channel, channel_order, card_number_sealed,
    phone_sealed, token_sealed, card_tail, bank, began_at, opened_at, closed_at)
    VALUES ($1, $2, 'pending', $3, $4, $5, $6, NULL, $7, $8, $9, NULL, NULL)";
const LATEST: &str =
    "SELECT sequence, state, channel, channel_order, card_number_sealed, phone_sealed, token_sealed,
    card_tail, bank, began_at, opened_at, closed_at FROM bank_binding
    WHERE person_id = $1 ORDER BY sequence DESC LIMIT 1";
const CARD_TAIL_AT: &str = "SELECT card_tail FROM bank_binding
    WHERE person_id = $1 AND opened_at <= $2 AND (closed_at IS NULL OR closed_at > $2) ORDER BY sequence DESC LIMIT 1";
const CLOSE_OTHERS: &str = "UPDATE bank_binding SET state = 'closed', token_sealed = NULL, closed_at = $2
    WHERE person_id = $1 AND state <> 'closed'";
const OPEN: &str = "UPDATE bank_binding SET state = 'open', token_sealed = $3, opened_at = $4
    WHERE person_id = $1 AND sequence = $2 AND state = 'pending'";

pub(crate) const STATEMENTS: &[Statement] = &[
    Statement::Plain(NEWEST),
    Statement::Plain(INSERT),
    Statement::Plain(LATEST),
    Statement::Plain(CARD_TAIL_AT),
    Statement::Plain(CLOSE_OTHERS),
    Statement::Plain(OPEN),
];

fn row_key(person_id: PersonId, sequence: u32) -> Vec<u8> {
    [person_id.to_bytes().as_slice(), &sequence.to_be_bytes()].concat()
}

/// Begins a binding and ends the one before it; returns its number.
///
/// # Errors
/// `Collision` when two are begun at once; `Constraint` when the person is not registered.
pub fn begin(transaction: &mut Transaction<'_>, new: &NewBinding) -> Result<u32, StoreError> {
    let keys = transaction.keys();
    let newest: u32 = transaction.query_one(NEWEST, &values![new.person_id])?.get()?;
    let sequence = newest.saturating_add(1);
    let row = row_key(new.person_id, sequence);
    let digits = new.card_number.expose();
    let tail = digits.get(digits.len().saturating_sub(4)..).unwrap_or_default();
    let parameters = values![
        new.person_id,
        sequence,
        new.channel,
        new.channel_order,
        keys.seal(CARD_NUMBER, &row, digits)?,
        keys.seal(PHONE, &row, new.phone.expose())?,
        tail,
        new.bank,
        new.began_at,
    ];
    transaction.execute(CLOSE_OTHERS, &values![new.person_id, new.began_at])?;
    match transaction.execute(INSERT, &parameters) {
        Ok(_) => Ok(sequence),
        Err(StoreError::Conflict) => transaction.collision("bank bindings of a person"),
        Err(other) => Err(other),
    }
}

/// The newest binding of a person, whatever its state.
///
/// # Errors
/// `Cipher` when a field cannot be decrypted.
pub fn latest(connection: &mut Connection, person_id: PersonId) -> Result<Option<BankBinding>, StoreError> {
    let Some(mut row) = connection.query_optional(LATEST, &values![person_id])? else { return Ok(None) };
    let keys = connection.keys();
    let sequence = row.get()?;
    let place = row_key(person_id, sequence);
    let open = |field, sealed: Vec<u8>| keys.open(field, &place, &sealed);
    Ok(Some(BankBinding {
        person_id,
        sequence,
        state: row.get()?,
        channel: row.get()?,
        channel_order: row.get()?,
        card_number: open(CARD_NUMBER, row.get()?)?,
        phone: open(PHONE, row.get()?)?,
        token: row.get::<Option<Vec<u8>>>()?.map(|sealed| open(TOKEN, sealed)).transpose()?,
        card_tail: row.get()?,
        bank: row.get()?,
        began_at: row.get()?,
        opened_at: row.get()?,
        closed_at: row.get()?,
    }))
}

/// Last four digits of the card that was bound at a time, so that an old payment tells the card that paid it.
///
/// # Errors
/// The database fails.
pub fn card_tail_at(
    connection: &mut Connection,
    person_id: PersonId,
    at: Instant,
) -> Result<Option<String>, StoreError> {
    connection.query_optional(CARD_TAIL_AT, &values![person_id, at])?.map(|mut row| row.get()).transpose()
}

/// Opens a pending binding with the channel's token; whether it was pending.
///
/// # Errors
/// The database fails.
pub fn open(
    transaction: &mut Transaction<'_>,
    person_id: PersonId,
    sequence: u32,
    token: &Personal,
    at: Instant,
) -> Result<bool, StoreError> {
    let sealed = transaction.keys().seal(TOKEN, &row_key(person_id, sequence), token.expose())?;
    transaction.execute_at_most_one(OPEN, &values![person_id, sequence, sealed, at])
}

/// Ends a person's binding and forgets its token; whether there was one.
///
/// # Errors
/// The database fails.
pub fn close(
    transaction: &mut Transaction<'_>,
    person_id: PersonId,
    at: Instant,
) -> Result<bool, StoreError> {
    transaction.execute_at_most_one(CLOSE_OTHERS, &values![person_id, at])
}
