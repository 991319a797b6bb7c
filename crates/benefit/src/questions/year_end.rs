//! What funds pay of a person's burden when the medical year has ended.
//!
//! Bills add the burden up and pay nothing of it. When the year has ended the funds pay once, one after another, each of
//! what the ones before it leave of that one sum. The person's circumstances on the last day of the year decide which
//! rules hold. Settled again after a late bill or a reversal, a fund pays the difference to what it paid before, or has it
//! back.

use std::sync::Arc;

use model::{Date, Exact, Fen};

use super::{Answer, PersonCase};
use crate::accumulators::Accumulated;
use crate::engine::{Layers, Paying, step_kind};
use crate::policy::{Facts, Layer, Policy, Row, Rule, all_known};
use crate::trace::{Reason, Step};
use crate::{PolicyBook, Refusal, Trace};

pub(super) fn answer(case: &PersonCase, book: &PolicyBook) -> Result<Answer, Refusal> {
    let year = case.policy_on(book, case.date)?.medical_year(case.date);
    let (policy, last_day) = last_version(case, book, year)?;
    policy.check_insured(&case.person, last_day)?;
    let rows = rows(policy);
    let facts = policy.person_facts(&case.person, &case.particulars, last_day);
    let mut settling = Settling {
        case,
        policy,
        facts,
        year,
        left: Fen::ZERO,
        layers: Layers::default(),
        accumulated: Vec::new(),
        trace: case.trace(policy, last_day),
    };
    let name = rows.first().and_then(|row| row.value.value.as_ref()?.axis.accumulator.clone());
    if let Some(name) = name {
        settling.left = case.accumulators.get(year, &name);
        for (rule, layer) in all_known(&rows, &facts)? {
            settling.pay(rule, layer, &name)?;
        }
    }
    let amounts = settling.layers.amounts().into_iter().filter(|(_, amount)| !amount.is_zero()).collect();
    Ok(Answer { amounts, accumulated: settling.accumulated, trace: settling.trace })
}

/// The version in force on the last day of the year, and that day; where the policy ends within the year, its last
/// version and its own last day.
fn last_version<'b>(
    case: &PersonCase,
    book: &'b PolicyBook,
    year: i16,
) -> Result<(&'b Policy, Date), Refusal> {
    let policy = case.policy_on(book, case.date)?;
    let next = policy.year_start(year.saturating_add(1)).and_then(|day| day.yesterday().ok());
    let last_day = next.ok_or(Refusal::Overflow(model::Overflow))?;
    match case.policy_on(book, last_day) {
        Err(Refusal::NoPolicyOn { last: Some(last), .. })
            if last < last_day && policy.medical_year(last) == year =>
        {
            case.policy_on(book, last).map(|policy| (policy, last))
        }
        found => found.map(|policy| (policy, last_day)),
    }
}

/// The rules of funds that pay at the end of the year, in their order; one that several lanes share comes once.
fn rows(policy: &Policy) -> Vec<Row<Layer>> {
    let mut found: Vec<Row<Layer>> = Vec::new();
    for row in policy.lanes.iter().flat_map(|lane| &lane.layer) {
        let at_year_end = row.value.value.as_ref().is_some_and(|layer| layer.paid_at_year_end);
        if at_year_end && !found.iter().any(|other| other.rule.id == row.rule.id) {
            found.push(row.clone());
        }
    }
    found.sort_by_key(|row| row.value.value.as_ref().map(|layer| layer.place));
    found
}

/// A year that is being settled.
struct Settling<'a> {
    case: &'a PersonCase,
    policy: &'a Policy,
    facts: Facts,
    year: i16,
    /// What of the burden the funds so far leave.
    left: Fen,
    layers: Layers,
    accumulated: Vec<Accumulated>,
    trace: Trace,
}

impl Settling<'_> {
    fn pay(&mut self, rule: &Rule, layer: &Layer, name: &str) -> Result<(), Refusal> {
        let paid_name: Arc<str> = Arc::from(format!("{name}/paid-{}", layer.place));
        let paid_before = self.case.accumulators.get(self.year, &paid_name);
        // The limit is this fund's alone, and what it paid before it pays anew.
        let room = layer.most.as_ref().map(|most| most.limit.of(&self.facts)).transpose()?;
        let room = room.map(|most| (most, most));
        let mut paying = Paying::new(self.policy, rule, layer, room);
        paying.run(Exact::ZERO, Exact::from(self.left), &mut self.trace)?;
        let due = paying.finish(self.left, &mut self.trace)?;
        self.left = self.left.minus(due)?;
        let paid = due.minus(paid_before)?;
        if !paid_before.is_zero() {
            let step = Step::new(step_kind(layer.pays), rule, paid_before, paid_before.negated()?);
            self.trace.steps.push(step.because(Some(Reason::PaidBefore)));
        }
        self.layers.add(layer.pays, paid)?;
        if !paid.is_zero() {
            self.accumulated.push((self.year, paid_name, paid));
            if let Some(name) = layer.most.as_ref().and_then(|most| most.span.accumulator.as_ref()) {
                self.accumulated.push((self.year, Arc::clone(name), paid));
            }
        }
        Ok(())
    }
}
