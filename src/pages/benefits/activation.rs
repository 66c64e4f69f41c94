//! Asking for the activation of a benefit.

use crate::account::account;
use crate::backend::{FormKey, Problem, backend};
use crate::element::host;
use crate::frame::{SignInAgain, problem_sentence};
use crate::signals::{RwSignal, Signal};
use crate::ui::{Button, Dialog, Emphasis, Notice, Tone, announcer, focus_by_id};
use crate::words::{self, words};
use entitlement_rules::BenefitKey;
use leptos::html;
use leptos::prelude::*;

/// Activate, and the dialog in which it is confirmed: a page that frames or covers this one must not get it by a single
/// stolen click.
#[component]
pub(super) fn ActivateButton(
    /// Which benefit.
    of: BenefitKey,
    /// Its name.
    name: Signal<String>,
    /// The company.
    partner: Signal<String>,
    /// An earlier request was rejected.
    again: Signal<bool>,
    /// Why the viewer cannot.
    why_not: Signal<Option<String>>,
    /// Id of the card's title, which takes the focus once the button is gone.
    card_title: String,
) -> impl IntoView {
    let words = words();
    let (account, backend, host, announcer) = (account(), backend(), host(), announcer());
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let key = FormKey::new();
    let place = NodeRef::<html::Div>::new();
    let show = Callback::new(move |()| {
        problem.set(None);
        open.set(true);
    });
    let confirm = Callback::new(move |()| {
        busy.set(true);
        problem.set(None);
        let benefit = of.clone();
        let card_title = card_title.clone();
        leptos::task::spawn_local(async move {
            let code = benefit.to_string();
            let outcome = backend.activate(benefit, key.for_body(&code)).await;
            busy.set(false);
            match outcome {
                Ok(facts) => {
                    open.set(false);
                    if let Some(name) = name.try_get_untracked() {
                        announcer.say(words::benefits::activate_done(words, &name));
                    }
                    host.emit(
                        "benefit-activated",
                        &[("benefit", &code), ("state", "pending")],
                    );
                    let place = place.try_get_untracked().flatten();
                    let card = place.and_then(|place| place.closest("article").ok().flatten());
                    account.put(facts);
                    request_animation_frame(move || {
                        if let Some(card) = card {
                            focus_by_id(&card, &card_title);
                        }
                    });
                }
                Err(failure) => {
                    key.settle(&failure);
                    account.learn_from(&failure);
                    problem.set(Some(failure));
                }
            }
        });
    });
    view! { class="ps",
        <div node_ref=place>
            <Button emphasis=Emphasis::Primary why_not=why_not on_press=show>
                {move || {
                    if again.get() { words::benefits::activate_again(words) } else { words::benefits::activate(words) }
                }}
                <span class="visually-hidden">" "{move || name.get()}</span>
            </Button>
        </div>
        <Dialog open=open title=Signal::derive(move || words::benefits::activate_title(words, &name.get()))>
            <p>{move || words::benefits::activate_text(words, &partner.get())}</p>
            {move || {
                problem
                    .get()
                    .map(|problem| {
                        view! { class="ps",
                            <Notice tone=Tone::Bad title=words::shell::problem_title(words) urgent=true>
                                <p>{problem_sentence(words, &problem)}</p>
                                <SignInAgain problem=problem/>
                            </Notice>
                        }
                    })
            }}
            <div class="dialog-actions">
                <Button emphasis=Emphasis::Primary busy=busy on_press=confirm>
                    {words::benefits::activate_confirm(words)}
                </Button>
                <Button on_press=Callback::new(move |()| open.set(false))>{words::benefits::cancel(words)}</Button>
            </div>
        </Dialog>
    }
}
