//! How many text messages leave at all.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use model::Instant;

/// The span that is counted, in seconds.
const MINUTE: i64 = 60;

/// The messages of the last minute. The limits of each phone number do not stop a program that asks for codes to ever
/// new numbers, at the platform's cost; this one does, for all callers of this process together. Single callers cannot
/// be told apart here, because only the proxy in front knows their addresses: it should limit each of them.
#[derive(Debug)]
pub struct SmsBudget {
    per_minute: usize,
    sent: Mutex<VecDeque<Instant>>,
}

impl SmsBudget {
    /// Nothing sent yet.
    #[must_use]
    pub fn new(per_minute: u32) -> Self {
        Self {
            per_minute: usize::try_from(per_minute).unwrap_or(usize::MAX),
            sent: Mutex::new(VecDeque::new()),
        }
    }

    /// Counts a message that is about to leave.
    ///
    /// # Errors
    /// None can leave now; after how many seconds one can.
    pub fn take(&self, now: Instant) -> Result<(), u32> {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = now.plus_seconds(-MINUTE);
        while sent.front().is_some_and(|first| *first <= begin) {
            sent.pop_front();
        }
        if sent.len() < self.per_minute {
            sent.push_back(now);
            return Ok(());
        }
        let wait = sent.front().map_or(0, |first| first.since(begin)).saturating_add(999) / 1000;
        Err(u32::try_from(wait).unwrap_or(1).max(1))
    }

    /// A message that was counted does not leave after all.
    pub fn give_back(&self) {
        // Whose moment is taken out makes no difference to the count.
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).pop_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_any_minute_no_more_leave_than_may() {
        let start = Instant::from_milliseconds(1_700_000_000_000);
        let budget = SmsBudget::new(2);
        assert_eq!(budget.take(start), Ok(()));
        assert_eq!(budget.take(start.plus_seconds(30)), Ok(()));
        assert_eq!(budget.take(start.plus_seconds(31)), Err(29));
        assert_eq!(budget.take(start.plus_seconds(59)), Err(1));
        assert_eq!(budget.take(start.plus_seconds(60)), Ok(()));
        assert_eq!(budget.take(start.plus_seconds(61)), Err(29));
        budget.give_back();
        assert_eq!(budget.take(start.plus_seconds(61)), Ok(()));
    }
}
