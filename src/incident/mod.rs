//! What a person reads of an incident, the same for its partner and for the operator.

mod facts;
mod timeline;

pub(crate) use facts::{contacts, nature, test_mark, test_notice};
pub(crate) use timeline::{timeline, told};

use crate::ui::{Badge, Tone};
use crate::words::{self, Moment, Words, words};
use leptos::prelude::*;
use support_api::{IncidentStatus, Severity};

/// Where an incident stands, as a badge.
#[component]
pub(crate) fn StatusBadge(
    /// Where it stands.
    status: IncidentStatus,
) -> impl IntoView {
    let text = status_text(words(), status);
    view! { class="ps", <Badge tone=status_tone(status) text=text/> }
}

/// What it means where an incident stands.
pub(crate) fn status_tone(status: IncidentStatus) -> Tone {
    match status {
        IncidentStatus::Open | IncidentStatus::InProgress => Tone::Info,
        IncidentStatus::WaitingForPartner => Tone::Warning,
        IncidentStatus::Resolved | IncidentStatus::Closed | IncidentStatus::Cancelled => {
            Tone::Neutral
        }
    }
}

/// A day and a time of day in the reader's own zone; the server's own text when it is no such thing.
#[component]
pub(crate) fn Time(
    /// RFC 3339.
    at: String,
) -> impl IntoView {
    let shown = moment_text(words(), &at);
    view! { class="ps", <time datetime=at>{shown}</time> }
}

/// The same as a text.
pub(crate) fn moment_text(words: Words, at: &str) -> String {
    Moment::parse(at).map_or_else(|| at.to_owned(), |moment| words.moment(moment))
}

/// In which zone the times are that stand near it; nothing where the browser does not know it.
#[component]
pub(crate) fn Zone() -> impl IntoView {
    let words = words();
    words::time_zone().map(|zone| {
        view! { class="ps", <p class="hint">{words::incidents::times(words, &zone)}</p> }
    })
}

/// The caption of a table that has times: it says in which zone they are.
pub(crate) fn timed(words: Words, caption: String) -> String {
    match words::time_zone() {
        Some(zone) => words::incidents::timed(words, &caption, &zone),
        None => caption,
    }
}

/// Where an incident stands, as its partner reads it.
pub(crate) fn status_text(words: Words, status: IncidentStatus) -> &'static str {
    match status {
        IncidentStatus::Open => words::incidents::status_open(words),
        IncidentStatus::InProgress => words::incidents::status_in_progress(words),
        IncidentStatus::WaitingForPartner => words::incidents::status_waiting_for_partner(words),
        IncidentStatus::Resolved => words::incidents::status_resolved(words),
        IncidentStatus::Closed => words::incidents::status_closed(words),
        IncidentStatus::Cancelled => words::incidents::status_cancelled(words),
    }
}

/// How bad an incident is.
pub(crate) fn severity_text(words: Words, severity: Severity) -> &'static str {
    match severity {
        Severity::A => words::incidents::severity_a(words),
        Severity::B => words::incidents::severity_b(words),
        Severity::C => words::incidents::severity_c(words),
    }
}
