//! What a load came to.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use sandbox::his::HisError;
use serde_json::{Value, json};

use super::Visit;

/// Times and errors of all visits.
#[derive(Default)]
pub(crate) struct Figures {
    whole: Vec<Duration>,
    settle: Vec<Duration>,
    errors: BTreeMap<String, usize>,
}

impl Figures {
    /// Counts one visit.
    pub(crate) fn add(&mut self, visit: Result<Visit, HisError>) {
        match visit {
            Ok(visit) => {
                self.whole.push(visit.whole);
                self.settle.push(visit.settle);
            }
            Err(error) => {
                let count = self.errors.entry(error.to_string()).or_default();
                *count = count.saturating_add(1);
            }
        }
    }

    /// Adds another client's figures.
    pub(crate) fn merge(&mut self, other: Self) {
        self.whole.extend(other.whole);
        self.settle.extend(other.settle);
        for (error, count) in other.errors {
            let sum = self.errors.entry(error).or_default();
            *sum = sum.saturating_add(count);
        }
    }

    /// Whether any visit failed, or none succeeded.
    pub(crate) fn has_errors(&self) -> bool {
        !self.errors.is_empty() || self.whole.is_empty()
    }

    /// Visits in a second, in hundredths.
    fn per_second(&self, seconds: u64) -> u64 {
        let visits = u64::try_from(self.whole.len()).unwrap_or(u64::MAX);
        visits.saturating_mul(100).checked_div(seconds).unwrap_or(0)
    }

    /// The figures for programs; times in microseconds.
    pub(crate) fn report(&self, clients: usize, seconds: u64) -> Value {
        let times = |sorted: &[Duration]| {
            json!({
                "p50_us": percentile(sorted, 50).as_micros(),
                "p95_us": percentile(sorted, 95).as_micros(),
                "p99_us": percentile(sorted, 99).as_micros(),
            })
        };
        let (whole, settle) = (sorted(&self.whole), sorted(&self.settle));
        json!({
            "clients": clients,
            "seconds": seconds,
            "visits": self.whole.len(),
            "visits_per_second_hundredths": self.per_second(seconds),
            "visit": times(&whole),
            "settle": times(&settle),
            "errors": self.errors,
        })
    }

    /// The figures for people.
    pub(crate) fn in_words(&self, clients: usize, seconds: u64) -> String {
        let mut text = String::new();
        let rate = self.per_second(seconds);
        let (whole, settle) = (sorted(&self.whole), sorted(&self.settle));
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{} visits in {seconds} s by {clients} clients: {}.{:02} a second, six calls each",
            whole.len(),
            rate / 100,
            rate % 100
        );
        for (name, times) in [("whole visit", &whole), ("settle (2207)", &settle)] {
            let _ = writeln!(
                text,
                "{name:14} p50 {:>7} p95 {:>7} p99 {:>7}",
                milliseconds(percentile(times, 50)),
                milliseconds(percentile(times, 95)),
                milliseconds(percentile(times, 99))
            );
        }
        let _ = writeln!(text, "errors: {}", self.errors.values().sum::<usize>());
        for (error, count) in &self.errors {
            let _ = writeln!(text, "  {count} × {error}");
        }
        text
    }
}

fn sorted(times: &[Duration]) -> Vec<Duration> {
    let mut times = times.to_vec();
    times.sort_unstable();
    times
}

/// The time that `percent` of the sorted times do not exceed (nearest rank).
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = sorted.len().saturating_mul(percent).div_ceil(100).max(1);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> String {
    let tenths = time.as_micros() / 100;
    format!("{}.{} ms", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let times: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 50), Duration::from_millis(100));
        assert_eq!(percentile(&times, 95), Duration::from_millis(190));
        assert_eq!(percentile(&times, 99), Duration::from_millis(198));
        assert_eq!(percentile(&times[..1], 99), Duration::from_millis(1));
        assert_eq!(percentile(&[], 99), Duration::ZERO);
        assert_eq!(milliseconds(Duration::from_micros(1_250)), "1.2 ms");
    }
}
