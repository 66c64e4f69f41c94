//! What a person reads of an incident.

use super::accounts::Accounts;
use super::law::unreadable;
use super::specimen::Specimen;
use crate::incident::{StatusBadge, timeline};
use crate::words::words;
use leptos::prelude::*;
use support_api::IncidentStatus;

/// `tests/gallery.test.mjs` misses one that is not here.
const STATUSES: [(&str, IncidentStatus); 6] = [
    ("Open", IncidentStatus::Open),
    ("InProgress", IncidentStatus::InProgress),
    ("WaitingForPartner", IncidentStatus::WaitingForPartner),
    ("Resolved", IncidentStatus::Resolved),
    ("Closed", IncidentStatus::Closed),
    ("Cancelled", IncidentStatus::Cancelled),
];

/// The badges of every status, and a timeline with everything that can happen.
pub(super) fn incidents() -> AnyView {
    let statuses = STATUSES.map(|(state, status)| {
        view! { class="ps",
            <Specimen part="StatusBadge" state=state><div class="row"><StatusBadge status=status/></div></Specimen>
        }
    });
    let everything = match Accounts::read() {
        Ok(accounts) => timeline(words(), &accounts.incident).into_any(),
        Err(fault) => unreadable(fault),
    };
    view! { class="ps",
        {statuses.collect_view()}
        <Specimen part="timeline" state="Everything that can happen">{everything}</Specimen>
    }
    .into_any()
}
