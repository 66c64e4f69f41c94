//! Fields that are chosen from.

use super::field::{Description, ErrorText, Labelled};
use super::unique_id;
use crate::signals::{RwSignal, Signal};
use leptos::prelude::*;

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Choice {
    /// What the field's value becomes.
    pub(crate) value: String,
    /// What the reader sees.
    pub(crate) label: String,
    /// What helps to choose.
    pub(crate) hint: Option<String>,
}

impl Choice {
    /// A choice with a label alone.
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>) -> Choice {
        Choice {
            value: value.into(),
            label: label.into(),
            hint: None,
        }
    }

    /// The same with a hint.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Choice {
        Choice {
            hint: Some(hint.into()),
            ..self
        }
    }
}

/// A native drop-down list. The value is empty while nothing is chosen.
#[component]
pub(crate) fn Select(
    /// Id that an error summary leads to.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: String,
    /// What helps to choose.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What the list says while nothing is chosen; nothing where something always is.
    #[prop(into)]
    placeholder: String,
    /// What can be chosen.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// What was chosen.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let description = Description::new();
    let described_by = description.ids(hint.is_some(), error);
    let option = move |choice: Choice| {
        let own = choice.value.clone();
        view! { class="ps",
            <option value=choice.value prop:selected=move || value.with(|value| *value == own)>
                {choice.label}
            </option>
        }
    };
    let options = move || choices.get().into_iter().map(option).collect_view();
    view! { class="ps",
        <Labelled
            id=id.clone() hint_id=description.hint_id error_id=description.error_id
            label=label hint=hint error=error
        >
            <select
                id=id
                aria-describedby=described_by
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                on:change=move |chosen| value.set(event_target_value(&chosen))
            >
                {(!placeholder.is_empty()).then(|| view! { class="ps",
                    <option value="" prop:selected=move || value.with(String::is_empty)>{placeholder}</option>
                })}
                {options}
            </select>
        </Labelled>
    }
}

/// Radio buttons: for few choices that should be seen side by side.
#[component]
pub(crate) fn RadioGroup(
    /// Id that an error summary leads to: that of the first radio button.
    #[prop(into)]
    id: String,
    /// The question.
    #[prop(into)]
    legend: String,
    /// What helps to choose.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What can be chosen.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// What was chosen; empty while nothing is.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let description = Description::new();
    let described_by = description.ids(hint.is_some(), error);
    let name = unique_id("radio");
    let radios = move || {
        let name = name.clone();
        let id = id.clone();
        choices
            .get()
            .into_iter()
            .enumerate()
            .map(move |(position, choice)| {
                let own_id = if position == 0 { id.clone() } else { unique_id("choice") };
                let hint_id = unique_id("hint");
                let described_by = choice.hint.is_some().then(|| hint_id.clone());
                let (mine, chosen) = (choice.value.clone(), choice.value.clone());
                view! { class="ps",
                    <div class="radio">
                        <input
                            type="radio"
                            id=own_id.clone()
                            name=name.clone()
                            value=choice.value
                            aria-describedby=described_by
                            prop:checked=move || value.with(|value| *value == mine)
                            on:change=move |_| value.set(chosen.clone())
                        />
                        <label for=own_id>{choice.label}</label>
                        {choice.hint.map(|hint| view! { class="ps", <p class="hint" id=hint_id>{hint}</p> })}
                    </div>
                }
            })
            .collect_view()
    };
    view! { class="ps",
        <fieldset
            class="field radios"
            class:invalid=move || error.with(Option::is_some)
            aria-describedby=described_by
        >
            <legend>{legend}</legend>
            {hint.map(|hint| view! { class="ps", <p class="hint" id=description.hint_id>{hint}</p> })}
            {radios}
            <ErrorText id=description.error_id error=error/>
        </fieldset>
    }
}

/// Something to tick.
#[component]
pub(crate) fn Check(
    /// What is ticked.
    #[prop(into)]
    label: String,
    /// Whether it is.
    value: RwSignal<bool>,
) -> impl IntoView {
    view! { class="ps",
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || value.get()
                on:change=move |change| value.set(event_target_checked(&change))
            />
            <span>{label}</span>
        </label>
    }
}
