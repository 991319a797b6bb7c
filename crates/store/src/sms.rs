//! One-time codes sent by message, and how often one was sent to a number.

use credential::{SendHistory, SendLimits, SendRefusal, SmsChallenge, SmsCodes, SmsRefusal};
use model::Instant;

use crate::StoreError;
use crate::cipher::{Digest, Field};
use crate::engine::column::values;
use crate::engine::connection::{Connection, Transaction};
use crate::engine::statement::Statement;
use crate::personal::Personal;

const PHONE: Field = Field("sms_challenge.phone");

/// How far back sent codes count for the limits: a day, in seconds.
const COUNTED_SECONDS: i64 = 24 * 60 * 60;

const NEWEST: &str = "SELECT COALESCE(max(sequence), 0) FROM sms_challenge WHERE phone_index = $1";
const SENT_SINCE: &str = "SELECT sent_at FROM sms_challenge WHERE phone_index = $1 AND sent_at > $2";
const INSERT: &str =
    "INSERT INTO sms_challenge (phone_index, sequence, purpose, digest, sent_at, failures, used)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const LATEST: &str = "SELECT sequence, digest, sent_at, failures, used FROM sms_challenge
    WHERE phone_index = $1 AND purpose = $2 ORDER BY sequence DESC LIMIT 1";
const ANSWERED: &str = "UPDATE sms_challenge SET failures = $3, used = $4
    WHERE phone_index = $1 AND sequence = $2 AND failures = $5 AND used = $6";
const FORGET: &str = "DELETE FROM sms_challenge WHERE sent_at <= $1 AND sequence < (
    SELECT max(newer.sequence) FROM sms_challenge AS newer WHERE newer.phone_index = sms_challenge.phone_index)";

pub(crate) const STATEMENTS: &[Statement] = &[
    Statement::Plain(NEWEST),
    Statement::Plain(SENT_SINCE),
    Statement::Plain(INSERT),
    Statement::Plain(LATEST),
    Statement::Plain(ANSWERED),
    Statement::Plain(FORGET),
];

/// Records a code that is about to be sent to a number for a purpose; earlier codes for the purpose no longer serve. The
/// message goes out after the commit.
///
/// # Errors
/// The inner error refuses, nothing being recorded, when too many were sent. `Collision` when two are sent at once,
/// which [`Database::write`](crate::Database::write) answers by running the transaction again.
pub fn send(
    transaction: &mut Transaction<'_>,
    phone: &Personal,
    purpose: &str,
    challenge: SmsChallenge,
    limits: SendLimits,
) -> Result<Result<(), SendRefusal>, StoreError> {
    let index = transaction.keys().index(PHONE, phone.expose());
    let newest: i64 = transaction.query_one(NEWEST, &values![index])?.get()?;
    let since = challenge.sent_at.plus_seconds(-COUNTED_SECONDS);
    let sent: Vec<Instant> = transaction
        .query(SENT_SINCE, &values![index, since])?
        .iter_mut()
        .map(crate::engine::row::Row::get)
        .collect::<Result<_, _>>()?;
    if let Err(refusal) = SendHistory::new(sent).send(limits, challenge.sent_at) {
        return Ok(Err(refusal));
    }
    // Of two transactions that saw the same newest code, the key lets only one in.
    let SmsChallenge { digest, sent_at, failures, used } = challenge;
    let row = values![index, newest.saturating_add(1), purpose, digest, sent_at, failures, used];
    match transaction.execute(INSERT, &row) {
        Ok(_) => Ok(Ok(())),
        Err(StoreError::Conflict) => transaction.collision("codes sent to a number"),
        Err(other) => Err(other),
    }
}

/// Judges the text that a person entered against the newest code sent for the purpose, and counts the try. `None` when
/// none was sent. A wrong try must be committed too.
///
/// # Errors
/// `Collision`, which [`Database::write`](crate::Database::write) answers by running the transaction again.
pub fn answer(
    transaction: &mut Transaction<'_>,
    codes: &SmsCodes,
    phone: &Personal,
    purpose: &str,
    text: &str,
    now: Instant,
) -> Result<Option<Result<(), SmsRefusal>>, StoreError> {
    let index = transaction.keys().index(PHONE, phone.expose());
    let Some((sequence, before)) = latest(transaction, index, purpose)? else { return Ok(None) };
    let (after, verdict) = codes.answer(before, purpose, text, now);
    let parameters = values![index, sequence, after.failures, after.used, before.failures, before.used];
    if after != before && !transaction.execute_at_most_one(ANSWERED, &parameters)? {
        return transaction.collision("tries of a code");
    }
    Ok(Some(verdict))
}

fn latest(
    connection: &mut Connection,
    index: Digest,
    purpose: &str,
) -> Result<Option<(i64, SmsChallenge)>, StoreError> {
    connection
        .query_optional(LATEST, &values![index, purpose])?
        .map(|mut row| {
            let sequence = row.get()?;
            let challenge = SmsChallenge {
                digest: row.get()?,
                sent_at: row.get()?,
                failures: row.get()?,
                used: row.get()?,
            };
            Ok((sequence, challenge))
        })
        .transpose()
}

/// Deletes codes sent before `until` that no limit counts any more; how many there were. The newest of each number
/// stays, because the next one is numbered after it.
///
/// # Errors
/// The database fails.
pub fn forget(transaction: &mut Transaction<'_>, until: Instant) -> Result<u64, StoreError> {
    transaction.execute(FORGET, &values![until])
}
