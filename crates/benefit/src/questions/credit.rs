//! What a person's account is credited over a medical year.

use model::{Date, Exact, Fen, Rate};

use super::{Answer, PersonCase};
use crate::policy::persons::{AccountCredit, CreditAmount, CreditBase, Timing};
use crate::policy::{Policy, Rule, all_known};
use crate::trace::{Reason, Step, StepKind};
use crate::{PolicyBook, Refusal};

/// What credits are computed from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreditFacts {
    /// What contributions are paid on, a month (缴费基数).
    pub contribution_base: Option<Fen>,
    /// The pension, a month.
    pub pension: Option<Fen>,
    /// Last day of the insurance, where it ends within the year.
    pub ended_on: Option<Date>,
}

/// One rule at work: for how many months, and what it gave for each.
struct Credited<'r> {
    rule: &'r Rule,
    basis: Fen,
    rate: Option<Rate>,
    a_month: Fen,
    months: u16,
}

pub(super) fn answer(case: &PersonCase, book: &PolicyBook, facts: &CreditFacts) -> Result<Answer, Refusal> {
    let policy = case.policy_on(book, case.date)?;
    let year = policy.medical_year(case.date);
    let months = insured_months(case, policy, year, facts)?;
    let Some((first, insured)) = months.split_first() else {
        return Err(Refusal::NotYetInsured { on: case.date, insured_from: case.person.insured_from });
    };
    let mut trace = case.trace(policy, *first);
    let mut taken_back = Vec::new();
    let mut credited: Vec<Credited<'_>> = Vec::new();
    for (index, day) in std::iter::once(first).chain(insured).enumerate() {
        let policy = case.policy_on(book, *day)?;
        policy.check_insured(&case.person, *day)?;
        let person = policy.person_facts(&case.person, &case.particulars, *day);
        for (rule, credit) in all_known(&policy.persons.account_credit, &person)? {
            let months = match credit.timing {
                Timing::Monthly => 1,
                Timing::Yearly | Timing::Ahead { .. } if index > 0 => continue,
                Timing::Yearly => 1,
                Timing::Ahead { .. } => months_left(policy, year, *day)?,
            };
            let mut one = Credited::of(rule, credit, facts)?;
            one.months = months;
            if let (Timing::Ahead { taken_back: true }, Some(ended)) = (credit.timing, facts.ended_on) {
                let after = months_left(policy, year, ended)?.saturating_sub(1);
                taken_back.push(Credited { months: after, ..one });
            }
            match credited.iter_mut().find(|other| other.is_as(&one)) {
                Some(other) => other.months = other.months.saturating_add(months),
                None => credited.push(one),
            }
        }
    }
    let mut sum = Fen::ZERO;
    for one in &credited {
        let amount = one.a_month.by(one.months)?;
        trace.steps.push(one.step(StepKind::AccountCredit, amount)?);
        sum = sum.plus(amount)?;
    }
    let mut back = Fen::ZERO;
    for one in taken_back.iter().filter(|one| one.months > 0) {
        let amount = one.a_month.by(one.months)?;
        let step = one.step(StepKind::TakenBack, amount)?;
        trace.steps.push(step.because(Some(Reason::InsuranceEnded)));
        back = back.plus(amount)?;
    }
    Ok(Answer { amounts: vec![("credited", sum), ("taken_back", back)], accumulated: Vec::new(), trace })
}

/// The days on which the months of the year begin that count: those in which the person is insured. The first begins with
/// the insurance, where that is later.
fn insured_months(
    case: &PersonCase,
    policy: &Policy,
    year: i16,
    facts: &CreditFacts,
) -> Result<Vec<Date>, Refusal> {
    let overflow = || Refusal::Overflow(model::Overflow);
    let mut month = policy.year_start(year).ok_or_else(overflow)?;
    let mut months = Vec::with_capacity(12);
    for _ in 0..12_u8 {
        let next = next_month(month).ok_or_else(overflow)?;
        let begun = case.person.insured_from < next;
        let over = facts.ended_on.is_some_and(|ended| ended < month);
        if begun && !over {
            months.push(month.max(case.person.insured_from));
        }
        month = next;
    }
    Ok(months)
}

/// How many months the medical year has left on a day, with that of the day.
fn months_left(policy: &Policy, year: i16, day: Date) -> Result<u16, Refusal> {
    let overflow = || Refusal::Overflow(model::Overflow);
    let mut month = policy.year_start(year).ok_or_else(overflow)?;
    let mut left = 0_u16;
    for _ in 0..12_u8 {
        let next = next_month(month).ok_or_else(overflow)?;
        left = left.saturating_add(u16::from(day < next));
        month = next;
    }
    Ok(left)
}

/// The day on which the next month of a medical year begins.
fn next_month(day: Date) -> Option<Date> {
    let (year, month) = if day.month() == 12 {
        (day.year().checked_add(1)?, 1)
    } else {
        (day.year(), day.month().checked_add(1)?)
    };
    Date::new(year, month, day.day()).ok()
}

impl<'r> Credited<'r> {
    fn of(rule: &'r Rule, credit: &AccountCredit, facts: &CreditFacts) -> Result<Self, Refusal> {
        let (basis, rate) = match &credit.amount {
            CreditAmount::Fixed(amount, _) => (*amount, None),
            CreditAmount::Of(base, rate) => {
                let (fact, name) = match base {
                    CreditBase::ContributionBase => (facts.contribution_base, "contribution_base"),
                    CreditBase::Pension => (facts.pension, "pension"),
                };
                let missing = || Refusal::UnknownFact { rule: rule.id.to_string(), fact: name };
                (fact.ok_or_else(missing)?, Some(*rate))
            }
        };
        let a_month = match rate {
            Some(rate) => Exact::from(basis).times(rate)?.round()?,
            None => basis,
        };
        Ok(Self { rule, basis, rate, a_month, months: 1 })
    }

    /// Whether another month is credited by the same rule in the same way.
    fn is_as(&self, other: &Self) -> bool {
        (&self.rule.id, self.rule.from, self.basis, self.rate)
            == (&other.rule.id, other.rule.from, other.basis, other.rate)
    }

    fn step(&self, kind: StepKind, amount: Fen) -> Result<Step, Refusal> {
        let step = Step::new(kind, self.rule, self.basis.by(self.months)?, amount);
        Ok(match self.rate {
            Some(rate) => step.rate(rate),
            None => step,
        })
    }
}
