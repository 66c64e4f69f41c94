//! The requests that wait.

use super::fulfil::FulfilDialog;
use super::reject::RejectDialog;
use super::{Answer, desk};
use crate::account::Known;
use crate::ui::{Button, Emphasis, Table};
use crate::words::{self, Words, words};
use entitlement_rules::{Allotment, BenefitKey};
use leptos::prelude::*;
use support_api::PendingActivation;

/// The table of requests, with both ways to answer.
#[component]
pub(super) fn Queue(
    /// The account, for the programme's names.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let desk = desk();
    let (fulfil, reject) = (Answer::new(), Answer::new());
    let pending = Memo::new(move |_| {
        desk.queue.now().with(|now| {
            now.ready()
                .map(|queue| queue.pending.clone())
                .unwrap_or_default()
        })
    });
    let count = move |waiting: usize| u32::try_from(waiting).unwrap_or(u32::MAX);
    let row = move |request: PendingActivation| {
        let benefit = benefit_name(&known.get_untracked(), &request.benefit, words);
        let which = words::operator::of_request(words, &request.partner_name, &benefit);
        let (for_fulfil, for_reject) = (request.clone(), request.clone());
        let hidden = which.clone();
        view! { class="ps",
            <tr>
                <th scope="row">{request.partner_name.clone()}</th>
                <td>{benefit}</td>
                <td>{grants(words, request.allotment)}</td>
                <td>{words::operator::requested_on_by(words, request.requested_on, &request.requested_by)}</td>
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
    let name = move |request: &PendingActivation| {
        benefit_name(&known.get_untracked(), &request.benefit, words)
    };
    let name_of = Callback::new(move |request: PendingActivation| name(&request));
    view! { class="ps",
        {move || {
            let waiting = pending.get();
            view! { class="ps",
                <Table caption=words::operator::queue_caption(words, count(waiting.len()))>
                    <thead>
                        <tr>
                            <th scope="col">{words::operator::partner(words)}</th>
                            <th scope="col">{words::operator::benefit(words)}</th>
                            <th scope="col">{words::operator::grants(words)}</th>
                            <th scope="col">{words::operator::requested(words)}</th>
                            <th scope="col">{words::operator::answer(words)}</th>
                        </tr>
                    </thead>
                    <tbody>{waiting.into_iter().map(row).collect_view()}</tbody>
                </Table>
            }
        }}
        <FulfilDialog answer=fulfil name_of=name_of/>
        <RejectDialog answer=reject name_of=name_of/>
    }
}

fn benefit_name(known: &Known, key: &BenefitKey, words: Words) -> String {
    match known.programme.benefit(&key.benefit) {
        Some(benefit) => benefit.name.in_language(words.language()).to_owned(),
        None => key.to_string(),
    }
}

fn grants(words: Words, allotment: Option<Allotment>) -> String {
    match allotment {
        Some(Allotment::Finite(count)) => words::operator::grants_finite(words, count),
        Some(Allotment::Unlimited) => words::operator::grants_unlimited(words).to_owned(),
        Some(Allotment::None) => words::operator::grants_none(words).to_owned(),
        None => words::operator::grants_unknown(words).to_owned(),
    }
}
