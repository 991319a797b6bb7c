//! What a call to an outside party can end in.

use std::fmt;

use crate::unionpay::SignatureError;

/// The end of a call whose answer is final.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Outcome<T> {
    /// The other side confirmed it.
    Success(T),
    /// The other side refused it; nothing happened there.
    Refused(Refusal),
    /// It may or may not have happened. Never to be read as a success or a failure.
    Unknown(Doubt),
}

/// A refusal in the other side's words. `Debug` shows the code alone: the message may name the person or the card.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Its code, such as UnionPay's respCode `64`.
    pub code: String,
    /// Its message, cut at 200 characters; fit to be shown to the person.
    pub message: String,
}

/// Why the outcome of a call is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// The other side has the order and has not decided it, or says to ask again.
    Processing(Refusal),
    /// The other side answered with a code whose meaning for the money is not listed; a person must look.
    Unlisted(Refusal),
    /// No answer came.
    NoAnswer(NoAnswer),
    /// An answer came that proves nothing.
    BadAnswer(BadAnswer),
}

/// How an answer failed to arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// No connection was made.
    #[error("no connection could be made")]
    NotConnected,
    /// The time for the whole call ran out.
    #[error("no answer came in time")]
    TimedOut,
    /// The connection broke in the middle.
    #[error("the connection broke")]
    Broken,
    /// An HTTP status other than success.
    #[error("the answer has HTTP status {0}")]
    Status(u16),
    /// More bytes than any right answer has.
    #[error("the answer is larger than {} bytes", crate::http::LARGEST_ANSWER)]
    TooLarge,
}

/// Why an answer proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    /// Not in the form of the protocol.
    #[error("the answer is not in the form of the protocol")]
    Unreadable,
    /// Not signed by the channel.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// A field that the answer must have is missing or malformed.
    #[error("field {0} is missing or malformed")]
    Field(&'static str),
    /// It answers something else than was asked: this field differs from the request.
    #[error("field {0} differs from the request")]
    Mismatch(&'static str),
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal").field("code", &self.code).finish_non_exhaustive()
    }
}

impl Refusal {
    pub(crate) fn new(code: &str, message: &str) -> Self {
        let clean = |text: &str, most: usize| text.chars().filter(|c| !c.is_control()).take(most).collect();
        Self { code: clean(code, 20), message: clean(message, 200) }
    }
}

impl From<NoAnswer> for Doubt {
    fn from(reason: NoAnswer) -> Self {
        Self::NoAnswer(reason)
    }
}

impl From<BadAnswer> for Doubt {
    fn from(reason: BadAnswer) -> Self {
        Self::BadAnswer(reason)
    }
}
