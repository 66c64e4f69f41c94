//! Fields that are typed into.

use super::unique_id;
use crate::signals::{RwSignal, Signal};
use leptos::prelude::*;

/// The label, hint and error around a control. `hint_id` and `error_id` are what the control is described by.
#[component]
pub(crate) fn Labelled(
    /// Id of the control.
    id: String,
    /// Id of the hint.
    hint_id: String,
    /// Id of the error.
    error_id: String,
    /// The label.
    label: String,
    /// What helps to fill it in.
    hint: Option<String>,
    /// What is wrong with it.
    error: Signal<Option<String>>,
    /// The control.
    children: Children,
) -> impl IntoView {
    view! { class="ps",
        <div class="field" class:invalid=move || error.with(Option::is_some)>
            <label for=id>{label}</label>
            {hint.map(|hint| view! { class="ps", <p class="hint" id=hint_id>{hint}</p> })}
            {children()}
            <ErrorText id=error_id error=error/>
        </div>
    }
}

/// The error under a control.
#[component]
pub(crate) fn ErrorText(
    /// Its id.
    id: String,
    /// The error, when there is one.
    error: Signal<Option<String>>,
) -> impl IntoView {
    move || {
        error
            .get()
            .map(|error| view! { class="ps", <p class="field-error" id=id.clone()>{error}</p> })
    }
}

/// Which ids describe a control: its hint always, its error while there is one.
pub(super) struct Description {
    pub(super) hint_id: String,
    pub(super) error_id: String,
}

impl Description {
    pub(super) fn new() -> Description {
        Description {
            hint_id: unique_id("hint"),
            error_id: unique_id("error"),
        }
    }

    pub(super) fn ids(
        &self,
        has_hint: bool,
        error: Signal<Option<String>>,
    ) -> impl Fn() -> Option<String> + Send + Clone + use<> {
        let (hint_id, error_id) = (self.hint_id.clone(), self.error_id.clone());
        move || match (has_hint, error.with(Option::is_some)) {
            (true, true) => Some(format!("{hint_id} {error_id}")),
            (true, false) => Some(hint_id.clone()),
            (false, true) => Some(error_id.clone()),
            (false, false) => None,
        }
    }
}

/// One line of text.
#[component]
pub(crate) fn TextField(
    /// Id that an error summary leads to.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: String,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What was typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// For codes that people compare letter by letter: fixed-width type, no spelling check.
    #[prop(optional)]
    code: bool,
    /// Longest text, in characters.
    #[prop(default = 200)]
    max_length: u32,
) -> impl IntoView {
    let description = Description::new();
    let described_by = description.ids(hint.is_some(), error);
    view! { class="ps",
        <Labelled
            id=id.clone() hint_id=description.hint_id error_id=description.error_id
            label=label hint=hint error=error
        >
            <input
                type="text"
                id=id
                class=if code { "code" } else { "" }
                autocomplete="off"
                spellcheck=if code { "false" } else { "true" }
                maxlength=max_length.to_string()
                aria-describedby=described_by
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                prop:value=move || value.get()
                on:input=move |typed| value.set(event_target_value(&typed))
            />
        </Labelled>
    }
}

/// Several lines of text.
#[component]
pub(crate) fn TextArea(
    /// Id that an error summary leads to.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: String,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What was typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Height in lines.
    #[prop(default = 6)]
    rows: u32,
    /// Longest text, in characters.
    #[prop(default = 10_000)]
    max_length: u32,
) -> impl IntoView {
    let description = Description::new();
    let described_by = description.ids(hint.is_some(), error);
    view! { class="ps",
        <Labelled
            id=id.clone() hint_id=description.hint_id error_id=description.error_id
            label=label hint=hint error=error
        >
            <textarea
                id=id
                rows=rows.to_string()
                maxlength=max_length.to_string()
                aria-describedby=described_by
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                prop:value=move || value.get()
                on:input=move |typed| value.set(event_target_value(&typed))
            ></textarea>
        </Labelled>
    }
}

/// A calendar day, in the browser's own date control. The value is `YYYY-MM-DD`, or empty.
#[component]
pub(crate) fn DateField(
    /// Id that an error summary leads to.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: String,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What was chosen.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let description = Description::new();
    let described_by = description.ids(hint.is_some(), error);
    view! { class="ps",
        <Labelled
            id=id.clone() hint_id=description.hint_id error_id=description.error_id
            label=label hint=hint error=error
        >
            <input
                type="date"
                id=id
                aria-describedby=described_by
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                prop:value=move || value.get()
                on:input=move |typed| value.set(event_target_value(&typed))
            />
        </Labelled>
    }
}
