//! What a plan writes.

use benefit::{Case, Split};
use credential::TokenGrant;
use model::{
    Instant, InstitutionCode, InstitutionKind, InstitutionLevel, OrderId, PersonId, SettlementId, VisitId,
};
use serde::{Deserialize, Serialize};

use crate::account::AccountChange;
use crate::command::RequestKey;
use crate::order::Order;
use crate::visit::{StoredItem, Visit};

/// Whether a settlement pays or takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SettlementKind {
    /// A settlement.
    Original,
    /// The mirror of one: every amount is the negative of the original's.
    Reversal {
        /// The settlement that it undoes.
        of: SettlementId,
    },
}

/// A settlement (结算) or its reversal, with everything that explains it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// 结算ID.
    pub id: SettlementId,
    /// Of which visit.
    pub visit_id: VisitId,
    /// Whose.
    pub person_id: PersonId,
    /// Where.
    pub institution: InstitutionCode,
    /// Kind of the institution at the time.
    pub institution_kind: InstitutionKind,
    /// Level of the institution at the time.
    pub institution_level: InstitutionLevel,
    /// Which batch of fee items (`chrg_bchno`).
    pub batch: String,
    /// Original or reversal.
    pub kind: SettlementKind,
    /// When (`setl_time`).
    pub settled: Instant,
    /// The caller's message (`medins_setl_id`).
    pub request: Option<RequestKey>,
    /// Order for the cash share.
    pub order_id: OrderId,
    /// The policy book that decided; its text is kept under this name.
    pub policy_version: String,
    /// What was decided on: with the policy book it gives the split, and its explanation, again.
    pub case: Case,
    /// Who pays what.
    pub split: Split,
    /// What it changed in the benefit account.
    pub change: AccountChange,
    /// Money in the personal account afterwards, both kinds (`balc`).
    pub balance_after: model::Fen,
}

/// A credential code that was used. Each code is used once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeUse {
    /// The handle inside the code.
    pub handle: u64,
    /// The second at which the code was shown.
    pub shown: Instant,
    /// Whose code it is.
    pub person_id: PersonId,
    /// Who scanned it.
    pub institution: InstitutionCode,
    /// When.
    pub used: Instant,
}

/// One change of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// A visit in its new state; replaces an earlier one of the same id.
    Visit {
        /// The visit.
        visit: Visit,
    },
    /// New fee items of a visit.
    ItemsAdded {
        /// Of which visit.
        visit_id: VisitId,
        /// The items, all open.
        items: Vec<StoredItem>,
    },
    /// Open fee items that were withdrawn: they are gone from the visit.
    ItemsWithdrawn {
        /// Of which visit.
        visit_id: VisitId,
        /// Their serial numbers.
        serials: Vec<String>,
    },
    /// A new settlement; its batch's items become settled. A reversal makes its original's items open again and its
    /// original no longer live.
    Settlement {
        /// The settlement.
        settlement: Box<Settlement>,
    },
    /// An order in its new state; replaces an earlier one of the same id.
    Order {
        /// The order.
        order: Order,
    },
    /// A credential code was used.
    CodeUse {
        /// The use.
        code_use: CodeUse,
    },
    /// A token was issued.
    Token {
        /// SHA-256 of the token.
        digest: [u8; 32],
        /// What it is good for.
        grant: TokenGrant,
    },
}
