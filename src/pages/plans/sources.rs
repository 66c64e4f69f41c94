//! The sources of the figures, and the way from a figure to its source and back.

use super::comparison::{Origin, SourceNote};
use super::figure;
use crate::signals::{RwSignal, StoredValue};
use crate::ui::{ExternalLink, element_by_id, unique_id};
use crate::words::{self, words};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, MouseEvent, Node};

/// The way that the reader went: from a figure to the source with this number.
#[derive(Clone, Copy)]
pub(crate) struct Trail {
    /// The figure's link, by its id, and the number of the source.
    went: RwSignal<Option<(String, u32)>>,
    /// What the ids of the sources begin with.
    prefix: StoredValue<String>,
}

impl Trail {
    /// Nobody went anywhere yet.
    pub(super) fn new() -> Trail {
        Trail {
            went: RwSignal::new(None),
            prefix: StoredValue::new(unique_id("source")),
        }
    }

    fn id_of(self, number: u32) -> String {
        self.prefix
            .with_value(|prefix| format!("{prefix}-{number}"))
    }
}

/// Leads from a figure to its source. A fragment link would do nothing inside a shadow root.
#[component]
pub(crate) fn SourceLink(
    /// Where the figure comes from.
    origin: Origin,
    /// The way.
    trail: Trail,
) -> impl IntoView {
    let words = words();
    let id = unique_id("figure");
    let own_id = id.clone();
    let go = move |press: MouseEvent| {
        trail.went.set(Some((own_id.clone(), origin.number)));
        show(&press, &trail.id_of(origin.number));
    };
    view! { class="ps",
        <button type="button" class="link source-link" id=id on:click=go>
            {words::plans::source(words, origin.number, origin.as_of)}
        </button>
    }
}

/// All sources, numbered.
#[component]
pub(crate) fn Sources(
    /// The sources; the first has number 1.
    sources: Vec<SourceNote>,
    /// The way.
    trail: Trail,
) -> impl IntoView {
    let words = words();
    let heading = unique_id("sources");
    let labelled_by = heading.clone();
    let items = sources
        .into_iter()
        .map(|source| view! { class="ps", <SourceItem source=source trail=trail/> })
        .collect_view();
    view! { class="ps",
        <section class="sources" aria-labelledby=labelled_by>
            <h2 id=heading>{words::plans::sources(words)}</h2>
            <p class="hint">{words::plans::sources_hint(words)}</p>
            <ol>{items}</ol>
        </section>
    }
}

/// One source: its title, its date, how far it can be trusted, and the way back.
#[component]
fn SourceItem(
    /// The source.
    source: SourceNote,
    /// The way.
    trail: Trail,
) -> impl IntoView {
    let words = words();
    let SourceNote { title, url, origin } = source;
    let name = match url {
        Some(url) => view! { class="ps", <ExternalLink href=url text=title/> }.into_any(),
        None => view! { class="ps", <span>{title}</span> }.into_any(),
    };
    let came_here = move || {
        trail.went.with(|went| {
            went.as_ref()
                .filter(|(_, number)| *number == origin.number)
                .map(|(figure, _)| figure.clone())
        })
    };
    view! { class="ps",
        <li id=trail.id_of(origin.number) tabindex="-1">
            <span class="source-name">{name}</span>
            <span class="hint">
                {words::plans::source_as_of(words, origin.as_of)}
                " · "
                {figure::standing(words, origin.confidence)}
            </span>
            {move || came_here().map(|figure| view! { class="ps",
                <button
                    type="button"
                    class="link source-back"
                    on:click=move |press: MouseEvent| {
                        show(&press, &figure);
                        trail.went.set(None);
                    }
                >
                    {words::plans::back(words)}
                </button>
            })}
        </li>
    }
}

/// Brings the element with this id into view and moves the focus to it.
fn show(press: &MouseEvent, id: &str) {
    let near = press
        .current_target()
        .and_then(|pressed| pressed.dyn_into::<Node>().ok());
    let found: Option<HtmlElement> = near.and_then(|near| element_by_id(&near, id));
    if let Some(element) = found {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}
