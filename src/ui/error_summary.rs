//! What is wrong with a form, at its head.

use super::focus_by_id;
use crate::signals::{RwSignal, Signal};
use crate::words::{self, words};
use leptos::html;
use leptos::prelude::*;

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldError {
    /// Id of the field.
    pub(crate) field: String,
    /// What is wrong, as a sentence.
    pub(crate) text: String,
}

/// The error of one field, for its `error` property.
pub(crate) fn error_of(errors: RwSignal<Vec<FieldError>>, field: &str) -> Signal<Option<String>> {
    let field = field.to_owned();
    Signal::derive(move || {
        errors.with(|errors| {
            errors
                .iter()
                .find(|error| error.field == field)
                .map(|error| error.text.clone())
        })
    })
}

/// All errors of a form, each leading to its field. It takes the focus whenever a new set of errors is put there, and
/// is absent while there are none.
#[component]
pub(crate) fn ErrorSummary(
    /// The errors; set anew on every attempt to submit.
    errors: RwSignal<Vec<FieldError>>,
) -> impl IntoView {
    let words = words();
    let summary = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if errors.with(|errors| !errors.is_empty())
            && let Some(summary) = summary.get()
        {
            request_animation_frame(move || {
                // An element that is gone by now leaves the focus where it is.
                let _ = summary.focus();
            });
        }
    });
    move || {
        let errors = errors.get();
        (!errors.is_empty()).then(|| {
            let items = errors
                .into_iter()
                .map(|error| {
                    let on_click = move |click: web_sys::MouseEvent| {
                        click.prevent_default();
                        if let Some(summary) = summary.get_untracked() {
                            focus_by_id(&summary, &error.field);
                        }
                    };
                    view! { class="ps",
                        <li><button type="button" class="link" on:click=on_click>{error.text}</button></li>
                    }
                })
                .collect_view();
            view! { class="ps",
                <div class="error-summary" role="alert" tabindex="-1" node_ref=summary>
                    <h2>{words::ui::error_summary(words)}</h2>
                    <ul>{items}</ul>
                </div>
            }
        })
    }
}
