//! Rejecting a request, with a reason that its partner sees.

use super::queue::{Answer, QueueState};
use crate::signals::{RwSignal, Signal};
use crate::ui::{
    Button, Choice, Dialog, Emphasis, ErrorSummary, FieldError, RadioGroup, error_of, unique_id,
};
use crate::words::{self, Words, words};
use entitlement_rules::FailureReason;
use leptos::prelude::*;
use support_api::{PendingActivation, Rejection};

/// Every reason, with the value that its radio button has.
pub(super) const REASONS: [(&str, FailureReason); 4] = [
    ("offer-lapsed", FailureReason::OfferLapsed),
    (
        "membership-not-confirmed",
        FailureReason::MembershipNotConfirmed,
    ),
    ("details-incomplete", FailureReason::DetailsIncomplete),
    ("already-held", FailureReason::AlreadyHeld),
];

pub(super) fn reason_sentence(words: Words, reason: FailureReason) -> &'static str {
    match reason {
        FailureReason::OfferLapsed => words::operator::reason_offer_lapsed(words),
        FailureReason::MembershipNotConfirmed => words::operator::reason_not_confirmed(words),
        FailureReason::DetailsIncomplete => words::operator::reason_incomplete(words),
        FailureReason::AlreadyHeld => words::operator::reason_already_held(words),
    }
}

/// The dialog.
#[component]
pub(super) fn RejectDialog(
    /// The answer that it makes.
    answer: Answer,
    /// Where the request waits.
    queue: QueueState,
    /// The name of a request's benefit.
    name_of: Callback<PendingActivation, String>,
) -> impl IntoView {
    let words = words();
    let title = Signal::derive(move || {
        let partner = answer
            .request
            .with(|request| request.as_ref().map(|it| it.partner_name.clone()));
        words::operator::reject_title(words, &partner.unwrap_or_default())
    });
    view! { class="ps",
        <Dialog open=answer.sending.open title=title>
            <RejectForm answer=answer queue=queue name_of=name_of/>
        </Dialog>
    }
}

/// The form in it; made anew each time the dialog opens.
#[component]
pub(super) fn RejectForm(
    /// The answer that it makes.
    answer: Answer,
    /// Where the request waits.
    queue: QueueState,
    /// The name of a request's benefit.
    name_of: Callback<PendingActivation, String>,
) -> impl IntoView {
    let words = words();
    let sending = answer.sending;
    let reason = RwSignal::new(String::new());
    let field = unique_id("reason");
    let errors = sending.errors;
    let error = error_of(errors, &field);
    let choices: Vec<Choice> = REASONS
        .iter()
        .map(|(value, reason)| Choice::new(*value, reason_sentence(words, *reason)))
        .collect();
    let about = answer.request.get_untracked().map(|request| {
        let benefit = name_of.run(request);
        words::operator::reject_text(words, &benefit)
    });
    let target = field.clone();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(request) = answer.request.get_untracked() else {
            return;
        };
        let chosen =
            reason.with_untracked(|chosen| REASONS.iter().find(|(value, _)| value == chosen));
        let Some(&(_, reason)) = chosen else {
            let text = words::operator::reason_missing(words).to_owned();
            sending.problem.set(None);
            errors.set(vec![FieldError {
                field: target.clone(),
                text,
            }]);
            return;
        };
        if !sending.begin() {
            return;
        }
        leptos::task::spawn_local(async move {
            let rejection = Rejection { reason };
            let key = sending
                .key
                .for_body(&(&request.partner, &request.benefit, &rejection));
            let sent = queue
                .backend
                .reject(&request.partner, &request.benefit, rejection, key)
                .await;
            let said = sent.map(|_| words::operator::rejected(words, &request.partner_name));
            answer.finish(queue, said);
        });
    };
    view! { class="ps",
        <form class="form" novalidate=true on:submit=submit>
            <p>{about}</p>
            <ErrorSummary errors=errors/>
            {sending.trouble(words)}
            <RadioGroup id=field legend=words::operator::reason(words) choices=choices value=reason error=error/>
            <div class="dialog-actions">
                <Button submit=true emphasis=Emphasis::Danger busy=sending.busy>
                    {words::operator::reject_submit(words)}
                </Button>
                <Button on_press=Callback::new(move |()| sending.open.set(false))>
                    {words::operator::cancel(words)}
                </Button>
            </div>
        </form>
    }
}
