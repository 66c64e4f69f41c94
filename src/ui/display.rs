//! Parts that only show something.

use super::hand_on_focus;
use crate::words::{self, words};
use leptos::prelude::*;

/// What a message or a state means to the reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Neither good nor bad.
    #[default]
    Neutral,
    /// Worth knowing.
    Info,
    /// As wanted.
    Good,
    /// Needs attention.
    Warning,
    /// Is not possible, or failed.
    Bad,
}

impl Tone {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Tone::Neutral => "neutral",
            Tone::Info => "info",
            Tone::Good => "good",
            Tone::Warning => "warning",
            Tone::Bad => "bad",
        }
    }

    pub(super) fn mark(self) -> &'static str {
        match self {
            Tone::Neutral => "•",
            Tone::Info => "i",
            Tone::Good => "✓",
            Tone::Warning => "!",
            Tone::Bad => "✕",
        }
    }
}

/// A state in one or two words.
#[component]
pub(crate) fn Badge(
    /// What the state means.
    #[prop(optional)]
    tone: Tone,
    /// The words.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { class="ps", <span class=format!("badge {}", tone.class())>{text}</span> }
}

/// How much is left of how much.
#[component]
pub(crate) fn Meter(
    /// What is measured.
    #[prop(into)]
    label: String,
    /// The measure in words, such as "3 of 15 left"; shown, and said in place of a percentage.
    #[prop(into)]
    text: String,
    /// How much is left.
    value: u32,
    /// How much there was; at least 1 is assumed.
    max: u32,
) -> impl IntoView {
    let share = f64::from(value.min(max)) / f64::from(max.max(1));
    let class = if value == 0 {
        "meter spent"
    } else if share <= 0.2 {
        "meter low"
    } else {
        "meter"
    };
    view! { class="ps",
        <div class=class>
            <div
                class="meter-track" role="meter" aria-label=label
                aria-valuemin="0" aria-valuemax=max.to_string() aria-valuenow=value.to_string()
                aria-valuetext=text.clone()
            >
                <div class="meter-fill" style:inline-size=format!("{:.1}%", share * 100.0)></div>
            </div>
            <p class="meter-text" aria-hidden="true">{text}</p>
        </div>
    }
}

/// Nothing is wrong, there is just nothing to show: why, and what can be done.
#[component]
pub(crate) fn Empty(
    /// In one line.
    #[prop(into)]
    title: String,
    /// Why, and what next.
    children: Children,
) -> impl IntoView {
    let place = hand_on_focus();
    view! { class="ps",
        <div class="empty" node_ref=place>
            <h2>{title}</h2>
            {children()}
        </div>
    }
}

/// The place of something that is on its way. It says nothing at first; once it takes long, it says so.
#[component]
pub(crate) fn Loading(
    /// Whether it takes long.
    slowly: bool,
) -> impl IntoView {
    let words = words();
    view! { class="ps",
        <div class="loading">
            <div class="bones" aria-hidden="true">
                <div class="bone wide"></div>
                <div class="bone"></div>
                <div class="bone short"></div>
            </div>
            <p role="status" class="loading-text">{slowly.then(|| words::ui::loading_slowly(words))}</p>
        </div>
    }
}

/// A list of [`Fact`]s.
#[component]
pub(crate) fn Facts(
    /// The facts.
    children: Children,
) -> impl IntoView {
    view! { class="ps", <dl class="facts">{children()}</dl> }
}

/// A name and a value.
#[component]
pub(crate) fn Fact(
    /// The name.
    #[prop(into)]
    name: String,
    /// The value.
    children: Children,
) -> impl IntoView {
    view! { class="ps", <div class="fact"><dt>{name}</dt><dd>{children()}</dd></div> }
}
