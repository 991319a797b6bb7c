//! Counters for operators, in the text form of Prometheus.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// What a call of a hospital system was and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct CallLabels {
    /// Transaction number, `other` for unknown ones.
    pub transaction: String,
    /// `ok` or `refused`.
    pub outcome: &'static str,
}

/// The counters.
pub struct Metrics {
    registry: Registry,
    /// Calls of hospital systems.
    pub his_calls: Family<CallLabels, Counter>,
    /// How long they took, in seconds.
    pub his_seconds: Histogram,
    /// Payments that a channel confirmed.
    pub payments: Counter,
    /// Answers of a channel that left the outcome open.
    pub payments_unknown: Counter,
    /// What was posted as a statement of a channel and is none: not signed by it, or broken.
    pub payments_forged: Counter,
    /// Statements of a channel that do not fit what was ordered: someone must look.
    pub payments_doubtful: Counter,
    /// Orders whose outcome only the channel knows, when the jobs last looked.
    pub orders_unresolved: Gauge,
    /// When the jobs last finished a round, in seconds since 1970: the sign that they are alive.
    pub jobs_finished: Gauge,
}

impl Metrics {
    /// Counters at zero.
    #[must_use]
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("yibao");
        let his_calls = Family::default();
        registry.register(
            "his_calls",
            "Calls of hospital systems by transaction and outcome",
            his_calls.clone(),
        );
        let his_seconds = Histogram::new(exponential_buckets(0.001, 2.0, 12));
        registry.register("his_seconds", "Time to answer calls of hospital systems", his_seconds.clone());
        let payments = Counter::default();
        registry.register("payments", "Payments that a channel confirmed", payments.clone());
        let payments_unknown = Counter::default();
        registry.register(
            "payments_unknown",
            "Answers of a channel that left the outcome open",
            payments_unknown.clone(),
        );
        let payments_forged = Counter::default();
        registry.register(
            "payments_forged",
            "Posts to the channel's address that the channel did not sign",
            payments_forged.clone(),
        );
        let payments_doubtful = Counter::default();
        registry.register(
            "payments_doubtful",
            "Statements of a channel that do not fit what was ordered",
            payments_doubtful.clone(),
        );
        let orders_unresolved = Gauge::default();
        registry.register(
            "orders_unresolved",
            "Orders whose outcome only the channel knows",
            orders_unresolved.clone(),
        );
        let jobs_finished = Gauge::default();
        registry.register(
            "jobs_finished",
            "When the jobs last finished a round, seconds since 1970",
            jobs_finished.clone(),
        );
        Self {
            registry,
            his_calls,
            his_seconds,
            payments,
            payments_unknown,
            payments_forged,
            payments_doubtful,
            orders_unresolved,
            jobs_finished,
        }
    }

    /// Counts one call of a hospital system.
    pub fn his_call(&self, transaction: &str, accepted: bool, took: Duration) {
        let outcome = if accepted { "ok" } else { "refused" };
        self.his_calls.get_or_create(&CallLabels { transaction: transaction.to_owned(), outcome }).inc();
        self.his_seconds.observe(took.as_secs_f64());
    }

    /// The text that `/metrics` answers with.
    ///
    /// # Errors
    /// The text cannot be written.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
