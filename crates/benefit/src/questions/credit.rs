//! What a person's account is credited over a medical year.

use model::{Date, Exact, Fen, Rate};

use super::{Answer, PersonCase};
use crate::policy::persons::{AccountCredit, CreditAmount, CreditBase, Timing};
use crate::policy::{Policy, Rule, all_known};
use crate::trace::{Reason, Step, StepKind};
use crate::{InsurancePeriod, PolicyBook, Refusal};

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
    let year = Year::of(policy, policy.medical_year(case.date))?;
    let months = insured_months(case, &year, facts)?;
    let mut trace = case.trace(policy, months.first().copied().unwrap_or(case.date));
    let mut credited: Vec<Credited<'_>> = Vec::new();
    let mut taken_back: Vec<Credited<'_>> = Vec::new();
    for (index, day) in months.iter().enumerate() {
        let policy = case.policy_on(book, *day)?;
        policy.check_insured(&case.person, *day)?;
        let person = policy.person_facts(&case.person, &case.particulars, *day);
        for (rule, credit) in all_known(&policy.persons.account_credit, &person)? {
            let months = match credit.timing {
                Timing::Yearly | Timing::Ahead { .. } if index > 0 => continue,
                Timing::Monthly | Timing::Yearly => 1,
                Timing::Ahead { .. } => year.months_from(*day),
            };
            let one = Credited { months, ..Credited::of(rule, credit, facts)? };
            if let (Timing::Ahead { taken_back: true }, Some(ended)) = (credit.timing, facts.ended_on) {
                let after = year.months_from(ended).saturating_sub(1);
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
        let step = one.step(StepKind::AccountCredit)?;
        sum = sum.plus(step.result)?;
        let reason = one.is_rounded()?.then_some(Reason::RoundedByMonth);
        trace.steps.push(step.because(reason));
    }
    let mut back = Fen::ZERO;
    for one in taken_back.iter().filter(|one| one.months > 0) {
        let step = one.step(StepKind::TakenBack)?;
        back = back.plus(step.result)?;
        trace.steps.push(step.because(Some(Reason::InsuranceEnded)));
    }
    Ok(Answer { amounts: vec![("credited", sum), ("taken_back", back)], accumulated: Vec::new(), trace })
}

/// The twelve months of a medical year, by the days on which they begin.
struct Year(Vec<Date>);

impl Year {
    fn of(policy: &Policy, year: i16) -> Result<Self, Refusal> {
        let overflow = || Refusal::Overflow(model::Overflow);
        let start = policy.year_start(year).ok_or_else(overflow)?;
        (0..=12).map(|count| months_after(start, count)).collect::<Option<_>>().map(Self).ok_or_else(overflow)
    }

    /// The months with the day on which the next one begins.
    fn months(&self) -> impl Iterator<Item = (Date, Date)> {
        self.0.iter().copied().zip(self.0.iter().copied().skip(1))
    }

    /// How many months the year has left on a day, with that of the day.
    fn months_from(&self, day: Date) -> u16 {
        u16::try_from(self.months().filter(|(_, next)| day < *next).count()).unwrap_or(u16::MAX)
    }
}

/// The same day so many months later, or the last day of a shorter month.
fn months_after(day: Date, count: i8) -> Option<Date> {
    let month = day.month().checked_sub(1)?.checked_add(count)?;
    let year = day.year().checked_add(i16::from(month.checked_div(12)?))?;
    let month = month.checked_rem(12)?.checked_add(1)?;
    (1..=day.day()).rev().find_map(|day| Date::new(year, month, day).ok())
}

/// The days on which the months begin that count: those in which the person is insured. The first begins with the
/// insurance, where that is later.
fn insured_months(case: &PersonCase, year: &Year, facts: &CreditFacts) -> Result<Vec<Date>, Refusal> {
    let person = &case.person;
    if facts.ended_on.is_none() && person.status != model::InsuranceStatus::Active {
        return Err(Refusal::NotInForce { status: person.status });
    }
    let (from, until) = (person.insured_from, facts.ended_on);
    let in_register = |day: Date, next: Date| {
        let holds =
            |period: &&InsurancePeriod| period.from < next && period.last_day.is_none_or(|last| day <= last);
        let of_scheme = |period: &InsurancePeriod| period.scheme == person.scheme;
        case.insurances.is_empty() || case.insurances.iter().find(holds).is_some_and(of_scheme)
    };
    let counts = |(day, next): &(Date, Date)| {
        from < *next && until.is_none_or(|until| *day <= until && from <= until) && in_register(*day, *next)
    };
    let months: Vec<Date> = year.months().filter(counts).map(|(day, _)| day.max(from)).collect();
    if months.is_empty() { Err(Refusal::NotInsuredInYear { from, until }) } else { Ok(months) }
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

    /// Whether the month's amount was rounded.
    fn is_rounded(&self) -> Result<bool, Refusal> {
        let exact = match self.rate {
            Some(rate) => Exact::from(self.basis).times(rate)?,
            None => Exact::from(self.basis),
        };
        Ok(exact != Exact::from(self.a_month))
    }

    fn step(&self, kind: StepKind) -> Result<Step, Refusal> {
        let amount = self.a_month.by(self.months)?;
        let step = Step::new(kind, self.rule, self.basis.by(self.months)?, amount);
        Ok(match self.rate {
            Some(rate) => step.rate(rate),
            None => step,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_on_the_same_day_or_the_last_of_a_shorter_month() {
        let day = |year, month, day| Date::new(year, month, day).expect("a day");
        let start = day(2023, 3, 31);
        let months: Vec<Date> = (0..=12).filter_map(|count| months_after(start, count)).collect();
        assert_eq!(months.len(), 13);
        assert_eq!(months.get(1), Some(&day(2023, 4, 30)));
        assert_eq!(months.get(9), Some(&day(2023, 12, 31)));
        assert_eq!(months.get(11), Some(&day(2024, 2, 29)));
        assert_eq!(months.last(), Some(&day(2024, 3, 31)));
    }
}
