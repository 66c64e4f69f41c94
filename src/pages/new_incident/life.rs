//! Below the product: since when or until when it is supported, where it has no versions that say so, and whose dates these are.

use crate::account::Known;
use crate::signals::{RwSignal, Signal};
use crate::ui::ExternalLink;
use crate::words::{self, Words, words};
use entitlement_rules::{Date, Product};
use leptos::prelude::*;

/// What is known of the life of the chosen product; nothing where no date is known.
#[component]
pub(super) fn Life(
    /// The account.
    known: Signal<Known>,
    /// Id of the product.
    product: RwSignal<String>,
) -> impl IntoView {
    let words = words();
    move || {
        known.with(|known| {
            let product = product.with(|id| known.programme.product(id))?;
            let dates = dates(words, product, known.facts.as_of);
            if dates.is_none() && product.versions.is_empty() {
                return None;
            }
            let source = known.programme.source(&product.source).map(|source| {
                let text = words::new_incident::life_source(words, &source.title, source.as_of);
                match source.url.clone() {
                    Some(url) => {
                        view! { class="ps", <ExternalLink href=url text=text/> }.into_any()
                    }
                    None => text.into_any(),
                }
            });
            Some(view! { class="ps",
                {dates.map(|dates| view! { class="ps", <p>{dates}</p> })}
                <p class="hint">{source}</p>
            })
        })
    }
}

/// What the dates of a product say on a day; a product with versions leaves that to them.
fn dates(words: Words, product: &Product, day: Date) -> Option<String> {
    use words::new_incident as say;
    if !product.versions.is_empty() {
        return None;
    }
    match (product.start, product.retired) {
        (_, Some(last)) if last < day => Some(say::life_over(words, last)),
        (Some(first), _) if first > day => Some(say::v_future(words, first)),
        (_, Some(last)) => Some(say::life_until(words, last)),
        _ => None,
    }
}
