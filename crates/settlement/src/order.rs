//! Payment orders: how the cash share of a settlement is paid.

use model::{Fen, Instant, InstitutionCode, OrderId, PersonId, SettlementId};
use serde::{Deserialize, Serialize};

/// One try to pay through a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The channel (`unionpay`).
    pub channel: String,
    /// Our order number at the channel; a new one for every try.
    pub channel_order: String,
    /// Time of the transaction, part of its identity at the channel (`txnTime`).
    pub at: Instant,
}

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum OrderState {
    /// There is no cash share.
    NothingDue,
    /// The cash share is to be paid.
    Due,
    /// The person has begun to pay; no money can have moved yet.
    Authorising {
        /// The try.
        attempt: Attempt,
    },
    /// The channel was asked to move the money; the outcome is not known yet. Only a query or a notification of the
    /// channel ends this state.
    Paying {
        /// The try.
        attempt: Attempt,
    },
    /// Paid through the channel.
    Paid {
        /// The try that paid.
        attempt: Attempt,
        /// The channel's own number, needed for a refund (`queryId`).
        channel_reference: String,
        /// When.
        at: Instant,
    },
    /// Paid at the institution's window.
    PaidAtWindow {
        /// When.
        at: Instant,
    },
    /// The settlement was reversed; the channel has to give the money back.
    Refunding {
        /// The try that paid.
        attempt: Attempt,
        /// The channel's own number of the payment.
        channel_reference: String,
        /// Our order number of the refund at the channel.
        refund_order: String,
        /// Since when.
        since: Instant,
    },
    /// The money went back the way it came.
    Refunded {
        /// When.
        at: Instant,
    },
    /// The settlement was reversed before anything was paid.
    Closed,
}

/// The order for the cash share of one settlement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// 支付订单号.
    pub id: OrderId,
    /// Who pays.
    pub person_id: PersonId,
    /// For which settlement.
    pub settlement_id: SettlementId,
    /// To whom.
    pub institution: InstitutionCode,
    /// Part that funds pay.
    pub fund: Fen,
    /// Part that the personal account pays.
    pub account: Fen,
    /// Part that is paid in cash.
    pub cash: Fen,
    /// Where it stands.
    pub state: OrderState,
    /// Tries that were submitted to the channel and then given up as refused. A channel can prove to have moved the
    /// money of such a try all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given_up: Vec<Attempt>,
    /// When it was made.
    pub created: Instant,
}

/// What a channel finally said of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "result")]
pub enum PaymentResult {
    /// The money moved.
    Paid {
        /// The amount that the channel says.
        amount: Fen,
        /// The channel's own number.
        channel_reference: String,
    },
    /// No money moved.
    Refused {
        /// The channel's reason.
        reason: String,
    },
}

/// What a channel finally said of a refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "result")]
pub enum RefundResult {
    /// The money went back.
    Done {
        /// The amount that the channel says.
        amount: Fen,
    },
}

impl Order {
    /// The try with this number at the channel: the one that is under way or has paid, or one that was given up.
    #[must_use]
    pub fn attempt(&self, channel_order: &str) -> Option<&Attempt> {
        self.state
            .attempt()
            .into_iter()
            .chain(&self.given_up)
            .find(|attempt| attempt.channel_order == channel_order)
    }
}

impl OrderState {
    /// The name under which the state is stored and shown to programs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NothingDue => "nothing_due",
            Self::Due => "due",
            Self::Authorising { .. } => "authorising",
            Self::Paying { .. } => "paying",
            Self::Paid { .. } => "paid",
            Self::PaidAtWindow { .. } => "paid_at_window",
            Self::Refunding { .. } => "refunding",
            Self::Refunded { .. } => "refunded",
            Self::Closed => "closed",
        }
    }

    /// The national order state (`ordStas`): 2 waiting for payment, 6 settled, 7 refunded, 12 revoked, 17 refunding.
    #[must_use]
    pub const fn national_code(&self) -> &'static str {
        match self {
            Self::Due | Self::Authorising { .. } | Self::Paying { .. } => "2",
            Self::NothingDue | Self::Paid { .. } | Self::PaidAtWindow { .. } => "6",
            Self::Refunded { .. } => "7",
            Self::Closed => "12",
            Self::Refunding { .. } => "17",
        }
    }

    /// The try that is under way or has paid.
    #[must_use]
    pub const fn attempt(&self) -> Option<&Attempt> {
        match self {
            Self::Authorising { attempt }
            | Self::Paying { attempt }
            | Self::Paid { attempt, .. }
            | Self::Refunding { attempt, .. } => Some(attempt),
            _ => None,
        }
    }
}
