//! Events: the links of a person's hash chain, and the truth from which the tables can be rebuilt.

use ledger::Journal;
use model::{EventId, Instant, PersonId};
use serde::{Deserialize, Serialize};

use crate::account::AccountChange;
use crate::command::{Actor, RequestKey};
use crate::record::Record;

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
    /// What it adds to the benefit account.
    pub change: AccountChange,
    /// Money that moved.
    pub journal: Journal,
    /// What was written.
    pub records: Vec<Record>,
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
