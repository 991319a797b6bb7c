//! What a transaction answers: nodes, and the moment that the envelope around them tells.

use model::{EventId, Instant};
use settlement::Committed;
use wire::Object;
use wire::message::{Empty, Message};

use super::refused::Refused;
use crate::failure::Failure;

/// The answer of one transaction.
pub(super) struct Reply {
    /// The nodes (`output`).
    pub(super) nodes: Object,
    /// Id and time of the event that the answer is about; `None` for a reading, which is told at its own time.
    pub(super) event: Option<(EventId, Instant)>,
}

impl Reply {
    /// The answer to a reading.
    pub(super) fn of(message: &impl Message) -> Result<Self, Refused> {
        Ok(Self { nodes: nodes_of(message)?, event: None })
    }

    /// The answer to a message that changed something, now or when it came before.
    pub(super) fn committed(message: &impl Message, committed: &Committed) -> Result<Self, Refused> {
        Ok(Self { nodes: nodes_of(message)?, event: Some((committed.event_id, committed.at)) })
    }

    /// The empty answer to a message that changed something.
    pub(super) fn empty(committed: &Committed) -> Result<Self, Refused> {
        Self::committed(&Empty, committed)
    }
}

/// The nodes, after their amounts were added up once more. Ours that do not add up are never sent.
fn nodes_of(message: &impl Message) -> Result<Object, Refused> {
    message.to_nodes().map_err(|error| Refused::Operation(Failure::internal(&error)))
}
