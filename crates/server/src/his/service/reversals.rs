//! Undoing a message whose outcome its sender does not know (冲正, 2601).

use model::PersonId;
use settlement::{Action, Committed, Refusal, RequestKey};
use store::{requests, settlements};

use super::Caller;
use super::settlements::revocation;
use crate::app::App;
use crate::failure::Failure;
use crate::web::Problem;

/// Undoes the settlement that the message `original` of the caller's institution made. If the message has not arrived,
/// it is forbidden for ever, so that it cannot settle when it arrives late.
///
/// # Errors
/// The message settled something of another person, or a [`Refusal`].
pub async fn reverse(
    app: &App,
    caller: &Caller,
    person_id: PersonId,
    original: &RequestKey,
) -> Result<Committed, Failure> {
    match reverse_once(app, caller, person_id, original).await {
        // It arrived between the look and the tombstone; now it can be found.
        Err(failure) if is_race(&failure) => reverse_once(app, caller, person_id, original).await,
        outcome => outcome,
    }
}

/// Whether a message has been carried out.
///
/// # Errors
/// The store fails.
pub async fn has_arrived(app: &App, key: &RequestKey) -> Result<bool, Failure> {
    let key = key.clone();
    let prior = app.database.read(move |connection| requests::find(connection, &key)).await?;
    Ok(prior.is_some_and(|prior| prior.answer.is_some()))
}

/// Refuses the answer to a message that came again when what it did has been undone since.
///
/// # Errors
/// [`Refusal::AlreadyReversed`] when the settlement that the event wrote has been reversed since.
pub async fn must_stand(app: &App, committed: &Committed) -> Result<(), Failure> {
    let Some(settlement) = committed.body.settlement() else { return Ok(()) };
    let (person_id, id) = (committed.person_id, settlement.id);
    let file = app.database.read(move |connection| settlements::find(connection, person_id, id)).await?;
    if file.is_some_and(|file| file.live) { Ok(()) } else { Err(Refusal::AlreadyReversed.into()) }
}

fn is_race(failure: &Failure) -> bool {
    matches!(&failure.problem, Problem::Refusal(refusal) if **refusal == Refusal::OriginalHasArrived)
}

async fn reverse_once(
    app: &App,
    caller: &Caller,
    person_id: PersonId,
    original: &RequestKey,
) -> Result<Committed, Failure> {
    let key = original.clone();
    let known = app.database.read(move |connection| requests::find(connection, &key)).await?;
    let now = app.clock.now();
    let action = match known.and_then(|prior| prior.answer) {
        Some(answer) => {
            let settlement = answer.body.settlement().filter(|_| answer.person_id == person_id);
            let settlement = settlement.ok_or(Refusal::NoSuchSettlement)?;
            revocation(settlement.id, None, now)?
        }
        None => Action::ForbidRequest { key: original.clone() },
    };
    caller.submit(app, person_id, now, action).await
}
