//! What the gallery shows of the desk: what stands in its dialogs, and its lists, with entries that are there.

use super::board::BoardTable;
use super::fulfil::FulfilForm;
use super::incident::Open;
use super::lists::{Pages, Part};
use super::queue::{Answer, Queue, QueueState};
use super::refund::RefundForm;
use super::reject::RejectForm;
use super::{NotOperator, Sections, Sending, benefit_name};
use crate::account::Known;
use crate::backend::{Problem, backend};
use crate::remote::Fetched;
use crate::route::Desk;
use crate::signals::{Signal, StoredValue};
use crate::ui::announcer;
use crate::words::words;
use leptos::prelude::*;
use std::sync::Arc;
use support_api::desk::DeskIncident;
use support_api::{Incident, PendingActivation};

/// A list that is here; what follows cannot be asked for.
fn here<T: Clone + Send + Sync + 'static>(items: Vec<T>) -> Pages<T> {
    let pages = Pages::new(|_| Box::pin(async { Err(Problem::Unreachable) }));
    pages.found.put(Part { items, next: None });
    pages
}

/// Incidents of a partner's.
pub(crate) fn board(known: Signal<Known>, partner: &str, incidents: Vec<Incident>) -> AnyView {
    let found = incidents.into_iter().map(|incident| DeskIncident {
        partner: String::new(),
        partner_name: partner.to_owned(),
        incident,
    });
    let pages = here(found.collect());
    view! { class="ps", <div class="desk-list"><BoardTable known=known pages=pages/></div> }
        .into_any()
}

/// The requests that wait.
pub(crate) fn queue(known: Signal<Known>, requests: Vec<PendingActivation>) -> AnyView {
    let pages = here(requests);
    view! { class="ps",
        <div class="desk-list"><Queue known=known pages=pages fulfil=Answer::new() reject=Answer::new()/></div>
    }
    .into_any()
}

/// The forms that answer a request, with a contract and with a reason, after a try that failed.
pub(crate) fn answers(
    known: Signal<Known>,
    request: &PendingActivation,
    problem: Option<Problem>,
) -> [AnyView; 2] {
    let words = words();
    let queue = QueueState {
        pages: here(Vec::new()),
        backend: backend(),
        announcer: announcer(),
        place: NodeRef::new(),
    };
    let name_of = Callback::new(move |request: PendingActivation| {
        benefit_name(&known.get_untracked(), &request.benefit, words)
    });
    let answer = || {
        let answer = Answer::new();
        answer.request.set(Some(request.clone()));
        answer.sending.problem.set(problem.clone());
        answer
    };
    [
        view! { class="ps", <FulfilForm answer=answer() queue=queue known=known name_of=name_of/> }
            .into_any(),
        view! { class="ps", <RejectForm answer=answer() queue=queue name_of=name_of/> }.into_any(),
    ]
}

/// The form that gives back what an incident consumed.
pub(crate) fn refund(known: Signal<Known>, incident: Incident) -> AnyView {
    let facts = known.with_untracked(|known| Arc::clone(&known.facts));
    let found = DeskIncident {
        partner: String::new(),
        partner_name: String::new(),
        incident,
    };
    let desk = Open {
        found: Fetched::new(),
        facts: Fetched::new(),
        backend: backend(),
        announcer: announcer(),
        which: StoredValue::new((String::new(), String::new())),
    };
    view! { class="ps",
        <RefundForm desk=desk known=known sending=Sending::new() found=found facts=facts/>
    }
    .into_any()
}

/// The ways to the sections, from the queue.
pub(crate) fn sections() -> AnyView {
    view! { class="ps", <div class="desk"><Sections current=Desk::Queue/></div> }.into_any()
}

/// What everybody else sees.
pub(crate) fn not_operator() -> AnyView {
    view! { class="ps", <NotOperator/> }.into_any()
}
