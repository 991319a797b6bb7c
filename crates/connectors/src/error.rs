//! What can go wrong before anything was sent.

/// A call could not be made. Whenever a method returns this, nothing has left the machine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A setting cannot be used.
    #[error("setting {setting}: {reason}")]
    Setting {
        /// Name of the setting.
        setting: &'static str,
        /// What is wrong with it; never the value of a secret one.
        reason: String,
    },
    /// An argument breaks a rule of the channel.
    #[error("{field} {rule}")]
    Argument {
        /// What the argument is.
        field: &'static str,
        /// The rule, as the end of a sentence.
        rule: &'static str,
    },
    /// Signing or encrypting failed, which a right key does not do unless the operating system gives no randomness.
    #[error("{0} could not be computed")]
    Cryptography(&'static str),
}

impl Error {
    pub(crate) fn setting(setting: &'static str, reason: impl ToString) -> Self {
        Self::Setting { setting, reason: reason.to_string() }
    }
}
