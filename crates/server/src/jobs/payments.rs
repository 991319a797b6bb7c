//! Payments whose outcome is not known: the channel is asked until it says.

use model::Instant;
use settlement::{Attempt, Order};

use super::rounds::Progress;
use crate::app::App;
use crate::failure::Failure;
use crate::payments::channel::{self, Standing};
use crate::payments::service::CODE_SECONDS;

/// Asks about a payment, and books the answer.
pub(super) async fn resolve(app: &App, order: &Order, attempt: &Attempt) -> Result<Progress, Failure> {
    match channel::ask_payment(app, order, attempt).await? {
        Standing::Done | Standing::Refused(_) => Ok(Progress::Closed),
        Standing::Open => Ok(Progress::Open),
        Standing::NotFound if is_final(app, attempt) => {
            channel::book_refused(app, order, attempt, "the channel never had it".to_owned()).await?;
            Ok(Progress::Closed)
        }
        Standing::NotFound => Ok(Progress::Open),
    }
}

fn is_final(app: &App, attempt: &Attempt) -> bool {
    let call = app.settings.unionpay.total_timeout_milliseconds;
    is_past(attempt, app.clock.now(), app.settings.jobs.not_found_is_final_after(call))
}

/// Whether no message of the payment can be on its way any more. It was sent as long after the try began as its code
/// can be used, at the latest.
const fn is_past(attempt: &Attempt, now: Instant, under_way_seconds: i64) -> bool {
    let latest = CODE_SECONDS.saturating_add(under_way_seconds);
    now.since(attempt.at) > latest.saturating_mul(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_that_the_channel_does_not_have_is_given_up_only_after_the_last_message_has_come() {
        let began = Instant::from_milliseconds(1_700_000_000_000);
        let attempt = Attempt { channel: "unionpay".to_owned(), channel_order: "X".repeat(26), at: began };
        assert!(!is_past(&attempt, began.plus_seconds(CODE_SECONDS + 60), 60));
        assert!(is_past(&attempt, began.plus_seconds(CODE_SECONDS + 61), 60));
    }
}
