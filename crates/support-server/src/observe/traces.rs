//! Traces to an OpenTelemetry collector: OTLP over HTTP, sent by the HTTP client that the server has anyway.

use axum::body::Bytes;
use axum::http::{HeaderMap, Request, Response};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{HeaderExtractor, HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use tracing::{Level, Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;

/// How long the collector may take for one answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest answer of the collector that is read, in bytes.
const LONGEST: u64 = 64 * 1_024;

/// Sends spans in batches, on a thread of its own.
pub(super) struct Exporter(SdkTracerProvider);

impl Exporter {
    /// One that sends to the collector at `endpoint`.
    pub(super) fn new(endpoint: &str) -> Result<Exporter, String> {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .http_status_as_error(false)
            .build()
            .into();
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector(agent))
            .with_endpoint(format!("{endpoint}/v1/traces"))
            .build()
            .map_err(|error| format!("traces cannot be sent: {error}"))?;
        let resource = Resource::builder_empty()
            .with_service_name("partner-support")
            .build();
        Ok(Exporter(
            SdkTracerProvider::builder()
                .with_batch_exporter(exporter)
                .with_resource(resource)
                .build(),
        ))
    }

    /// What hands spans over. Of the server's own alone.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        tracing_opentelemetry::layer()
            .with_location(false)
            .with_threads(false)
            .with_tracer(self.0.tracer("support-server"))
            .with_filter(Targets::new().with_target("support_server", Level::INFO))
    }

    /// Sends what waits.
    pub(super) fn stop(self) {
        if let Err(error) = self.0.shutdown() {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// The request belongs to the trace that its caller names.
pub(crate) fn continue_from(span: &Span, headers: &HeaderMap) {
    let context = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    // Without an exporter there is nothing to belong to.
    let _ = span.set_parent(context);
}

#[derive(Debug)]
struct Collector(ureq::Agent);

impl HttpClient for Collector {
    // The exporter's thread does nothing else and may wait.
    fn send_bytes<'a, 'sent>(
        &'a self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'sent>>
    where
        'a: 'sent,
        Self: 'sent,
    {
        Box::pin(async move {
            let answer = self.0.run(request.map(|body| body.to_vec()))?;
            let (parts, mut body) = answer.into_parts();
            let body = body.with_config().limit(LONGEST).read_to_vec()?;
            Ok(Response::from_parts(parts, Bytes::from(body)))
        })
    }
}
