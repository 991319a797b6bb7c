//! Why an operation did not happen, before it is rendered for a page, a program or a hospital system.

use std::borrow::Cow;

use settlement::Refusal;
use store::{StoreError, SubmitError};

use crate::passwords::PasswordError;
use crate::random::{self, NoRandomness};
use crate::web::Problem;

/// An operation did not happen. Nothing was changed, or the change was undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What is wrong.
    pub problem: Problem,
    /// The form field or JSON member that it belongs to.
    pub field: Option<Cow<'static, str>>,
    /// The number under which the log tells more; only of failures of our own.
    pub reference: Option<String>,
}

impl Failure {
    /// A failure of the whole operation.
    #[must_use]
    pub const fn of(problem: Problem) -> Self {
        Self { problem, field: None, reference: None }
    }

    /// A failure that belongs to one field.
    #[must_use]
    pub fn in_field(field: impl Into<Cow<'static, str>>, problem: Problem) -> Self {
        Self { problem, field: Some(field.into()), reference: None }
    }

    /// A failure of our own: logged with a reference number that the person can quote.
    #[must_use]
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        let reference = random::bytes::<5>().map(hex::encode).unwrap_or_else(|_| "0".repeat(10));
        tracing::error!(reference, error, "an operation failed");
        Self { problem: Problem::Internal, field: None, reference: Some(reference) }
    }

    /// The problem of the given field, if that is where it belongs.
    #[must_use]
    pub fn problem_in(&self, field: &str) -> Option<Problem> {
        (self.field.as_deref() == Some(field)).then(|| self.problem.clone())
    }

    /// The problem, if it belongs to no field.
    #[must_use]
    pub fn problem_overall(&self) -> Option<Problem> {
        self.field.is_none().then(|| self.problem.clone())
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::of(problem)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Inconsistent(_) | Refusal::Overflow(_) => Self::internal(&refusal),
            other => Self::of(Problem::Refusal(Box::new(other))),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(_) | StoreError::Unavailable(_) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the store is not available");
                Self::of(Problem::Unavailable)
            }
            StoreError::OutcomeUnknown(_) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the outcome of a commit is unknown"
                );
                Self::of(Problem::SettlementUnknown)
            }
            other => Self::internal(&other),
        }
    }
}

impl From<SubmitError> for Failure {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Refused(refusal) => refusal.into(),
            SubmitError::UnknownPerson => Self::in_field("person", Problem::NotInsured),
            SubmitError::Store(error) => error.into(),
        }
    }
}

impl From<NoRandomness> for Failure {
    fn from(error: NoRandomness) -> Self {
        Self::internal(&error)
    }
}

impl From<PasswordError> for Failure {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => {
                tracing::warn!("too many passwords wait to be hashed");
                Self::of(Problem::Unavailable)
            }
            other => Self::internal(&other),
        }
    }
}
