//! How a call can end other than well.

use wire::envelope::EnvelopeError;

/// A call did not give what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HisError {
    /// The platform refused (`infcode` other than 0); nothing was changed.
    #[error("refused: {err_msg}")]
    Refused {
        /// The reason in words (`err_msg`).
        err_msg: String,
    },
    /// The credential code was not decoded.
    #[error("the code was not decoded ({code}): {message}")]
    NotDecoded {
        /// The platform's code; 500159 for something that is no credential code.
        code: i64,
        /// The reason in words.
        message: String,
    },
    /// The gateway before the platform refused the call: headers or signature.
    #[error("the gateway refused ({code}): {message}")]
    Gateway {
        /// The gateway's code.
        code: String,
        /// The gateway's words.
        message: String,
    },
    /// No answer came, or none that tells the outcome: the same call may be sent again, or reversed (2601).
    #[error("the outcome is not known: {0}")]
    Unknown(String),
    /// The message that should be sent does not add up; it was not sent.
    #[error(transparent)]
    Arithmetic(#[from] wire::arithmetic::ArithmeticError),
    /// The answer is not what the tables say.
    #[error("the answer cannot be read: {0}")]
    Answer(wire::Error),
    /// The client cannot be made.
    #[error("no client could be made: {0}")]
    Client(String),
}

impl From<wire::Error> for HisError {
    fn from(error: wire::Error) -> Self {
        Self::Answer(error)
    }
}

impl From<EnvelopeError> for HisError {
    fn from(error: EnvelopeError) -> Self {
        match error {
            EnvelopeError::Gateway { code, message } => {
                Self::Gateway { code, message: message.as_str().to_owned() }
            }
            other => Self::Answer(other.into()),
        }
    }
}
