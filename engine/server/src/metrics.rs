//! What the engine counts about itself, as typed values: whoever does a thing counts it here, `/metrics` prints it in
//! Prometheus' text form, tests read it.
//!
//! Label values are words from fixed sets; nothing that an agent or a person types becomes a label, so the number of
//! series is bounded.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::version::{COMMIT, VERSION};

/// One label: its name is fixed for each metric, its value a word from a fixed set.
type Label = [(&'static str, &'static str); 1];
type Counters = Family<Label, Counter>;
type Gauges = Family<Label, Gauge>;

/// Seconds, from a check-in in memory to a commit on a slow disk.
const FAST: [f64; 12] = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0];
/// Seconds, from a connector on the same machine to a channel that was away for a while.
const SLOW: [f64; 12] = [0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 300.0, 3_600.0];
/// Use cases that shared one transaction.
const GROUP: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// All metrics of one instance.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    check_ins: Counters,
    check_in_bytes: Counter,
    events: Counter,
    check_in_seconds: Histogram,
    rejected: Counters,
    hosts: Gauges,
    open_alerts: Gauge,
    notifications: Counters,
    deliveries: Counters,
    delivery_seconds: Histogram,
    event_to_delivery_seconds: Histogram,
    writer_queue: Gauge,
    group_size: Histogram,
    commit_seconds: Histogram,
    requests: Counters,
    last_check_in: Gauge<f64, AtomicU64>,
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics::new()
    }
}

impl Metrics {
    pub fn new() -> Metrics {
        let mut registry = Registry::with_prefix("tocsin");
        let build = Info::new([("version", VERSION), ("commit", COMMIT)]);
        registry.register("build", "The version that runs, and the commit that it was built from", build);
        let r = &mut registry;
        let metrics = Metrics {
            check_ins: counters(r, "check_ins", "Check-ins taken, by how: unchanged, changed, pending, replayed"),
            check_in_bytes: counter(r, "check_in_bytes", "Bytes of check-ins as they came over the wire"),
            events: counter(r, "events", "New events of agents"),
            check_in_seconds: histogram(r, "check_in_seconds", "From the last byte of a check-in to its answer", &FAST),
            rejected: counters(r, "check_ins_rejected", "Check-ins refused, by reason"),
            hosts: gauges(r, "hosts", "Hosts by state: up, down, pending, ignored, blocked"),
            open_alerts: gauge(r, "open_alerts", "Alerts that are open now"),
            notifications: counters(r, "notifications", "Notifications committed, by kind"),
            deliveries: counters(r, "delivery_attempts", "Attempts to deliver, by outcome"),
            delivery_seconds: histogram(r, "delivery_seconds", "Duration of one attempt to deliver", &SLOW),
            event_to_delivery_seconds: histogram(
                r,
                "event_to_delivery_seconds",
                "From the commit of a notification to its delivery",
                &SLOW,
            ),
            writer_queue: gauge(r, "writer_queue", "Use cases that wait for the writer"),
            group_size: histogram(r, "group_size", "Use cases that shared one transaction", &GROUP),
            commit_seconds: histogram(r, "commit_seconds", "Duration of a commit", &FAST),
            requests: counters(r, "http_requests", "Requests answered, by class of the status"),
            last_check_in: seconds(r, "last_check_in_timestamp_seconds", "When the newest check-in was taken"),
            registry: Registry::default(),
        };
        Metrics { registry, ..metrics }
    }

    /// A check-in was taken; `result` is `unchanged`, `changed`, `pending` or `replayed`.
    pub fn check_in(&self, result: &'static str, bytes: usize, took: Duration) {
        self.check_ins.get_or_create(&[("result", result)]).inc();
        self.check_in_bytes.inc_by(bytes as u64);
        self.check_in_seconds.observe(took.as_secs_f64());
    }

    /// When the newest check-in was taken, in milliseconds since 1970.
    pub fn last_check_in(&self, at_ms: i64) {
        self.last_check_in.set(at_ms as f64 / 1_000.0);
    }

    /// A new event of an agent was stored.
    pub fn event(&self) {
        self.events.inc();
    }

    /// A check-in was refused; the reasons are those of the table of refused check-ins.
    pub fn rejected(&self, reason: &'static str) {
        self.rejected.get_or_create(&[("reason", reason)]).inc();
    }

    /// How many hosts are in this state now: `up`, `down`, `pending`, `ignored`, `blocked`.
    pub fn hosts(&self, state: &'static str, count: usize) {
        self.hosts.get_or_create(&[("state", state)]).set(count as i64);
    }

    /// How many alerts are open now.
    pub fn open_alerts(&self, count: usize) {
        self.open_alerts.set(count as i64);
    }

    /// A notification was committed; `kind` as in the database: `problem`, `reminder`, `recovery`, `change`, `test`.
    pub fn notification(&self, kind: &'static str) {
        self.notifications.get_or_create(&[("kind", kind)]).inc();
    }

    /// An attempt to deliver ended; `outcome` as in the database: `delivered`, `retry`, `permanent` …
    pub fn delivery(&self, outcome: &'static str, took: Duration) {
        self.deliveries.get_or_create(&[("outcome", outcome)]).inc();
        self.delivery_seconds.observe(took.as_secs_f64());
    }

    /// A notification arrived so long after it was committed.
    pub fn delivered_after(&self, since_commit: Duration) {
        self.event_to_delivery_seconds.observe(since_commit.as_secs_f64());
    }

    /// How many use cases wait for the writer now.
    pub fn writer_queue(&self, length: usize) {
        self.writer_queue.set(length as i64);
    }

    /// A group of use cases was committed.
    pub fn commit(&self, group: usize, took: Duration) {
        self.group_size.observe(group as f64);
        self.commit_seconds.observe(took.as_secs_f64());
    }

    /// A request was answered with this status.
    pub fn request(&self, status: u16) {
        let class = match status {
            ..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            500.. => "5xx",
        };
        self.requests.get_or_create(&[("class", class)]).inc();
    }

    /// Everything in the text form of OpenMetrics.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // A String takes every write.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

fn counter(registry: &mut Registry, name: &str, help: &str) -> Counter {
    let counter = Counter::default();
    registry.register(name, help, counter.clone());
    counter
}

fn counters(registry: &mut Registry, name: &str, help: &str) -> Counters {
    let counters = Counters::default();
    registry.register(name, help, counters.clone());
    counters
}

fn gauge(registry: &mut Registry, name: &str, help: &str) -> Gauge {
    let gauge = Gauge::default();
    registry.register(name, help, gauge.clone());
    gauge
}

fn seconds(registry: &mut Registry, name: &str, help: &str) -> Gauge<f64, AtomicU64> {
    let gauge = Gauge::default();
    registry.register(name, help, gauge.clone());
    gauge
}

fn gauges(registry: &mut Registry, name: &str, help: &str) -> Gauges {
    let gauges = Gauges::default();
    registry.register(name, help, gauges.clone());
    gauges
}

fn histogram(registry: &mut Registry, name: &str, help: &str, buckets: &[f64]) -> Histogram {
    let histogram = Histogram::new(buckets.iter().copied());
    registry.register(name, help, histogram.clone());
    histogram
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_stands_in_the_text() {
        let metrics = Metrics::new();
        metrics.check_in("changed", 9_000, Duration::from_millis(2));
        metrics.check_in("changed", 1_000, Duration::from_millis(2));
        metrics.rejected("password");
        metrics.hosts("up", 40);
        let text = metrics.text();
        let build = format!("tocsin_build_info{{version=\"{VERSION}\",commit=\"{COMMIT}\"}} 1");
        for line in [
            "tocsin_check_ins_total{result=\"changed\"} 2",
            "tocsin_check_in_bytes_total 10000",
            "tocsin_check_ins_rejected_total{reason=\"password\"} 1",
            "tocsin_hosts{state=\"up\"} 40",
            "tocsin_check_in_seconds_count 2",
            build.as_str(),
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
        }
    }
}
