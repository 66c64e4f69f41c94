//! Requests for activation that wait, the longest first, each answered with a contract or with a reason.

use super::fulfil::FulfilDialog;
use super::lists::{Pages, Part};
use super::reject::RejectDialog;
use super::{Sending, allotment_text, benefit_name, count};
use crate::account::Known;
use crate::backend::{Backend, Problem, backend};
use crate::navigator::PageLink;
use crate::route::{Desk, Route};
use crate::signals::{RwSignal, Signal};
use crate::ui::{Announcer, Badge, Button, Emphasis, Empty, Table, Tone, announcer, focus_by_id};
use crate::words::{self, Words, words};
use entitlement_rules::{ActivationEstimate, Date};
use leptos::html;
use leptos::prelude::*;
use support_api::PendingActivation;

/// Days of a week: who waits so long no longer waits for days.
const WEEK: u32 = 7;

/// The queue.
#[component]
pub(super) fn QueueSection(
    /// The account, for the programme's names.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let backend = backend();
    let pages = Pages::new(move |after| {
        Box::pin(async move {
            let queue = backend.activation_queue(after.as_deref()).await?;
            Ok(Part {
                items: queue.pending,
                next: queue.next,
            })
        })
    });
    let queue = QueueState {
        pages,
        backend,
        announcer: announcer(),
        place: NodeRef::new(),
    };
    let (fulfil, reject) = (Answer::new(), Answer::new());
    pages.fetch();
    let again = Callback::new(move |()| pages.fetch());
    let empty = move || {
        view! { class="ps",
            <Empty title=words::operator::empty_title(words)>
                <p>{words::operator::empty_text(words)}</p>
                <Button on_press=again>{words::operator::refresh(words)}</Button>
            </Empty>
        }
        .into_any()
    };
    let full = move || {
        view! { class="ps",
            <Queue known=known pages=pages fulfil=fulfil reject=reject/>
            <div class="row"><Button on_press=again>{words::operator::refresh(words)}</Button></div>
        }
        .into_any()
    };
    let name_of = Callback::new(move |request: PendingActivation| {
        benefit_name(&known.get_untracked(), &request.benefit, words)
    });
    view! { class="ps",
        <div class="desk-section" node_ref=queue.place>{pages.show(empty, full)}</div>
        <FulfilDialog answer=fulfil queue=queue known=known name_of=name_of/>
        <RejectDialog answer=reject queue=queue name_of=name_of/>
    }
}

/// The table of requests, with both ways to answer.
#[component]
pub(super) fn Queue(
    /// The account, for the programme's names.
    known: Signal<Known>,
    /// The requests.
    pages: Pages<PendingActivation>,
    /// The answer with a contract.
    fulfil: Answer,
    /// The answer with a reason.
    reject: Answer,
) -> impl IntoView {
    let words = words();
    let row = move |request: PendingActivation| {
        let known = known.get_untracked();
        let benefit = benefit_name(&known, &request.benefit, words);
        let which = words::operator::of_request(words, &request.partner_name, &benefit);
        let (for_fulfil, for_reject) = (request.clone(), request.clone());
        let hidden = which.clone();
        let account = Route::Operator(Desk::Account(request.partner.clone()));
        view! { class="ps",
            <tr>
                <th scope="row"><PageLink to=account>{request.partner_name.clone()}</PageLink></th>
                <td>{benefit}</td>
                <td>{allotment_text(words, request.allotment)}</td>
                <td>{words::operator::requested_on_by(words, request.requested_on, &request.requested_by)}</td>
                <td>{age(words, &known, request.requested_on)}</td>
                <td>
                    <div class="row nowrap">
                        <Button
                            emphasis=Emphasis::Primary
                            on_press=Callback::new(move |()| fulfil.start(for_fulfil.clone()))
                        >
                            {words::operator::fulfil(words)}
                            <span class="visually-hidden">" "{which}</span>
                        </Button>
                        <Button on_press=Callback::new(move |()| reject.start(for_reject.clone()))>
                            {words::operator::reject(words)}
                            <span class="visually-hidden">" "{hidden}</span>
                        </Button>
                    </div>
                </td>
            </tr>
        }
    };
    move || {
        let waiting = pages.items();
        view! { class="ps",
            <Table caption=words::operator::queue_caption(words, count(waiting.len()))>
                <thead>
                    <tr>
                        <th scope="col">{words::operator::partner(words)}</th>
                        <th scope="col">{words::operator::benefit(words)}</th>
                        <th scope="col">{words::operator::grants(words)}</th>
                        <th scope="col">{words::operator::requested(words)}</th>
                        <th scope="col">{words::desk::age(words)}</th>
                        <th scope="col">{words::operator::answer(words)}</th>
                    </tr>
                </thead>
                <tbody>{waiting.into_iter().map(row).collect_view()}</tbody>
            </Table>
        }
    }
}

/// How long a request has waited, and whether that is longer than the programme says that it takes.
fn age(words: Words, known: &Known, since: Date) -> impl IntoView + use<> {
    let waited = u32::try_from(since.days_until(known.facts.as_of)).unwrap_or(0);
    let estimate = known.programme.policy().activation_takes;
    let late = is_late(estimate, waited).then(|| {
        view! { class="ps", <div><Badge tone=Tone::Warning text=words::desk::age_late(words)/></div> }
    });
    view! { class="ps", {words::desk::age_days(words, waited)}{late} }
}

/// The programme states a unit, never a number (S10): a wait that is counted in a larger one is longer.
fn is_late(estimate: ActivationEstimate, days: u32) -> bool {
    match estimate {
        ActivationEstimate::Minutes => days >= 1,
        ActivationEstimate::Days => days >= WEEK,
    }
}

/// What the answers to requests share.
#[derive(Clone, Copy)]
pub(super) struct QueueState {
    pub(super) pages: Pages<PendingActivation>,
    pub(super) backend: Backend,
    pub(super) announcer: Announcer,
    /// Around the queue.
    pub(super) place: NodeRef<html::Div>,
}

/// One answer to a request: which request, whether it is being sent, and why it failed.
#[derive(Clone, Copy)]
pub(super) struct Answer {
    /// The request that the dialog is open for.
    pub(super) request: RwSignal<Option<PendingActivation>>,
    pub(super) sending: Sending,
}

impl Answer {
    pub(super) fn new() -> Answer {
        Answer {
            request: RwSignal::new(None),
            sending: Sending::new(),
        }
    }

    fn start(self, request: PendingActivation) {
        self.request.set(Some(request));
        self.sending.start();
    }

    /// Takes the outcome: closes the dialog and says what was done, or shows why it was not. Where somebody else has
    /// answered, the queue behind the dialog is brought up to date.
    pub(super) fn finish(self, queue: QueueState, outcome: Result<String, Problem>) {
        if outcome.as_ref().err().is_some_and(super::is_changed) {
            queue.pages.fetch();
        }
        if let Some(done) = self.sending.end(outcome) {
            queue.announcer.say(done);
            // The button that opened the dialog goes with its request: the focus goes to the page's title.
            if let Some(Some(place)) = queue.place.try_get_untracked() {
                request_animation_frame(move || focus_by_id(&place, "page-title"));
            }
            queue.pages.fetch();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_late_when_its_wait_is_counted_in_a_larger_unit() {
        assert!(!is_late(ActivationEstimate::Days, 6));
        assert!(is_late(ActivationEstimate::Days, 7));
        assert!(!is_late(ActivationEstimate::Minutes, 0));
        assert!(is_late(ActivationEstimate::Minutes, 1));
    }
}
