//! What the channel's answers mean. Everything here is a plain function of the request, the answer and the time.

use jiff::civil::DateTime;
use model::Instant;

use super::certificate::Trust;
use super::code::Meaning;
use super::fields::Fields;
use super::notification::{Settled, TransactionKind};
use super::order::Order;
use super::signature::verify;
use crate::secret::PayToken;
use crate::{BadAnswer, Doubt, Outcome, Refusal};

/// A token and how long it lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenGrant {
    /// Stands for the card; to be kept encrypted.
    pub token: PayToken,
    /// The token requestor (`trId`) that it is bound to.
    pub token_requestor: String,
    /// First moment (`tokenBegin`).
    pub valid_from: Instant,
    /// Last moment (`tokenEnd`).
    pub valid_until: Instant,
}

/// The channel took a consume or refund; whether money moves is not decided by that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The channel's number of the transaction, when the answer has it already.
    pub query_id: Option<String>,
}

/// The end of handing in a consume or refund.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Submission {
    /// Taken (交易已受理): wait for the notification, or query.
    Accepted(Accepted),
    /// Refused; no money moved.
    Refused(Refusal),
    /// It may or may not have been taken: query, never repeat.
    Unknown(Doubt),
}

/// What became of an order, by query.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum OrderState {
    /// The money moved. Check [`Settled::check`] before booking.
    Settled(Settled),
    /// The transaction was refused; no money moved.
    Refused(Refusal),
    /// The channel has no such order. Final only when no message of it can be under way any more.
    NotFound,
    /// Not known; query again later.
    Unknown(Doubt),
}

/// Reads an answer and checks that the channel signed it and that it answers this very request, so that an answer to
/// another order cannot be passed off for this one.
pub(crate) fn read(request: &Fields, body: &[u8], trust: &Trust, now: Instant) -> Result<Fields, BadAnswer> {
    let answer = Fields::from_answer(body).ok_or(BadAnswer::Unreadable)?;
    verify(&answer, trust, now)?;
    let is_query = request.get("txnType") == Some("00");
    // The answer to a query has the kind of the order that it found, not of the query.
    let echoed: &[&'static str] = if is_query {
        &["merId", "orderId", "txnTime"]
    } else {
        &["merId", "orderId", "txnTime", "txnType", "txnSubType"]
    };
    for name in echoed {
        if answer.get(name) != request.get(name) {
            return Err(BadAnswer::Mismatch(name));
        }
    }
    if answer.get("respCode").is_none() {
        return Err(BadAnswer::Field("respCode"));
    }
    Ok(answer)
}

fn message(answer: &Fields, code: &str, message: &str) -> Refusal {
    Refusal::new(answer.get(code).unwrap_or_default(), answer.get(message).unwrap_or_default())
}

/// Reads an answer that is final by itself: `success` takes from it what a success brings.
pub(crate) fn outcome<T>(
    answer: &Fields,
    success: impl FnOnce(&Fields) -> Result<T, BadAnswer>,
) -> Outcome<T> {
    let words = message(answer, "respCode", "respMsg");
    match Meaning::of(&words.code) {
        Meaning::Success => match success(answer) {
            Ok(value) => Outcome::Success(value),
            Err(reason) => Outcome::Unknown(reason.into()),
        },
        Meaning::Refused => Outcome::Refused(words),
        Meaning::Processing => Outcome::Unknown(Doubt::Processing(words)),
        Meaning::NoSuchOrder | Meaning::Unlisted => Outcome::Unknown(Doubt::Unlisted(words)),
    }
}

/// Reads the answer to a consume or refund of `amount` (txnAmt as sent).
pub(crate) fn submission(request: &Fields, answer: &Fields) -> Submission {
    let accepted = outcome(answer, |answer| match answer.get("txnAmt") {
        Some(amount) if Some(amount) != request.get("txnAmt") => Err(BadAnswer::Mismatch("txnAmt")),
        _ => Ok(Accepted { query_id: answer.get("queryId").map(str::to_owned) }),
    });
    match accepted {
        Outcome::Success(accepted) => Submission::Accepted(accepted),
        Outcome::Refused(refusal) => Submission::Refused(refusal),
        Outcome::Unknown(doubt) => Submission::Unknown(doubt),
    }
}

/// Reads the answer to a query. A refusal of the query itself says nothing about the order.
pub(crate) fn order_state(order: &Order, answer: &Fields) -> OrderState {
    let query = message(answer, "respCode", "respMsg");
    match Meaning::of(&query.code) {
        Meaning::Success => {}
        Meaning::NoSuchOrder => return OrderState::NotFound,
        Meaning::Processing => return OrderState::Unknown(Doubt::Processing(query)),
        Meaning::Refused | Meaning::Unlisted => return OrderState::Unknown(Doubt::Unlisted(query)),
    }
    let Some(kind) = TransactionKind::of(answer) else {
        return OrderState::Unknown(BadAnswer::Field("txnType").into());
    };
    let original = message(answer, "origRespCode", "origRespMsg");
    match Meaning::of(&original.code) {
        Meaning::Success => match Settled::read(order.clone(), kind, answer) {
            Ok(settled) => OrderState::Settled(settled),
            Err(field) => OrderState::Unknown(BadAnswer::Field(field).into()),
        },
        Meaning::Refused => OrderState::Refused(original),
        Meaning::Processing => OrderState::Unknown(Doubt::Processing(original)),
        Meaning::NoSuchOrder | Meaning::Unlisted => OrderState::Unknown(Doubt::Unlisted(original)),
    }
}

/// Reads the token out of the answer to its opening.
pub(crate) fn token_grant(answer: &Fields) -> Result<TokenGrant, BadAnswer> {
    let read = || {
        let data = Fields::from_braced(answer.get("tokenPayData")?)?;
        Some(TokenGrant {
            token: data.get("token")?.parse().ok()?,
            token_requestor: data.get("trId")?.to_owned(),
            valid_from: china_digits(data.get("tokenBegin")?)?,
            valid_until: china_digits(data.get("tokenEnd")?)?,
        })
    };
    read().ok_or(BadAnswer::Field("tokenPayData"))
}

/// Reads yyyyMMddHHmmss in the time of China.
fn china_digits(text: &str) -> Option<Instant> {
    if text.len() != 14 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let local = DateTime::strptime("%Y%m%d%H%M%S", text).ok()?;
    Instant::from_china(local).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Fen;

    fn order() -> Order {
        Order::from_wire("ORDER0001", "20230501083000").expect("an order")
    }

    fn queried(code: &str, original: &str) -> Fields {
        Fields::new()
            .with("respCode", code)
            .with("origRespCode", original)
            .with("txnType", "01")
            .with("txnSubType", "01")
            .with("currencyCode", "156")
            .with("txnAmt", "3860")
            .with("queryId", "202305010830001234567")
    }

    #[test]
    fn a_query_settles_only_by_an_explicit_success() {
        let OrderState::Settled(settled) = order_state(&order(), &queried("00", "00")) else {
            panic!("settled");
        };
        assert_eq!(settled.amount, Fen::new(3860));
        assert!(
            matches!(order_state(&order(), &queried("00", "64")), OrderState::Refused(r) if r.code == "64")
        );
        assert_eq!(order_state(&order(), &queried("34", "")), OrderState::NotFound);
        for (code, original) in
            [("00", "05"), ("00", ""), ("00", "A6"), ("00", "42"), ("37", ""), ("11", ""), ("64", "64")]
        {
            assert!(
                matches!(order_state(&order(), &queried(code, original)), OrderState::Unknown(_)),
                "{code} {original}"
            );
        }
    }

    #[test]
    fn a_settled_answer_without_amount_or_number_is_unknown() {
        for missing in ["txnAmt", "queryId", "currencyCode", "txnType"] {
            let answer = queried("00", "00").with(missing, "");
            assert!(matches!(order_state(&order(), &answer), OrderState::Unknown(_)), "{missing}");
        }
    }

    #[test]
    fn an_accepted_amount_that_differs_is_unknown() {
        let request = Fields::new().with("txnAmt", "3860");
        let answer = |amount: &str| Fields::new().with("respCode", "00").with("txnAmt", amount);
        assert!(matches!(submission(&request, &answer("3860")), Submission::Accepted(_)));
        assert!(matches!(submission(&request, &answer("")), Submission::Accepted(_)));
        assert!(matches!(submission(&request, &answer("3861")), Submission::Unknown(_)));
        let duplicate = Fields::new().with("respCode", "12");
        assert!(matches!(submission(&request, &duplicate), Submission::Unknown(Doubt::Processing(_))));
    }

    #[test]
    fn a_token_needs_its_validity() {
        let answer = |data: &str| Fields::new().with("tokenPayData", data);
        let grant = token_grant(&answer(
            "{token=6235240000017620679&trId=62000000001&tokenLevel=40&tokenBegin=20230501083000&tokenEnd=20280430083000&tokenType=01}",
        ))
        .expect("a token");
        assert_eq!(grant.valid_from.to_china_text(), "2023-05-01 08:30:00");
        assert!(!format!("{grant:?}").contains("6235240000017620679"));
        for data in [
            "",
            "{}",
            "{token=62&trId=1}",
            "{token=62&trId=1&tokenBegin=20231301000000&tokenEnd=20280430083000}",
        ] {
            assert!(token_grant(&answer(data)).is_err(), "{data}");
        }
    }
}
