//! Over which time a sum adds up, and under which names it is kept.

use std::sync::Arc;

/// Over which time something adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Period {
    /// Within the bill.
    Visit,
    /// Over the bills of one stay.
    Stay,
    /// Over the day of the bill.
    Day,
    /// Over the calendar month of the policy date.
    Month,
    /// Over the medical year.
    MedicalYear,
}

/// What something is added up in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) period: Period,
    /// The name of the sum; a visit needs one only where lanes of one bill share it.
    pub(crate) accumulator: Option<Arc<str>>,
    /// Whether each disease has a sum of its own.
    pub(crate) by_disease: bool,
    /// Whether every hospital has a sum of its own.
    pub(crate) by_hospital: bool,
}

impl Span {
    /// Whether a name is one under which its sum is kept: with the stay, the month or the day that it is of, and with the
    /// disease or the hospital before, where each has its own.
    pub(crate) fn keeps(&self, name: &str) -> bool {
        let Some(rest) = self.accumulator.as_deref().and_then(|sum| name.strip_prefix(sum)) else {
            return false;
        };
        let each = self.by_disease || self.by_hospital;
        let fits = |before: &str| before.is_empty() || each && before.starts_with('.');
        let number = |text: &str, most: u8| {
            text.len() == 2 && text.parse::<u8>().is_ok_and(|number| (1..=most).contains(&number))
        };
        let after_dot = rest.rsplit_once('.');
        match self.period {
            Period::Visit => false,
            Period::Stay => {
                rest.split_once('@').is_some_and(|(before, stay)| fits(before) && !stay.is_empty())
            }
            Period::Day => after_dot.is_some_and(|(before, day)| {
                let day = day.split_once('-');
                fits(before) && day.is_some_and(|(month, day)| number(month, 12) && number(day, 31))
            }),
            Period::Month => after_dot.is_some_and(|(before, month)| fits(before) && number(month, 12)),
            Period::MedicalYear => {
                fits(rest) || rest.split_once("/paid-").is_some_and(|(before, _)| fits(before))
            }
        }
    }

    /// An example of a name under which its sum is kept.
    pub(crate) fn example(&self) -> Option<String> {
        let sum = self.accumulator.as_deref()?;
        let of_hospital = if self.by_hospital { ".H1" } else { "" };
        let of_disease = if self.by_disease { ".disease" } else { "" };
        let of_period = match self.period {
            Period::Visit => return None,
            Period::Stay => "@1",
            Period::Day => ".07-15",
            Period::Month => ".07",
            Period::MedicalYear => "",
        };
        Some(format!("{sum}{of_disease}{of_hospital}{of_period}"))
    }

    /// The bill alone, shared with nothing.
    pub(crate) const BILL: Self =
        Self { period: Period::Visit, accumulator: None, by_disease: false, by_hospital: false };
}
