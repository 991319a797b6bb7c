//! The name of a pre-settlement that was shown: the key under which it is settled.

use std::fmt;
use std::str::FromStr;

use model::EventId;
use settlement::StoredItem;
use sha2::{Digest as _, Sha256};

/// Names one pre-settlement: a number of its own, and what it was computed on. Settling under the same name again gets
/// the first answer, and one whose fee items have changed since is not settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    id: EventId,
    items: String,
}

/// How many characters of the digest of the fee items the name carries.
const DIGITS: usize = 16;

/// What is left of the fee items in the name.
fn digest_of<'a>(items: impl IntoIterator<Item = &'a StoredItem>) -> String {
    let mut digest = Sha256::new();
    for stored in items {
        let item = &stored.item;
        digest.update(format!("{}\n{}\n{}\n", item.batch, item.serial, item.amount.get()).as_bytes());
    }
    let mut text = hex::encode(digest.finalize());
    text.truncate(DIGITS);
    text
}

impl Attempt {
    /// The name of a new pre-settlement of these fee items.
    pub(super) fn new<'a>(id: EventId, items: impl IntoIterator<Item = &'a StoredItem>) -> Self {
        Self { id, items: digest_of(items) }
    }

    /// Whether it was computed on these fee items.
    #[must_use]
    pub fn is_of<'a>(&self, items: impl IntoIterator<Item = &'a StoredItem>) -> bool {
        self.items == digest_of(items)
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.id, self.items)
    }
}

/// The text names no pre-settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key of a pre-settlement is expected")]
pub struct NoAttempt;

impl FromStr for Attempt {
    type Err = NoAttempt;

    fn from_str(text: &str) -> Result<Self, NoAttempt> {
        let (id, items) = text.split_once('-').ok_or(NoAttempt)?;
        let right = items.len() == DIGITS && items.bytes().all(|byte| byte.is_ascii_hexdigit());
        match id.parse() {
            Ok(id) if right => Ok(Self { id, items: items.to_ascii_lowercase() }),
            _ => Err(NoAttempt),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_other_texts_are_none() {
        let attempt = Attempt::new(EventId::from_bytes([7; 16]), []);
        assert_eq!(attempt.to_string().parse(), Ok(attempt.clone()));
        assert_eq!(attempt.to_string().len(), 26 + 1 + 16);
        assert!(attempt.is_of([]));
        for text in [
            "",
            "-",
            "01JRM9",
            "01JRM9-0123456789abcdef",
            "0123456789ABCDEFGHJKMNPQRS-0123",
            "x-0123456789abcdeg",
        ] {
            assert_eq!(text.parse::<Attempt>(), Err(NoAttempt), "{text}");
        }
    }
}
