//! Why the amounts of a bill are what they are: the trace of the calculation, put into words.
//!
//! The trace is that of the very calculation that settled the bill; nothing is calculated a second time here. Steps
//! of one kind are shown together, because a person asks for an amount, not for a line of the computation. What a step
//! prints is in [`working`], what it says in [`words`].

#[cfg(test)]
mod shipped;
#[cfg(test)]
mod tests;
mod words;
mod working;

use benefit::{Reason, Step, StepKind, Trace};
use model::Fen;

use super::i18n::Text;
use super::shell::Shell;
pub use working::{Term, Value, Working};

/// The explanation of one bill.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explanation {
    trace: Trace,
    items: Vec<String>,
    /// Whether it is of no bill but of the whole medical year.
    is_of_year: bool,
}

/// All steps that give one amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepGroup<'e> {
    kind: StepKind,
    /// The steps that tell something, in the order in which they were taken.
    pub steps: Vec<ExplainedStep<'e>>,
    /// The amount: the sum of the steps' results.
    pub total: Fen,
}

/// One step with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedStep<'e> {
    step: &'e Step,
    changes: Vec<&'e Step>,
    roundings: Vec<&'e Step>,
    /// What others pay of the same basis: of a segment the other side's part, for the guarantee what the fund has paid
    /// before.
    others: Option<Fen>,
    /// Whether earlier steps took something off the item, so that the basis is less than its amount.
    is_of_rest: bool,
    /// Whether the step is of no bill but of the whole medical year.
    is_of_year: bool,
    /// The name of the item that the step concerns, if it is of one line.
    pub item: Option<&'e str>,
    /// Whether the rule is to be named after this step: the next one follows another, or there is none.
    pub is_last_of_rule: bool,
}

impl Explanation {
    /// The explanation of a trace; `items` are the names of the bill's lines, in their order.
    #[must_use]
    pub const fn new(trace: Trace, items: Vec<String>) -> Self {
        Self { trace, items, is_of_year: false }
    }

    /// The explanation of the answer to a question about a person and a medical year.
    #[must_use]
    pub const fn of_person(trace: Trace) -> Self {
        Self { trace, items: Vec::new(), is_of_year: true }
    }

    /// What was known before anything was calculated, in one sentence; `None` when nothing was calculated.
    #[must_use]
    pub fn circumstances(&self, shell: &Shell) -> Option<Text> {
        let lane = self.trace.steps.iter().find(|step| step.step == StepKind::Lane)?;
        let text = match self.trace.rules_on {
            Some(day) => shell.t("why-circumstances-by-rules-of").with("day", shell.date(&day)),
            None => shell.t("why-circumstances"),
        };
        let text = text.with("year", self.trace.medical_year.to_string());
        Some(text.with("age", self.trace.age.to_string()).with("lane", words::title(lane, shell)))
    }

    /// What there is to say when no rule gives anything for the medical year; `None` when one does.
    #[must_use]
    pub fn nothing(&self, shell: &Shell) -> Option<Text> {
        (self.is_of_year && self.groups().is_empty()).then(|| shell.t("answer-nothing"))
    }

    /// The steps by the amounts they give: first how the total divides by the catalogue, whatever item came first, then
    /// who pays, in the order of the calculation. Steps with nothing to tell are left out.
    #[must_use]
    pub fn groups(&self) -> Vec<StepGroup<'_>> {
        let mut groups: Vec<StepGroup<'_>> = Vec::new();
        // Changes of a standard or a ratio are told beside the step that takes it.
        let mut changes: Vec<&Step> = Vec::new();
        let mut latest = StepKind::Cash;
        for (index, step) in self.trace.steps.iter().enumerate() {
            match step.step {
                StepKind::Lane | StepKind::MedicalYear | StepKind::Age | StepKind::Stay => {}
                StepKind::DeductibleChange | StepKind::RatioChange => changes.push(step),
                StepKind::Rounding => {
                    // A segment's rounding follows both its sides and is of one of them.
                    let of_fund =
                        latest == StepKind::CoPayment && step.reason == Some(Reason::OddFenToPerson);
                    let kind = if of_fund { StepKind::PoolFund } else { latest };
                    let group = groups.iter_mut().find(|group| group.kind == kind);
                    if let Some(rounded) = group.and_then(|group| group.steps.last_mut()) {
                        rounded.roundings.push(step);
                    }
                }
                kind => {
                    latest = kind;
                    let explained = self.explained(index, step, &groups, std::mem::take(&mut changes));
                    let found = groups.iter().position(|group| group.kind == kind);
                    let place = found.unwrap_or_else(|| {
                        groups.push(StepGroup { kind, steps: Vec::new(), total: Fen::ZERO });
                        groups.len().saturating_sub(1)
                    });
                    if let Some(group) = groups.get_mut(place) {
                        group.steps.push(explained);
                        // The trace adds up to amounts that exist, so the sum cannot leave the range of money.
                        group.total = group.total.plus(step.result).unwrap_or(group.total);
                    }
                }
            }
        }
        for group in &mut groups {
            group.tidy();
        }
        groups.retain(|group| !group.steps.is_empty());
        groups.sort_by_key(|group| place(group.kind));
        groups
    }

    fn explained<'e>(
        &'e self,
        index: usize,
        step: &'e Step,
        groups: &[StepGroup<'_>],
        mut changes: Vec<&'e Step>,
    ) -> ExplainedStep<'e> {
        // A ratio that was changed for a segment which nothing entered, and a change to the same, are nobody's.
        changes.retain(|change| match change.step {
            StepKind::RatioChange => step.step == StepKind::PoolFund,
            _ => step.step == StepKind::Deductible && change.limit != Some(change.basis),
        });
        ExplainedStep {
            step,
            changes,
            roundings: Vec::new(),
            others: self.others(index, step, groups),
            is_of_rest: self.is_of_rest(index, step),
            is_of_year: self.is_of_year,
            item: step.line.and_then(|line| self.items.get(line)).map(String::as_str),
            is_last_of_rule: true,
        }
    }

    fn others(&self, index: usize, step: &Step, groups: &[StepGroup<'_>]) -> Option<Fen> {
        let result_of = |other: Option<&Step>, kind| {
            other.filter(|other| other.step == kind && other.rule == step.rule).map(|other| other.result)
        };
        match (step.step, step.reason) {
            (StepKind::PoolFund, Some(Reason::GuaranteedMinimum)) => {
                groups.iter().find(|group| group.kind == StepKind::PoolFund).map(|group| group.total)
            }
            (StepKind::PoolFund, _) => {
                result_of(self.trace.steps.get(index.saturating_add(1)), StepKind::CoPayment)
            }
            (StepKind::CoPayment, _) => {
                let before = index.checked_sub(1).and_then(|before| self.trace.steps.get(before));
                result_of(before, StepKind::PoolFund)
            }
            _ => None,
        }
    }

    fn is_of_rest(&self, index: usize, step: &Step) -> bool {
        let earlier = self.trace.steps.get(..index).unwrap_or_default().iter().rev();
        let of_item = earlier.take_while(|other| step.line.is_some() && other.line == step.line);
        of_item.filter(|other| !other.result.is_zero()).any(|other| match other.step {
            StepKind::OverLimit | StepKind::FullySelfPaid => true,
            StepKind::FirstSelfPaid => step.step == StepKind::FirstSelfPaid,
            _ => false,
        })
    }
}

/// The place of an amount among those of the catalogue; the others come after them as they were taken.
fn place(kind: StepKind) -> u8 {
    match kind {
        StepKind::FullySelfPaid => 0,
        StepKind::OverLimit => 1,
        StepKind::FirstSelfPaid => 2,
        StepKind::InScope => 3,
        _ => 4,
    }
}

/// Whether the step is of a fund above the pool.
const fn is_layer(kind: StepKind) -> bool {
    matches!(
        kind,
        StepKind::Catastrophic
            | StepKind::LargeSum
            | StepKind::CivilServant
            | StepKind::Enterprise
            | StepKind::MedicalAid
            | StepKind::OtherFund
    )
}

/// Whether the step is of an account.
const fn is_account(kind: StepKind) -> bool {
    matches!(
        kind,
        StepKind::AccountBand
            | StepKind::AccountCurrentYear
            | StepKind::AccountPreviousYears
            | StepKind::MutualAid
    )
}

impl StepGroup<'_> {
    /// Leaves out what tells nothing, and names a rule once for steps that follow it one after another.
    fn tidy(&mut self) {
        self.steps.retain(ExplainedStep::tells_something);
        let mut next = None;
        for each in self.steps.iter_mut().rev() {
            let rule = (&each.step.rule, each.step.from);
            each.is_last_of_rule = next != Some(rule);
            next = Some(rule);
        }
    }

    /// The amount's name.
    #[must_use]
    pub fn title(&self, shell: &Shell) -> Text {
        shell.t(words::title_of_amount(self.kind))
    }

    /// What the amount is, in one line; `None` where its name says it.
    #[must_use]
    pub fn what(&self, shell: &Shell) -> Option<Text> {
        words::what_it_is(self.kind).map(|key| shell.t(key))
    }
}

impl ExplainedStep<'_> {
    /// An amount of nothing is worth showing only with what made it nothing.
    fn tells_something(&self) -> bool {
        !self.step.result.is_zero() || self.reason().is_some() || !self.changes.is_empty()
    }

    /// Why the step gave what it gave. Where nothing was asked of an account, its state is no reason.
    fn reason(&self) -> Option<Reason> {
        self.step.reason.filter(|_| !(is_account(self.step.step) && self.step.basis.is_zero()))
    }
}
