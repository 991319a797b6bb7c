//! Events: the links of a person's hash chain, and the truth from which the tables can be rebuilt.

use ledger::Journal;
use model::{EventId, Instant, InstitutionCode, OrderId, PersonId};
use serde::{Deserialize, Serialize};

use crate::account::AccountChange;
use crate::command::{Actor, RequestKey};
use crate::plan::StoredRequest;
use crate::record::Record;

/// News for people and for the platform's own jobs, delivered at least once after the commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "message")]
pub enum Message {
    /// The person's code was used.
    CodeUsed {
        /// Where.
        institution: InstitutionCode,
    },
    /// A bill is ready for the person.
    BillReady {
        /// Its order.
        order_id: OrderId,
    },
    /// The order changed: paid, closed or refunded.
    OrderChanged {
        /// Which.
        order_id: OrderId,
    },
    /// The channel has to be asked to give money back.
    RefundWanted {
        /// For which order.
        order_id: OrderId,
    },
}

/// What happened, why, and what it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventBody {
    /// Name of the action.
    pub action: String,
    /// Who acted.
    pub actor: Actor,
    /// The message that asked for it, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestKey>,
    /// Requests whose identity it remembers: its own, and one that it forbids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<StoredRequest>,
    /// What it adds to the benefit account.
    pub change: AccountChange,
    /// Money that moved.
    pub journal: Journal,
    /// What was written.
    pub records: Vec<Record>,
    /// News to deliver.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<Message>,
}

/// One committed change of one person's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its identifier.
    pub id: EventId,
    /// Whose records.
    pub person_id: PersonId,
    /// Position in the person's chain: 1 for the first.
    pub version: i64,
    /// When it was decided.
    pub at: Instant,
    /// The body as JSON: the exact text that the chain covers.
    pub payload: String,
}
