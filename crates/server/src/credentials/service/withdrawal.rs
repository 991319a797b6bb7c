//! Withdrawing the authorisation of this channel (解绑).

use model::PersonId;
use store::{StoreError, bank};

use super::{activation, card, pin};
use crate::app::App;
use crate::failure::Failure;

/// Withdraws this channel's authorisation, with the PIN: its codes are dead at once, every session of the person's
/// logins ends, and the bank account bound here is released. The credential itself stays, for other channels.
///
/// # Errors
/// Those of [`verify_pin`](super::verify_pin).
pub async fn withdraw(app: &App, person_id: PersonId, pin: &str) -> Result<(), Failure> {
    pin::verify_pin(app, person_id, pin).await?;
    let now = app.clock.now();
    let released = app
        .database
        .write(move |transaction| {
            let binding = bank::latest(transaction, person_id)?;
            activation::let_go(transaction, person_id, now)?;
            bank::close(transaction, person_id, now)?;
            card::close_payment(transaction, person_id)?;
            Ok::<_, StoreError>(binding)
        })
        .await?;
    card::give_back(app, released).await;
    Ok(())
}
