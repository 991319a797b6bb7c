//! `/t/events`: the stream of an institution's terminals.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use model::{InstitutionCode, OrderId};
use settlement::Message;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};

use super::feed::{self, Gone, KEEP_ALIVE, LIFETIME, Sender};
use super::fragments;
use crate::app::App;
use crate::failure::Failure;
use crate::push::{News, Topic};
use crate::terminal::desk::Desk;
use crate::web::Shell;

/// The stream of one page.
struct Feed {
    app: Arc<App>,
    shell: Shell,
    institution: InstitutionCode,
    sender: Sender,
}

/// `GET /t/events`.
pub(super) async fn listen(
    State(app): State<Arc<App>>,
    desk: Desk,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (sender, response) = feed::open(&app)?;
    let news = app.push.listen(Topic::Institution(desk.institution.code.clone()));
    let feed = Feed { shell: desk.staff.visitor.shell(), institution: desk.institution.code, sender, app };
    let comes_back = headers.contains_key("last-event-id");
    tokio::spawn(async move {
        // The page has left, or opens another stream.
        let _ended = feed.run(news, comes_back).await;
    });
    Ok(response)
}

/// The order that a message is about.
const fn order_of(message: &Message) -> Option<OrderId> {
    match message {
        Message::BillReady { order_id }
        | Message::OrderChanged { order_id }
        | Message::RefundWanted { order_id } => Some(*order_id),
        Message::CodeUsed { .. } => None,
    }
}

impl Feed {
    async fn run(self, mut news: broadcast::Receiver<News>, comes_back: bool) -> Result<(), Gone> {
        if comes_back {
            // What happened meanwhile the page gets by looking at itself again.
            self.sender.send(feed::changed()).await?;
        }
        // An institution has no row of events to read on from, so news of another process are found by looking again.
        let mut look = interval_at(Instant::now() + KEEP_ALIVE, KEEP_ALIVE);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let end = sleep(LIFETIME);
        tokio::pin!(end);
        loop {
            let told = tokio::select! {
                () = self.sender.gone() => return Err(Gone),
                () = &mut end => return Ok(()),
                _ = look.tick() => {
                    self.sender.send(feed::changed()).await?;
                    continue;
                }
                told = news.recv() => told,
            };
            match told {
                Ok(news) => self.tell(&news).await?,
                Err(RecvError::Lagged(_)) => self.sender.send(feed::changed()).await?,
                Err(RecvError::Closed) => return Ok(()),
            }
        }
    }

    async fn tell(&self, news: &News) -> Result<(), Gone> {
        let Some(order_id) = order_of(&news.message) else { return Ok(()) };
        let piece =
            match fragments::terminal_payment(&self.app, &self.shell, &self.institution, order_id).await {
                Ok(Some(html)) => feed::fragment(&html),
                Ok(None) | Err(_) => feed::changed(),
            };
        self.sender.send(piece.id(news.event_id.to_string())).await
    }
}
