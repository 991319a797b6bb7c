//! What the channel tells by itself: it posts the result of a payment to our address.
//!
//! Anybody can post here, and the channel posts up to five times until it is answered 200. So: the signature is checked
//! first, then order, kind and amount; a statement that was booked is answered 200 again; everything else is not.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use connectors::unionpay::{Settled, TransactionKind};
use store::orders;

use super::channel::{self, Booking, REFUND_TRY};
use crate::app::App;
use crate::failure::Failure;

/// The path that the channel posts to: the `back_url` of its settings must lead here.
pub const PATH: &str = "/notify/unionpay";

/// The routes of this part.
pub fn routes() -> Router<Arc<App>> {
    Router::new().route(PATH, post(take))
}

async fn take(State(app): State<Arc<App>>, body: Bytes) -> StatusCode {
    let settled = match app.unionpay.notification(&body, app.clock.now()) {
        Ok(settled) => settled,
        Err(error) => {
            app.metrics.payments_forged.inc();
            let error: &(dyn std::error::Error + 'static) = &error;
            tracing::warn!(error, "a notification is not a true statement of the channel");
            return StatusCode::BAD_REQUEST;
        }
    };
    match book(&app, &settled).await {
        Ok(Some(Booking::Booked)) => StatusCode::OK,
        Ok(Some(Booking::DoesNotFit)) => StatusCode::CONFLICT,
        Ok(None) => {
            app.metrics.payments_doubtful.inc();
            tracing::error!(
                channel_order = settled.order.number(),
                "the channel tells of a payment that is not ours"
            );
            StatusCode::NOT_FOUND
        }
        // The channel posts again later.
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Books a statement; `None` when no order has this number at the channel.
async fn book(app: &App, settled: &Settled) -> Result<Option<Booking>, Failure> {
    let (number, first_try) = (settled.order.number().to_owned(), first_try(settled).map(str::to_owned));
    let order = app
        .database
        .read(move |connection| match (orders::find_by_channel_order(connection, &number)?, &first_try) {
            (None, Some(first_try)) => orders::find_by_channel_order(connection, first_try),
            (found, _) => Ok(found),
        })
        .await?;
    let Some(order) = order else { return Ok(None) };
    match settled.kind {
        TransactionKind::Consume => channel::book_paid(app, &order, settled).await,
        TransactionKind::Refund => channel::book_refund_told(app, &order, settled).await,
    }
    .map(Some)
}

/// The number of the first try, where the statement is about a refund that was tried again.
fn first_try(settled: &Settled) -> Option<&str> {
    let (first, tries) = settled.order.number().rsplit_once(REFUND_TRY)?;
    let is_try = settled.kind == TransactionKind::Refund && tries.bytes().all(|digit| digit.is_ascii_digit());
    is_try.then_some(first)
}
