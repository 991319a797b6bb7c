//! Misbehaviour on demand, one call at a time.

use serde::Deserialize;

use super::message::Message;

/// What a call asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// 77/00.
    OpenTokenSms,
    /// 79/00.
    OpenToken,
    /// 77/02.
    ConsumeSms,
    /// 01/01.
    Consume,
    /// 04/00.
    Refund,
    /// 00/00.
    Query,
    /// 74/01.
    DeleteToken,
}

impl Operation {
    pub(crate) fn of(request: &Message) -> Option<Self> {
        match (request.get("txnType"), request.get("txnSubType")) {
            ("77", "00") => Some(Self::OpenTokenSms),
            ("79", "00") => Some(Self::OpenToken),
            ("77", "02") => Some(Self::ConsumeSms),
            ("01", "01") => Some(Self::Consume),
            ("04", "00") => Some(Self::Refund),
            ("00", "00") => Some(Self::Query),
            ("74", "01") => Some(Self::DeleteToken),
            _ => None,
        }
    }
}

/// What happens to a call instead of the usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Everything happens, no answer comes. The notification does.
    NoAnswerAfterEffect,
    /// Nothing happens and no answer comes.
    NoAnswerBeforeEffect,
    /// The answer and the first query say 05; the second query says 00, and then the notification comes.
    PendingThenSuccess,
    /// The answer and the first query say 05; the second query says 64.
    PendingThenRefusal,
    /// Each notification comes twice.
    DuplicateNotification,
    /// The first notification comes before the answer.
    NotificationBeforeAnswer,
    /// No notification comes.
    NoNotification,
    /// The notification, rightly signed, states one fen more.
    WrongAmountInNotification,
    /// The notification is signed by a stranger with a look-alike certificate.
    ForgedNotification,
    /// One field of the answer is changed after signing.
    TamperedAnswer,
    /// The answer is signed by a stranger with a look-alike certificate.
    ForeignCertificate,
    /// The answer is signed with last year's certificate.
    ExpiredCertificate,
    /// The answer is the right one to another order.
    AnswerToAnotherOrder,
    /// Refused with 64, insufficient balance.
    Refusal,
    /// Nothing happens; the answer has a code of no list.
    UnlistedCode,
    /// The answer is a page of HTML.
    BrokenAnswer,
    /// Nothing happens; HTTP 502.
    BadGateway,
}

/// A fault that waits for its call.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Planned {
    /// Only a call of this operation; any if absent.
    pub(crate) operation: Option<Operation>,
    /// Only a call with this order number; any if absent.
    pub(crate) order: Option<String>,
    pub(crate) fault: Fault,
}

/// Takes the first fault that waits for such a call.
pub(crate) fn take(planned: &mut Vec<Planned>, operation: Operation, order: &str) -> Option<Fault> {
    let matches = |plan: &Planned| {
        plan.operation.is_none_or(|wanted| wanted == operation)
            && plan.order.as_deref().is_none_or(|wanted| wanted == order)
    };
    let at = planned.iter().position(matches)?;
    Some(planned.remove(at).fault)
}
