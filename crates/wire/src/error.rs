//! The one error of this crate, for callers that pass everything on.

use crate::Language;
use crate::arithmetic::ArithmeticError;
use crate::check::Problems;
use crate::envelope::EnvelopeError;
use crate::signature::SignatureError;
use crate::tables::TableError;
use crate::transaction::TransactionError;

/// Anything that can be wrong with a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The tables could not be read.
    #[error(transparent)]
    Tables(#[from] TableError),
    /// The headers are not signed as they should be.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The body is no envelope.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The transaction is unknown or not offered.
    #[error(transparent)]
    Transaction(#[from] TransactionError),
    /// The nodes are not what the tables say.
    #[error(transparent)]
    Check(#[from] Problems),
    /// Amounts do not add up.
    #[error(transparent)]
    Arithmetic(#[from] ArithmeticError),
}

impl Error {
    /// The error as its receiver is told, for `err_msg`.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Tables(error) => match language {
                Language::Chinese => "接口字段表加载失败，请联系平台运维人员".to_owned(),
                Language::English => error.to_string(),
            },
            Self::Signature(error) => error.text(language),
            Self::Envelope(error) => error.text(language),
            Self::Transaction(error) => error.text(language),
            Self::Check(problems) => problems.text(language),
            Self::Arithmetic(error) => error.text(language),
        }
    }
}
