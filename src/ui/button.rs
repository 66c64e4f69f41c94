//! Buttons, and links that leave the app.

use super::unique_id;
use crate::signals::{Memo, Signal};
use crate::words::{self, words};
use leptos::prelude::*;

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Emphasis {
    /// The one thing that this part of the page is for.
    Primary,
    /// One of several things.
    #[default]
    Secondary,
    /// Beside the point, but there.
    Quiet,
    /// Ends or refuses something.
    Danger,
}

impl Emphasis {
    fn class(self) -> &'static str {
        match self {
            Emphasis::Primary => "button primary",
            Emphasis::Secondary => "button",
            Emphasis::Quiet => "button quiet",
            Emphasis::Danger => "button danger",
        }
    }
}

/// A button. A press is ignored while it is unavailable or busy.
#[component]
pub(crate) fn Button(
    /// How much it asks for attention.
    #[prop(optional)]
    emphasis: Emphasis,
    /// Submits the form that it is in.
    #[prop(optional)]
    submit: bool,
    /// An answer is awaited.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why it cannot be pressed, as a sentence; shown beside it. Absent when it can.
    #[prop(optional, into)]
    why_not: Signal<Option<String>>,
    /// What a press does; for a submit button, the form's own handler does it.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let reason_id = unique_id("reason");
    let described_by = reason_id.clone();
    let unavailable = Memo::new(move |_| why_not.with(Option::is_some));
    let on_click = move |click: web_sys::MouseEvent| {
        if unavailable.get_untracked() || busy.get_untracked() {
            click.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! { class="ps",
        <button
            type=if submit { "submit" } else { "button" }
            class=emphasis.class()
            aria-disabled=move || (unavailable.get() || busy.get()).then_some("true")
            aria-busy=move || busy.get().then_some("true")
            aria-describedby=move || unavailable.get().then(|| described_by.clone())
            on:click=on_click
        >
            {children()}
        </button>
        {move || {
            why_not.get().map(|reason| view! { class="ps", <p class="why-not" id=reason_id.clone()>{reason}</p> })
        }}
    }
}

/// A link to another site, in a new tab. Anything but an `https:` or `mailto:` address is shown as plain text.
#[component]
pub(crate) fn ExternalLink(
    /// The address.
    #[prop(into)]
    href: String,
    /// What the link says.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let words = words();
    if href.starts_with("https://") || href.starts_with("mailto:") {
        view! { class="ps",
            <a class="external" href=href target="_blank" rel="noopener noreferrer">
                {text}
                <span class="visually-hidden">" "{words::ui::new_tab(words)}</span>
            </a>
        }
        .into_any()
    } else {
        view! { class="ps", <span>{text}</span> }.into_any()
    }
}
