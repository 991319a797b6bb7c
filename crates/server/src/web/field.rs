//! Form fields as they come back to the person: what was typed, and what is wrong with it.

use super::problem::Problem;

/// A field of a form that is shown, possibly again.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// What the field contains; what was typed before, or a proposal. Always empty for secrets.
    pub value: String,
    /// What is wrong with what was typed.
    pub problem: Option<Problem>,
}

impl Field {
    /// A field that already contains `value`.
    #[must_use]
    pub fn filled(value: impl Into<String>) -> Self {
        Self { value: value.into(), problem: None }
    }

    /// A field that comes back with what was typed and what is wrong with it.
    #[must_use]
    pub fn refused(value: impl Into<String>, problem: Problem) -> Self {
        Self { value: value.into(), problem: Some(problem) }
    }
}
