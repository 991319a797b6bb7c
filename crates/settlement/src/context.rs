//! The records as they are when a command is planned, all read in one transaction.

use credential::TokenGrant;
use model::{Institution, InsuredPerson};

use crate::account::BenefitAccount;
use crate::command::RequestKey;
use crate::order::Order;
use crate::plan::Committed;
use crate::record::Settlement;
use crate::visit::{StoredItem, Visit};

/// A visit with its fee items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitFile {
    /// The visit.
    pub visit: Visit,
    /// Its fee items, in the order of their upload.
    pub items: Vec<StoredItem>,
}

/// A settlement with its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettlementFile {
    /// The settlement.
    pub settlement: Settlement,
    /// The order for its cash share.
    pub order: Order,
    /// Whether it stands: it is an original and no reversal of it exists.
    pub live: bool,
}

/// What is stored of an earlier request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriorRequest {
    /// Its identity.
    pub key: RequestKey,
    /// SHA-256 of its content; `None` when it was forbidden before it arrived.
    pub digest: Option<[u8; 32]>,
    /// The answer; `None` when it was forbidden before it arrived.
    pub answer: Option<Committed>,
}

/// The records that [`Command::needs`](crate::Command::needs) names, as far as they exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The insured person as registered now.
    pub person: InsuredPerson,
    /// The benefit account; version 0 where none exists.
    pub account: BenefitAccount,
    /// The acting institution as registered now.
    pub institution: Option<Institution>,
    /// The visit, if it is this person's.
    pub visit: Option<VisitFile>,
    /// The settlement, if it is this person's.
    pub settlement: Option<SettlementFile>,
    /// The person's settlements that stand and were made after that one, the earliest first, where they are needed.
    pub later: Vec<SettlementFile>,
    /// The order, if it is this person's.
    pub order: Option<Order>,
    /// The token's grant, if it is this person's.
    pub token: Option<TokenGrant>,
    /// Whether the code has been used.
    pub code_used: bool,
    /// The stored requests among those asked for.
    pub prior: Vec<PriorRequest>,
}
