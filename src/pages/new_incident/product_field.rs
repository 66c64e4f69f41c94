//! The field that a product is searched in: an editable combobox with a list, as the ARIA authoring practices draw it.
//! The focus stays in the text; the arrow keys move through the list, Enter chooses, Escape closes.

use super::catalogue::{Offered, matches};
use crate::signals::{Memo, RwSignal, Signal, StoredValue};
use crate::ui::{Announcer, element_by_id, unique_id};
use crate::words::{self, words};
use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, ScrollIntoViewOptions, ScrollLogicalPosition};

/// The field. Its value is the id of a product, empty while none is chosen.
#[component]
pub(super) fn ProductField(
    /// Id of the text field, which an error summary leads to.
    #[prop(into)]
    id: String,
    /// What can be chosen.
    products: Vec<Offered>,
    /// What was chosen.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let words = words();
    let input = NodeRef::<html::Input>::new();
    let (list_id, hint_id, error_id, is_id) = (
        unique_id("products"),
        unique_id("hint"),
        unique_id("error"),
        unique_id("chosen"),
    );
    let products = StoredValue::new(products);
    let chosen = Memo::new(move |_| {
        value.with(|id| {
            products.with_value(|products| products.iter().find(|it| it.id == *id).cloned())
        })
    });
    let name_of_chosen = move || chosen.get_untracked().map(|it| it.name).unwrap_or_default();
    let text = RwSignal::new(name_of_chosen());
    // A choice that is made elsewhere (a draft, the answer's own suggestions) shows in the text.
    Effect::new(move |_| {
        if let Some(chosen) = chosen.get() {
            text.set(chosen.name);
        } else if value.with(String::is_empty) && !is_focused(input) {
            text.set(String::new());
        }
    });
    let open = RwSignal::new(false);
    // The list is narrowed only by what was typed since it opened: a chosen name would leave itself alone in it.
    let typed = RwSignal::new(false);
    let found = Memo::new(move |_| {
        let text = if typed.get() {
            text.get()
        } else {
            String::new()
        };
        products.with_value(|products| {
            let found = products.iter().filter(|product| matches(product, &text));
            found.cloned().collect::<Vec<Offered>>()
        })
    });
    let active = RwSignal::new(None::<String>);
    let shows = Memo::new(move |_| open.get() && !found.with(Vec::is_empty));
    let announcer = use_context::<Announcer>();
    let finds_nothing = Memo::new(move |_| open.get() && typed.get() && found.with(Vec::is_empty));
    Effect::new(move |_| {
        if let (true, Some(announcer)) = (finds_nothing.get(), announcer) {
            announcer.say(words::new_incident::product_none(
                words,
                &text.get_untracked(),
            ));
        }
    });

    let option_id = {
        let list_id = list_id.clone();
        move |product: &str| format!("{list_id}-{product}")
    };
    let close = move || {
        open.set(false);
        typed.set(false);
        active.set(None);
    };
    let choose = move |product: &Offered| {
        value.set(product.id.clone());
        text.set(product.name.clone());
        close();
    };
    let scroll_to_active = {
        let option_id = option_id.clone();
        move || {
            let input = input.try_get_untracked().flatten();
            let product = active.try_get_untracked().flatten();
            let (Some(input), Some(product)) = (input, product) else {
                return;
            };
            if let Some(option) = element_by_id(&input, &option_id(&product)) {
                let options = ScrollIntoViewOptions::new();
                options.set_block(ScrollLogicalPosition::Nearest);
                option.scroll_into_view_with_scroll_into_view_options(&options);
            }
        }
    };
    let step = {
        let scroll_to_active = scroll_to_active.clone();
        move |forward: bool| {
            if !open.get_untracked() {
                open.set(true);
            }
            let next = found.with_untracked(|found| {
                let now = active.with_untracked(|active| {
                    let active = active.as_ref()?;
                    found.iter().position(|it| it.id == *active)
                });
                let next = match (now, forward) {
                    (None, true) => 0,
                    (None, false) => found.len().checked_sub(1)?,
                    (Some(now), true) => (now + 1) % found.len().max(1),
                    (Some(now), false) => {
                        now.checked_sub(1).unwrap_or(found.len().saturating_sub(1))
                    }
                };
                found.get(next).map(|it| it.id.clone())
            });
            active.set(next);
            request_animation_frame(scroll_to_active.clone());
        }
    };
    let on_key = move |key: KeyboardEvent| match key.key().as_str() {
        "ArrowDown" => {
            key.prevent_default();
            step(true);
        }
        "ArrowUp" => {
            key.prevent_default();
            step(false);
        }
        "Enter" => {
            // Enter never submits the form from here.
            key.prevent_default();
            let product = active.get_untracked().and_then(|active| {
                found.with_untracked(|found| found.iter().find(|it| it.id == active).cloned())
            });
            if let (true, Some(product)) = (open.get_untracked(), product) {
                choose(&product);
            }
        }
        "Escape" if open.get_untracked() => {
            key.prevent_default();
            close();
            text.set(name_of_chosen());
        }
        _ => {}
    };
    let on_input = move |event| {
        text.set(event_target_value(&event));
        typed.set(true);
        open.set(true);
        active.set(None);
    };
    // Leaving the field takes a name that was typed in full; anything else gives way to what was chosen before.
    let on_blur = move |_| {
        // The browser also takes the focus away when the page is left, and then nothing is here any more.
        let Some(now) = text.try_get_untracked() else {
            return;
        };
        let now = now.trim();
        let exact = products.with_value(|products| {
            let exact = products
                .iter()
                .find(|it| it.name.to_lowercase() == now.to_lowercase());
            exact.cloned()
        });
        match exact {
            Some(product) => choose(&product),
            None if now.is_empty() => {
                value.set(String::new());
                close();
            }
            None => {
                if value.with_untracked(|value| !value.is_empty()) {
                    text.set(name_of_chosen());
                }
                close();
            }
        }
    };
    let described_by = {
        let (hint_id, error_id, is_id) = (hint_id.clone(), error_id.clone(), is_id.clone());
        move || {
            let mut ids = vec![hint_id.as_str()];
            if chosen.with(Option::is_some) {
                ids.push(&is_id);
            }
            if error.with(Option::is_some) {
                ids.push(&error_id);
            }
            ids.join(" ")
        }
    };
    let label_id = unique_id("label");
    let list = {
        let (list_id, label_id, option_id) = (list_id.clone(), label_id.clone(), option_id.clone());
        move || {
            shows.get().then(|| {
                let groups = groups(found.get(), &list_id).into_iter().map(|group| {
                    let option_id = option_id.clone();
                    let options = group.products.into_iter().map(|product| {
                        let (mine, selected, chosen_product) =
                            (product.id.clone(), product.id.clone(), product.clone());
                        view! { class="ps",
                            <div
                                role="option" class="option" id=option_id(&product.id)
                                class:active=move || active.with(|active| active.as_ref() == Some(&mine))
                                aria-selected=move || value.with(|value| *value == selected).to_string()
                                on:mousedown=|press| press.prevent_default()
                                on:click=move |_| choose(&chosen_product)
                            >
                                <span>{product.name}</span>
                                <span class="option-place">{product.placement.word(words)}</span>
                            </div>
                        }
                    });
                    let labelled_by = group.id.clone();
                    view! { class="ps",
                        <div role="group" aria-labelledby=labelled_by>
                            <div class="option-group" role="presentation" id=group.id>{group.name}</div>
                            {options.collect_view()}
                        </div>
                    }
                });
                view! { class="ps",
                    <div class="options" role="listbox" id=list_id.clone() aria-labelledby=label_id.clone()>
                        {groups.collect_view()}
                    </div>
                }
            })
        }
    };
    view! { class="ps",
        <div class="field combobox" class:invalid=move || error.with(Option::is_some)>
            <label for=id.clone() id=label_id>{words::new_incident::product(words)}</label>
            <p class="hint" id=hint_id>{words::new_incident::product_hint(words)}</p>
            <div class="combobox-box">
                <input
                    type="text" id=id role="combobox" autocomplete="off" spellcheck="false"
                    aria-autocomplete="list" aria-haspopup="listbox"
                    aria-expanded=move || shows.get().to_string()
                    aria-controls=move || shows.get().then(|| list_id.clone())
                    aria-activedescendant=move || active.get().filter(|_| shows.get()).map(|it| option_id(&it))
                    aria-describedby=described_by
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    node_ref=input
                    prop:value=move || text.get()
                    on:input=on_input
                    on:keydown=on_key
                    on:click=move |_| open.set(true)
                    on:blur=on_blur
                />
                {list}
                {move || finds_nothing.get().then(|| {
                    view! { class="ps",
                        <p class="options none">{words::new_incident::product_none(words, &text.get())}</p>
                    }
                })}
            </div>
            {move || chosen.get().map(|product| {
                let place = product.placement.word(words);
                view! { class="ps",
                    <p class="hint" id=is_id.clone()>
                        {words::new_incident::product_is(words, place)}
                    </p>
                }
            })}
            {move || error.get().map(|error| {
                view! { class="ps", <p class="field-error" id=error_id.clone()>{error}</p> }
            })}
        </div>
    }
}

/// Whether the reader is in the field.
fn is_focused(input: NodeRef<html::Input>) -> bool {
    input
        .get_untracked()
        .is_some_and(|input| input.matches(":focus").unwrap_or_default())
}

/// Products under one heading.
struct Group {
    id: String,
    name: String,
    products: Vec<Offered>,
}

fn groups(products: Vec<Offered>, list_id: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for product in products {
        match groups.last_mut() {
            Some(group) if group.name == product.workload => group.products.push(product),
            _ => groups.push(Group {
                id: format!("{list_id}-group-{}", groups.len()),
                name: product.workload.clone(),
                products: vec![product],
            }),
        }
    }
    groups
}
