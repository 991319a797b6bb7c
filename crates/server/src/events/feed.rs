//! What the streams of all pages have in common.

use std::convert::Infallible;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use model::EventId;
use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;

use crate::app::App;
use crate::failure::Failure;
use crate::web::Problem;

/// How often a silent stream shows that it is alive, and looks for news of other processes.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long a stream lasts. The page opens another one, and has to show its session again.
pub(super) const LIFETIME: Duration = Duration::from_secs(600);
/// How long a page waits before it opens another stream.
const RETRY: Duration = Duration::from_secs(1);
/// How many pages may listen to one process.
const MOST_LISTENERS: usize = 20_000;
/// How many pieces of news may wait for a page that reads slowly.
const WAITING: usize = 16;

/// The page has left.
pub(super) struct Gone;

/// The sending end of a stream.
pub(super) struct Sender(mpsc::Sender<Event>);

impl Sender {
    /// Sends one event; the page returns its `id` when it comes back.
    pub(super) async fn send(&self, event: Event) -> Result<(), Gone> {
        self.0.send(event).await.map_err(|_| Gone)
    }

    /// Resolves when the page has left.
    pub(super) async fn gone(&self) {
        self.0.closed().await;
    }
}

/// A stream of events: where to send, and the answer that carries it.
///
/// # Errors
/// Too many pages listen.
pub(super) fn open(app: &App) -> Result<(Sender, Response), Failure> {
    if app.push.listeners() >= MOST_LISTENERS {
        return Err(Problem::Unavailable.into());
    }
    let (sender, receiver) = mpsc::channel(WAITING);
    let first = tokio_stream::once(Event::default().retry(RETRY));
    let events = first.chain(ReceiverStream::new(receiver)).map(Ok::<_, Infallible>);
    let stream = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    // Proxies must pass each event on at once.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"))];
    Ok((Sender(sender), (unbuffered, stream).into_response()))
}

/// A fragment of a page.
pub(super) fn fragment(html: &str) -> Event {
    Event::default().event("fragment").data(html)
}

/// The wish that the page look at itself again.
pub(super) fn changed() -> Event {
    // Browsers do not deliver an event without data.
    Event::default().event("changed").data("-")
}

/// The last event that the page has seen, when it comes back.
pub(super) fn last_seen(headers: &HeaderMap) -> Option<EventId> {
    headers.get("last-event-id")?.to_str().ok()?.parse().ok()
}
