//! Notifications (后台通知): the channel posts the result of a consume or refund to our address.
//!
//! They come only for successes, up to five times, possibly before the answer to the request, and anybody can post to
//! the address. So: verified here, idempotent and amount-checked by the caller.

use model::{Fen, Instant};

use super::certificate::Trust;
use super::code::Meaning;
use super::fields::Fields;
use super::order::{Order, read_amount};
use super::signature::{SignatureError, verify};

/// A transaction that moved money, as the channel states it under its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The order.
    pub order: Order,
    /// What it was.
    pub kind: TransactionKind,
    /// How much moved, in fen.
    pub amount: Fen,
    /// The channel's number of the transaction (`queryId`), needed for a refund.
    pub query_id: String,
    /// The day of the channel's books (`settleDate`, MMdd), for reconciliation.
    pub settle_date: Option<String>,
    /// The channel's trace number (`traceNo`), for reconciliation.
    pub trace_number: Option<String>,
}

/// Kinds of transactions that move money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionKind {
    /// 01/01: from the person to the merchant.
    Consume,
    /// 04/00: back to the person.
    Refund,
}

/// What the channel states is not what was ordered. Nothing may be booked; a person must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettledMismatch {
    /// Another order number or time.
    #[error("the order differs from ours")]
    Order,
    /// A refund where a payment was expected, or the other way round.
    #[error("the kind of the transaction differs from ours")]
    Kind,
    /// Another amount.
    #[error("the amount differs from ours: ordered {ordered}, stated {stated}")]
    Amount {
        /// What we ordered.
        ordered: Fen,
        /// What the channel states.
        stated: Fen,
    },
}

/// Why a notification is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotificationError {
    /// Not a form, or a field occurs twice.
    #[error("the notification cannot be read")]
    Unreadable,
    /// Not signed by the channel.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// For another merchant.
    #[error("the notification is for another merchant")]
    OtherMerchant,
    /// A field that it must have is missing or malformed.
    #[error("field {0} is missing or malformed")]
    Field(&'static str),
    /// Its code is not that of a success.
    #[error("the notification is not that of a success")]
    NoSuccess,
}

impl TransactionKind {
    pub(crate) fn of(message: &Fields) -> Option<Self> {
        match (message.get("txnType")?, message.get("txnSubType")?) {
            ("01", "01") => Some(Self::Consume),
            ("04", "00") => Some(Self::Refund),
            _ => None,
        }
    }
}

impl Settled {
    pub(crate) fn read(order: Order, kind: TransactionKind, message: &Fields) -> Result<Self, &'static str> {
        if message.get("currencyCode") != Some("156") {
            return Err("currencyCode");
        }
        let text = |name: &str| message.get(name).map(|value| value.chars().take(32).collect::<String>());
        Ok(Self {
            order,
            kind,
            amount: message.get("txnAmt").and_then(read_amount).ok_or("txnAmt")?,
            query_id: text("queryId").ok_or("queryId")?,
            settle_date: text("settleDate"),
            trace_number: text("traceNo"),
        })
    }

    /// Whether this is what was ordered. A caller books only after this.
    ///
    /// # Errors
    /// What differs.
    pub fn check(&self, order: &Order, kind: TransactionKind, amount: Fen) -> Result<(), SettledMismatch> {
        if &self.order != order {
            Err(SettledMismatch::Order)
        } else if self.kind != kind {
            Err(SettledMismatch::Kind)
        } else if self.amount != amount {
            Err(SettledMismatch::Amount { ordered: amount, stated: self.amount })
        } else {
            Ok(())
        }
    }
}

/// Reads the body of a notification and checks its signature and merchant.
pub(crate) fn read(
    body: &[u8],
    merchant_id: &str,
    trust: &Trust,
    now: Instant,
) -> Result<Settled, NotificationError> {
    let message = Fields::from_form(body).ok_or(NotificationError::Unreadable)?;
    verify(&message, trust, now)?;
    if message.get("merId") != Some(merchant_id) {
        return Err(NotificationError::OtherMerchant);
    }
    let kind = TransactionKind::of(&message).ok_or(NotificationError::Field("txnType"))?;
    if Meaning::of(message.get("respCode").unwrap_or_default()) != Meaning::Success {
        return Err(NotificationError::NoSuccess);
    }
    let number = message.get("orderId").ok_or(NotificationError::Field("orderId"))?;
    let order = message
        .get("txnTime")
        .and_then(|time| Order::from_wire(number, time))
        .ok_or(NotificationError::Field("txnTime"))?;
    Settled::read(order, kind, &message).map_err(NotificationError::Field)
}
