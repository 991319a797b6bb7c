//! Which rules worked cases reach.

use std::collections::{BTreeMap, BTreeSet};

use model::{Date, Region, Scheme};

use crate::{CaseFile, Outcome, PolicyBook, Refusal, Rule};

/// A version of a rule: region and scheme, name, first day.
type Version = (Region, Scheme, String, Date);

/// The rules that cases have reached so far.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    versions: BTreeSet<Version>,
    /// Lanes that refuse for want of a value, and the rules whose value is not known: refusals name no version.
    unknown: BTreeSet<(Region, Scheme, String)>,
}

impl Coverage {
    /// Adds the rules that a case shows at work. A step without result and reason shows only that its rule was looked at.
    pub fn add(&mut self, book: &PolicyBook, case: &CaseFile, outcome: Result<&Outcome, &Refusal>) {
        let key = (case.region(), case.scheme());
        match outcome {
            Ok(outcome) => {
                let steps = outcome.traces().into_iter().flat_map(|trace| &trace.steps);
                let shown = steps.filter(|step| step.tells_something());
                self.versions.extend(shown.map(|step| (key.0, key.1, step.rule.to_string(), step.from)));
            }
            Err(Refusal::UnknownParameter { rule, .. }) => {
                self.unknown.insert((key.0, key.1, rule.clone()));
                // The first value that was missing refused the bill; the others would have.
                let policy = book.in_force(key.0, key.1, case.date());
                let visit = policy.ok().zip(case.circumstances());
                let rules = visit.map(|(policy, visit)| policy.unknown_to(&visit)).unwrap_or_default();
                self.unknown.extend(rules.into_iter().map(|rule| (key.0, key.1, rule)));
            }
            Err(Refusal::UnmatchedItem { .. }) => {
                if let Ok(policy) = book.in_force(key.0, key.1, case.date()) {
                    let rule = &policy.general.unmatched.rule;
                    self.versions.insert((key.0, key.1, rule.id.to_string(), rule.from));
                }
            }
            Err(_) => {}
        }
    }

    /// The rules of a book that no case has reached, by file and line. What a reversal does no bill can show.
    #[must_use]
    pub fn missing<'b>(&self, book: &'b PolicyBook) -> Vec<&'b Rule> {
        let all = versions(book).into_iter();
        all.filter(|(version, _)| {
            let (region, scheme, rule, _) = version;
            !self.versions.contains(version) && !self.unknown.contains(&(*region, *scheme, rule.clone()))
        })
        .map(|(_, rule)| rule)
        .collect()
    }

    /// How many rules a book has that cases can reach.
    #[must_use]
    pub fn count(&self, book: &PolicyBook) -> usize {
        versions(book).len()
    }
}

/// Every version of every rule that a case can show.
fn versions(book: &PolicyBook) -> BTreeMap<Version, &Rule> {
    let mut versions = BTreeMap::new();
    for policy in book.policies() {
        for rule in policy.rules_of_cases() {
            let version = (policy.region(), policy.scheme(), rule.id.to_string(), rule.from);
            versions.insert(version, rule.as_ref());
        }
    }
    versions
}
