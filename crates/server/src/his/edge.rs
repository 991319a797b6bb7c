//! The HTTP edge: bytes in, bytes out, calls counted.

use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
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

/// How much of a body is taken in at most: what is beyond the limit is thrown away, but a caller that is cut off while it
/// sends never reads why it was refused.
const MOST_TAKEN_IN: usize = 16 * 1024 * 1024;

/// A body within the limits, or why not.
async fn read(body: Body) -> Result<Bytes, Refused> {
    let limit = Limits::default().bytes;
    let (mut kept, mut size) = (Vec::new(), 0_usize);
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        let part = part.map_err(|_| Refused::Incomplete)?;
        size = size.saturating_add(part.len());
        if size > MOST_TAKEN_IN {
            break;
        }
        if size <= limit {
            kept.extend_from_slice(&part);
        }
    }
    if size > limit { Err(EnvelopeError::TooLarge { size, limit }.into()) } else { Ok(kept.into()) }
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
    body: Body,
) -> Answer {
    let began = Instant::now();
    let body = read(body).await;
    count(&app, began, gateway::answer(&app, &memory, &headers, None, body).await)
}

/// `POST /fsi/api/rsfComIfsService/callService/{infno}`
pub(super) async fn call_named(
    State(app): State<Arc<App>>,
    Extension(memory): Extension<Arc<Memory>>,
    Path(infno): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let began = Instant::now();
    let body = read(body).await;
    count(&app, began, gateway::answer(&app, &memory, &headers, Some(&infno), body).await)
}

/// Any other path of the interface.
pub(super) async fn no_such_address(State(app): State<Arc<App>>) -> Answer {
    let answer = gateway::refusal(&app, app.clock.now(), Refused::NoSuchAddress);
    count(&app, Instant::now(), answer)
}

/// A path of the interface, called by another method than `POST`.
pub(super) async fn not_post(State(app): State<Arc<App>>) -> Response {
    let answer = gateway::refusal(&app, app.clock.now(), Refused::NotPost);
    ([(header::ALLOW, "POST")], count(&app, Instant::now(), answer)).into_response()
}

/// `POST /localcfc/api/hsecfc/localQrCodeQuery`
pub(super) async fn decode(
    State(app): State<Arc<App>>,
    Extension(memory): Extension<Arc<Memory>>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let began = Instant::now();
    let body = read(body).await;
    let answer = code::answer(&app, &memory, &headers, body).await;
    count(&app, began, Answer { transaction: ec::DECODE, ..answer })
}
