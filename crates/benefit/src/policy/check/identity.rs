//! Names of rules and the days between which they hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Check, at};
use crate::policy::rule::Rule;

impl Check<'_> {
    /// A rule's name belongs to one family, its versions begin on different days, and lie within the policy.
    pub(super) fn check_identities(&self) {
        let mut seen: BTreeMap<&str, Vec<(&'static str, &Arc<Rule>)>> = BTreeMap::new();
        for (family, rule, _) in self.families.all() {
            let outside = rule.from < self.head.from
                || self.head.last_day.is_some_and(|last| rule.from > last || rule.last_day > Some(last));
            if outside {
                self.report(
                    rule,
                    format!("rule {} reaches beyond the policy's first or last day", rule.id),
                    None,
                );
            }
            let others = seen.entry(rule.id.as_ref()).or_default();
            for (other_family, other) in others.iter() {
                let earlier_still_runs = other.from < rule.from && other.last_day >= Some(rule.from)
                    || rule.from < other.from && rule.last_day >= Some(other.from);
                if *other_family != family {
                    let message = format!(
                        "the name {} is taken by a rule in [[{other_family}]], {}",
                        rule.id,
                        at(other)
                    );
                    self.report(rule, message, Some("versions of a rule share a name, other rules do not"));
                } else if other.from == rule.from || earlier_still_runs {
                    let message = format!("two versions of {} apply at once; see {}", rule.id, at(other));
                    self.report(
                        rule,
                        message,
                        Some("a version holds until its last_day or until the next begins"),
                    );
                }
            }
            others.push((family, rule));
        }
    }
}
