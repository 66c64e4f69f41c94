//! The rule book: every rule in its own words, with what the programme sets for it and where that is stated. A link may lead
//! to one rule.

mod compare;
mod contents;
mod entry;

pub(super) use compare::ComparePage;

use crate::frame::{Page, WhenProgramme};
use crate::navigator::{PageLink, navigator};
use crate::route::Route;
use crate::words::{self, words};
use contents::{Contents, GROUPS, of_group};
use entitlement_rules::{Programme, RuleId};
use entry::Entry;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

/// What the gallery shows of this page.
#[cfg(feature = "gallery")]
pub(crate) mod parts {
    pub(crate) use super::contents::Contents;
    pub(crate) use super::entry::Entry;
}

/// The rule book.
#[component]
pub(crate) fn RuleBookPage(
    /// The rule that the reader was led to.
    chosen: Option<RuleId>,
) -> impl IntoView {
    let words = words();
    let followed = navigator().focus_is_due();
    view! { class="ps",
        <Page title=words::rule_book::title(words).to_owned() lead=words::rule_book::lead(words)>
            <WhenProgramme children=Arc::new(move |public| {
                let programme = public.with_untracked(|public| Arc::clone(&public.programme));
                view! { class="ps", <Book programme=programme chosen=chosen followed=followed/> }.into_any()
            })/>
        </Page>
    }
}

/// Contents and rules.
#[component]
fn Book(
    /// Whose rules.
    programme: Arc<Programme>,
    /// The rule that the reader was led to.
    chosen: Option<RuleId>,
    /// Whether a link of the app has led there, so that the focus must follow.
    followed: bool,
) -> impl IntoView {
    let words = words();
    let marked = NodeRef::<html::Article>::new();
    // After the page's own heading, which takes the focus of whoever comes from another page.
    let show = move |with_focus: bool| {
        request_animation_frame(move || {
            if let Some(marked) = marked.try_get_untracked().flatten() {
                marked.scroll_into_view();
                if with_focus {
                    // A rule that is gone by now leaves the focus where it is.
                    let _ = marked.focus();
                }
            }
        });
    };
    Effect::new(move |_| {
        if marked.get().is_some() {
            show(followed);
        }
    });
    let groups = GROUPS.iter().map(|(first, title)| {
        let entries = of_group(*first).map(|rule| {
            let marked = (chosen == Some(rule)).then_some(marked);
            view! { class="ps", <Entry programme=Arc::clone(&programme) rule=rule marked=marked/> }
        });
        view! { class="ps",
            <section class="rule-group">
                <h2>{title(words)}</h2>
                {(*first == RuleId::E1).then(|| view! { class="ps", <p class="hint">{words::verdict::extensions_hint(words)}</p> })}
                {entries.collect_view()}
            </section>
        }
    });
    let data = programme.data();
    view! { class="ps",
        <div class="rule-book">
            <p class="hint">{words::rule_book::set_by(words, &data.name, data.as_of)}</p>
            <p><PageLink to=Route::Compare(String::new())>{words::rule_book::compare(words)}</PageLink></p>
            <Contents on_again=Callback::new(move |rule: String| {
                if chosen.is_some_and(|chosen| chosen.code() == rule) {
                    show(true);
                }
            })/>
            {groups.collect_view()}
        </div>
    }
}
