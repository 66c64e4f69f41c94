//! A message in the page.

use super::{Tone, hand_on_focus};
use leptos::prelude::*;

/// A message with an optional title.
#[component]
pub(crate) fn Notice(
    /// What kind of message.
    #[prop(default = Tone::Info)]
    tone: Tone,
    /// Its first words.
    #[prop(optional, into)]
    title: Option<String>,
    /// Interrupts what a screen reader is saying: for the failure of something that the reader has just done.
    #[prop(optional)]
    urgent: bool,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let place = hand_on_focus();
    view! { class="ps",
        <div class=format!("notice {}", tone.class()) role=urgent.then_some("alert") node_ref=place>
            <span class="notice-mark" aria-hidden="true">{tone.mark()}</span>
            <div class="notice-body">
                {title.map(|title| view! { class="ps", <p class="notice-title">{title}</p> })}
                {children()}
            </div>
        </div>
    }
}
