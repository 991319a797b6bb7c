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
    /// Since when the question about `number` is due, if it is. A question that is new to the schedule is due after the
    /// first pause, unless `at_once`.
    pub(super) fn due_since(
        &mut self,
        number: &str,
        at_once: bool,
        now: Instant,
        settings: &JobSettings,
    ) -> Option<Instant> {
        let first = settings.first_question_seconds;
        let next = match self.waits.get(number) {
            Some(wait) => wait.next,
            None => {
                let next = if at_once { now } else { now.plus_seconds(first) };
                self.waits.insert(number.to_owned(), Wait { next, pause_seconds: first });
                next
            }
        };
        (next <= now).then_some(next)
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
        let new = schedule.due_since("A", false, at(0), &settings);
        assert_eq!(new, None, "a new payment is still being answered");
        let mut asked = Vec::new();
        let mut reached = Vec::new();
        for second in 0..120 {
            if schedule.due_since("A", false, at(second), &settings).is_some() {
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
        assert_eq!(schedule.due_since("A", true, at(0), &settings), Some(at(0)));
        assert_eq!(schedule.due_since("A", true, at(2), &settings), Some(at(0)), "due until it was asked");
        assert!(!schedule.postpone("A", at(0), &settings));
        assert_eq!(schedule.due_since("A", true, at(4), &settings), None);
        schedule.keep_only(&HashSet::new());
        assert_eq!(schedule.due_since("A", true, at(4), &settings), Some(at(4)));
    }
}
