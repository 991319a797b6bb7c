//! How often the jobs look, and how long they wait.

use std::time::Duration;

use serde::Deserialize;

/// Settings of the jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JobSettings {
    /// The pause between two rounds, in milliseconds.
    pub pause_milliseconds: u64,
    /// After how many seconds the channel is first asked about a payment; the pause doubles each time.
    pub first_question_seconds: i64,
    /// The longest pause between two questions about one order, in seconds.
    pub longest_question_pause_seconds: i64,
    /// How many seconds after a payment can last have been sent the channel's "no such order" is final. What is shorter
    /// than a call to the channel can take, and a minute, counts as that.
    pub not_found_is_final_seconds: i64,
    /// For how long a round begins to ask the channel about further orders, in milliseconds; the others are asked about
    /// in the next rounds, so that a slow channel holds up nothing else.
    pub asking_milliseconds: u64,
    /// How often what is no longer needed is forgotten, in seconds.
    pub cleaning_seconds: i64,
}

impl Default for JobSettings {
    fn default() -> Self {
        Self {
            pause_milliseconds: 2_000,
            first_question_seconds: 5,
            longest_question_pause_seconds: 3_600,
            not_found_is_final_seconds: 300,
            asking_milliseconds: 3_000,
            cleaning_seconds: 3_600,
        }
    }
}

impl JobSettings {
    /// The pause between two rounds, at least a hundredth of a second.
    #[must_use]
    pub fn pause(&self) -> Duration {
        Duration::from_millis(self.pause_milliseconds.max(10))
    }

    /// How many seconds after a payment can last have been sent the channel's "no such order" is final, where one call
    /// to the channel takes at most `call_milliseconds`. Whatever is set, the call has ended by then.
    #[must_use]
    pub fn not_found_is_final_after(&self, call_milliseconds: u64) -> i64 {
        /// For clocks of several processes that differ, and for what the channel has taken but not yet written.
        const MARGIN_SECONDS: i64 = 60;
        let call = i64::try_from(call_milliseconds.div_ceil(1000)).unwrap_or(i64::MAX);
        self.not_found_is_final_seconds.max(call.saturating_add(MARGIN_SECONDS))
    }

    /// For how long a round begins to ask about further orders.
    #[must_use]
    pub const fn asking(&self) -> Duration {
        Duration::from_millis(self.asking_milliseconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_setting_gives_a_payment_up_while_its_message_can_be_under_way() {
        let set = |seconds| JobSettings { not_found_is_final_seconds: seconds, ..JobSettings::default() };
        assert_eq!(set(300).not_found_is_final_after(30_000), 300);
        assert_eq!(set(0).not_found_is_final_after(30_000), 90);
        assert_eq!(set(-1_000).not_found_is_final_after(30_001), 91);
        assert_eq!(set(300).not_found_is_final_after(600_000), 660);
    }
}
