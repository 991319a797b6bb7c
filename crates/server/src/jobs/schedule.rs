//! When to ask the channel about which order: soon at first, then less and less often.

use std::collections::{HashMap, HashSet};

use model::Instant;

use super::settings::JobSettings;

#[derive(Debug, Clone, Copy)]
struct Wait {
    next: Instant,
    pause_seconds: i64,
}

/// The open questions, by the number that the payment or refund has at the channel. It is kept in memory alone: a
/// process that starts asks about everything at once.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    waits: HashMap<String, Wait>,
}

impl Schedule {
    /// Whether to ask about `number` now. A question that is new to the schedule is asked after the first pause,
    /// unless `at_once`.
    pub(super) fn is_due(
        &mut self,
        number: &str,
        at_once: bool,
        now: Instant,
        settings: &JobSettings,
    ) -> bool {
        if let Some(wait) = self.waits.get(number) {
            return wait.next <= now;
        }
        let first = settings.first_question_seconds;
        self.waits.insert(number.to_owned(), Wait { next: now.plus_seconds(first), pause_seconds: first });
        at_once
    }

    /// Notes that a question was asked and is still open; returns whether the longest pause is reached with that.
    pub(super) fn postpone(&mut self, number: &str, now: Instant, settings: &JobSettings) -> bool {
        let longest = settings.longest_question_pause_seconds;
        let pause = self.waits.get(number).map_or(settings.first_question_seconds, |wait| wait.pause_seconds);
        let doubled = pause.saturating_mul(2).min(longest);
        self.waits.insert(number.to_owned(), Wait { next: now.plus_seconds(pause), pause_seconds: doubled });
        pause >= longest
    }

    /// Forgets the questions that are no longer open.
    pub(super) fn keep_only(&mut self, open: &HashSet<String>) {
        self.waits.retain(|number, _| open.contains(number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_milliseconds(0).plus_seconds(seconds)
    }

    #[test]
    fn questions_become_rarer_up_to_the_longest_pause() {
        let settings = JobSettings { longest_question_pause_seconds: 30, ..JobSettings::default() };
        let mut schedule = Schedule::default();
        assert!(!schedule.is_due("A", false, at(0), &settings), "a new payment is still being answered");
        let mut asked = Vec::new();
        let mut reached = Vec::new();
        for second in 0..120 {
            if schedule.is_due("A", false, at(second), &settings) {
                asked.push(second);
                reached.push(schedule.postpone("A", at(second), &settings));
            }
        }
        assert_eq!(asked, [5, 10, 20, 40, 70, 100]);
        assert_eq!(reached, [false, false, false, true, true, true]);
    }

    #[test]
    fn a_process_that_starts_asks_at_once_and_forgets_what_is_closed() {
        let settings = JobSettings::default();
        let mut schedule = Schedule::default();
        assert!(schedule.is_due("A", true, at(0), &settings));
        assert!(!schedule.postpone("A", at(0), &settings));
        assert!(!schedule.is_due("A", true, at(4), &settings));
        schedule.keep_only(&HashSet::new());
        assert!(schedule.is_due("A", true, at(4), &settings));
    }
}
