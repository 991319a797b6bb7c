//! An accumulator adds up one thing only.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Check, at};
use crate::policy::rule::{Row, Rule};
use crate::policy::span::Span;
use crate::policy::strategy::Limited;

impl Check<'_> {
    pub(super) fn check_accumulators(&self) {
        let f = self.families;
        let mut uses: BTreeMap<&str, (&'static str, &Span, &Arc<Rule>)> = BTreeMap::new();
        let all = spans(&f.deductible, |rule| {
            let most = rule.most.iter().map(|most| ("the most of all deductibles", &most.span));
            std::iter::once(("a deductible", &rule.span)).chain(most).collect()
        })
        .chain(spans(&f.fixed_price, |rule| vec![("what was used of a price", &rule.span)]))
        .chain(spans(&f.share, |rule| {
            let with = rule.axis_includes_deductible;
            let what = if with { "the axis of a share with the deductible" } else { "the axis of a share" };
            vec![(what, &rule.axis)]
        }))
        .chain(spans(&f.ceiling, |rule| match rule.limits {
            Limited::FundPaid => vec![("a ceiling of what the fund pays", &rule.most.span)],
            Limited::EligibleFees if rule.includes_deductible => {
                vec![("a ceiling of fees with the deductible", &rule.most.span)]
            }
            Limited::EligibleFees => vec![("a ceiling of fees", &rule.most.span)],
        }))
        .chain(spans(&f.layer, |rule| {
            let most = rule.most.iter().map(|most| ("the most that a layer pays", &most.span));
            std::iter::once(("the burden of a layer", &rule.axis)).chain(most).collect()
        }));
        for (what, span, rule) in all {
            let Some(name) = span.accumulator.as_deref() else { continue };
            let (first, other_span, other) = *uses.entry(name).or_insert((what, span, rule));
            if first != what {
                let message = format!("accumulator '{name}' adds up {first} at {}, so not {what}", at(other));
                self.report(rule, message, Some("give it a name of its own"));
            } else if other_span != span {
                let message =
                    format!("accumulator '{name}' has another period or 'each_disease' at {}", at(other));
                self.report(rule, message, Some("a sum is kept over one period"));
            }
        }
    }
}

fn spans<T>(
    rows: &[Row<T>],
    of: fn(&T) -> Vec<(&'static str, &Span)>,
) -> impl Iterator<Item = (&'static str, &Span, &Arc<Rule>)> {
    rows.iter()
        .filter_map(|row| Some((row.value.value.as_ref()?, &row.rule)))
        .flat_map(move |(value, rule)| of(value).into_iter().map(move |(what, span)| (what, span, rule)))
}
