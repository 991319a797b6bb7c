//! Bills: the list, one bill with its explanation, paying it, the receipt.

use askama::Template;
use model::{Fen, Instant, LineSplit, MedicalType, Price, Quantity};

use super::Tab;
use crate::web::amounts::Amounts;
use crate::web::explanation::Explanation;
use crate::web::field::Field;
use crate::web::i18n::Text;
use crate::web::problem::Problem;
use crate::web::shell::Shell;
use crate::web::words::{self, Status, Tone};

/// Where a bill stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BillState {
    /// The person owes the cash share.
    Pending,
    /// A payment is on its way and its outcome is not known yet.
    Confirming,
    /// Paid, or nothing was left to pay.
    Paid,
    /// A refund is on its way.
    Refunding,
    /// Revoked; everything went back.
    Refunded,
    /// Revoked before the cash share was paid.
    Cancelled,
}

impl BillState {
    /// Icon, word and colour family.
    #[must_use]
    pub fn status(&self, shell: &Shell) -> Status {
        let (tone, icon, word) = match self {
            Self::Pending => (Tone::Warning, "clock", shell.t("bill-pending")),
            Self::Confirming => (Tone::Info, "clock", shell.t("bill-confirming")),
            Self::Paid => (Tone::Success, "check", shell.t("bill-paid")),
            Self::Refunding => (Tone::Info, "undo", shell.t("bill-refunding")),
            Self::Refunded => (Tone::Info, "undo", shell.t("bill-refunded")),
            Self::Cancelled => (Tone::Info, "undo", shell.t("bill-cancelled")),
        };
        Status { tone, icon, word }
    }

    /// Whether the person can pay now.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        matches!(self, Self::Pending)
    }

    /// Whether the outcome is still open, so that the page should look again.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Confirming | Self::Refunding)
    }

    /// Whether the settlement was revoked before the cash share was paid.
    #[must_use]
    pub const fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled)
    }

    /// Whether everything went, or is going, back.
    #[must_use]
    pub const fn is_reversed(&self) -> bool {
        matches!(self, Self::Refunding | Self::Refunded | Self::Cancelled)
    }
}

/// A bill in a list, and as it is pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillCard {
    /// Identifier in URLs.
    pub id: String,
    /// Name of the institution.
    pub institution: String,
    /// When it was settled.
    pub at: Instant,
    /// 医疗费总额.
    pub total: Fen,
    /// 个人现金支付.
    pub cash: Fen,
    /// Where it stands.
    pub state: BillState,
}

/// Pushed when a bill arrives or changes: replaces the card of the same bill, else joins the pushed cards.
#[derive(Template)]
#[template(path = "push/bill.html")]
pub struct BillPush {
    /// Frame.
    pub shell: Shell,
    /// The card.
    pub bill: BillCard,
}

/// `/bills`.
#[derive(Template)]
#[template(path = "insured/bills.html")]
pub struct BillsPage {
    /// Frame.
    pub shell: Shell,
    /// To pay, the newest first.
    pub pending: Vec<BillCard>,
    /// Paid, the newest first.
    pub paid: Vec<BillCard>,
    /// Revoked, the newest first.
    pub refunded: Vec<BillCard>,
}

/// How the cash share was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentMethod {
    /// Bank account of the social-security card.
    BankCard {
        /// Last digits of the card number.
        card_tail: String,
    },
    /// Cash or card at the institution's window.
    Counter,
    /// Nothing was left to pay.
    NothingDue,
}

impl PaymentMethod {
    /// The method in words.
    #[must_use]
    pub fn text(&self, shell: &Shell) -> Text {
        match self {
            Self::BankCard { card_tail } => shell.t("method-bank-card").with("tail", card_tail),
            Self::Counter => shell.t("method-counter"),
            Self::NothingDue => shell.t("method-nothing-due"),
        }
    }
}

/// A payment of the cash share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashPayment {
    /// When.
    pub at: Instant,
    /// How.
    pub method: PaymentMethod,
}

/// One line of a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillLine {
    /// Name of the item.
    pub name: String,
    /// Specification and unit.
    pub specification: String,
    /// Unit price.
    pub price: Price,
    /// Quantity.
    pub quantity: Quantity,
    /// Amount.
    pub amount: Fen,
    /// How it divides by the catalogue.
    pub split: LineSplit,
}

impl BillLine {
    /// The catalogue class in words.
    #[must_use]
    pub fn class_word(&self, shell: &Shell) -> Text {
        words::catalogue_class(shell, &self.split.class)
    }

    /// What of this line the person bears before any deductible or ratio.
    #[must_use]
    pub fn self_paid(&self) -> Fen {
        let split = &self.split;
        Fen::sum([split.fully_self_paid, split.over_limit, split.first_self_paid]).unwrap_or(self.amount)
    }
}

/// One bill in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    /// Identifier in URLs.
    pub id: String,
    /// 结算ID, as printed on receipts.
    pub settlement_no: String,
    /// Name of the institution.
    pub institution: String,
    /// Department; a pharmacy has none.
    pub department: Option<String>,
    /// Lane of care.
    pub medical_type: MedicalType,
    /// When it was settled.
    pub at: Instant,
    /// Where it stands.
    pub state: BillState,
    /// Who pays what.
    pub amounts: Amounts,
    /// Why.
    pub explanation: Explanation,
    /// Fee items.
    pub lines: Vec<BillLine>,
    /// The payment of the cash share, once made.
    pub payment: Option<CashPayment>,
    /// When it was revoked and everything went back.
    pub refunded_at: Option<Instant>,
}

/// `/bills/{id}`.
#[derive(Template)]
#[template(path = "insured/bill.html")]
pub struct BillPage {
    /// Frame.
    pub shell: Shell,
    /// The bill.
    pub bill: Bill,
    /// Whether payment is open (level 2); if not, the page leads to `/card`.
    pub payment_open: bool,
}

/// `/bills/{id}/pay`: the PIN.
#[derive(Template)]
#[template(path = "insured/pay.html")]
pub struct PayPage {
    /// Frame.
    pub shell: Shell,
    /// The bill.
    pub bill_id: String,
    /// Name of the institution.
    pub institution: String,
    /// What is to be paid; comes back as `cash_fen`, so that a bill that changed meanwhile is not paid.
    pub amount: Fen,
    /// Last digits of the card that pays.
    pub card_tail: String,
    /// PIN; its value is never sent back.
    pub pin: Field,
    /// What is wrong with the whole form.
    pub problem: Option<Problem>,
}

/// What came of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaidOutcome {
    /// Paid.
    Paid {
        /// When.
        at: Instant,
    },
    /// Not known yet; the page looks again by itself.
    Confirming,
    /// Refused; nothing was taken.
    Refused(Problem),
}

/// `/bills/{id}/paid`: what came of the payment.
#[derive(Template)]
#[template(path = "insured/paid.html")]
pub struct PaidPage {
    /// Frame.
    pub shell: Shell,
    /// The bill.
    pub bill_id: String,
    /// Name of the institution.
    pub institution: String,
    /// The cash share.
    pub amount: Fen,
    /// How it was paid.
    pub method: PaymentMethod,
    /// What came of it.
    pub outcome: PaidOutcome,
}

/// `/bills/{id}/receipt`: the receipt, ready to print.
#[derive(Template)]
#[template(path = "insured/receipt.html")]
pub struct ReceiptPage {
    /// Frame.
    pub shell: Shell,
    /// Masked name.
    pub name_masked: String,
    /// The bill.
    pub bill: Bill,
}
