//! Metrics of this process, as Prometheus reads them. Labels are routes, methods, rules and the like: never anything that
//! a request carried.

use axum::http::{Method, StatusCode};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// The media type of [`written`].
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of the buckets of durations, in seconds.
const SECONDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    route: String,
    method: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: String,
    method: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Rule {
    rule: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByLimit {
    limit: Limit,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// A limit that turned somebody away.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, EncodeLabelValue)]
#[expect(
    missing_docs,
    reason = "named as the settings are, which say what they are"
)]
pub enum Limit {
    Verdicts,
    Person,
    Address,
    FailedSignIns,
    UnknownIds,
}

struct Metrics {
    registry: Registry,
    answered: Family<Answered, Counter>,
    took: Family<Route, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    refusals: Family<Rule, Counter>,
    turned_away: Family<ByLimit, Counter>,
    writer_queue: Gauge,
    writer_batch: Histogram,
    outbox_waiting: Gauge,
    outbox_age: Gauge<f64, AtomicU64>,
    key_fetches: Family<Outcome, Counter>,
}

static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

impl Metrics {
    fn new() -> Metrics {
        let mut registry = Registry::with_prefix("partner_support");
        let metrics = Metrics {
            answered: Family::default(),
            took: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            in_flight: Gauge::default(),
            refusals: Family::default(),
            turned_away: Family::default(),
            writer_queue: Gauge::default(),
            writer_batch: Histogram::new(exponential_buckets(1.0, 2.0, 9)),
            outbox_waiting: Gauge::default(),
            outbox_age: Gauge::default(),
            key_fetches: Family::default(),
            registry: Registry::default(),
        };
        let version = vec![("version", env!("CARGO_PKG_VERSION"))];
        registry.register("build", "The program", Info::new(version));
        registry.register(
            "http_requests",
            "Requests that were answered",
            metrics.answered.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "From the request's header to the answer's header",
            Unit::Seconds,
            metrics.took.clone(),
        );
        registry.register(
            "http_requests_in_flight",
            "Requests that are being answered",
            metrics.in_flight.clone(),
        );
        registry.register(
            "verdict_refusals",
            "Requests that a rule of the programme refused; one may be refused by several",
            metrics.refusals.clone(),
        );
        registry.register(
            "rate_limited",
            "Requests that were turned away because their sender was too fast",
            metrics.turned_away.clone(),
        );
        registry.register(
            "store_writer_queue",
            "Pieces of work that wait for the store's writer",
            metrics.writer_queue.clone(),
        );
        registry.register(
            "store_writer_batch",
            "Pieces of work that shared one commit",
            metrics.writer_batch.clone(),
        );
        registry.register(
            "outbox_waiting",
            "Events that wait to be handed over",
            metrics.outbox_waiting.clone(),
        );
        registry.register_with_unit(
            "outbox_oldest",
            "How long the oldest of them has waited",
            Unit::Seconds,
            metrics.outbox_age.clone(),
        );
        registry.register(
            "identity_key_fetches",
            "Fetches of the identity providers' keys",
            metrics.key_fetches.clone(),
        );
        Metrics {
            registry,
            ..metrics
        }
    }
}

/// All metrics as text.
#[must_use]
pub fn written() -> String {
    let mut text = String::new();
    // Writing to a text does not fail.
    let _ = text::encode(&mut text, &METRICS.registry);
    text
}

/// A request that is being answered, until it is dropped.
pub(crate) struct InFlight(());

impl InFlight {
    pub(crate) fn begin() -> InFlight {
        METRICS.in_flight.inc();
        InFlight(())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        METRICS.in_flight.dec();
    }
}

/// A request was answered. `route` is the template of its address.
pub(crate) fn answered(route: &str, method: &Method, status: StatusCode, took: Duration) {
    let method = match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        // Anybody can invent methods.
        _ => "other",
    };
    let status = match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    let route = route.to_owned();
    let by_route = Route {
        route: route.clone(),
        method,
    };
    METRICS
        .took
        .get_or_create(&by_route)
        .observe(took.as_secs_f64());
    let labels = Answered {
        route,
        method,
        status,
    };
    METRICS.answered.get_or_create(&labels).inc();
}

/// A rule of the programme refused a request; `rule` is its number, such as `S27`.
pub(crate) fn refused(rule: &'static str) {
    METRICS.refusals.get_or_create(&Rule { rule }).inc();
}

/// A limit turned somebody away.
pub(crate) fn turned_away(limit: Limit) {
    METRICS.turned_away.get_or_create(&ByLimit { limit }).inc();
}

/// So many pieces of work wait for the store's writer.
pub fn writer_queue(waiting: usize) {
    METRICS
        .writer_queue
        .set(i64::try_from(waiting).unwrap_or(i64::MAX));
}

/// So many pieces of work shared one commit.
pub fn writer_batch(pieces: usize) {
    METRICS
        .writer_batch
        .observe(f64::from(u32::try_from(pieces).unwrap_or(u32::MAX)));
}

/// So many events wait to be handed over, the oldest for so long.
pub fn outbox(waiting: u64, oldest: Duration) {
    METRICS
        .outbox_waiting
        .set(i64::try_from(waiting).unwrap_or(i64::MAX));
    METRICS.outbox_age.set(oldest.as_secs_f64());
}

/// The keys of an identity provider were fetched, or were not to be had.
pub fn key_fetch(worked: bool) {
    let outcome = if worked { "fetched" } else { "failed" };
    METRICS
        .key_fetches
        .get_or_create(&Outcome { outcome })
        .inc();
}
