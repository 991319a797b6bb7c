//! Commands: everything that may change a person's records.

use credential::TokenGrant;
use model::{
    CertificateType, EventId, FeeItem, Fen, Instant, InstitutionCode, MedicalType, OrderId, PersonId,
    Quantity, Scheme, SettlementId, VisitId,
};
use serde::{Deserialize, Serialize};

use crate::order::{Attempt, PaymentResult, RefundResult};
use crate::record::CodeUse;
use crate::visit::{Department, Diagnosis, Doctor};

/// The identity of a request: the same key always gets the same answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RequestKey {
    /// Who asks.
    pub institution: InstitutionCode,
    /// What is asked (`infno`).
    pub operation: String,
    /// The caller's message number (`msgid`), opaque.
    pub message_id: String,
}

/// A request with the digest of its content, so that the same number with another content is noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its identity.
    pub key: RequestKey,
    /// SHA-256 of its content.
    pub digest: [u8; 32],
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "actor")]
pub enum Actor {
    /// An institution, through its system or the terminal page.
    Institution {
        /// Which.
        code: InstitutionCode,
        /// Clerk or terminal (`opter`).
        operator: String,
    },
    /// The insured person.
    Person,
    /// The platform itself: a channel's notification, a job.
    Platform,
}

/// The totals that an institution declares with a settlement; all must equal ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declared {
    /// 医疗费总额.
    pub total: Fen,
    /// 全自费, 超限价自费, 先行自付, 符合政策范围, when they are declared (2207 declares them, 2206 does not).
    pub parts: Option<[Fen; 4]>,
}

/// A line of a settlement that stays when others go back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLine {
    /// Its serial number.
    pub serial: String,
    /// How much of it stays; at most what was settled.
    pub quantity: Quantity,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Open the benefit account with money that was credited.
    OpenAccount {
        /// Credited this year.
        current_year: Fen,
        /// Left from previous years.
        previous_years: Fen,
    },
    /// Use a credential code and issue a token for one business at one institution.
    UseCode {
        /// The code.
        code_use: CodeUse,
        /// SHA-256 of the new `ec_token`.
        token_digest: [u8; 32],
        /// What the token is good for.
        grant: TokenGrant,
    },
    /// Register a visit (2201).
    RegisterVisit {
        /// New id.
        visit_id: VisitId,
        /// Scheme.
        scheme: Scheme,
        /// How the person showed who they are.
        certificate: CertificateType,
        /// SHA-256 of the `ec_token`, when the certificate is one.
        token_digest: Option<[u8; 32]>,
        /// When the visit began.
        began: Instant,
        /// The institution's own number.
        outpatient_no: String,
        /// Department; a purchase at a pharmacy has none.
        department: Option<Department>,
        /// Doctor, if named.
        doctor: Option<Doctor>,
    },
    /// Withdraw a visit that has no fee items (2202).
    CancelVisit {
        /// The institution's number of the visit, where it is named as well: it must be that of the visit.
        outpatient_no: Option<String>,
        /// Which.
        visit_id: VisitId,
    },
    /// Record lane of care and diagnoses (2203). Diagnoses replace those recorded before.
    RecordVisit {
        /// Which.
        visit_id: VisitId,
        /// Lane of care.
        medical_type: MedicalType,
        /// Valid diagnoses.
        diagnoses: Vec<Diagnosis>,
    },
    /// Upload fee items (2204).
    AddItems {
        /// To which visit.
        visit_id: VisitId,
        /// The items.
        items: Vec<FeeItem>,
    },
    /// Withdraw open fee items (2205).
    WithdrawItems {
        /// Of which visit.
        visit_id: VisitId,
        /// Of which batch; `None` for all.
        batch: Option<String>,
    },
    /// Withdraw one open fee item, as a terminal does.
    WithdrawItem {
        /// Of which visit.
        visit_id: VisitId,
        /// Its serial number.
        serial: String,
    },
    /// Settle one batch of a visit (2207).
    Settle {
        /// Which visit.
        visit_id: VisitId,
        /// Which batch.
        batch: String,
        /// New id.
        settlement_id: SettlementId,
        /// New id of the order for the cash share.
        order_id: OrderId,
        /// Scheme that the caller names; must be the visit's.
        scheme: Scheme,
        /// Lane that the caller names; must be the visit's.
        medical_type: MedicalType,
        /// SHA-256 of the `ec_token`, when the certificate is one.
        token_digest: Option<[u8; 32]>,
        /// Whether the personal account may pay (`acct_used_flag`).
        use_account: bool,
        /// What the caller computed.
        declared: Declared,
    },
    /// Buy at a pharmacy and settle at once (2102).
    Purchase {
        /// New id of the visit.
        visit_id: VisitId,
        /// New id.
        settlement_id: SettlementId,
        /// New id of the order for the cash share.
        order_id: OrderId,
        /// Scheme.
        scheme: Scheme,
        /// How the person showed who they are.
        certificate: CertificateType,
        /// SHA-256 of the `ec_token`, when the certificate is one.
        token_digest: Option<[u8; 32]>,
        /// When.
        began: Instant,
        /// What was bought, all in one batch.
        items: Vec<FeeItem>,
        /// Whether the personal account may pay.
        use_account: bool,
        /// What the caller computed.
        declared: Declared,
    },
    /// Undo a settlement (2208, 2103, 2601).
    Revoke {
        /// Which.
        settlement_id: SettlementId,
        /// Of which visit, where the caller says so; must be the settlement's.
        visit_id: Option<VisitId>,
        /// New id.
        reversal_id: SettlementId,
        /// Our order number of a refund at the channel, should one be needed.
        refund_order: String,
    },
    /// Undo a settlement and settle the lines that are kept again, by the rules of the original's day (partial refund).
    Correct {
        /// Which.
        settlement_id: SettlementId,
        /// Of which visit.
        visit_id: VisitId,
        /// The lines that stay, with how much of each; all others go back.
        kept: Vec<KeptLine>,
        /// New id of the reversal.
        reversal_id: SettlementId,
        /// Our order number of a refund at the channel, should one be needed.
        refund_order: String,
        /// New id of the settlement of what is kept.
        new_settlement_id: SettlementId,
        /// New id of its order.
        new_order_id: OrderId,
    },
    /// Refuse a request for ever that was reversed before it arrived (2601 for an unknown message).
    ForbidRequest {
        /// The request.
        key: RequestKey,
    },
    /// The person begins to pay an order through a channel.
    BeginPayment {
        /// Which.
        order_id: OrderId,
        /// The try.
        attempt: Attempt,
    },
    /// The channel is about to be asked to move the money.
    SubmitPayment {
        /// Which.
        order_id: OrderId,
        /// Our order number at the channel; must be the try's.
        channel_order: String,
    },
    /// The channel has said what became of a payment.
    ResolvePayment {
        /// Which.
        order_id: OrderId,
        /// Our order number at the channel; must be the try's.
        channel_order: String,
        /// What it said.
        result: PaymentResult,
    },
    /// The cash share was paid at the window.
    TakeCash {
        /// Which.
        order_id: OrderId,
    },
    /// The channel has said what became of a refund.
    ResolveRefund {
        /// Which.
        order_id: OrderId,
        /// What it said.
        result: RefundResult,
    },
}

impl Action {
    /// The name under which the action is recorded.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::OpenAccount { .. } => "open_account",
            Self::UseCode { .. } => "use_code",
            Self::RegisterVisit { .. } => "register_visit",
            Self::CancelVisit { .. } => "cancel_visit",
            Self::RecordVisit { .. } => "record_visit",
            Self::AddItems { .. } => "add_items",
            Self::WithdrawItems { .. } => "withdraw_items",
            Self::WithdrawItem { .. } => "withdraw_item",
            Self::Settle { .. } => "settle",
            Self::Purchase { .. } => "purchase",
            Self::Revoke { .. } => "revoke",
            Self::Correct { .. } => "correct",
            Self::ForbidRequest { .. } => "forbid_request",
            Self::BeginPayment { .. } => "begin_payment",
            Self::SubmitPayment { .. } => "submit_payment",
            Self::ResolvePayment { .. } => "resolve_payment",
            Self::TakeCash { .. } => "take_cash",
            Self::ResolveRefund { .. } => "resolve_refund",
        }
    }
}

/// A command: what one actor wants done to one person's records, when, and under which new id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Whose records.
    pub person_id: PersonId,
    /// New id of the event.
    pub event_id: EventId,
    /// The time of the decision.
    pub at: Instant,
    /// Who acts.
    pub actor: Actor,
    /// The message that asks for it; without one the command is not protected against repetition by its key.
    pub request: Option<Request>,
    /// What is to be done.
    pub action: Action,
}

/// Which records must be loaded before a command can be planned. The person and the benefit account always are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// The acting institution's row.
    pub institution: Option<InstitutionCode>,
    /// The visit with all its fee items.
    pub visit: Option<VisitId>,
    /// The settlement, with its order.
    pub settlement: Option<SettlementId>,
    /// Whether the settlements of the person are needed that stand and were made after it.
    pub later: bool,
    /// The order.
    pub order: Option<OrderId>,
    /// The token's grant.
    pub token: Option<[u8; 32]>,
    /// Whether this code has been used: handle and second.
    pub code: Option<(u64, Instant)>,
    /// The stored answers of these requests: the command's own and, for a reversal, the original's.
    pub requests: Vec<RequestKey>,
}

impl Command {
    /// What must be loaded for it.
    #[must_use]
    pub fn needs(&self) -> Needs {
        let institution = match &self.actor {
            Actor::Institution { code, .. } => Some(code.clone()),
            Actor::Person | Actor::Platform => None,
        };
        let mut needs = Needs {
            institution,
            requests: self.request.iter().map(|request| request.key.clone()).collect(),
            ..Needs::default()
        };
        match &self.action {
            Action::OpenAccount { .. } => {}
            Action::UseCode { code_use, .. } => needs.code = Some((code_use.handle, code_use.shown)),
            Action::RegisterVisit { token_digest, .. } | Action::Purchase { token_digest, .. } => {
                needs.token = *token_digest;
            }
            Action::CancelVisit { visit_id, .. }
            | Action::RecordVisit { visit_id, .. }
            | Action::AddItems { visit_id, .. }
            | Action::WithdrawItems { visit_id, .. }
            | Action::WithdrawItem { visit_id, .. } => needs.visit = Some(*visit_id),
            Action::Settle { visit_id, token_digest, .. } => {
                needs.visit = Some(*visit_id);
                needs.token = *token_digest;
            }
            Action::Revoke { settlement_id, .. } => {
                needs.settlement = Some(*settlement_id);
                needs.later = true;
            }
            Action::Correct { settlement_id, visit_id, .. } => {
                needs.settlement = Some(*settlement_id);
                needs.visit = Some(*visit_id);
                needs.later = true;
            }
            Action::ForbidRequest { key } => needs.requests.push(key.clone()),
            Action::BeginPayment { order_id, .. }
            | Action::SubmitPayment { order_id, .. }
            | Action::ResolvePayment { order_id, .. }
            | Action::TakeCash { order_id }
            | Action::ResolveRefund { order_id, .. } => needs.order = Some(*order_id),
        }
        needs
    }
}
