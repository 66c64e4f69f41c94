//! The two IDs of a contract: masked, shown for a minute when asked for, copied.

use crate::account::account;
use crate::backend::{Problem, backend};
use crate::frame::{SignInAgain, problem_sentence};
use crate::signals::{Memo, RwSignal, Signal, StoredValue};
use crate::ui::{Button, CopyButton, Notice, Tone, announcer};
use crate::words::{self, words};
use entitlement_rules::ContractStanding;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::time::Duration;
use support_api::SupportIds;

/// So long the IDs stay on show.
const SHOWN_FOR: Duration = Duration::from_secs(60);

/// The IDs. In clear they are kept in this component alone, and given up when they are hidden, after a minute, when
/// the page is left or put away, and with the component.
#[component]
pub(super) fn Ids(
    /// The contract's reference.
    reference: String,
    /// The contract.
    contract: Memo<Option<ContractStanding>>,
    /// The benefit's name.
    name: Signal<String>,
) -> impl IntoView {
    let words = words();
    let (account, backend, announcer) = (account(), backend(), announcer());
    let shown = RwSignal::new(None::<SupportIds>);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let timer = StoredValue::new(None::<TimeoutHandle>);

    let give_up = move || {
        if let Some(Some(running)) = timer.try_update_value(Option::take) {
            running.clear();
        }
        if shown.try_with_untracked(Option::is_some) == Some(true) {
            shown.set(None);
        }
    };
    let hide = move || {
        give_up();
        announcer.say(words::benefits::ids_hidden(words));
    };
    let away = window_event_listener_untyped("pagehide", move |_| give_up());
    on_cleanup(move || {
        away.remove();
        give_up();
    });

    let press = Callback::new(move |()| {
        if shown.with_untracked(Option::is_some) {
            hide();
            return;
        }
        busy.set(true);
        problem.set(None);
        let reference = reference.clone();
        leptos::task::spawn_local(async move {
            let outcome = backend.reveal_ids(&reference).await;
            busy.set(false);
            match outcome {
                // The component may be gone by now: then there is no place for the IDs, and they are dropped.
                Ok(ids) => {
                    if shown.try_set(Some(ids)).is_none() {
                        timer.set_value(set_timeout_with_handle(hide, SHOWN_FOR).ok());
                        announcer.say(words::benefits::ids_shown(words));
                    }
                }
                Err(failure) => {
                    account.learn_from(&failure);
                    problem.set(Some(failure));
                }
            }
        });
    });

    let line = move |label: &'static str,
                     masked: fn(&ContractStanding) -> Option<String>,
                     clear: fn(&SupportIds) -> String| {
        let text = move || match shown.with(|ids| ids.as_ref().map(clear)) {
            Some(id) => id,
            None => contract
                .with(|contract| contract.as_ref().and_then(masked))
                .unwrap_or_else(|| words::benefits::ids_later(words).to_owned()),
        };
        let copied = Callback::new(move |()| {
            shown
                .with_untracked(|ids| ids.as_ref().map(clear))
                .unwrap_or_default()
        });
        view! { class="ps",
            <div class="id-line">
                <dt>{label}</dt>
                <dd>
                    <span class="code">{text}</span>
                    {move || {
                        shown.with(Option::is_some)
                            .then(|| view! { class="ps", <CopyButton what=label text=copied/> })
                    }}
                </dd>
            </div>
        }
    };
    let may_reveal =
        move || contract.with(|contract| contract.as_ref().is_some_and(|it| it.may_reveal));
    view! { class="ps",
        <div class="ids">
            <dl>
                {line(
                    words::benefits::access_id(words),
                    |contract| contract.access_id_masked.clone(),
                    |ids| ids.access_id.clone(),
                )}
                {line(
                    words::benefits::contract_id(words),
                    |contract| contract.contract_id_masked.clone(),
                    |ids| ids.contract_id.clone(),
                )}
            </dl>
            {move || {
                may_reveal()
                    .then(|| {
                        view! { class="ps",
                            <Button busy=busy on_press=press>
                                {move || {
                                    if shown.with(Option::is_some) {
                                        words::benefits::hide_ids(words)
                                    } else {
                                        words::benefits::show_ids(words)
                                    }
                                }}
                                <span class="visually-hidden">
                                    " "{move || words::benefits::ids_of(words, &name.get())}
                                </span>
                            </Button>
                        }
                    })
            }}
            {move || {
                shown.with(Option::is_some)
                    .then(|| view! { class="ps", <p class="hint">{words::benefits::ids_care(words)}</p> })
            }}
            {move || {
                problem
                    .get()
                    .map(|problem| {
                        view! { class="ps",
                            <Notice tone=Tone::Bad urgent=true>
                                <p>{problem_sentence(words, &problem)}</p>
                                <SignInAgain problem=problem/>
                            </Notice>
                        }
                    })
            }}
        </div>
    }
}
