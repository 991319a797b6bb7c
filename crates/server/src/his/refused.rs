//! Why a call is refused, in the words of the national interface: Chinese, naming field and reason.

use axum::http::StatusCode;
use settlement::Refusal;
use wire::arithmetic::ArithmeticError;
use wire::check::{Fault, Problem as FieldProblem, Problems};
use wire::envelope::EnvelopeError;
use wire::transaction::TransactionError;

use crate::failure::Failure;
use crate::web::{Language, Problem};

/// Why a call did not do what it asked for.
#[derive(Debug)]
pub(super) enum Refused {
    /// The message is not what the tables say, or does not add up.
    Message(wire::Error),
    /// A member contradicts another one, or what is known.
    Contradiction {
        /// The member.
        field: &'static str,
        /// Its Chinese name.
        label: &'static str,
        /// What it contradicts.
        reason: String,
    },
    /// The interface has no such path.
    NoSuchAddress,
    /// The interface is called by `POST` alone.
    NotPost,
    /// The bytes of the body did not arrive.
    Incomplete,
    /// The operation did not happen.
    Operation(Failure),
}

impl Refused {
    /// A member contradicts another one, or what is known.
    pub(super) fn contradiction(field: &'static str, label: &'static str, reason: impl Into<String>) -> Self {
        Self::Contradiction { field, label, reason: reason.into() }
    }

    /// One field of a node is wrong in a way that the tables cannot know.
    pub(super) fn field(node: &str, field: &str, label: &str, fault: Fault) -> Self {
        Self::Message(Problems::from(FieldProblem::new(field, label, fault).inside(node, None)).into())
    }

    /// One field of an entry of a list is wrong in a way that the tables cannot know; places count from 1.
    pub(super) fn entry(node: &str, place: usize, field: &str, label: &str, fault: Fault) -> Self {
        let problem = FieldProblem::new(field, label, fault).inside(node, Some(place));
        Self::Message(Problems::from(problem).into())
    }

    /// The status: a refusal is an answer. Only where nothing final can be said may the caller's own retry help, and
    /// clients of the field retry by status.
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::Operation(failure) => match failure.problem {
                Problem::Unavailable | Problem::SettlementUnknown => StatusCode::SERVICE_UNAVAILABLE,
                Problem::Internal => StatusCode::INTERNAL_SERVER_ERROR,
                _ => StatusCode::OK,
            },
            Self::NoSuchAddress => StatusCode::NOT_FOUND,
            Self::NotPost => StatusCode::METHOD_NOT_ALLOWED,
            Self::Message(wire::Error::Tables(_)) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::OK,
        }
    }

    /// The reason, as `err_msg` carries it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Message(error) => error.text(wire::Language::Chinese),
            Self::Contradiction { field, label, reason } => format!("{field}（{label}）：{reason}"),
            Self::NoSuchAddress => {
                format!("没有这个接口地址，请核对：{} 或 {}", super::CALL_SERVICE, wire::ec::PATH)
            }
            Self::NotPost => "接口只接受 POST 请求".to_owned(),
            Self::Incomplete => "报文接收不完整，请重新发送".to_owned(),
            Self::Operation(failure) => text_of(failure),
        }
    }
}

/// The problems of operations in the words of the interface; those that only pages can have in the pages' words.
fn text_of(failure: &Failure) -> String {
    match &failure.problem {
        Problem::Refusal(refusal) => refusal.zh(),
        Problem::InstitutionSuspended => Refusal::InstitutionInactive.zh(),
        Problem::NotInsured if failure.field.as_deref() == Some("person") => {
            "psn_no（人员编号）：没有该人员编号的参保登记".to_owned()
        }
        Problem::NotInsured => "没有找到该证件或凭证的参保登记，请核对证件号码".to_owned(),
        Problem::RealNameMismatch => match failure.field.as_deref() {
            Some("name") => "psn_name（人员姓名）：与参保登记不一致".to_owned(),
            Some("id_number") => "certno（证件号码）：与就诊凭证不属于同一人".to_owned(),
            _ => "mdtrt_cert_no（就诊凭证编号）：与人员编号（psn_no）不属于同一人".to_owned(),
        },
        Problem::CodeExpired => "医保码已过期，请参保人刷新后重新出示".to_owned(),
        Problem::CodeForged => "医保码无效，请参保人打开医保码后重新出示".to_owned(),
        Problem::CodeWithdrawn => "该渠道的医保码已解除授权或电子凭证已停用".to_owned(),
        Problem::Unavailable => "系统繁忙，本次没有办理，请稍后用原报文ID（msgid）重新发送".to_owned(),
        Problem::SettlementUnknown => {
            "办理结果暂时不明，请用原报文ID（msgid）重新发送，或用2601冲正，不要更换报文ID".to_owned()
        }
        Problem::Internal => {
            let reference = failure.reference.as_deref().unwrap_or_default();
            format!("系统内部错误，没有给出结果，请联系经办机构并提供编号 {reference}")
        }
        other => other.what(&Language::Zh).to_string(),
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Operation(failure)
    }
}

impl From<wire::Error> for Refused {
    fn from(error: wire::Error) -> Self {
        Self::Message(error)
    }
}

impl From<EnvelopeError> for Refused {
    fn from(error: EnvelopeError) -> Self {
        Self::Message(error.into())
    }
}

impl From<TransactionError> for Refused {
    fn from(error: TransactionError) -> Self {
        Self::Message(error.into())
    }
}

/// Of amounts that the caller sent. Our own are guarded in [`super::reply`].
impl From<ArithmeticError> for Refused {
    fn from(error: ArithmeticError) -> Self {
        Self::Message(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_answers_and_only_open_outcomes_are_not() {
        let status = |problem| Refused::from(Failure::of(problem)).status().as_u16();
        assert_eq!(status(Problem::Refusal(Box::new(Refusal::NoItems))), 200);
        assert_eq!(status(Problem::CodeForged), 200);
        assert_eq!(status(Problem::Unavailable), 503);
        assert_eq!(status(Problem::SettlementUnknown), 503);
        assert_eq!(status(Problem::Internal), 500);
    }

    #[test]
    fn every_text_is_chinese_and_finished() {
        for problem in Problem::PLAIN {
            let text = Refused::from(Failure::of(problem.clone())).text();
            assert!(
                text.chars().any(|letter| letter > '一') && !text.contains(['⟦', '$']),
                "{problem:?}: {text}"
            );
        }
    }
}
