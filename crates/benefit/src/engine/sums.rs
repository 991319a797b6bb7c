//! What earlier settlements, and earlier parts of this bill, have added up to.

use std::sync::Arc;

use model::{Date, Fen, Overflow};

use super::Context;
use crate::Refusal;
use crate::accumulators::Accumulated;
use crate::case::PartDeductible;
use crate::policy::{Period, Rule, Span};

/// The sums that rules ask for and add to while a bill is divided.
pub(crate) struct Sums<'a> {
    context: &'a Context<'a>,
    /// What this bill adds, by the key of the sum; sums within the bill alone are here too.
    added: Vec<Added>,
}

/// What a sum is of. After the end of a year the deductible of a stay may go on where its other sums do not, and the
/// other way round.
#[derive(Clone, Copy)]
enum Of {
    Deductible,
    /// The price of a case, which is one for the stay whatever begins anew within it.
    Price,
    Other,
}

struct Added {
    period: Period,
    year: i16,
    key: Arc<str>,
    amount: Fen,
}

impl<'a> Sums<'a> {
    pub(crate) const fn new(context: &'a Context<'a>) -> Self {
        Self { context, added: Vec::new() }
    }

    /// The period over which a span runs for this bill: one that is no stay is a stay of its own.
    fn period(&self, span: &Span) -> Period {
        match span.period {
            Period::Stay if self.context.case.particulars.stay.is_none() => Period::Visit,
            period => period,
        }
    }

    /// The year and the key under which a sum is kept; none for what is not kept at all.
    fn key(&self, span: &Span, of: Of) -> Option<(i16, Arc<str>)> {
        let name = span.accumulator.as_ref()?;
        let particulars = &self.context.case.particulars;
        let part = particulars.stay.as_ref().map(|stay| stay.part).unwrap_or_default();
        let (year, since) = match (of, part.deductible) {
            (Of::Price, _) => (self.context.situation.year, None),
            (Of::Other, _) => (self.context.situation.year, part.sums_since),
            (Of::Deductible, PartDeductible::OfPeriod) => (self.context.situation.year, None),
            (Of::Deductible, PartDeductible::Since(year)) => (year, Some(year)),
            (Of::Deductible, PartDeductible::RestOf(year)) => (year, None),
        };
        let mut name = match particulars.disease.as_deref().filter(|_| span.by_disease) {
            Some(disease) => Arc::from(format!("{name}.{}", self.context.policy.disease_name(disease))),
            None => Arc::clone(name),
        };
        if let Some(hospital) = particulars.hospital.as_deref().filter(|_| span.by_hospital) {
            name = Arc::from(format!("{name}.{hospital}"));
        }
        let on = self.context.case.date;
        Some(match (self.period(span), &particulars.stay) {
            (Period::Day, _) => {
                (self.context.situation.year, Arc::from(format!("{name}.{:02}-{:02}", on.month(), on.day())))
            }
            (Period::Month, _) => {
                (self.context.situation.year, Arc::from(format!("{name}.{:02}", on.month())))
            }
            // A stay's sums go on over the end of the year, so they are kept in the year in which it began.
            (Period::Stay, Some(stay)) => {
                let begun = self.context.policy.medical_year(stay.admitted);
                let period = match part.period {
                    _ if matches!(of, Of::Price) => String::new(),
                    0 => String::new(),
                    later => format!("/{later}"),
                };
                let since = since.map(|year| format!("/since-{year}")).unwrap_or_default();
                (begun, Arc::from(format!("{name}@{}{period}{since}", stay.number)))
            }
            _ => (year, name),
        })
    }

    fn kept(&self, period: Period, year: i16, key: &str) -> Fen {
        match period {
            Period::Visit => Fen::ZERO,
            Period::Stay | Period::Day | Period::Month | Period::MedicalYear => {
                self.context.case.accumulators.get(year, key)
            }
        }
    }

    /// What was added up before this step.
    pub(crate) fn before(&self, span: &Span) -> Result<Fen, Overflow> {
        self.before_of(span, Of::Other)
    }

    /// What was borne of a deductible before this step.
    pub(crate) fn deductible_before(&self, span: &Span) -> Result<Fen, Overflow> {
        self.before_of(span, Of::Deductible)
    }

    /// What of the price of a case or of its days was used before this step.
    pub(crate) fn price_before(&self, span: &Span) -> Result<Fen, Overflow> {
        self.before_of(span, Of::Price)
    }

    fn before_of(&self, span: &Span, of: Of) -> Result<Fen, Overflow> {
        let Some((year, key)) = self.key(span, of) else { return Ok(Fen::ZERO) };
        let period = self.period(span);
        let here = self.added.iter().find(|added| added.is(period, year, &key));
        self.kept(period, year, &key).plus(here.map_or(Fen::ZERO, |added| added.amount))
    }

    /// Adds an amount.
    pub(crate) fn add(&mut self, span: &Span, amount: Fen) -> Result<(), Overflow> {
        self.add_of(span, Of::Other, amount)
    }

    /// Adds what was borne of a deductible.
    pub(crate) fn add_deductible(&mut self, span: &Span, amount: Fen) -> Result<(), Overflow> {
        self.add_of(span, Of::Deductible, amount)
    }

    /// Adds what was used of the price of a case.
    pub(crate) fn add_price(&mut self, span: &Span, amount: Fen) -> Result<(), Overflow> {
        self.add_of(span, Of::Price, amount)
    }

    fn add_of(&mut self, span: &Span, of: Of, amount: Fen) -> Result<(), Overflow> {
        let Some((year, key)) = self.key(span, of).filter(|_| !amount.is_zero()) else { return Ok(()) };
        let period = self.period(span);
        match self.added.iter_mut().find(|added| added.is(period, year, &key)) {
            Some(added) => added.amount = added.amount.plus(amount)?,
            None => self.added.push(Added { period, year, key, amount }),
        }
        Ok(())
    }

    /// What the settlement adds to the accumulators. The sums of a stay are kept while more bills of it may follow, and
    /// cleared by the last.
    pub(crate) fn into_accumulated(self) -> Result<Vec<Accumulated>, Overflow> {
        let case = self.context.case;
        let goes_on = case.particulars.stay.as_ref().is_some_and(|stay| stay.interim);
        let mut accumulated: Vec<Accumulated> = Vec::with_capacity(self.added.len());
        for Added { period, year, key, amount } in self.added {
            match period {
                Period::Visit => {}
                Period::Stay if !goes_on => {}
                Period::Stay | Period::Day | Period::Month | Period::MedicalYear => {
                    accumulated.push((year, key, amount))
                }
            }
        }
        if let Some(stay) = case.particulars.stay.as_ref().filter(|_| !goes_on) {
            let (whole, part) = (format!("@{}", stay.number), format!("@{}/", stay.number));
            let of_stay = |name: &str| name.ends_with(&whole) || name.contains(&part);
            for (year, name, amount) in case.accumulators.iter().filter(|(_, name, _)| of_stay(name)) {
                accumulated.push((year, Arc::from(name), amount.negated()?));
            }
        }
        accumulated.retain(|(_, _, amount)| !amount.is_zero());
        Ok(accumulated)
    }
}

/// Refuses a bill whose fees are not all of the day, or the month, by which a rule counts.
fn need_one_time(context: &Context<'_>, rule: &Rule, span: &Span) -> Result<(), Refusal> {
    let by_month = match span.period {
        Period::Month => true,
        Period::Day => false,
        Period::Visit | Period::Stay | Period::MedicalYear => return Ok(()),
    };
    let case = context.case;
    let (mut from, mut until) = (case.date, case.date);
    let mut add = |on: Date| (from, until) = (from.min(on), until.max(on));
    let dated = case.lines.iter().all(|line| line.date.is_some());
    case.lines.iter().filter_map(|line| line.date).for_each(&mut add);
    if let Some(stay) = case.particulars.stay.as_ref().filter(|_| !dated) {
        add(stay.admitted);
        add(stay.discharged.unwrap_or(case.date));
    }
    let of = |on: Date| (on.year(), on.month(), if by_month { 0 } else { on.day() });
    if of(from) == of(until) {
        return Ok(());
    }
    Err(Refusal::FeesOfOtherTime { rule: rule.id.to_string(), by_month, from, until, on: case.date })
}

/// Refuses a bill that does not say of which disease or in which hospital it is, where a rule counts each for itself, or
/// whose fees are of several of the times by which it counts.
pub(crate) fn need_facts(context: &Context<'_>, rule: &Rule, span: &Span) -> Result<(), Refusal> {
    need_one_time(context, rule, span)?;
    let particulars = &context.case.particulars;
    let missing = if span.by_disease && particulars.disease.is_none() {
        "disease"
    } else if span.by_hospital && particulars.hospital.is_none() {
        "hospital"
    } else {
        return Ok(());
    };
    Err(Refusal::UnknownFact { rule: rule.id.to_string(), fact: missing })
}

impl Added {
    fn is(&self, period: Period, year: i16, key: &str) -> bool {
        self.period == period && self.year == year && self.key.as_ref() == key
    }
}
