//! One error for all refusals of this crate.

use crate::code::{CodeBookError, DecodeError, IssueError};
use crate::index_no::IndexNoError;
use crate::level::CredentialRefusal;
use crate::pin::{PinError, PinRefusal};
use crate::sms_code::{SendRefusal, SmsRefusal};
use crate::token::{TokenError, TokenRefusal};

/// Any refusal of this crate, for callers that pass them on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A code book cannot be made.
    #[error(transparent)]
    CodeBook(#[from] CodeBookError),
    /// A code cannot be issued.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// A shown code is not accepted.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A text is not a token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// A token does not serve this request.
    #[error(transparent)]
    TokenGrant(#[from] TokenRefusal),
    /// The credential, or the channel's hold on it, does not permit this.
    #[error(transparent)]
    Credential(#[from] CredentialRefusal),
    /// A PIN may not be chosen.
    #[error(transparent)]
    PinChoice(#[from] PinError),
    /// A PIN was wrong, or is locked.
    #[error(transparent)]
    Pin(#[from] PinRefusal),
    /// A one-time code is not accepted.
    #[error(transparent)]
    Sms(#[from] SmsRefusal),
    /// No further one-time code may be sent now.
    #[error(transparent)]
    SmsSend(#[from] SendRefusal),
    /// A text is not a credential index number.
    #[error(transparent)]
    IndexNo(#[from] IndexNoError),
}

impl Error {
    /// A stable name of the refusal, in `snake_case`: it keys the texts that people read and may be stored. It never
    /// changes once published.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::CodeBook(error) => error.kind(),
            Self::Issue(error) => error.kind(),
            Self::Decode(error) => error.kind(),
            Self::Token(error) => error.kind(),
            Self::TokenGrant(error) => error.kind(),
            Self::Credential(error) => error.kind(),
            Self::PinChoice(error) => error.kind(),
            Self::Pin(error) => error.kind(),
            Self::Sms(error) => error.kind(),
            Self::SmsSend(error) => error.kind(),
            Self::IndexNo(error) => error.kind(),
        }
    }
}
