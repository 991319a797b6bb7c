//! The hash chain over one person's records.

use std::fmt;

use model::{EventId, Instant, PersonId};
use sha2::{Digest, Sha256};

/// The hash of a person's newest record and, through it, of all records before.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainHead([u8; 32]);

/// What one link of the chain covers.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    /// The record.
    pub event_id: EventId,
    /// Whose chain.
    pub person_id: PersonId,
    /// Position in the chain: 1 for the first.
    pub version: i64,
    /// When it was committed.
    pub at: Instant,
    /// The record's content, as it is stored.
    pub payload: &'a str,
}

impl ChainHead {
    /// The head of an empty chain.
    pub const EMPTY: Self = Self([0; 32]);

    /// The head with these bytes, as stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes that are stored.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// The head after `link`: SHA-256 over the old head and every field of the link, each of fixed length or last.
    #[must_use]
    pub fn then(self, link: Link<'_>) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"yibao chain 1\n");
        hash.update(self.0);
        hash.update(link.person_id.to_bytes());
        hash.update(link.version.to_be_bytes());
        hash.update(link.event_id.to_bytes());
        hash.update(link.at.milliseconds().to_be_bytes());
        hash.update(link.payload.as_bytes());
        Self(hash.finalize().into())
    }
}

impl fmt::Debug for ChainHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChainHead({self})")
    }
}

impl fmt::Display for ChainHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(payload: &str) -> Link<'_> {
        Link {
            event_id: EventId::from_bytes([1; 16]),
            person_id: PersonId::from_bytes([2; 16]),
            version: 1,
            at: Instant::from_milliseconds(1_700_000_000_000),
            payload,
        }
    }

    #[test]
    fn every_field_and_every_earlier_link_change_the_head() {
        let head = ChainHead::EMPTY.then(link("a"));
        let changed = [
            ChainHead::EMPTY.then(link("b")),
            ChainHead::EMPTY.then(Link { version: 2, ..link("a") }),
            ChainHead::EMPTY.then(Link { at: Instant::from_milliseconds(0), ..link("a") }),
            ChainHead::EMPTY.then(Link { event_id: EventId::from_bytes([3; 16]), ..link("a") }),
            ChainHead::EMPTY.then(Link { person_id: PersonId::from_bytes([3; 16]), ..link("a") }),
            head.then(link("a")),
        ];
        for other in changed {
            assert_ne!(head, other);
        }
        assert_eq!(head, ChainHead::EMPTY.then(link("a")));
    }
}
