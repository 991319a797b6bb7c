//! The stretches of a person's insurance, and whether the fees of a bill fall into them.

use model::{Date, Scheme};

use crate::{Case, Refusal};

/// A stretch of a person's insurance in one scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsurancePeriod {
    /// Scheme.
    pub scheme: Scheme,
    /// First day.
    pub from: Date,
    /// Last day, where it has ended.
    pub last_day: Option<Date>,
}

impl InsurancePeriod {
    fn has(&self, on: Date) -> bool {
        self.from <= on && self.last_day.is_none_or(|last| on <= last)
    }
}

/// Refuses where a person is not in a scheme, and in it alone, on a day, of the stretches of insurance that the register
/// has. The refusal names the line whose fee it is of.
///
/// # Errors
/// The person is in none, in another, or in two.
pub(crate) fn check_scheme(
    periods: &[InsurancePeriod],
    scheme: Scheme,
    on: Date,
    line: Option<&str>,
) -> Result<(), Refusal> {
    let serial = line.map(str::to_owned);
    let mut on_day = periods.iter().filter(|period| period.has(on));
    match (on_day.next(), on_day.next()) {
        (None, _) => Err(Refusal::NoScheme { on, serial }),
        (Some(one), Some(other)) => {
            Err(Refusal::TwoSchemes { on, first: one.scheme, second: other.scheme, serial })
        }
        (Some(one), None) if one.scheme != scheme => {
            Err(Refusal::OtherScheme { on, scheme: one.scheme, serial })
        }
        (Some(_), None) => Ok(()),
    }
}

/// Refuses a bill of which a fee falls on a day on which the person is not in the scheme. A stay whose lines do not say
/// their days needs insurance on all of its days.
///
/// # Errors
/// As [`check_scheme`], of the first such day.
pub(crate) fn check_schemes(periods: &[InsurancePeriod], case: &Case) -> Result<(), Refusal> {
    let scheme = case.person.scheme;
    let mut undated = false;
    for line in &case.lines {
        match line.date {
            Some(on) => check_scheme(periods, scheme, on, Some(&line.serial))?,
            None => undated = true,
        }
    }
    match case.particulars.stay.as_ref().filter(|_| undated) {
        Some(stay) => {
            let until = stay.discharged.unwrap_or(case.date);
            let days = model::date::days_between(stay.admitted, until).max(0);
            (0..=days.unsigned_abs())
                .filter_map(|days| model::date::days_after(stay.admitted, days))
                .try_for_each(|on| check_scheme(periods, scheme, on, None))
        }
        None if undated => check_scheme(periods, scheme, case.date, None),
        None => Ok(()),
    }
}
