//! `/events`: the stream of a person's pages.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::response::sse::Event;
use model::{EventId, OrderId, PersonId};
use serde::Deserialize;
use settlement::{Committed, Message};
use store::events;
use tokio::sync::broadcast;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::feed::{self, Gone, KEEP_ALIVE, LIFETIME, Sender};
use super::fragments;
use crate::app::App;
use crate::bills::service as bills;
use crate::failure::Failure;
use crate::http::Insured;
use crate::push::{News, Topic};
use crate::web::Shell;

/// How far a page that comes back can read on. What is older it gets by looking at itself again.
const LONGEST_WAY_BACK: u32 = 64;
/// A page is rendered a moment before it listens; bills that moved in between are told at once. In seconds.
const JUST_NOW: i64 = 10;

/// What a page wants to hear of.
#[derive(Deserialize)]
pub(super) struct Wish {
    /// The bill that the page shows: it looks at itself again when that bill changes, and hears of nothing else.
    #[serde(default)]
    bill: Option<String>,
}

/// The stream of one page.
struct Feed {
    app: Arc<App>,
    shell: Shell,
    person_id: PersonId,
    only_bill: Option<OrderId>,
    /// The version of the last event that the page was told of.
    told: i64,
    sender: Sender,
}

/// `GET /events`.
pub(super) async fn listen(
    State(app): State<Arc<App>>,
    insured: Insured,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let only_bill = wish.bill.as_deref().map(bills::id).transpose()?;
    let (sender, response) = feed::open(&app)?;
    // Listening begins before the events are read, so that nothing falls between.
    let news = app.push.listen(Topic::Person(insured.person_id));
    let feed = Feed {
        shell: insured.visitor.shell(),
        person_id: insured.person_id,
        only_bill,
        told: i64::MAX,
        sender,
        app,
    };
    let last_seen = feed::last_seen(&headers);
    tokio::spawn(async move {
        // The page has left, or opens another stream.
        let _ended = feed.run(news, last_seen).await;
    });
    Ok(response)
}

impl Feed {
    async fn run(
        mut self,
        mut news: broadcast::Receiver<News>,
        last_seen: Option<EventId>,
    ) -> Result<(), Gone> {
        self.begin(last_seen).await?;
        let mut look = interval(KEEP_ALIVE);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let end = sleep(LIFETIME);
        tokio::pin!(end);
        loop {
            tokio::select! {
                () = self.sender.gone() => return Err(Gone),
                () = &mut end => return Ok(()),
                _ = look.tick() => {}
                told = news.recv() => {
                    // Whether one piece of news came or some were missed, the events tell what they were.
                    if let Err(broadcast::error::RecvError::Closed) = told {
                        return Ok(());
                    }
                }
            }
            self.read_on().await?;
        }
    }

    /// The person's newest events, the oldest of them first, each with its version.
    async fn newest(&self) -> Result<Vec<(i64, Committed)>, Failure> {
        let person_id = self.person_id;
        let read = move |connection: &mut store::Connection| {
            events::of_person(connection, person_id, None, LONGEST_WAY_BACK)
        };
        let mut newest = self.app.database.read(read).await?;
        newest.reverse();
        Ok(newest)
    }

    /// Finds where to begin: after the last event that the page has seen, else with what happened just now.
    async fn begin(&mut self, last_seen: Option<EventId>) -> Result<(), Gone> {
        let Ok(newest) = self.newest().await else {
            // The page shows what it has; it opens another stream and tries again.
            return Err(Gone);
        };
        let last = newest.last().map_or(0, |(version, _)| *version);
        let seen = last_seen
            .map(|id| newest.iter().find(|(_, event)| event.event_id == id).map(|(version, _)| *version));
        match seen {
            Some(Some(version)) => {
                self.told = version;
                self.tell(newest, |_| true).await
            }
            Some(None) => {
                self.told = last;
                self.sender.send(feed::changed()).await
            }
            None => {
                let since = self.app.clock.now().plus_seconds(-JUST_NOW);
                self.told = newest
                    .iter()
                    .rev()
                    .find(|(_, event)| event.at < since)
                    .map_or(0, |(version, _)| *version);
                // A code that the page shows is newer than any that was used.
                self.tell(newest, |message| !matches!(message, Message::CodeUsed { .. })).await
            }
        }
    }

    async fn read_on(&mut self) -> Result<(), Gone> {
        match self.newest().await {
            Ok(newest) => self.tell(newest, |_| true).await,
            // Tried again with the next sign, or after the keep-alive.
            Err(_) => Ok(()),
        }
    }

    /// Tells the page of the events that it was not told of yet.
    async fn tell(
        &mut self,
        newest: Vec<(i64, Committed)>,
        wanted: fn(&Message) -> bool,
    ) -> Result<(), Gone> {
        for (version, event) in newest {
            if version <= self.told {
                continue;
            }
            let mut pieces = Vec::new();
            for message in event.body.messages.iter().filter(|message| wanted(message)) {
                pieces.extend(self.piece(message, &event).await);
            }
            // The page counts an event as seen when it has all its pieces.
            let last = pieces.pop().map(|piece| piece.id(event.event_id.to_string()));
            for piece in pieces.into_iter().chain(last) {
                self.sender.send(piece).await?;
            }
            self.told = version;
        }
        Ok(())
    }

    /// What a page is told of a message; nothing where it does not concern the page.
    async fn piece(&self, message: &Message, event: &Committed) -> Option<Event> {
        let rendered = match (message, self.only_bill) {
            (Message::CodeUsed { .. }, Some(_)) => return None,
            (Message::CodeUsed { institution }, None) => {
                fragments::code_used(&self.app, &self.shell, self.person_id, institution, event.at).await
            }
            (
                Message::BillReady { order_id }
                | Message::OrderChanged { order_id }
                | Message::RefundWanted { order_id },
                only,
            ) => match only {
                Some(shown) if shown == *order_id => return Some(feed::changed()),
                Some(_) => return None,
                None => fragments::bill(&self.app, &self.shell, self.person_id, *order_id).await,
            },
        };
        match rendered {
            Ok(html) => Some(feed::fragment(&html)),
            // A failure of our own was logged where it arose; the page looks again and shows what there is.
            Err(_) => Some(feed::changed()),
        }
    }
}
