//! Why a task could not be done, in words for the person at the terminal.

use std::fmt;

/// What went wrong, outermost context first.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure(String);

/// The result of a step of a task.
pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// A failure that is told as `message`.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Says what was being done when an error came up.
pub trait Context<T> {
    /// Puts `doing` in front of the error.
    fn context(self, doing: impl fmt::Display) -> Result<T>;
}

impl<T, E: fmt::Display> Context<T> for std::result::Result<T, E> {
    fn context(self, doing: impl fmt::Display) -> Result<T> {
        self.map_err(|error| Failure(format!("{doing}: {error}")))
    }
}
