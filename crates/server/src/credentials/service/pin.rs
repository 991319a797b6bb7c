//! Checking a PIN.

use credential::{AttemptPolicy, Pin, PinRefusal};
use model::PersonId;
use store::credentials;

use crate::app::App;
use crate::failure::Failure;
use crate::passwords;
use crate::web::Problem;

/// Checks the PIN of a person. Five wrong ones in a row lock it for a day; every try is stored before it is answered.
///
/// # Errors
/// In `pin`: [`Problem::PinFormat`], [`Problem::PinWrong`], [`Problem::PinLocked`], of which a right PIN does not help.
/// [`Problem::NotActivated`] when the person has no credential.
pub async fn verify_pin(app: &App, person_id: PersonId, text: &str) -> Result<(), Failure> {
    let pin = Pin::enter(text.trim()).map_err(|_| Failure::in_field("pin", Problem::PinFormat))?;
    let stored = app.database.read(move |connection| credentials::find(connection, person_id)).await?;
    let stored = stored.ok_or(Problem::NotActivated)?;
    let now = app.clock.now();
    // A locked PIN is not even compared, so that a flood of tries costs no hashing.
    stored.pin_attempts.admit(now).map_err(refused)?;
    let right = passwords::matches(digits(&pin), stored.pin_hash.expose().to_owned()).await?;
    let policy = AttemptPolicy::default();
    let verdict = app
        .database
        .write(move |transaction| credentials::judge_pin(transaction, person_id, policy, right, now))
        .await?;
    verdict.ok_or(Problem::NotActivated)?.map_err(refused)
}

/// The digits as the hash takes them.
pub(super) fn digits(pin: &Pin) -> String {
    pin.as_bytes().iter().copied().map(char::from).collect()
}

fn refused(refusal: PinRefusal) -> Failure {
    let problem = match refusal {
        PinRefusal::Wrong { remaining } => {
            Problem::PinWrong { tries: u8::try_from(remaining).unwrap_or(u8::MAX) }
        }
        PinRefusal::Locked { until } => Problem::PinLocked { until },
    };
    Failure::in_field("pin", problem)
}
