//! What can pay, side by side: each with the law's answer for it, what it would take, what is left, until when.

use super::entries::funding_code;
use crate::signals::{Memo, RwSignal};
use crate::ui::{Badge, Tone, unique_id};
use crate::verdict::{Answer, Way, payer_name, way_more};
use crate::words::{self, words};
use leptos::prelude::*;

/// The ways to pay, one to be chosen. The first is what the law suggests; its value is empty, so that another suggestion
/// takes its place when the question changes.
#[component]
pub(super) fn WaysToPay(
    /// Id of the first, which the answer's own suggestions lead to.
    #[prop(into)]
    id: String,
    /// Every way, the best first.
    ways: Memo<Vec<Way>>,
    /// What was chosen.
    value: RwSignal<String>,
) -> impl IntoView {
    use words::new_incident as say;
    let words = words();
    let name = unique_id("radio");
    let codes = Memo::new(move |_| {
        ways.with(|ways| {
            let codes = ways.iter().map(|way| funding_code(&way.funding));
            codes.collect::<Vec<String>>()
        })
    });
    // Where what is chosen is not there any more, the law's suggestion pays.
    let chosen = Memo::new(move |_| {
        codes
            .with(|codes| value.with(|value| codes.iter().position(|code| code == value)))
            .unwrap_or_default()
    });
    let cards = move || {
        let card = |(place, way): (usize, Way)| {
            let id = match place {
                0 => id.clone(),
                _ => unique_id("way"),
            };
            let more = unique_id("hint");
            let code = match place {
                0 => String::new(),
                _ => funding_code(&way.funding),
            };
            let is_suggested = place == 0 && way.answer != Answer::No;
            view! { class="ps",
                <div class="way" class:chosen=move || chosen.get() == place>
                    <div class="radio">
                        <input
                            type="radio" id=id.clone() name=name.clone() aria-describedby=more.clone()
                            prop:checked=move || chosen.get() == place
                            on:change=move |_| value.set(code.clone())
                        />
                        <label for=id>{payer_name(words, &way.payer.name)}</label>
                    </div>
                    <div class="way-more" id=more>
                        {is_suggested.then(|| view! { class="ps",
                            <Badge tone=Tone::Info text=say::funding_suggested(words)/>
                        })}
                        {way_more(words, &way)}
                    </div>
                </div>
            }
        };
        ways.get().into_iter().enumerate().map(card).collect_view()
    };
    view! { class="ps",
        <fieldset class="field ways-to-pay">
            <legend class="visually-hidden">{say::funding(words)}</legend>
            {move || match ways.with(Vec::is_empty) {
                true => view! { class="ps", <p>{say::funding_none(words)}</p> }.into_any(),
                false => view! { class="ps", <div class="ways">{cards()}</div> }.into_any(),
            }}
        </fieldset>
    }
}
