//! Instants, and the dates and times of China (UTC+08:00 the year round) that messages and policies speak in.

use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// China's offset from UTC in hours; there has been no summer time since 1992.
const CHINA: Offset = Offset::constant(8);

/// A point in time, in milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

/// A text is not a date or time of the form that was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not {expected}")]
pub struct DateError {
    /// The text as given, cut at 40 characters.
    pub text: String,
    /// The form that was expected, in words.
    pub expected: &'static str,
}

impl Instant {
    /// The instant `milliseconds` after 1970-01-01 UTC.
    #[must_use]
    pub const fn from_milliseconds(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// Milliseconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn milliseconds(self) -> i64 {
        self.0
    }

    /// This instant moved by `seconds`, at the ends of time clamped.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Milliseconds from `earlier` to this instant; negative when it is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Date and time on the clocks of China.
    #[must_use]
    pub fn in_china(self) -> DateTime {
        let clamped = Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        });
        CHINA.to_datetime(clamped)
    }

    /// The date in China.
    #[must_use]
    pub fn date_in_china(self) -> Date {
        self.in_china().date()
    }

    /// The instant at which the clocks of China show `local`.
    ///
    /// # Errors
    /// `local` is at the very edge of the calendar.
    pub fn from_china(local: DateTime) -> Result<Self, DateError> {
        TimeZone::fixed(CHINA)
            .to_timestamp(local)
            .map(|timestamp| Self(timestamp.as_millisecond()))
            .map_err(|_| DateError { text: local.to_string(), expected: "a time that can be represented" })
    }

    /// Reads `yyyy-MM-dd HH:mm:ss`, the DT fields of the national interface, in the time of China. A plain date is
    /// read as its midnight, because many hospital systems send one.
    ///
    /// # Errors
    /// The text has another form or names no real date.
    pub fn parse_china(text: &str) -> Result<Self, DateError> {
        let refuse = || DateError {
            text: text.chars().take(40).collect(),
            expected: "a time of the form yyyy-MM-dd HH:mm:ss",
        };
        if text.len() == 10 {
            return parse_date(text)
                .and_then(|date| Self::from_china(date.at(0, 0, 0, 0)))
                .map_err(|_| refuse());
        }
        let bytes = text.as_bytes();
        let shape_is_right = bytes.len() == 19
            && matches!(bytes.get(10), Some(b' ' | b'T'))
            && bytes.iter().enumerate().all(|(i, b)| match i {
                4 | 7 => *b == b'-',
                10 => true,
                13 | 16 => *b == b':',
                _ => b.is_ascii_digit(),
            });
        if !shape_is_right {
            return Err(refuse());
        }
        text.parse::<DateTime>()
            .map_err(|_| refuse())
            .and_then(|local| Self::from_china(local).map_err(|_| refuse()))
    }

    /// `yyyy-MM-dd HH:mm:ss` in the time of China.
    #[must_use]
    pub fn to_china_text(self) -> String {
        self.in_china().strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// `yyyyMMddHHmmss` in the time of China.
    #[must_use]
    pub fn to_china_digits(self) -> String {
        self.in_china().strftime("%Y%m%d%H%M%S").to_string()
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_china_text())
    }
}

/// Reads `yyyy-MM-dd`.
///
/// # Errors
/// The text has another form or names no real date.
pub fn parse_date(text: &str) -> Result<Date, DateError> {
    let refuse =
        || DateError { text: text.chars().take(40).collect(), expected: "a date of the form yyyy-MM-dd" };
    let shape_is_right = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !shape_is_right {
        return Err(refuse());
    }
    text.parse().map_err(|_| refuse())
}

/// Days from one date to another; negative when `to` is earlier.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i32 {
    from.duration_until(to)
        .as_hours()
        .checked_div(24)
        .and_then(|days| i32::try_from(days).ok())
        .unwrap_or(i32::MAX)
}

/// The day so many days after another; none beyond the end of the calendar.
#[must_use]
pub fn days_after(from: Date, days: u32) -> Option<Date> {
    from.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// Full years of age on `on` of a person born on `birth`; zero before birth.
#[must_use]
pub fn age_on(birth: Date, on: Date) -> u16 {
    let years = i32::from(on.year()).saturating_sub(i32::from(birth.year()));
    let before_birthday = (on.month(), on.day()) < (birth.month(), birth.day());
    let full = years.saturating_sub(i32::from(before_birthday));
    u16::try_from(full.max(0)).unwrap_or(0)
}

/// Full months from one day to another; zero where the other is not later.
#[must_use]
pub fn months_between(from: Date, on: Date) -> u16 {
    let month = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
    let full = month(on).saturating_sub(month(from)).saturating_sub(i32::from(on.day() < from.day()));
    u16::try_from(full.max(0)).unwrap_or(u16::MAX)
}

/// The midnight at which `date` begins in China.
///
/// # Errors
/// `date` is at the very edge of the calendar.
pub fn start_of_day(date: Date) -> Result<Instant, DateError> {
    Instant::from_china(date.at(0, 0, 0, 0))
}

/// One day as a duration.
pub const DAY: SignedDuration = SignedDuration::from_hours(24);

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn china_time_round_trips() {
        let at = Instant::parse_china("2023-05-01 08:30:00").expect("a time");
        assert_eq!(at.milliseconds(), 1_682_901_000_000);
        assert_eq!(at.to_china_text(), "2023-05-01 08:30:00");
        assert_eq!(at.to_china_digits(), "20230501083000");
        assert_eq!(at.date_in_china(), date(2023, 5, 1));
    }

    #[test]
    fn new_year_in_china_begins_eight_hours_before_utc() {
        let last_second = Instant::parse_china("2023-12-31 23:59:59").expect("a time");
        assert_eq!(last_second.date_in_china(), date(2023, 12, 31));
        assert_eq!(last_second.plus_seconds(1).date_in_china(), date(2024, 1, 1));
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "2023-5-1 08:30:00",
            "2023-02-30 00:00:00",
            "2023-05-01 25:00:00",
            "20230501083000",
            "2023-05-01 08:30",
        ] {
            assert!(Instant::parse_china(text).is_err(), "{text}");
        }
        assert!(parse_date("2023-02-29").is_err());
        assert!(parse_date("2024-02-29").is_ok());
    }

    #[test]
    fn age_counts_full_years() {
        assert_eq!(age_on(date(1978, 5, 2), date(2023, 5, 1)), 44);
        assert_eq!(age_on(date(1978, 5, 1), date(2023, 5, 1)), 45);
        assert_eq!(age_on(date(2023, 6, 1), date(2023, 5, 1)), 0);
    }
}
