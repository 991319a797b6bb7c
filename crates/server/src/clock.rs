//! The one place that reads the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use model::Instant;

/// Tells the time: the system's, or one that a test sets.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The system's clock.
    #[default]
    System,
    /// A clock that stands where it was set.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at` until it is moved.
    #[must_use]
    pub fn standing_at(at: Instant) -> Self {
        Self::Set(Arc::new(AtomicI64::new(at.milliseconds())))
    }

    /// Moves a standing clock forward; the system's clock is left alone.
    pub fn advance_seconds(&self, seconds: i64) {
        if let Self::Set(milliseconds) = self {
            milliseconds.fetch_add(seconds.saturating_mul(1000), Ordering::SeqCst);
        }
    }

    /// The time.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the place that all others take the time from")]
    pub fn now(&self) -> Instant {
        match self {
            Self::System => {
                let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Instant::from_milliseconds(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Set(milliseconds) => Instant::from_milliseconds(milliseconds.load(Ordering::SeqCst)),
        }
    }
}
