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

#[cfg(test)]
mod tests {
    use model::{CatalogueClass, FeeCategory, FeeItem, Fen, LineSplit, Rate};
    use wire::message::{FeeReply, LineResult};

    use super::*;
    use crate::web::Problem;

    #[test]
    fn amounts_that_do_not_add_up_are_never_sent() {
        let item = FeeItem {
            serial: "1".to_owned(),
            batch: "B1".to_owned(),
            item_code: "X".to_owned(),
            institution_item_code: "X".to_owned(),
            occurred: Instant::from_milliseconds(0),
            price: "10.00".parse().unwrap(),
            quantity: "1".parse().unwrap(),
            amount: Fen::new(1_000),
            approved: None,
        };
        let split = |in_scope| LineSplit {
            class: CatalogueClass::A,
            category: FeeCategory::Consultation,
            first_self_pay_rate: Rate::ZERO,
            price_ceiling: None,
            limited_use: false,
            fully_self_paid: Fen::ZERO,
            over_limit: Fen::ZERO,
            first_self_paid: Fen::ZERO,
            in_scope: Fen::new(in_scope),
        };
        let reply = |in_scope| Reply::of(&FeeReply { lines: vec![LineResult::new(&item, &split(in_scope))] });
        assert!(reply(1_000).is_ok());
        let Err(Refused::Operation(failure)) = reply(999) else { panic!("sent") };
        assert_eq!(failure.problem, Problem::Internal);
    }
}
