//! The list of incidents, and one incident.

mod actions;
mod detail;
mod export;
mod list;
mod listing;
mod row;
mod timeline;

pub(super) use detail::IncidentPage;
pub(super) use list::IncidentsPage;

use crate::backend::Problem;
use crate::remote::{Fetched, Remote};
use crate::ui::{Badge, Tone};
use crate::words::{self, Moment, Words, words};
use leptos::prelude::*;
use row::Payer;
use support_api::{IncidentStatus, Severity};

/// Where the fetching of what a page shows stands.
#[derive(Clone, PartialEq)]
enum Phase {
    Loading { slowly: bool },
    Ready,
    Empty,
    Failed(Problem),
}

impl Phase {
    /// Follows it; `is_empty` says whether there is nothing to show.
    fn of<T: Send + Sync + 'static>(found: Fetched<T>, is_empty: fn(&T) -> bool) -> Memo<Phase> {
        Memo::new(move |_| {
            found.now().with(|now| match now {
                Remote::Loading => Phase::Loading { slowly: false },
                Remote::LoadingSlowly => Phase::Loading { slowly: true },
                Remote::Ready(found) if is_empty(found) => Phase::Empty,
                Remote::Ready(_) => Phase::Ready,
                Remote::Failed(problem) => Phase::Failed(problem.clone()),
            })
        })
    }
}

/// Where an incident stands, as a badge.
#[component]
fn StatusBadge(
    /// Where it stands.
    status: IncidentStatus,
) -> impl IntoView {
    let tone = match status {
        IncidentStatus::Open | IncidentStatus::InProgress => Tone::Info,
        IncidentStatus::WaitingForPartner => Tone::Warning,
        IncidentStatus::Resolved | IncidentStatus::Closed | IncidentStatus::Cancelled => {
            Tone::Neutral
        }
    };
    let text = status_text(words(), status);
    view! { class="ps", <Badge tone=tone text=text/> }
}

/// A day and a time of day in the reader's own zone; the server's own text when it is no such thing.
#[component]
fn Time(
    /// RFC 3339.
    at: String,
) -> impl IntoView {
    let shown = Moment::parse(&at).map(|moment| words().moment(moment));
    let shown = shown.unwrap_or_else(|| at.clone());
    view! { class="ps", <time datetime=at>{shown}</time> }
}

/// The name of the reader's time zone, such as `Europe/Paris`.
fn time_zone() -> Option<String> {
    let options = js_sys::Intl::DateTimeFormat::default().resolved_options();
    js_sys::Reflect::get(&options, &"timeZone".into())
        .ok()?
        .as_string()
}

fn status_text(words: Words, status: IncidentStatus) -> &'static str {
    match status {
        IncidentStatus::Open => words::incidents::status_open(words),
        IncidentStatus::InProgress => words::incidents::status_in_progress(words),
        IncidentStatus::WaitingForPartner => words::incidents::status_waiting_for_partner(words),
        IncidentStatus::Resolved => words::incidents::status_resolved(words),
        IncidentStatus::Closed => words::incidents::status_closed(words),
        IncidentStatus::Cancelled => words::incidents::status_cancelled(words),
    }
}

fn severity_text(words: Words, severity: Severity) -> &'static str {
    match severity {
        Severity::A => words::incidents::severity_a(words),
        Severity::B => words::incidents::severity_b(words),
        Severity::C => words::incidents::severity_c(words),
    }
}

fn payer_text(words: Words, payer: &Payer) -> String {
    match payer {
        Payer::Benefit { name, holder: None } => name.clone(),
        Payer::Benefit {
            name,
            holder: Some(holder),
        } => words::incidents::paid_by_benefit_of(words, name, holder),
        Payer::Contract => words::incidents::paid_by_contract(words).to_owned(),
        Payer::HeldIds => words::incidents::paid_by_ids(words).to_owned(),
        Payer::Plan(name) => words::incidents::paid_by_plan(words, name),
    }
}

fn consumed_text(words: Words, consumed: u32) -> String {
    if consumed == 0 {
        words::incidents::consumed_none(words).to_owned()
    } else {
        words::incidents::consumed(words, consumed)
    }
}
