//! Names in a case that its policy does not have: a mistyped one would change the result without a word.

use std::collections::BTreeSet;

use super::{CaseFile, Mismatch, year_and_name};
use crate::form::nearest;
use crate::policy::Policy;

impl CaseFile {
    /// The names of traits, diseases, groups of items and sums in the case that the policy does not know. National codes
    /// of diseases and traits may be of any kind, because policies tell few of them apart.
    #[must_use]
    pub fn unknown_names(&self, policy: &Policy) -> Vec<Mismatch> {
        let mut found = Vec::new();
        let mut report = |what: &str, name: &str, known: &BTreeSet<&str>| {
            let meant = nearest(name, known.iter().copied());
            let expected = match meant {
                Some(meant) => format!("a name of the policy; did you mean '{meant}'?"),
                None => {
                    format!("a name of the policy: {}", known.iter().copied().collect::<Vec<_>>().join(", "))
                }
            };
            found.push(Mismatch { what: what.to_owned(), expected, actual: format!("'{name}'") });
        };
        let declared = &policy.declared;
        let traits = declared.traits.names();
        for name in &self.particulars.traits {
            if !policy.knows_trait(name) {
                report("traits", name, &traits);
            }
        }
        let diseases = declared.diseases.names();
        for name in self.particulars.disease.iter().chain(&self.particulars.registered_diseases) {
            if !policy.knows_disease(name) {
                report("disease", name, &diseases);
            }
        }
        let groups = declared.groups.names();
        for line in self.lines() {
            let line = &line.line;
            let group = line.item.as_ref().and_then(|item| item.group.as_deref());
            if let Some(name) = group.filter(|name| !groups.contains(name)) {
                report(&format!("line {} group", line.serial), name, &groups);
            }
        }
        let sums = policy.sums();
        let sums: BTreeSet<&str> = sums.iter().map(String::as_str).collect();
        for (name, _) in &self.accumulators {
            if !policy.knows_sum(year_and_name(name).1) {
                report("accumulators", name, &sums);
            }
        }
        found
    }
}
