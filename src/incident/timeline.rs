//! What happened to an incident, oldest first.

use super::{Time, severity_text};
use crate::ui::{Badge, Tone};
use crate::verdict::Code;
use crate::words::{self, Words};
use entitlement_rules::RefundReason;
use leptos::prelude::*;
use support_api::{Happening, Incident, IncidentStatus, Side, TIMELINE_LENGTH, TimelineEntry};

/// Everything from its creation on.
pub(crate) fn timeline(words: Words, incident: &Incident) -> impl IntoView + use<> {
    let created = entry(
        words,
        incident.created_by.clone(),
        Side::Partner,
        incident.created_at.clone(),
        words::incidents::did_create(words).to_owned(),
        None,
    );
    let is_cut = incident.timeline.len() >= TIMELINE_LENGTH as usize;
    let cut = is_cut.then(|| {
        let cut = words::incidents::timeline_cut(words, TIMELINE_LENGTH);
        view! { class="ps", <li class="hint">{cut}</li> }
    });
    let later = incident.timeline.iter().map(|later| {
        let (what, text) = happening(words, &later.what);
        entry(
            words,
            who(words, later),
            later.side,
            later.at.clone(),
            what,
            text,
        )
    });
    let later = later.collect_view();
    view! { class="ps", <ol class="timeline">{created}{cut}{later}</ol> }
}

/// What happened, to be heard: by whom, and what.
pub(crate) fn told(words: Words, entry: &TimelineEntry) -> String {
    let did = match happening(words, &entry.what) {
        (did, _) if did.is_empty() => words::incidents::did_comment(words).to_owned(),
        (did, _) => did,
    };
    words::incidents::told(words, &who(words, entry), &did)
}

fn who(words: Words, entry: &TimelineEntry) -> String {
    let side = match entry.side {
        Side::Partner => words::incidents::by_partner(words),
        Side::Vendor => words::incidents::by_support(words),
    };
    entry.by.as_deref().unwrap_or(side).to_owned()
}

/// What happened in a sentence, and what was written.
fn happening(words: Words, what: &Happening) -> (String, Option<String>) {
    use words::incidents as say;
    let did = match what {
        Happening::StatusChanged { status } => match status {
            IncidentStatus::Open => say::did_reopen(words),
            IncidentStatus::InProgress => say::did_start(words),
            IncidentStatus::WaitingForPartner => say::did_ask(words),
            IncidentStatus::Resolved => say::did_resolve(words),
            IncidentStatus::Closed => say::did_close(words),
            IncidentStatus::Cancelled => say::did_cancel(words),
        },
        Happening::Commented { text } => return (String::new(), Some(text.clone())),
        Happening::SeverityChanged { severity } => {
            return (
                say::did_severity(words, severity_text(words, *severity)),
                None,
            );
        }
        Happening::Refunded { because, note } => {
            let because = match because {
                RefundReason::Duplicate => Code::Duplicate,
                RefundReason::ProductBug => Code::ProductBug,
                RefundReason::Withdrawn => Code::Withdrawn,
            };
            return (say::did_refund(words, because.word(words)), note.clone());
        }
    };
    (did.to_owned(), None)
}

fn entry(
    words: Words,
    by: String,
    side: Side,
    at: String,
    did: String,
    text: Option<String>,
) -> impl IntoView {
    let support = words::incidents::by_support(words);
    let badge = (side == Side::Vendor && by != support)
        .then(|| view! { class="ps", <Badge tone=Tone::Info text=support/> });
    let did = (!did.is_empty()).then(|| view! { class="ps", <p>{did}</p> });
    let text = text
        .map(|text| view! { class="ps", <p class="incident-description" dir="auto">{text}</p> });
    view! { class="ps",
        <li class=match side { Side::Partner => "happening", Side::Vendor => "happening vendor" }>
            <p class="happening-head"><strong dir="auto">{by}</strong>{badge}<span class="hint"><Time at=at/></span></p>
            {did}
            {text}
        </li>
    }
}
