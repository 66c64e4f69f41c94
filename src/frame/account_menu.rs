//! Who is signed in, for which partner, with which roles; the way to be somebody else, and, where we have signed them in, to be
//! nobody.

use super::problem_sentence;
use crate::account::{Known, account};
use crate::backend::{Problem, backend};
use crate::session::{SignInReason, session};
use crate::signals::RwSignal;
use crate::ui::{Button, Emphasis, Fact, Facts, Notice, Tone, announcer, unique_id};
use crate::words::{self, Words, words};
use entitlement_rules::AccountKind;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A button that unfolds the account's card. It folds again on Escape, or when the focus leaves.
#[component]
pub(crate) fn AccountMenu() -> impl IntoView {
    let words = words();
    let account = account();
    let session = session();
    let (backend, announcer) = (backend(), announcer());
    let trouble = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let open = RwSignal::new(false);
    let menu = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    let panel_id = unique_id("account");
    let controls = panel_id.clone();

    let back_to_button = move || {
        if let Some(button) = button.get_untracked() {
            // A button that is gone by now leaves the focus where it is.
            let _ = button.focus();
        }
    };
    let on_key = move |key: web_sys::KeyboardEvent| {
        if key.key() == "Escape" && open.get_untracked() {
            key.stop_propagation();
            open.set(false);
            back_to_button();
        }
    };
    let on_leave = move |leave: web_sys::FocusEvent| {
        let goes_to = leave
            .related_target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let stays = menu
            .get_untracked()
            .is_some_and(|menu| menu.contains(goes_to.as_ref()));
        if !stays {
            open.set(false);
        }
    };
    let name = move || {
        account.known().map_or_else(
            || words::shell::account(words).to_owned(),
            |known| known.facts.viewer.name.clone(),
        )
    };
    let initial = move || {
        account
            .known()
            .and_then(|known| known.facts.viewer.name.chars().next())
    };
    let switch = Callback::new(move |()| {
        open.set(false);
        session.ask_to_sign_in(SignInReason::SwitchAccount);
    });
    let sign_out = Callback::new(move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let outcome = backend.sign_out().await;
            let _ = busy.try_set(false);
            let _ = trouble.try_set(outcome.clone().err());
            if outcome.is_ok() {
                account.is_signed_out();
                let _ = open.try_set(false);
                back_to_button();
                announcer.say(words::shell::signed_out(words));
            }
        });
    });
    let way_out = move || {
        let failed = move || {
            trouble.get().map(|problem| {
                view! { class="ps",
                    <Notice tone=Tone::Bad title=words::shell::still_signed_in(words) urgent=true>
                        <p>{problem_sentence(words, &problem)}</p>
                    </Notice>
                }
            })
        };
        view! { class="ps",
            {failed}
            <Button busy=busy on_press=sign_out>{words::shell::sign_out(words)}</Button>
        }
    };
    let can_leave = move || {
        open.get() && session.own().is_some() && account.missing() != Some(Problem::SignedOut)
    };
    view! { class="ps",
        <div class="account" node_ref=menu on:keydown=on_key on:focusout=on_leave>
            <button
                type="button" class="button quiet account-button" node_ref=button
                aria-expanded=move || open.get().to_string() aria-controls=controls
                on:click=move |_| {
                    trouble.set(None);
                    open.update(|open| *open = !*open);
                }
            >
                <span class="avatar" aria-hidden="true">{initial}</span>
                <span class="visually-hidden">{words::shell::account_of(words)}" "</span>
                <span class="account-name">{name}</span>
            </button>
            <div class="account-panel" id=panel_id tabindex="-1" class:open=move || open.get()>
                {move || account.known().map(|known| view! { class="ps", <Card known=known words=words/> })}
                <Button emphasis=Emphasis::Secondary on_press=switch>{words::shell::switch_account(words)}</Button>
                {move || can_leave().then(way_out)}
            </div>
        </div>
    }
}

/// The facts of the account.
#[component]
fn Card(
    /// The account.
    known: Known,
    /// The reader's words.
    words: Words,
) -> impl IntoView {
    let viewer = &known.facts.viewer;
    let language = words.language();
    let kind = match viewer.kind {
        AccountKind::Work => words::shell::work_account(words),
        AccountKind::Personal => words::shell::personal_account(words),
    };
    let names = |ids: &[String], entries: &[entitlement_rules::Named]| {
        ids.iter()
            .map(|id| {
                let entry = entries.iter().find(|entry| entry.id == *id);
                entry.map_or_else(
                    || id.clone(),
                    |entry| entry.name.in_language(language).to_owned(),
                )
            })
            .collect::<Vec<String>>()
    };
    let data = known.programme.data();
    let mut roles = names(&viewer.roles, &data.roles);
    if viewer.operator {
        roles.push(words::shell::operator_role(words).to_owned());
    }
    let associations = names(&viewer.associations, &data.associations);
    let or_none = move |names: Vec<String>, none: &'static str| {
        if names.is_empty() {
            none.to_owned()
        } else {
            words.listed(&names)
        }
    };
    let partner = match &known.facts.partner {
        Some(partner) => partner.name.clone(),
        None => words::shell::no_partner(words).to_owned(),
    };
    view! { class="ps",
        <p class="account-who">{viewer.name.clone()}</p>
        <p class="hint">{kind}</p>
        <Facts>
            <Fact name=words::shell::partner(words)>{partner}</Fact>
            <Fact name=words::shell::roles(words)>{or_none(roles, words::shell::no_roles(words))}</Fact>
            <Fact name=words::shell::associations(words)>
                {or_none(associations, words::shell::no_associations(words))}
            </Fact>
        </Facts>
    }
}
