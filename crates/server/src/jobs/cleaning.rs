//! What is no longer needed: sessions that have ended, one-time codes that no limit counts any more.

use model::Instant;
use store::{StoreError, sessions, sms};

use crate::app::App;
use crate::failure::Failure;

/// For how long a code that was sent counts for the limits of its number: two days, in seconds, one more than needed.
const CODES_COUNT_SECONDS: i64 = 2 * 86_400;

/// Forgets it.
pub(super) async fn forget(app: &App, now: Instant) -> Result<(), Failure> {
    let until = now.plus_seconds(-CODES_COUNT_SECONDS);
    let (sessions, codes) = app
        .database
        .write(move |transaction| {
            let sessions = sessions::forget_expired(transaction, now)?;
            Ok::<_, StoreError>((sessions, sms::forget(transaction, until)?))
        })
        .await?;
    tracing::debug!(sessions, codes, "forgot what is no longer needed");
    Ok(())
}
