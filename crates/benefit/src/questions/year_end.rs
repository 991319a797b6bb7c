//! What funds pay of a person's burden when the medical year has ended.
//!
//! Bills add the burden up and pay nothing of it. When the year has ended each fund pays once of what the ones before it
//! leave. Settled again after a late bill or a reversal, it pays the difference to what it paid before, or has it back.

use std::sync::Arc;

use model::{Date, Exact, Fen};

use super::{Answer, PersonCase};
use crate::accumulators::Accumulated;
use crate::engine::{Layers, Paying, step_kind};
use crate::policy::{Layer, Policy, Rule, all_known};
use crate::trace::{Reason, Step};
use crate::{PolicyBook, Refusal, Trace};

pub(super) fn answer(case: &PersonCase, book: &PolicyBook) -> Result<Answer, Refusal> {
    let year = case.policy_on(book, case.date)?.medical_year(case.date);
    // The last day of the year decides the version, and the insurance may have ended before.
    let policy = last_version(case, book, year)?;
    let last_day = last_day(policy, year)?;
    policy.check_insured(&case.person, last_day)?;
    let mut settling = Settling {
        case,
        policy,
        year,
        layers: Layers::default(),
        paid: Vec::new(),
        accumulated: Vec::new(),
        trace: case.trace(policy, last_day),
    };
    for (rule, layer) in layers(case, policy, last_day)? {
        settling.pay(rule, layer)?;
    }
    let amounts = settling.layers.amounts().into_iter().filter(|(_, amount)| !amount.is_zero()).collect();
    Ok(Answer { amounts, accumulated: settling.accumulated, trace: settling.trace })
}

fn last_day(policy: &Policy, year: i16) -> Result<Date, Refusal> {
    let next = policy.year_start(year.saturating_add(1)).and_then(|day| day.yesterday().ok());
    next.ok_or(Refusal::Overflow(model::Overflow))
}

/// The version in force on the last day of the year, or the last one where the policy ends within it.
fn last_version<'b>(case: &PersonCase, book: &'b PolicyBook, year: i16) -> Result<&'b Policy, Refusal> {
    let policy = case.policy_on(book, case.date)?;
    case.policy_on(book, last_day(policy, year)?)
}

/// The funds that pay at the end of the year, in their order; one that several lanes share comes once.
fn layers<'p>(
    case: &PersonCase,
    policy: &'p Policy,
    last_day: Date,
) -> Result<Vec<(&'p Arc<Rule>, &'p Layer)>, Refusal> {
    let facts = policy.person_facts(&case.person, &case.particulars, last_day);
    let mut found: Vec<(&Arc<Rule>, &Layer)> = Vec::new();
    for lane in policy.lanes.iter().filter(|lane| lane.rule.of.is_none()) {
        for (rule, layer) in all_known(&lane.layer, &facts)? {
            let new = !found.iter().any(|(other, _)| other.id == rule.id);
            if layer.paid_at_year_end && new {
                found.push((rule, layer));
            }
        }
    }
    found.sort_by_key(|(_, layer)| layer.place);
    Ok(found)
}

/// A year that is being settled.
struct Settling<'a> {
    case: &'a PersonCase,
    policy: &'a Policy,
    year: i16,
    layers: Layers,
    /// What the funds so far pay for the whole year.
    paid: Vec<(&'a Layer, Fen)>,
    accumulated: Vec<Accumulated>,
    trace: Trace,
}

impl<'a> Settling<'a> {
    fn pay(&mut self, rule: &'a Rule, layer: &'a Layer) -> Result<(), Refusal> {
        let Some(name) = layer.axis.accumulator.as_deref() else { return Ok(()) };
        let sums = &self.case.accumulators;
        let shares = |other: &Layer| other.covers.iter().any(|part| layer.covers.contains(part));
        let before = self.paid.iter().filter(|(other, _)| shares(other)).map(|(_, paid)| *paid);
        let burden = sums.get(self.year, name).minus(Fen::sum(before)?)?.or_zero();
        let paid_name: Arc<str> = Arc::from(format!("{name}/paid"));
        let paid_before = sums.get(self.year, &paid_name);
        let room = match &layer.most {
            Some((most, span)) => {
                let used = span.accumulator.as_deref().map_or(Fen::ZERO, |name| sums.get(self.year, name));
                // What this fund paid for the year before it pays anew.
                Some((*most, most.minus(used)?.plus(paid_before)?.or_zero()))
            }
            None => None,
        };
        let mut paying = Paying::new(self.policy, rule, layer, room);
        paying.run(Exact::ZERO, Exact::from(burden), &mut self.trace)?;
        let due = paying.finish(burden, &mut self.trace)?;
        let paid = due.minus(paid_before)?;
        if !paid_before.is_zero() {
            let step = Step::new(step_kind(layer.pays), rule, paid_before, paid_before.negated()?);
            self.trace.steps.push(step.because(Some(Reason::PaidBefore)));
        }
        self.paid.push((layer, due));
        self.layers.add(layer.pays, paid)?;
        if paid.is_zero() {
            return Ok(());
        }
        self.accumulated.push((self.year, paid_name, paid));
        if let Some(name) = layer.most.as_ref().and_then(|(_, span)| span.accumulator.as_ref()) {
            self.accumulated.push((self.year, Arc::clone(name), paid));
        }
        Ok(())
    }
}
