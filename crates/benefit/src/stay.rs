//! Settling: a bill, or a stay that the policy cuts into several (跨年住院, 长期住院, 中途结算).

use std::sync::Arc;

use model::{Date, Fen};

use crate::case::{PartDeductible, Stay};
use crate::policy::{Crossing, Policy, Rule, RulesOf, StayRule, known};
use crate::trace::{Step, StepKind};
use crate::{Case, CaseLine, PolicyBook, Refusal, Split, Trace, explain};

/// One bill as it was settled. A stay may have several, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The bill, with what the parts before it had added up to.
    pub case: Case,
    /// Who pays what of it.
    pub split: Split,
    /// Why.
    pub trace: Trace,
}

/// Divides a bill among its payers by the policy in force, and explains it. A stay is cut where its policy says so: at
/// the end of the medical year, or after so many days; the parts follow one another, each on top of the one before.
///
/// # Errors
/// There is no policy for the person on the date, the stay does not fit the policy, or a part is refused.
pub fn settle(book: &PolicyBook, case: &Case) -> Result<Vec<Part>, Refusal> {
    let policy = book.in_force(case.person.region, case.person.scheme, case.date)?;
    let (bills, rule) = match &case.particulars.stay {
        Some(stay) => cut(book, policy, case, stay)?,
        None if case.medical_type.is_stay() => return Err(Refusal::StayMissing),
        None => (vec![case.clone()], None),
    };
    let mut parts: Vec<Part> = Vec::with_capacity(bills.len());
    for mut bill in bills {
        if let Some(before) = parts.last() {
            bill.accumulators = before.case.accumulators.plus(&before.split.accumulated)?;
            let (split, balances) = (&before.split, &before.case.account);
            bill.account.current_year = balances.current_year.minus(split.account_current_year)?;
            bill.account.previous_years = balances.previous_years.minus(split.account_previous_years)?;
            bill.particulars.mutual_aid = before.case.particulars.mutual_aid.minus(split.mutual_aid_paid)?;
        }
        let (split, mut trace) = explain(book.settling(&bill)?, &bill)?;
        if let Some(rule) = rule {
            // It is a circumstance of the bill as its lane is, and stands with it.
            let place = trace.steps.iter().take_while(|step| step.is_circumstance()).count();
            trace.steps.insert(place, Step::new(StepKind::Stay, rule, split.total, Fen::ZERO));
        }
        parts.push(Part { case: bill, split, trace });
    }
    Ok(parts)
}

/// Days from one to another, for which a bed is paid: one at least.
pub(crate) fn days_from(begin: Date, end: Date) -> u16 {
    u16::try_from(model::date::days_between(begin, end)).unwrap_or(0).max(1)
}

/// The last day of a stay so far.
fn last_day(case: &Case, stay: &Stay) -> Date {
    stay.discharged.unwrap_or(case.date)
}

fn check_days(case: &Case, stay: &Stay) -> Result<(), Refusal> {
    let until = last_day(case, stay);
    if until < stay.admitted {
        return Err(Refusal::StayOutOfOrder { admitted: stay.admitted, discharged: until });
    }
    if until > case.date {
        return Err(Refusal::SettledBeforeDischarge { on: case.date, discharged: until });
    }
    check_begin(case, stay)?;
    let outside = |line: &&CaseLine| line.date.is_some_and(|on| on < stay.admitted || on > until);
    match case.lines.iter().find(outside) {
        Some(CaseLine { serial, date: Some(on), .. }) => {
            Err(Refusal::FeeOutsideStay { serial: serial.clone(), on: *on, admitted: stay.admitted, until })
        }
        _ => Ok(()),
    }
}

/// Nothing is paid of care before the first day of the insurance.
fn check_begin(case: &Case, stay: &Stay) -> Result<(), Refusal> {
    let insured_from = case.person.insured_from;
    let first = case.lines.iter().filter_map(|line| Some((line, line.date?))).min_by_key(|(_, on)| *on);
    match first {
        Some((line, on)) if on < insured_from => {
            Err(Refusal::FeeBeforeInsurance { serial: line.serial.clone(), on, insured_from })
        }
        None if stay.admitted < insured_from => {
            Err(Refusal::NotYetInsured { on: stay.admitted, insured_from })
        }
        _ => Ok(()),
    }
}

/// The bills of a stay, in order, and the rule that makes them.
fn cut<'p>(
    book: &PolicyBook,
    policy: &'p Policy,
    case: &Case,
    stay: &Stay,
) -> Result<(Vec<Case>, Option<&'p Arc<Rule>>), Refusal> {
    check_days(case, stay)?;
    if case.lines.is_empty() {
        return Err(Refusal::NoLines);
    }
    let crosses = policy.medical_year(stay.admitted) != policy.medical_year(last_day(case, stay));
    let situation = policy.situation(&case.circumstances())?;
    let Some((made_by, rule)) = known(&situation.lane.stay, &situation.facts)? else {
        // What a policy says nothing about it does not settle.
        return if crosses || stay.interim {
            Err(Refusal::NoRule { table: "stay" })
        } else {
            Ok((vec![case.clone()], None))
        };
    };
    let rule = *rule;
    if stay.discharged.is_none() && !stay.interim {
        return Err(Refusal::DischargeMissing);
    }
    if stay.interim && !rule.interim {
        return Err(Refusal::NoInterimSettlement);
    }
    let day = match rule.crossing {
        Crossing::Settlement => Some(case.date),
        Crossing::Discharge => Some(last_day(case, stay)),
        Crossing::Fee => None,
    };
    let mut cuts: Vec<(Cut, Vec<CaseLine>)> = Vec::new();
    for line in &case.lines {
        let cut = Cut::of((book, policy), rule, (stay, last_day(case, stay)), day, line)?;
        match cuts.iter_mut().find(|(other, _)| *other == cut) {
            Some((_, lines)) => lines.push(line.clone()),
            None => cuts.push((cut, vec![line.clone()])),
        }
    }
    cuts.sort_by_key(|(cut, _)| *cut);
    let mut bills: Vec<Case> = Vec::with_capacity(cuts.len());
    for (cut, lines) in cuts {
        let mut bill = Case { lines, ..case.clone() };
        bill.date = day.map_or_else(|| cut.last_day(policy, case, stay), Ok)?;
        // The sums of the stay are kept until its last bill, which clears them.
        if let Some(before) = bills.last_mut().and_then(|before| before.particulars.stay.as_mut()) {
            before.interim = true;
        }
        let part = cut.stay(policy, rule, stay)?;
        let rules_on = rule.rules_of.map(|day| match day {
            RulesOf::Admission => stay.admitted,
            RulesOf::Discharge => last_day(case, stay),
            RulesOf::Settlement => case.date,
            RulesOf::Fee => cut.rules_on,
        });
        bill.particulars.stay = Some(Stay { rules_on: rules_on.filter(|day| *day != bill.date), ..part });
        bills.push(bill);
    }
    Ok((bills, Some(made_by)))
}

/// Which bill of a stay a fee belongs to: by the period of the stay, within it by the medical year, and within that by the
/// version of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cut {
    period: u16,
    year: i16,
    /// The last day of the stay in the version of the fee's own day, where that settles it; otherwise the stay's last.
    rules_on: Date,
}

impl Cut {
    fn of(
        (book, policy): (&PolicyBook, &Policy),
        rule: StayRule,
        (stay, last_day): (&Stay, Date),
        day: Option<Date>,
        line: &CaseLine,
    ) -> Result<Self, Refusal> {
        // The day of a fee is needed only where the stay is long enough for it to matter.
        let within_a_period = rule.period_days.is_none_or(|days| days_from(stay.admitted, last_day) < days);
        let within_a_year = policy.medical_year(stay.admitted) == policy.medical_year(last_day);
        let version = |on: Date| book.in_force(policy.region(), policy.scheme(), on);
        let by_version = rule.rules_of == Some(RulesOf::Fee)
            && version(stay.admitted)?.from() != version(last_day)?.from();
        let whole = (within_a_period && !by_version && (day.is_some() || within_a_year)).then_some(last_day);
        let fee_day = || {
            let known = line.date.or(whole);
            known.ok_or_else(|| Refusal::FeeDayMissing { serial: line.serial.clone() })
        };
        let period = match rule.period_days.filter(|_| !within_a_period) {
            Some(days) => {
                let since = model::date::days_between(stay.admitted, fee_day()?).max(0);
                let period = since.checked_div(i32::from(days)).and_then(|period| u16::try_from(period).ok());
                period.unwrap_or(u16::MAX)
            }
            None => 0,
        };
        let year = match day {
            Some(day) => policy.medical_year(day),
            None => policy.medical_year(fee_day()?),
        };
        let rules_on = if by_version {
            let until = version(fee_day()?)?.until().and_then(|until| until.yesterday().ok());
            until.map_or(last_day, |until| until.min(last_day))
        } else {
            last_day
        };
        Ok(Self { period, year, rules_on })
    }

    /// The day by whose rules a part is settled that belongs to its own year: its last.
    fn last_day(self, policy: &Policy, case: &Case, stay: &Stay) -> Result<Date, Refusal> {
        let end = last_day(case, stay);
        let next_year = policy.year_start(self.year.saturating_add(1)).and_then(|day| day.yesterday().ok());
        next_year.map(|last| last.min(end)).ok_or(Refusal::Overflow(model::Overflow))
    }

    /// The day on which a period of the stay begins.
    fn begin_of(period: u16, rule: StayRule, stay: &Stay) -> Result<Date, Refusal> {
        let days = u32::from(rule.period_days.unwrap_or(0)).saturating_mul(u32::from(period));
        model::date::days_after(stay.admitted, days).ok_or(Refusal::Overflow(model::Overflow))
    }

    /// The medical year in which a period of the stay begins.
    fn year_of(period: u16, policy: &Policy, rule: StayRule, stay: &Stay) -> Result<i16, Refusal> {
        Self::begin_of(period, rule, stay).map(|begin| policy.medical_year(begin))
    }

    /// The stay as this part sees it.
    fn stay(self, policy: &Policy, rule: StayRule, stay: &Stay) -> Result<Stay, Refusal> {
        let mut part = stay.clone();
        part.part.period = self.period;
        part.admission = stay.admission.saturating_add(self.period);
        part.admission_at_level = stay.admission_at_level.map(|before| before.saturating_add(self.period));
        if self.period > 0 {
            part.earlier = None;
        }
        // Where the whole stay is of one year there is no year's end within it.
        if rule.crossing != Crossing::Fee {
            return Ok(part);
        }
        let begun = Self::year_of(self.period, policy, rule, stay)?;
        if begun != Self::year_of(0, policy, rule, stay)? {
            // Of a later year all stays until now are this one, in one hospital.
            part.admission = self.admission_of_later_year(begun, policy, rule, stay)?;
            part.admission_at_level = part.admission_at_level.and(Some(part.admission));
        }
        if self.year != begun {
            part.part.sums_since = (!rule.ladder_continues).then_some(self.year);
            part.part.deductible = if rule.new_year_deductible {
                (part.admission, part.earlier) = (1, None);
                part.admission_at_level = part.admission_at_level.and(Some(1));
                PartDeductible::Since(self.year)
            } else {
                PartDeductible::RestOf(begun)
            };
        }
        Ok(part)
    }

    /// Which admission of its year a period is that begins in a year after that of the admission: the first, unless the
    /// period before went on into that year and owed a deductible there.
    fn admission_of_later_year(
        self,
        begun: i16,
        policy: &Policy,
        rule: StayRule,
        stay: &Stay,
    ) -> Result<u16, Refusal> {
        let mut first = self.period;
        while first > 0 && Self::year_of(first.saturating_sub(1), policy, rule, stay)? == begun {
            first = first.saturating_sub(1);
        }
        // Where a period begins with the year, the one before ended with its own.
        let goes_over = Some(Self::begin_of(first, rule, stay)?) > policy.year_start(begun);
        let before = self.period.saturating_sub(first);
        Ok(before.saturating_add(1).saturating_add(u16::from(goes_over && rule.new_year_deductible)))
    }
}

/// The amounts of all parts together, by their names.
///
/// # Errors
/// A sum leaves the range of money.
pub fn amounts_of(parts: &[Part]) -> Result<Vec<(&'static str, Fen)>, Refusal> {
    let mut sums: Vec<(&'static str, Fen)> = Split::AMOUNTS.iter().map(|name| (*name, Fen::ZERO)).collect();
    for part in parts {
        for ((_, sum), (_, amount)) in sums.iter_mut().zip(part.split.amounts()) {
            *sum = sum.plus(amount)?;
        }
    }
    Ok(sums)
}
