//! Log lines on standard error: JSON for machines, text for people.

use crate::settings::{LogFormat, LogSettings};
use std::io::IsTerminal;
use tracing::{Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::{MakeWriter, layer};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;

/// What traces need to be sent off before the program ends.
#[must_use]
pub struct Running {
    #[cfg(feature = "otel")]
    traces: Option<super::traces::Exporter>,
}

impl Running {
    /// Sends what waits.
    pub fn stop(self) {
        #[cfg(feature = "otel")]
        if let Some(traces) = self.traces {
            traces.stop();
        }
    }
}

/// Starts logging, and tracing when there is somewhere to send traces to.
///
/// # Errors
/// A sentence that says why traces cannot be sent.
pub fn start(settings: &LogSettings, trace_endpoint: Option<&str>) -> Result<Running, String> {
    let lines = lines(settings, std::io::stderr().is_terminal(), std::io::stderr);
    let subscriber = tracing_subscriber::registry().with(lines);
    #[cfg(feature = "otel")]
    {
        let exporter = trace_endpoint
            .map(super::traces::Exporter::new)
            .transpose()?;
        let layer = exporter.as_ref().map(super::traces::Exporter::layer);
        set(subscriber.with(layer))?;
        Ok(Running { traces: exporter })
    }
    #[cfg(not(feature = "otel"))]
    {
        // The settings have refused an endpoint already.
        let _ = trace_endpoint;
        set(subscriber)?;
        Ok(Running {})
    }
}

fn set(subscriber: impl Subscriber + Send + Sync) -> Result<(), String> {
    tracing::subscriber::set_global_default(subscriber).map_err(|error| error.to_string())
}

/// The layer that writes lines. Of libraries only warnings: what they note in passing may hold what a request carried.
pub fn lines<S, W>(
    settings: &LogSettings,
    is_terminal: bool,
    writer: W,
) -> impl Layer<S> + use<S, W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let format = settings.format.unwrap_or(match is_terminal {
        true => LogFormat::Text,
        false => LogFormat::Json,
    });
    let filter = Targets::new()
        .with_default(settings.level.min(Level::WARN))
        .with_target("support_server", settings.level);
    match format {
        LogFormat::Text => layer()
            .with_ansi(false)
            .with_target(false)
            .with_writer(writer)
            .with_filter(filter)
            .boxed(),
        LogFormat::Json => layer()
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .with_target(false)
            .with_writer(writer)
            .with_filter(filter)
            .boxed(),
    }
}
