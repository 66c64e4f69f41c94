//! The table of contents: the rules by their numbers, under what they are about.

use crate::navigator::PageLink;
use crate::route::Route;
use crate::ui::unique_id;
use crate::words::{self, Words, words};
use entitlement_rules::RuleId;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The title of a group.
type Title = fn(Words) -> &'static str;

/// What the rules are about: from its first rule on, until the next group begins.
pub(super) const GROUPS: [(RuleId, Title); 7] = [
    (RuleId::S1, words::rule_book::access),
    (RuleId::S8, words::rule_book::activation),
    (RuleId::S14, words::rule_book::linking),
    (RuleId::S18, words::rule_book::scope),
    (RuleId::S28, words::rule_book::creating),
    (RuleId::S34, words::rule_book::plans),
    (RuleId::E1, words::verdict::extensions),
];

/// The rules of the group that begins with `first`.
pub(super) fn of_group(first: RuleId) -> impl Iterator<Item = RuleId> {
    let next = GROUPS
        .iter()
        .map(|(rule, _)| *rule)
        .find(|rule| *rule > first);
    let rules = RuleId::ALL.iter().copied();
    rules.filter(move |rule| first <= *rule && next.is_none_or(|next| *rule < next))
}

/// A link to each rule.
#[component]
pub(crate) fn Contents(
    /// A rule was chosen, by its number; perhaps the one that the address names already.
    on_again: Callback<String>,
) -> impl IntoView {
    let words = words();
    let heading = unique_id("contents");
    let labelled_by = heading.clone();
    let groups = GROUPS.iter().map(|(first, title)| {
        let links = of_group(*first).map(|rule| {
            view! { class="ps", <PageLink to=Route::Rules(Some(rule))>{rule.code()}</PageLink> }
        });
        view! { class="ps",
            <li><span>{title(words)}</span><span class="rule-links">{links.collect_view()}</span></li>
        }
    });
    let on_click = move |click: web_sys::MouseEvent| {
        let pressed = click
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if let Some(number) = pressed.and_then(|pressed| pressed.text_content()) {
            on_again.run(number);
        }
    };
    view! { class="ps",
        <nav class="rule-contents" aria-labelledby=labelled_by on:click=on_click>
            <h2 id=heading>{words::rule_book::contents(words)}</h2>
            <ul>{groups.collect_view()}</ul>
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_stands_in_one_group() {
        let all: Vec<RuleId> = GROUPS
            .iter()
            .flat_map(|(first, _)| of_group(*first))
            .collect();
        assert_eq!(all, RuleId::ALL);
    }
}
