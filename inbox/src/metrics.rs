//! What an operator watches, for Prometheus.
//!
//! | name | what |
//! | --- | --- |
//! | `ringback_deliveries_total{kind,outcome}` | deliveries answered, by the situation that decided |
//! | `ringback_refused_total{reason}` | requests refused from their heads or for their secrets, by the error |
//! | `ringback_handler_seconds{route,outcome}` | how long handlers took |
//! | `ringback_store_seconds` | how long it took until a delivery was durable |
//! | `ringback_inbox_deliveries{state}` | deliveries in the store |
//! | `ringback_inbox_oldest_seconds` | how long the oldest of those has waited that nobody has settled |
//! | `ringback_overdue` | submissions that are overdue |
//! | `ringback_time_to_callback_seconds` | from the announcement of a submission to its answer |
//! | `ringback_forgotten_early_total` | what was forgotten before its time, for want of room |
//! | `ringback_lost_total{reason}` | attempts refused although they were genuine, in a way that the next one will not mend: the one to alert on |
//!
//! No label holds a job, a tag, a request id or any other text of a sender. Counters are of one process; what is about the store is
//! asked of it, and is the same in every process that shares it.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use ringback::ledger::{Outcome, Phase};
use ringback::payload::Kind;
use ringback::policy::{Answer, Situation};
use ringback::time::Millis;

/// Labels whose values are known beforehand.
type Known<const N: usize> = [(&'static str, &'static str); N];
type Handled = Vec<(&'static str, String)>;

/// Counters and histograms of one process. See the [module](self).
pub struct Metrics {
    registry: Registry,
    deliveries: Family<Known<2>, Counter>,
    refused: Family<Known<1>, Counter>,
    handler: Family<Handled, Histogram, fn() -> Histogram>,
    store: Histogram,
    inbox: Family<Known<1>, Gauge>,
    oldest: Gauge<f64, AtomicU64>,
    overdue: Gauge<f64, AtomicU64>,
    callback: Histogram,
    forgotten_early: Counter,
    lost: Family<Known<1>, Counter>,
}

/// How things stand in a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Deliveries in each phase, in the order of [`Phase::ALL`].
    pub deliveries: [u64; 5],
    /// How long the oldest delivery has waited that is not settled; 0 if there is none.
    pub oldest: Millis,
    /// Submissions that are overdue.
    pub overdue: u64,
}

/// Why a delivery was lost. All of them are there from the start, so that an alert can tell zero from silence.
pub const LOST: [&str; 5] = ["encoding", "expired", "handler", "malformed", "too_large"];

/// The content type of [`Metrics::exposition`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

impl Metrics {
    /// Nothing counted yet.
    #[must_use]
    pub fn new() -> Metrics {
        let mut metrics = Metrics {
            registry: Registry::default(),
            deliveries: Family::default(),
            refused: Family::default(),
            // From 5 ms to 47 minutes.
            handler: Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.005, 3.0, 13))),
            // From half a millisecond to the deadline, and beyond.
            store: Histogram::new(exponential_buckets(0.0005, 2.0, 14)),
            inbox: Family::default(),
            oldest: Gauge::default(),
            overdue: Gauge::default(),
            // From a second to a day.
            callback: Histogram::new(exponential_buckets(1.0, 2.5, 13)),
            forgotten_early: Counter::default(),
            lost: Family::default(),
        };
        let mut registry = Registry::with_prefix("ringback");
        registry.register("deliveries", "Deliveries answered", metrics.deliveries.clone());
        registry.register("refused", "Requests refused before they were deliveries", metrics.refused.clone());
        registry.register("handler_seconds", "How long handlers took", metrics.handler.clone());
        registry.register("store_seconds", "How long it took until a delivery was durable", metrics.store.clone());
        registry.register("inbox_deliveries", "Deliveries in the store", metrics.inbox.clone());
        registry.register("inbox_oldest_seconds", "Age of the oldest unsettled delivery", metrics.oldest.clone());
        registry.register("overdue", "Submissions that are overdue", metrics.overdue.clone());
        registry.register("time_to_callback_seconds", "From announcement to answer", metrics.callback.clone());
        registry.register("forgotten_early", "Forgotten before its time", metrics.forgotten_early.clone());
        registry.register("lost", "Genuine, and refused in a way that no retry mends", metrics.lost.clone());
        metrics.registry = registry;
        for reason in LOST {
            drop(metrics.lost.get_or_create(&[("reason", reason)]));
        }
        metrics
    }

    /// A delivery of this kind was answered so.
    pub fn answered(&self, kind: Kind, answer: &Answer) {
        self.deliveries.get_or_create(&[("kind", kind.name()), ("outcome", answer.situation.name())]).inc();
        if answer.situation == Situation::Malformed && !answer.is_success() {
            self.lost("malformed");
        }
    }

    /// A request was refused so, before it was a delivery. Gives the answer back.
    pub fn refused(&self, answer: Answer) -> Answer {
        let reason = answer.error.map_or(answer.situation.name(), |error| error.kind().name());
        self.refused.get_or_create(&[("reason", reason)]).inc();
        match answer.situation {
            Situation::TooLarge => self.lost("too_large"),
            Situation::Encoding => self.lost("encoding"),
            Situation::Expired => self.lost("expired"),
            _ => {}
        }
        answer
    }

    /// A handler has ended so, after so long.
    pub fn handled(&self, route: &str, outcome: Outcome, time: Duration) {
        let outcome = match outcome {
            Outcome::Done => "done",
            Outcome::Failed => "failed",
            Outcome::Dead => "dead",
        };
        let labels = vec![("route", route.to_owned()), ("outcome", outcome.to_owned())];
        self.handler.get_or_create(&labels).observe(time.as_secs_f64());
    }

    /// A delivery was durable after so long.
    pub fn stored(&self, time: Duration) {
        self.store.observe(time.as_secs_f64());
    }

    /// A submission was answered so long after its announcement.
    pub fn came_back(&self, after: Millis) {
        self.callback.observe(Duration::from_millis(after).as_secs_f64());
    }

    /// So many rows were forgotten before their time.
    pub fn forgot_early(&self, rows: u64) {
        self.forgotten_early.inc_by(rows);
    }

    /// A genuine delivery was refused in a way that the sender's next attempt does not mend, for one of the reasons in [`LOST`].
    pub fn lost(&self, reason: &'static str) {
        self.lost.get_or_create(&[("reason", reason)]).inc();
    }

    /// All of it in the text format of OpenMetrics, which Prometheus reads. Without a standing, what is about the store is
    /// unknown: not there, or not a number.
    #[must_use]
    pub fn exposition(&self, standing: Option<&Standing>) -> String {
        match standing {
            Some(standing) => {
                for (phase, count) in Phase::ALL.into_iter().zip(standing.deliveries) {
                    let count = i64::try_from(count).unwrap_or(i64::MAX);
                    self.inbox.get_or_create(&[("state", name(phase))]).set(count);
                }
                self.oldest.set(Duration::from_millis(standing.oldest).as_secs_f64());
                self.overdue.set(standing.overdue as f64);
            }
            None => {
                self.inbox.clear();
                self.oldest.set(f64::NAN);
                self.overdue.set(f64::NAN);
            }
        }
        let mut text = String::new();
        // A string takes any text.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

const fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::Held => "held",
        Phase::Ready => "ready",
        Phase::Claimed => "claimed",
        Phase::Done => "done",
        Phase::Dead => "dead",
    }
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics::new()
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use ringback::ErrorKind;
    use ringback::policy::{Backing, Policy};

    use super::*;

    #[test]
    fn what_was_counted_is_exposed_under_its_name() {
        let metrics = Metrics::new();
        let policy = Policy::new(Backing::Inbox);
        metrics.answered(Kind::Transcript, &policy.answer(Situation::Stored));
        let _ = metrics.refused(policy.answer(Situation::Refused).because(ErrorKind::CredentialMissing.into()));
        let _ = metrics.refused(policy.answer(Situation::TooLarge).because(ErrorKind::BodyTooLarge.into()));
        metrics.handled("default", Outcome::Done, Duration::from_millis(7));
        metrics.stored(Duration::from_millis(3));
        metrics.came_back(30_000);
        metrics.forgot_early(2);
        let standing = Standing { deliveries: [1, 2, 3, 4, 5], oldest: 1_500, overdue: 6 };
        let text = metrics.exposition(Some(&standing));
        for line in [
            "ringback_deliveries_total{kind=\"transcript\",outcome=\"stored\"} 1",
            "ringback_refused_total{reason=\"credential_missing\"} 1",
            "ringback_refused_total{reason=\"body_too_large\"} 1",
            "ringback_handler_seconds_count{route=\"default\",outcome=\"done\"} 1",
            "ringback_store_seconds_sum 0.003",
            "ringback_inbox_deliveries{state=\"held\"} 1",
            "ringback_inbox_deliveries{state=\"dead\"} 5",
            "ringback_inbox_oldest_seconds 1.5",
            "ringback_overdue 6.0",
            "ringback_time_to_callback_seconds_sum 30.0",
            "ringback_forgotten_early_total 2",
            "ringback_lost_total{reason=\"too_large\"} 1",
            "ringback_lost_total{reason=\"handler\"} 0",
            "# EOF",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing:\n{text}");
        }
    }

    #[test]
    fn what_is_not_known_is_not_told() {
        let metrics = Metrics::new();
        let _ = metrics.exposition(Some(&Standing { oldest: 1_500, ..Standing::default() }));
        let text = metrics.exposition(None);
        assert!(!text.contains("ringback_inbox_deliveries{"), "{text}");
        assert!(text.contains("ringback_inbox_oldest_seconds NaN"), "{text}");
    }
}
