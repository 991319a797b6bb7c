//! All worked cases of a folder at once: what comes out otherwise, and which rules they reach.

use super::{CaseFile, Mismatch};
use crate::policy::is_policy_file;
use crate::{Coverage, PolicyBook, PolicyError};

/// What the worked cases of a folder show.
#[derive(Debug, Clone, Default)]
pub struct CaseReport {
    /// Cases that cannot be read, that come out otherwise than they say, or that say nothing of what comes out.
    pub problems: Vec<PolicyError>,
    /// How many cases there are.
    pub count: usize,
    /// How many of them have problems.
    pub wrong: usize,
    /// How many of these cannot be read.
    pub unread: usize,
    /// The rules that they reach.
    pub coverage: Coverage,
}

/// Whether a file below `policies/` is a worked case: it lies in a folder `cases`, beside the policy.
fn is_case(name: &str) -> bool {
    name.ends_with(".toml") && !is_policy_file(name)
}

/// Settles every worked case among the files, given as (name, text), by the policies of the book.
#[must_use]
pub fn check_cases(book: &PolicyBook, files: &[(String, String)]) -> CaseReport {
    let mut report = CaseReport::default();
    for (name, text) in files.iter().filter(|(name, _)| is_case(name)) {
        report.count = report.count.saturating_add(1);
        let problems = match CaseFile::parse(name, text) {
            Ok(case) => check(book, &case, (name, text), &mut report.coverage),
            Err(errors) => {
                report.unread = report.unread.saturating_add(1);
                errors
            }
        };
        report.wrong = report.wrong.saturating_add(usize::from(!problems.is_empty()));
        report.problems.extend(problems);
    }
    report
}

fn check(
    book: &PolicyBook,
    case: &CaseFile,
    (name, text): (&str, &str),
    coverage: &mut Coverage,
) -> Vec<PolicyError> {
    let problem = |message: String, hint: Option<&str>| PolicyError {
        file: name.to_owned(),
        line: expectation(text),
        message,
        hint: hint.map(str::to_owned),
    };
    if case.expected.is_none() {
        let message = "the case says nothing of what comes out".to_owned();
        return vec![problem(message, Some("write the amounts into [expect]"))];
    }
    let outcome = case.settle(book);
    let mut mismatches = case.mismatches(outcome.as_ref());
    if let Ok(policy) = book.in_force(case.region(), case.scheme(), case.date()) {
        mismatches.extend(case.unknown_names(policy));
    }
    coverage.add(book, case, outcome.as_ref());
    mismatches.iter().map(|mismatch: &Mismatch| problem(mismatch.to_string(), None)).collect()
}

/// The line on which a case says what comes out.
fn expectation(text: &str) -> usize {
    let line = text.lines().position(|line| line.trim_start().starts_with("[expect"));
    line.map_or(1, |index| index.saturating_add(1))
}
