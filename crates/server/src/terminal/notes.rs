//! What the server keeps with the session of staff: who was identified and not registered yet, and what was entered last.
//!
//! Persons stand here by number alone.

use model::{CertificateType, Instant, PersonId, Price, VisitId};
use serde::{Deserialize, Serialize};
use store::sessions;

use super::desk::Desk;
use crate::app::App;
use crate::failure::Failure;
use crate::web::Problem;

/// How many persons may wait for their registration; the oldest is forgotten first.
const MOST_IDENTIFIED: usize = 20;
/// How many departments, doctors and diagnoses are proposed.
const MOST_PROPOSED: usize = 12;
/// How many prices are remembered.
const MOST_PRICES: usize = 300;

/// Somebody who was identified. Their visit has a number already, under which it will be registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identified {
    pub(super) visit_id: VisitId,
    pub(super) person_id: PersonId,
    /// How they showed who they are.
    pub(super) certificate: CertificateType,
    /// SHA-256 of the token, where they showed a code.
    pub(super) token_digest: Option<[u8; 32]>,
    pub(super) at: Instant,
}

/// What is kept with one session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Notes {
    /// The newest last.
    pub(super) identified: Vec<Identified>,
    /// As they were typed, the newest first.
    pub(super) departments: Vec<String>,
    pub(super) doctors: Vec<String>,
    pub(super) diagnoses: Vec<String>,
    /// Prices by catalogue code, the newest first.
    prices: Vec<(String, Price)>,
}

/// Puts `text` first and keeps the list short.
fn put_first(list: &mut Vec<String>, text: &str) {
    list.retain(|known| known != text);
    list.insert(0, text.to_owned());
    list.truncate(MOST_PROPOSED);
}

impl Notes {
    /// What is kept with the session of `desk`, as it was when the request came.
    pub(super) fn of(desk: &Desk) -> Self {
        Self::read(&desk.staff.session.data)
    }

    /// Notes that cannot be read are of an earlier version, and nothing hangs on them: the person is identified again.
    fn read(data: &str) -> Self {
        serde_json::from_str(data).unwrap_or_default()
    }

    /// Those who were identified at most `seconds` ago, the newest first.
    pub(super) fn waiting(&self, now: Instant, seconds: u32) -> impl Iterator<Item = &Identified> {
        let since = now.plus_seconds(-i64::from(seconds));
        self.identified.iter().rev().filter(move |identified| identified.at > since)
    }

    pub(super) fn identify(&mut self, identified: Identified) {
        self.identified.push(identified);
        let surplus = self.identified.len().saturating_sub(MOST_IDENTIFIED);
        self.identified.drain(..surplus);
    }

    /// The visit is a record from now on; what was typed is proposed again.
    pub(super) fn registered(&mut self, visit_id: VisitId, typed: [Option<&str>; 3]) {
        self.identified.retain(|identified| identified.visit_id != visit_id);
        let lists = [&mut self.departments, &mut self.doctors, &mut self.diagnoses];
        for (list, text) in lists.into_iter().zip(typed) {
            if let Some(text) = text {
                put_first(list, text);
            }
        }
    }

    /// What this workplace charged last for an item.
    pub(super) fn price(&self, code: &str) -> Option<Price> {
        self.prices.iter().find(|(known, _)| known == code).map(|(_, price)| *price)
    }

    pub(super) fn charge(&mut self, code: String, price: Price) {
        self.prices.retain(|(known, _)| *known != code);
        self.prices.insert(0, (code, price));
        self.prices.truncate(MOST_PRICES);
    }
}

/// Changes what is kept with the session of `desk`. Pages open at once change it one after the other.
///
/// # Errors
/// The session has ended; the store fails.
pub(super) async fn change(
    app: &App,
    desk: &Desk,
    change: impl Fn(&mut Notes) + Send + 'static,
) -> Result<(), Failure> {
    let (token, now) = (desk.staff.session.token_digest, app.clock.now());
    let changed = app.database.write(move |transaction| {
        let session = sessions::find(transaction, token, now)?.ok_or(Problem::SessionEnded)?;
        let mut notes = Notes::read(&session.data);
        change(&mut notes);
        let data = serde_json::to_string(&notes).map_err(|error| Failure::internal(&error))?;
        Ok::<_, Failure>(sessions::swap_data(transaction, token, &session.data, &data)?)
    });
    changed.await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identified(number: u8, at: i64) -> Identified {
        Identified {
            visit_id: VisitId::from_bytes([number; 16]),
            person_id: PersonId::from_bytes([number; 16]),
            certificate: CertificateType::Credential,
            token_digest: Some([number; 32]),
            at: Instant::from_milliseconds(at),
        }
    }

    #[test]
    fn the_lists_are_short_and_the_newest_comes_first() {
        let mut notes = Notes::default();
        for number in 0..40 {
            notes.identify(identified(number, i64::from(number)));
            let text = format!("A{number} 科");
            notes.registered(VisitId::from_bytes([99; 16]), [Some(&text), None, Some("J06.900 感冒")]);
            notes.charge(text, Price::from_micro_yuan(i64::from(number)));
        }
        assert_eq!(notes.identified.len(), MOST_IDENTIFIED);
        assert_eq!(notes.departments.first().map(String::as_str), Some("A39 科"));
        assert_eq!(
            (notes.departments.len(), notes.doctors.len(), notes.diagnoses.len()),
            (MOST_PROPOSED, 0, 1)
        );
        assert_eq!(notes.price("A7 科"), Some(Price::from_micro_yuan(7)));
        assert_eq!(notes.price("B1"), None);
        let again = Notes::read(&serde_json::to_string(&notes).expect("text"));
        assert_eq!(again, notes);
        assert_eq!(Notes::read("{\"identified\": 3}"), Notes::default());
    }

    #[test]
    fn who_was_identified_long_ago_or_is_registered_waits_no_more() {
        let mut notes = Notes::default();
        notes.identify(identified(1, 0));
        notes.identify(identified(2, 60_000));
        let waiting = |notes: &Notes, now| {
            let now = Instant::from_milliseconds(now);
            notes.waiting(now, 60).map(|each| each.visit_id.to_bytes()[0]).collect::<Vec<_>>()
        };
        assert_eq!(waiting(&notes, 59_999), [2, 1]);
        assert_eq!(waiting(&notes, 60_000), [2]);
        notes.registered(VisitId::from_bytes([2; 16]), [None; 3]);
        assert!(waiting(&notes, 60_000).is_empty());
    }
}
