//! A gateway for text messages: takes messages by its JSON protocol and keeps them in an inbox instead of sending.
//!
//! - `POST /sms/messages`: the protocol, authenticated by `X-Sms-Key`, `X-Sms-Timestamp` and `X-Sms-Signature`.
//! - `GET /inbox?phone=`: the messages to one phone, oldest first, as JSON. Only here because the listener is on
//!   loopback.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::Clock;
use crate::http::lock;
use crate::random;

/// Name of the shared key.
pub(crate) const KEY_NAME: &str = "sandbox";
/// How far a request's timestamp may be from the gateway's clock, in milliseconds.
const CLOCK_TOLERANCE: i64 = 300_000;

/// A message that was taken.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentMessage {
    /// The sender's id of the message.
    pub message_id: String,
    /// Whom it went to.
    pub phone: String,
    /// Name of the template.
    pub template: String,
    /// What was put into the template.
    pub parameters: BTreeMap<String, String>,
}

/// What the next call meets instead of being handled as usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmsFault {
    /// The message is refused.
    Refusal,
    /// The message is taken and the answer lost: HTTP 502.
    LostAnswer,
    /// The answer names another message.
    OtherMessage,
}

/// Control of the stand-in. Clones control the same one.
#[derive(Clone)]
pub struct SmsHandle(Arc<Gateway>);

struct Gateway {
    clock: Clock,
    key: [u8; 32],
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    inbox: Vec<SentMessage>,
    fault: Option<SmsFault>,
}

impl std::fmt::Debug for SmsHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SmsHandle")
    }
}

impl SmsHandle {
    pub(crate) fn new(clock: Clock) -> Self {
        Self(Arc::new(Gateway { clock, key: random::bytes(), books: Mutex::default() }))
    }

    pub(crate) fn key_hex(&self) -> String {
        hex::encode(self.0.key)
    }

    /// The messages to `phone`, oldest first.
    #[must_use]
    pub fn inbox(&self, phone: &str) -> Vec<SentMessage> {
        lock(&self.0.books).inbox.iter().filter(|message| message.phone == phone).cloned().collect()
    }

    /// Makes the next call fail.
    pub fn fail_next(&self, fault: SmsFault) {
        lock(&self.0.books).fault = Some(fault);
    }

    fn is_authentic(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let timestamp = header("x-sms-timestamp");
        let Ok(sent) = timestamp.parse::<i64>() else { return false };
        let now = (self.0.clock)().milliseconds();
        let Ok(signature) = hex::decode(header("x-sms-signature")) else { return false };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0.key) else { return false };
        mac.update(timestamp.as_bytes());
        mac.update(b"\n");
        mac.update(body);
        header("x-sms-key") == KEY_NAME
            && now.saturating_sub(sent).saturating_abs() <= CLOCK_TOLERANCE
            && mac.verify_slice(&signature).is_ok()
    }
}

pub(crate) fn router(handle: SmsHandle) -> Router {
    Router::new().route("/sms/messages", post(take)).route("/inbox", get(read)).with_state(handle)
}

fn refusal(code: &str, message: &str) -> Response {
    let error = serde_json::json!({ "code": code, "message": message });
    Json(serde_json::json!({ "accepted": false, "error": error })).into_response()
}

async fn take(State(handle): State<SmsHandle>, headers: HeaderMap, body: Bytes) -> Response {
    if !handle.is_authentic(&headers, &body) {
        return refusal("signature", "key, timestamp or signature is wrong");
    }
    let Ok(message) = serde_json::from_slice::<SentMessage>(&body) else {
        return refusal("form", "the message is not in the form of the protocol");
    };
    let mut books = lock(&handle.0.books);
    let fault = books.fault.take();
    if fault == Some(SmsFault::Refusal) {
        return refusal("quota", "the quota of this key is used up");
    }
    let id = message.message_id.clone();
    // A message id that was seen is answered again and not sent again.
    if !books.inbox.iter().any(|sent| sent.message_id == id) {
        books.inbox.push(message);
    }
    match fault {
        Some(SmsFault::LostAnswer) => StatusCode::BAD_GATEWAY.into_response(),
        Some(SmsFault::OtherMessage) => {
            Json(serde_json::json!({ "accepted": true, "message_id": "another" })).into_response()
        }
        Some(SmsFault::Refusal) | None => {
            Json(serde_json::json!({ "accepted": true, "message_id": id })).into_response()
        }
    }
}

#[derive(Deserialize)]
struct InboxQuery {
    phone: String,
}

async fn read(State(handle): State<SmsHandle>, Query(query): Query<InboxQuery>) -> Json<Vec<SentMessage>> {
    Json(handle.inbox(&query.phone))
}
