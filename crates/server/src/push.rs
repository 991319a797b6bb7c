//! News on their way to open pages.
//!
//! A page listens on a topic. The news of one process reach the pages of that process alone, and at once. Nothing is lost
//! by that: what happened is in the person's events, from which the pages of that person read on, and terminals look at
//! themselves again; both after a while without news, and when they connect again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use model::{EventId, InstitutionCode, PersonId};
use settlement::Message;
use tokio::sync::broadcast;

/// Who listens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The pages of one person.
    Person(PersonId),
    /// The terminals of one institution.
    Institution(InstitutionCode),
}

/// One piece of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The event that it comes from.
    pub event_id: EventId,
    /// Whom the event is about.
    pub person_id: PersonId,
    /// What happened.
    pub message: Message,
}

/// How much a page may lag behind before it has to catch up.
const BACKLOG: usize = 32;

/// The topics that someone listens to.
#[derive(Debug, Default)]
pub struct Push {
    topics: Mutex<HashMap<Topic, broadcast::Sender<News>>>,
}

impl Push {
    /// Listens on a topic.
    pub fn listen(&self, topic: Topic) -> broadcast::Receiver<News> {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        // Topics that nobody listens to any more are dropped on this occasion, so the map stays as large as the audience.
        topics.retain(|_, sender| sender.receiver_count() > 0);
        topics.entry(topic).or_insert_with(|| broadcast::channel(BACKLOG).0).subscribe()
    }

    /// Tells whoever listens.
    pub fn tell(&self, topic: &Topic, news: News) {
        let topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = topics.get(topic) {
            // An error means that the last listener has just left.
            let _ = sender.send(news);
        }
    }

    /// Ends every listening, so that a server that stops need not wait for pages to leave.
    pub fn close(&self) {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// How many pages listen.
    #[must_use]
    pub fn listeners(&self) -> usize {
        let topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        topics.values().map(broadcast::Sender::receiver_count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::OrderId;

    #[test]
    fn news_reach_those_who_listen_and_only_them() {
        let push = Push::default();
        let person = PersonId::from_bytes([1; 16]);
        let mut own = push.listen(Topic::Person(person));
        let mut other = push.listen(Topic::Person(PersonId::from_bytes([2; 16])));
        let message = Message::BillReady { order_id: OrderId::from_bytes([3; 16]) };
        let news = News { event_id: EventId::from_bytes([4; 16]), person_id: person, message };
        push.tell(&Topic::Person(person), news.clone());
        assert_eq!(own.try_recv().ok(), Some(news));
        assert!(other.try_recv().is_err());
    }

    #[test]
    fn topics_without_listeners_are_dropped() {
        let push = Push::default();
        for byte in 0..50 {
            drop(push.listen(Topic::Person(PersonId::from_bytes([byte; 16]))));
        }
        let _listening = push.listen(Topic::Person(PersonId::from_bytes([99; 16])));
        assert_eq!(push.topics.lock().expect("not poisoned").len(), 1);
        assert_eq!(push.listeners(), 1);
    }
}
