//! Another programme beside this one: every rule that the two do not set alike.

use super::entry::{listed, worded};
use crate::backend::{Backend, Problem, backend};
use crate::frame::{Page, ProblemNotice, WhenProgramme, once_there};
use crate::navigator::{PageLink, navigator};
use crate::remote::{Fetched, Remote};
use crate::route::Route;
use crate::signals::{Memo, RwSignal, Signal};
use crate::ui::{Badge, Choice, Empty, Select, Tone, unique_id};
use crate::verdict::sentence_of;
use crate::words::{self, Words, words};
use entitlement_rules::{Programme, RuleDifference, difference};
use leptos::prelude::*;
use std::sync::Arc;
use support_api::ProgrammeSummary;

/// The page.
#[component]
pub(crate) fn ComparePage() -> impl IntoView {
    let words = words();
    view! { class="ps",
        <Page title=words::rule_book::compare_title(words).to_owned() lead=words::rule_book::compare_lead(words)>
            <p class="back"><PageLink to=Route::Rules(None)>{words::rule_book::compare_back(words)}</PageLink></p>
            <WhenProgramme children=Arc::new(|public| {
                let programme = public.with_untracked(|public| Arc::clone(&public.programme));
                view! { class="ps", <Compare own=programme/> }.into_any()
            })/>
        </Page>
    }
}

/// What the server has to compare with.
#[derive(Clone, PartialEq)]
struct Found {
    /// Every programme but the own one.
    others: Vec<ProgrammeSummary>,
    /// The chosen one, or the only one.
    chosen: Option<Arc<Programme>>,
}

/// Asks for the other programmes, and for the one that `wish` names; a name that the server does not know chooses nothing.
async fn find(backend: Backend, own: String, wish: String) -> Result<Found, Problem> {
    let mut others = backend.programmes().await?.programmes;
    others.retain(|other| other.id != own);
    let wished = others.iter().find(|other| other.id == wish);
    let chosen = match (wished, &others[..]) {
        (Some(wished), _) | (None, [wished]) => {
            let data = backend.programme_of(&wished.id).await?;
            let programme = Programme::check(data).map_err(|_| Problem::Unreadable)?;
            Some(Arc::new(programme))
        }
        (None, _) => None,
    };
    Ok(Found { others, chosen })
}

/// The choice of the other programme, and what differs.
#[component]
fn Compare(
    /// The programme that the server decides by.
    own: Arc<Programme>,
) -> impl IntoView {
    let words = words();
    let (backend, navigator) = (backend(), navigator());
    let wish = Memo::new(move |was: Option<&String>| match navigator.route() {
        Route::Compare(wish) => wish,
        // The page is about to go.
        _ => was.cloned().unwrap_or_default(),
    });
    let found = Fetched::<Found>::new();
    let own_id = own.data().id.clone();
    let fetch = Callback::new(move |()| {
        found.fetch(find(backend, own_id.clone(), wish.get_untracked()));
    });
    Effect::new(move |_| {
        // A memo that is tracked and never read does not follow.
        let _ = wish.get();
        fetch.run(());
    });
    let phase = Memo::new(move |_| found.now().with(|now| now.and_then(|_| Remote::Ready(()))));
    let stale = move || {
        let problem = found.stale().get();
        problem.map(|problem| view! { class="ps", <ProblemNotice problem=problem retry=fetch/> })
    };
    let there = move || {
        let own = Arc::clone(&own);
        let others = found.now().with_untracked(|now| {
            let others = now.ready().map(|found| found.others.clone());
            others.unwrap_or_default()
        });
        if others.is_empty() {
            return view! { class="ps",
                <Empty title=words::rule_book::compare_none_title(words)>
                    <p>{words::rule_book::compare_none_text(words)}</p>
                </Empty>
            }
            .into_any();
        }
        let chosen = Memo::new(move |_| {
            let now = found.now();
            now.with(|now| now.ready().and_then(|found| found.chosen.clone()))
        });
        let differences = move || {
            let (before, after) = in_order(Arc::clone(&own), chosen.get()?);
            Some(differences(words, &before, &after))
        };
        view! { class="ps",
            {(others.len() > 1).then(|| view! { class="ps", <Other others=others wish=wish/> })}
            {differences}
        }
        .into_any()
    };
    view! { class="ps", <div class="rule-book">{stale}{once_there(phase, fetch, Box::new(there))}</div> }
}

/// Two programmes, the earlier one first.
fn in_order(one: Arc<Programme>, other: Arc<Programme>) -> (Arc<Programme>, Arc<Programme>) {
    match other.data().as_of < one.data().as_of {
        true => (other, one),
        false => (one, other),
    }
}

/// Which programme to compare with, where there are several.
#[component]
fn Other(
    /// Those that there are.
    others: Vec<ProgrammeSummary>,
    /// The id of the one that the address names.
    wish: Memo<String>,
) -> impl IntoView {
    let words = words();
    let navigator = navigator();
    let value = RwSignal::new(wish.get_untracked());
    Effect::new(move |_| value.set(wish.get()));
    Effect::new(move |_| {
        let chosen = value.get();
        if chosen != wish.get_untracked() {
            navigator.amend(Route::Compare(chosen));
        }
    });
    let choices: Vec<Choice> = others
        .into_iter()
        .map(|other| {
            let label = words::rule_book::edition(words, &other.name, other.as_of);
            Choice::new(other.id, label)
        })
        .collect();
    view! { class="ps",
        <Select
            id=unique_id("with") label=words::rule_book::compare_with(words)
            placeholder=words::rule_book::compare_choose(words) choices=Signal::stored(choices) value=value
        />
    }
}

/// Every rule that the two do not set alike, and how many these are.
fn differences(words: Words, before: &Programme, after: &Programme) -> AnyView {
    let found = difference(before, after);
    let count = u32::try_from(found.len()).unwrap_or(u32::MAX);
    let sum = match count {
        0 => words::rule_book::compare_same(words).to_owned(),
        _ => words::rule_book::compare_count(words, count),
    };
    let entries = found.iter().map(|it| entry(words, it, before, after));
    view! { class="ps",
        <section class="rule-group">
            <h2>{sum}</h2>
            {entries.collect_view()}
        </section>
    }
    .into_any()
}

/// One rule, with what each of the two sets for it and the other does not.
fn entry(
    words: Words,
    found: &RuleDifference,
    before: &Programme,
    after: &Programme,
) -> impl IntoView + use<> {
    let rule = found.rule;
    let (was, now) = (worded(words, rule, before), worded(words, rule, after));
    let only = |here: &[(String, String)], there: &[(String, String)]| {
        let here = here.iter().filter(|row| !there.contains(row));
        here.cloned().collect::<Vec<_>>()
    };
    let side = |programme: &Programme, rows: Vec<(String, String)>, in_force: bool| {
        let data = programme.data();
        let title = words::rule_book::edition(words, &data.name, data.as_of);
        let state = match (in_force, rows.is_empty()) {
            (false, _) => view! { class="ps",
                <p><Badge tone=Tone::Warning text=words::rule_book::not_in_force(words)/></p>
            }
            .into_any(),
            (true, true) => {
                view! { class="ps", <p class="hint">{words::rule_book::compare_no_more(words)}</p> }
                    .into_any()
            }
            (true, false) => ().into_any(),
        };
        view! { class="ps", <div><h4>{title}</h4>{listed(rows)}{state}</div> }
    };
    let heading = format!("rule-{}", rule.code());
    let labelled_by = heading.clone();
    view! { class="ps",
        <article class="rule-entry" aria-labelledby=labelled_by>
            <h3 id=heading>
                <PageLink to=Route::Rules(Some(rule))>{rule.code()}</PageLink>
                " "
                {sentence_of(words, rule)}
            </h3>
            <div class="rule-sides">
                {side(before, only(&was, &now), found.before.in_force)}
                {side(after, only(&now, &was), found.after.in_force)}
            </div>
        </article>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entitlement_rules::ProgrammeData;

    fn programme(text: &str) -> Arc<Programme> {
        let data: ProgrammeData = serde_json::from_str(text).unwrap();
        Arc::new(Programme::check(data).unwrap())
    }

    #[test]
    fn the_earlier_programme_comes_first_whichever_is_the_own_one() {
        let earlier = programme(include_str!("../../../programmes/mpn-2021.json"));
        let later = programme(include_str!("../../../programmes/maicpp-2025.json"));
        for (one, other) in [(&earlier, &later), (&later, &earlier)] {
            let (first, second) = in_order(Arc::clone(one), Arc::clone(other));
            assert_eq!(first.data().id, "mpn-2021");
            assert_eq!(second.data().id, "maicpp-2025");
        }
    }
}
