//! Why a command is refused. A refusal changes nothing.

use ledger::JournalError;
use model::{Fen, InsuranceStatus, Overflow};

/// Why a command is refused. [`Refusal::kind`] names it for programs and for the texts in each language; the display
/// text is for logs and carries no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The same message number came before with another content.
    #[error("message number {0} was used before with another content")]
    MessageReused(String),
    /// The message was reversed before it arrived.
    #[error("message number {0} was reversed before it arrived")]
    ReversedBeforeArrival(String),
    /// The request that is to be forbidden has been answered already: undo it instead.
    #[error("the message to be reversed has been carried out")]
    OriginalHasArrived,
    /// The insurance is not in force.
    #[error("the person's insurance is not in force")]
    NotInsured(InsuranceStatus),
    /// The person is insured by another scheme than the caller names.
    #[error("the person is not insured by that scheme")]
    OtherScheme,
    /// The institution lies outside the person's pooling region.
    #[error("the institution lies outside the person's pooling region")]
    OtherRegion,
    /// The institution's agreement is not in force, or it is unknown.
    #[error("the institution's agreement is not in force")]
    InstitutionInactive,
    /// The code has been used.
    #[error("the credential code has been used")]
    CodeUsed,
    /// The token is unknown, of another person or institution, or has expired.
    #[error("the credential token is not valid here")]
    TokenNotValid,
    /// There is no such visit of this person at this institution.
    #[error("there is no such visit of this person at this institution")]
    NoSuchVisit,
    /// The visit was cancelled.
    #[error("the visit was cancelled")]
    VisitCancelled,
    /// The visit has fee items, so that it cannot be cancelled.
    #[error("the visit still has fee items")]
    VisitHasItems,
    /// Lane and diagnoses have not been recorded (2203).
    #[error("lane of care and diagnoses have not been recorded")]
    VisitNotRecorded,
    /// The caller names another lane of care than the visit has.
    #[error("the lane of care is not the visit's")]
    OtherMedicalType,
    /// The visit lies in the future or too far in the past.
    #[error("the visit's time is out of range: at most {days} days back and not in the future")]
    TimeOutOfRange {
        /// How many days back are allowed.
        days: i64,
    },
    /// A serial number of a fee item is in use in this visit.
    #[error("serial number {0} is already in use in this visit")]
    DuplicateSerial(String),
    /// A fee item does not belong in the time of the visit.
    #[error("fee item {serial} lies outside the visit")]
    ItemOutsideVisit {
        /// Its serial number.
        serial: String,
    },
    /// There are no open fee items to settle or withdraw.
    #[error("there are no open fee items")]
    NoItems,
    /// The batch has been settled.
    #[error("the batch has been settled")]
    AlreadySettled,
    /// An amount that the caller declares is not ours.
    #[error("{field} was declared as {declared} but is {ours}")]
    AmountDiffers {
        /// National name of the field.
        field: &'static str,
        /// What the caller says.
        declared: Fen,
        /// What it is.
        ours: Fen,
    },
    /// There is no such settlement of this person at this institution.
    #[error("there is no such settlement of this person at this institution")]
    NoSuchSettlement,
    /// The settlement has been reversed, or is itself a reversal.
    #[error("the settlement has been reversed")]
    AlreadyReversed,
    /// A payment of the cash share is under way; its outcome must be known first.
    #[error("a payment of the cash share is under way")]
    PaymentUnderWay,
    /// There is no such order of this person.
    #[error("there is no such order of this person")]
    NoSuchOrder,
    /// The order is not waiting for payment.
    #[error("the order is not waiting for payment: it is {0}")]
    NotPayable(&'static str),
    /// The order has been paid.
    #[error("the order has been paid")]
    AlreadyPaid,
    /// The news is of another try than the one under way.
    #[error("the news is of another payment than the one under way")]
    OtherAttempt,
    /// The channel says another amount than the order's.
    #[error("the channel says {channel}, the order {order}")]
    ChannelAmountDiffers {
        /// What the channel says.
        channel: Fen,
        /// What the order says.
        order: Fen,
    },
    /// The account exists already.
    #[error("the benefit account exists already")]
    AccountExists,
    /// A balance or an accumulator would become negative.
    #[error("a balance would become negative")]
    AccountOverdrawn,
    /// The benefit rules refuse.
    #[error(transparent)]
    Benefit(#[from] benefit::Refusal),
    /// An amount is outside the range of money.
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// Our own arithmetic does not add up: nothing may be booked.
    #[error("internal: {0}")]
    Inconsistent(String),
}

impl Refusal {
    /// The name of the refusal, for programs and for texts: lower case with hyphens, never changed.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::MessageReused(_) => "message-reused",
            Self::ReversedBeforeArrival(_) => "reversed-before-arrival",
            Self::OriginalHasArrived => "original-has-arrived",
            Self::NotInsured(InsuranceStatus::Suspended) => "insurance-suspended",
            Self::NotInsured(_) => "not-insured",
            Self::OtherScheme => "other-scheme",
            Self::OtherRegion => "other-region",
            Self::InstitutionInactive => "institution-inactive",
            Self::CodeUsed => "code-used",
            Self::TokenNotValid => "token-not-valid",
            Self::NoSuchVisit => "no-such-visit",
            Self::VisitCancelled => "visit-cancelled",
            Self::VisitHasItems => "visit-has-items",
            Self::VisitNotRecorded => "visit-not-recorded",
            Self::OtherMedicalType => "other-medical-type",
            Self::TimeOutOfRange { .. } => "time-out-of-range",
            Self::DuplicateSerial(_) => "duplicate-serial",
            Self::ItemOutsideVisit { .. } => "item-outside-visit",
            Self::NoItems => "no-items",
            Self::AlreadySettled => "already-settled",
            Self::AmountDiffers { .. } => "amount-differs",
            Self::NoSuchSettlement => "no-such-settlement",
            Self::AlreadyReversed => "already-reversed",
            Self::PaymentUnderWay => "payment-under-way",
            Self::NoSuchOrder => "no-such-order",
            Self::NotPayable(_) => "not-payable",
            Self::AlreadyPaid => "already-paid",
            Self::OtherAttempt => "other-attempt",
            Self::ChannelAmountDiffers { .. } => "channel-amount-differs",
            Self::AccountExists => "account-exists",
            Self::AccountOverdrawn => "account-overdrawn",
            Self::Benefit(refusal) => refusal.kind(),
            Self::Overflow(_) => "amount-out-of-range",
            Self::Inconsistent(_) => "inconsistent",
        }
    }

    /// The values that the text of this refusal speaks of, by name.
    #[must_use]
    pub fn arguments(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::MessageReused(message) | Self::ReversedBeforeArrival(message) => vec![("message", message.clone())],
            Self::TimeOutOfRange { days } => vec![("days", days.to_string())],
            Self::DuplicateSerial(serial) | Self::ItemOutsideVisit { serial } => vec![("serial", serial.clone())],
            Self::AmountDiffers { field, declared, ours } => {
                vec![("field", (*field).to_owned()), ("declared", declared.to_yuan()), ("ours", ours.to_yuan())]
            }
            Self::ChannelAmountDiffers { channel, order } => {
                vec![("channel", channel.to_yuan()), ("order", order.to_yuan())]
            }
            Self::NotPayable(state) => vec![("state", (*state).to_owned())],
            Self::Benefit(refusal) => refusal.arguments(),
            _ => Vec::new(),
        }
    }
}

impl From<JournalError> for Refusal {
    fn from(error: JournalError) -> Self {
        Self::Inconsistent(error.to_string())
    }
}
