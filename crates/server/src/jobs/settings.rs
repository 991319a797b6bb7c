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
    /// How many seconds after a payment can last have been sent the channel's "no such order" is final. Longer than any
    /// message to the channel can be under way.
    pub not_found_is_final_seconds: i64,
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
}
