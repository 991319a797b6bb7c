//! The HTTP edge: bytes in, bytes out, calls counted.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;
use wire::ec;
use wire::envelope::{EnvelopeError, Limits};

use super::memory::Memory;
use super::refused::Refused;
use super::{code, gateway};
use crate::app::App;

/// What a call is answered with.
pub(super) struct Answer {
    /// 200 for answers and refusals; more only where the outcome is open or the fault is ours.
    pub(super) status: StatusCode,
    /// The body, JSON.
    pub(super) body: String,
    /// The transaction for the counters; `other` where none was found.
    pub(super) transaction: &'static str,
    /// Whether the call did what it asked for.
    pub(super) accepted: bool,
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let content_type = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
        (self.status, content_type, self.body).into_response()
    }
}

/// A body within the limits, or why not. What is longer than the limit is not read.
fn body_of(body: Result<Bytes, BytesRejection>, headers: &HeaderMap) -> Result<Bytes, Refused> {
    let limit = Limits::default().bytes;
    body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let stated =
                headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
            let size = stated.unwrap_or_else(|| limit.saturating_add(1));
            Refused::Message(EnvelopeError::TooLarge { size, limit }.into())
        }
        _ => Refused::incomplete(),
    })
}

fn count(app: &App, began: Instant, answer: Answer) -> Answer {
    app.metrics.his_call(answer.transaction, answer.accepted, began.elapsed());
    answer
}

/// `POST /fsi/api/rsfComIfsService/callService`
pub(super) async fn call(
    State(app): State<Arc<App>>,
    Extension(memory): Extension<Arc<Memory>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let began = Instant::now();
    let body = body_of(body, &headers);
    count(&app, began, gateway::answer(&app, &memory, &headers, None, body).await)
}

/// `POST /fsi/api/rsfComIfsService/callService/{infno}`
pub(super) async fn call_named(
    State(app): State<Arc<App>>,
    Extension(memory): Extension<Arc<Memory>>,
    Path(infno): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let began = Instant::now();
    let body = body_of(body, &headers);
    count(&app, began, gateway::answer(&app, &memory, &headers, Some(&infno), body).await)
}

/// `POST /localcfc/api/hsecfc/localQrCodeQuery`
pub(super) async fn decode(
    State(app): State<Arc<App>>,
    Extension(memory): Extension<Arc<Memory>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let began = Instant::now();
    let body = body_of(body, &headers);
    let answer = code::answer(&app, &memory, &headers, body).await;
    count(&app, began, Answer { transaction: ec::DECODE, ..answer })
}
