//! What happened to an incident, oldest first.

use super::{Time, severity_text};
use crate::ui::{Badge, Tone};
use crate::verdict::Code;
use crate::words::{self, Words};
use entitlement_rules::RefundReason;
use leptos::prelude::*;
use support_api::{Happening, Incident, IncidentStatus, Side, TIMELINE_LENGTH};

/// Everything from its creation on.
pub(super) fn timeline(words: Words, incident: &Incident) -> impl IntoView + use<> {
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
    let later = incident.timeline.iter().map(|entry_| {
        let by = entry_.by.clone().unwrap_or_else(|| {
            match entry_.side {
                Side::Partner => words::incidents::by_partner(words),
                Side::Vendor => words::incidents::by_support(words),
            }
            .to_owned()
        });
        let (what, text) = happening(words, &entry_.what);
        entry(words, by, entry_.side, entry_.at.clone(), what, text)
    });
    let later = later.collect_view();
    view! { class="ps", <ol class="timeline">{created}{cut}{later}</ol> }
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
