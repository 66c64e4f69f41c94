//! A modal dialog.

use super::unique_id;
use crate::signals::{RwSignal, Signal};
use crate::words::{self, words};
use leptos::html;
use leptos::prelude::*;

/// The browser's own modal dialog: it holds the focus, closes on Escape, and gives the focus back.
/// Its content exists only while it is open, so that a form in it starts afresh each time.
#[component]
pub(crate) fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its title.
    #[prop(into)]
    title: Signal<String>,
    /// What is in it, buttons included.
    children: ChildrenFn,
) -> impl IntoView {
    let words = words();
    let dialog = NodeRef::<html::Dialog>::new();
    let heading = NodeRef::<html::H2>::new();
    let title_id = unique_id("dialog");
    let labelled_by = title_id.clone();
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = dialog.get() else { return };
        if wanted && !dialog.open() {
            if dialog.show_modal().is_err() {
                // Not connected to the page: there is nothing to show it in.
                open.set(false);
            } else if let Some(heading) = heading.get_untracked() {
                // By hand: in a frame of another origin browsers complain about the attribute `autofocus`.
                let _ = heading.focus();
            }
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    view! { class="ps",
        <dialog aria-labelledby=labelled_by node_ref=dialog on:close=move |_| open.set(false)>
            <div class="dialog-head">
                <h2 id=title_id tabindex="-1" node_ref=heading>{move || title.get()}</h2>
                <button
                    type="button" class="button quiet icon" aria-label=words::ui::close(words)
                    on:click=move |_| open.set(false)
                >
                    <span aria-hidden="true">"✕"</span>
                </button>
            </div>
            <div class="dialog-body">{move || open.get().then(|| children())}</div>
        </dialog>
    }
}
