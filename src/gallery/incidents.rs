//! What a person reads of an incident.

use super::accounts::{Accounts, programme};
use super::law::unreadable;
use super::specimen::Specimen;
use crate::incident::{StatusBadge, timeline};
use crate::pages::parts::incidents::{actions_and_comment, table};
use crate::signals::Signal;
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

/// The badges of every status, a timeline with everything that can happen, the rows of the list, and what can be
/// done with an incident.
pub(super) fn incidents() -> AnyView {
    let statuses = STATUSES.map(|(state, status)| {
        view! { class="ps",
            <Specimen part="StatusBadge" state=state><div class="row"><StatusBadge status=status/></div></Specimen>
        }
    });
    let (accounts, programme) = match (Accounts::read(), programme()) {
        (Ok(accounts), Ok(programme)) => (accounts, programme),
        (Err(fault), _) | (_, Err(fault)) => return unreadable(fault),
    };
    let everything = timeline(words(), &accounts.incident);
    let Some(member) = accounts.answers.first() else {
        return unreadable("answers");
    };
    let known = Signal::stored(accounts.known(member, &programme));
    let incidents = accounts.incidents.clone();
    let acts = STATUSES.map(|(state, status)| {
        let incident = incidents
            .iter()
            .find(|incident| incident.status == status)?;
        let [actions, comment] = actions_and_comment(known, incident.clone());
        Some(view! { class="ps",
            <Specimen part="Actions" state=state>{actions}</Specimen>
            <Specimen part="CommentForm" state=state>{comment}</Specimen>
        })
    });
    let acts = acts.collect_view();
    view! { class="ps",
        {statuses.collect_view()}
        <Specimen part="timeline" state="Everything that can happen">{everything}</Specimen>
        <Specimen part="IncidentTable" state="Every status, a test, customers" wide=true>{table(known, incidents)}</Specimen>
        {acts}
    }
    .into_any()
}
