//! The part of the form that asks for the two IDs of a contract. It exists only while they are what stands in the way,
//! and what was typed in it goes nowhere but to the server.

use crate::account::{Known, account};
use crate::backend::{IdempotencyKey, Problem, backend};
use crate::frame::{SignInAgain, problem_sentence};
use crate::signals::{RwSignal, Signal, StoredValue};
use crate::ui::{
    Announcer, Button, Emphasis, FieldError, Notice, TextField, Tone, error_of, unique_id,
};
use crate::words::{self, words};
use entitlement_rules::Contract;
use leptos::prelude::*;
use support_api::{ID_LENGTH, ProblemCode, SupportIds};
use web_sys::KeyboardEvent;

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Linked {
    /// This contract is tied to the account now.
    Now(Box<Contract>),
    /// It was already.
    Before,
}

/// The part of the form.
#[component]
pub(super) fn LinkContract(
    /// Id of the first field, which an error summary leads to.
    id: &'static str,
    /// The account.
    known: Signal<Known>,
    /// Name of the benefit whose IDs are asked for, when it is known.
    benefit: Option<String>,
    /// What is wrong, when the form was submitted without them.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Called when a contract was linked.
    on_linked: Callback<Linked>,
    /// Called when the reader does not want to enter IDs, where that is possible.
    on_cancel: Option<Callback<()>>,
) -> impl IntoView {
    let words = words();
    let (account, backend) = (account(), backend());
    let contract_id = StoredValue::new(unique_id("contract-id"));
    let announcer = use_context::<Announcer>();
    let (access, contract) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let errors = RwSignal::new(Vec::<FieldError>::new());
    let problem = RwSignal::new(None::<Problem>);
    let pending = RwSignal::new(false);
    // One key for one pair of IDs: a corrected pair is another request.
    let key = StoredValue::new(IdempotencyKey::new());
    Effect::new(move |first: Option<()>| {
        access.track();
        contract.track();
        if first.is_some() {
            key.set_value(IdempotencyKey::new());
        }
    });
    let link = move || {
        if pending.get_untracked() {
            return;
        }
        let ids = SupportIds {
            access_id: access.get_untracked().trim().to_owned(),
            contract_id: contract.get_untracked().trim().to_owned(),
        };
        let mut missing = Vec::new();
        for (typed, field, text) in [
            (
                &ids.access_id,
                id.to_owned(),
                words::new_incident::missing_access_id(words),
            ),
            (
                &ids.contract_id,
                contract_id.get_value(),
                words::new_incident::missing_contract_id(words),
            ),
        ] {
            if typed.is_empty() {
                missing.push(FieldError {
                    field,
                    text: text.into(),
                });
            }
        }
        let is_complete = missing.is_empty();
        if let (Some(first), Some(announcer)) = (missing.first(), announcer) {
            announcer.say(first.text.clone());
        }
        errors.set(missing);
        if !is_complete {
            return;
        }
        pending.set(true);
        problem.set(None);
        let before = known.with_untracked(|known| known.facts.contracts.clone());
        let key = key.get_value();
        leptos::task::spawn_local(async move {
            let outcome = backend.link_contract(ids, key).await;
            if pending.try_set(false).is_some() {
                // The page was left meanwhile; the account still learns of it.
                if let Ok(facts) = outcome {
                    account.put(facts);
                }
                return;
            }
            match outcome {
                Ok(facts) => {
                    let linked = newly_linked(&before, &facts.contracts);
                    account.put(facts);
                    on_linked.run(linked);
                }
                Err(trouble) => {
                    account.learn_from(&trouble);
                    problem.set(Some(trouble));
                }
            }
        });
    };
    // Enter links; the form around it is not to be submitted by it.
    let on_key = move |key: KeyboardEvent| {
        if key.key() == "Enter" {
            let on_button = event_target::<web_sys::Element>(&key).tag_name() == "BUTTON";
            if !on_button {
                key.prevent_default();
                link();
            }
        }
    };
    let title = match benefit {
        Some(benefit) => words::new_incident::ids_of(words, &benefit),
        None => words::new_incident::ids(words).to_owned(),
    };
    let hint_id = unique_id("hint");
    let described_by = hint_id.clone();
    let length = u32::try_from(ID_LENGTH).unwrap_or(u32::MAX);
    view! { class="ps",
        <fieldset class="link-contract" aria-describedby=described_by on:keydown=on_key>
            <legend>{title}</legend>
            <p class="hint" id=hint_id>{words::new_incident::ids_hint(words)}</p>
            {move || error.get().map(|error| view! { class="ps", <p class="field-error">{error}</p> })}
            {move || problem.get().map(|problem| view! { class="ps",
                <Notice tone=Tone::Bad title=words::new_incident::link_failed(words) urgent=true>
                    <p>{
                        if problem.code() == Some(ProblemCode::UnknownIds) {
                            words::new_incident::link_unknown(words).to_owned()
                        } else {
                            problem_sentence(words, &problem)
                        }
                    }</p>
                    <SignInAgain problem=problem/>
                </Notice>
            })}
            <div class="two-fields">
                <TextField
                    id=id label=words::new_incident::access_id(words) value=access code=true
                    max_length=length error=error_of(errors, id)
                />
                <TextField
                    id=contract_id.get_value() label=words::new_incident::contract_id(words) value=contract code=true
                    max_length=length error=error_of(errors, &contract_id.get_value())
                />
            </div>
            <div class="row">
                <Button busy=pending on_press=Callback::new(move |()| link())>{words::new_incident::link(words)}</Button>
                {on_cancel.map(|on_cancel| view! { class="ps",
                    <Button emphasis=Emphasis::Quiet on_press=on_cancel>{words::new_incident::link_cancel(words)}</Button>
                })}
            </div>
        </fieldset>
    }
}

/// The contract that is linked now and was not before.
fn newly_linked(before: &[Contract], now: &[Contract]) -> Linked {
    let was_linked = |reference: &str| {
        before
            .iter()
            .any(|held| held.reference == reference && held.linked_on.is_some())
    };
    now.iter()
        .find(|held| held.linked_on.is_some() && !was_linked(&held.reference))
        .map_or(Linked::Before, |held| Linked::Now(Box::new(held.clone())))
}
