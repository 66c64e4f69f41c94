//! Linking a contract by its two IDs (S14, S28): open to every account.

use crate::account::account;
use crate::backend::{FormKey, Problem, backend};
use crate::frame::{SignInAgain, problem_sentence};
use crate::signals::RwSignal;
use crate::ui::{
    Button, Emphasis, ErrorSummary, FieldError, Notice, TextField, Tone, announcer, error_of,
    unique_id,
};
use crate::words::{self, words};
use leptos::prelude::*;
use support_api::{ID_LENGTH, ProblemCode, SupportIds};

/// The form. What was typed stays after a failure, and is given up after success and with the page.
#[component]
pub(super) fn LinkForm() -> impl IntoView {
    let words = words();
    let (account, backend, announcer) = (account(), backend(), announcer());
    let access_id = RwSignal::new(String::new());
    let contract_id = RwSignal::new(String::new());
    let (access_field, contract_field) = (unique_id("access-id"), unique_id("contract-id"));
    let errors = RwSignal::new(Vec::<FieldError>::new());
    let problem = RwSignal::new(None::<Problem>);
    let done = RwSignal::new(None::<&'static str>);
    let busy = RwSignal::new(false);
    let key = FormKey::new();
    let length = u32::try_from(ID_LENGTH).unwrap_or(u32::MAX);

    let access_error = error_of(errors, &access_field);
    let contract_error = error_of(errors, &contract_field);
    let (access_target, contract_target) = (access_field.clone(), contract_field.clone());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        done.set(None);
        problem.set(None);
        let ids = SupportIds {
            access_id: access_id.get_untracked().trim().to_owned(),
            contract_id: contract_id.get_untracked().trim().to_owned(),
        };
        let mut missing = Vec::new();
        if ids.access_id.is_empty() {
            let text = words::benefits::link_access_missing(words).to_owned();
            missing.push(FieldError {
                field: access_target.clone(),
                text,
            });
        }
        if ids.contract_id.is_empty() {
            let text = words::benefits::link_contract_missing(words).to_owned();
            missing.push(FieldError {
                field: contract_target.clone(),
                text,
            });
        }
        let complete = missing.is_empty();
        errors.set(missing);
        if !complete {
            return;
        }
        busy.set(true);
        let access_target = access_target.clone();
        leptos::task::spawn_local(async move {
            let key_now = key.for_body(&ids);
            let outcome = backend.link_contract(ids, key_now).await;
            busy.set(false);
            match outcome {
                Ok(facts) => {
                    // Linking twice is harmless (E4): the account does not change, and that is said.
                    let before = account.known_untracked().map(|known| known.facts.revision);
                    let said = match before == Some(facts.revision) {
                        true => words::benefits::link_already(words),
                        false => words::benefits::link_done(words),
                    };
                    account.put(facts);
                    access_id.set(String::new());
                    contract_id.set(String::new());
                    done.set(Some(said));
                    announcer.say(said);
                }
                Err(failure) => {
                    key.settle(&failure);
                    account.learn_from(&failure);
                    if failure.code() == Some(ProblemCode::UnknownIds) {
                        let text = words::benefits::link_unknown(words).to_owned();
                        errors.set(vec![FieldError {
                            field: access_target,
                            text,
                        }]);
                    } else {
                        problem.set(Some(failure));
                    }
                }
            }
        });
    };
    view! { class="ps",
        <section class="section" aria-labelledby="link-contract">
            <h2 id="link-contract">{words::benefits::link_title(words)}</h2>
            <p class="lead">{words::benefits::link_text(words)}</p>
            <form class="form link-form" novalidate=true on:submit=submit>
                <ErrorSummary errors=errors/>
                {move || {
                    problem
                        .get()
                        .map(|problem| {
                            view! { class="ps",
                                <Notice tone=Tone::Bad title=words::benefits::link_failed(words) urgent=true>
                                    <p>{problem_sentence(words, &problem)}</p>
                                    <SignInAgain problem=problem/>
                                </Notice>
                            }
                        })
                }}
                <TextField
                    id=access_field label=words::benefits::access_id(words) value=access_id
                    error=access_error code=true max_length=length
                />
                <TextField
                    id=contract_field label=words::benefits::contract_id(words) value=contract_id
                    error=contract_error code=true max_length=length
                />
                <div>
                    <Button submit=true emphasis=Emphasis::Primary busy=busy>
                        {words::benefits::link_submit(words)}
                    </Button>
                </div>
                {move || {
                    done.get().map(|said| view! { class="ps", <Notice tone=Tone::Good><p>{said}</p></Notice> })
                }}
            </form>
        </section>
    }
}
