//! One contract's balance, line by line.

use super::chart::{Chart, Drawing};
use super::periods::{History, day_of};
use crate::account::Known;
use crate::navigator::{PageLink, navigator};
use crate::route::Route;
use crate::signals::{Memo, RwSignal, Signal, StoredValue};
use crate::ui::{Button, Choice, Select, Table, unique_id};
use crate::verdict::Code;
use crate::words::{self, Words, words};
use entitlement_rules::{Allotment, EntryKind};
use leptos::prelude::*;
use support_api::LedgerLine;

/// Lines that are shown at a time.
const SHOWN: usize = 25;

/// The balance of the contract that is chosen; the page's address says which.
#[component]
pub(super) fn Balances(
    /// The account.
    known: Signal<Known>,
    /// The balances; at least one.
    all: Memo<Vec<History>>,
) -> impl IntoView {
    let words = words();
    let navigator = navigator();
    let chosen = RwSignal::new(String::new());
    Effect::new(move |_| {
        if let Route::Usage(contract) = navigator.route() {
            let is_there =
                |wanted: &String| all.with(|all| all.iter().any(|it| it.reference == *wanted));
            let first = || all.with(|all| all.first().map(|first| first.reference.clone()));
            let contract = contract.filter(is_there).or_else(first);
            chosen.set(contract.unwrap_or_default());
        }
    });
    Effect::new(move |before: Option<String>| {
        let now = chosen.get();
        if before.is_some_and(|before| !before.is_empty() && before != now) {
            navigator.amend(Route::Usage(Some(now.clone())));
        }
        now
    });
    let choices = Signal::derive(move || {
        let choice = |it: &History| Choice::new(it.reference.clone(), it.label.clone());
        all.with(|all| all.iter().map(choice).collect())
    });
    let several = Memo::new(move |_| all.with(|all| all.len() > 1));
    let history = Memo::new(move |_| {
        all.with(|all| chosen.with(|chosen| all.iter().find(|it| it.reference == *chosen).cloned()))
    });
    let heading = unique_id("history");
    let labelled_by = heading.clone();
    view! { class="ps",
        <section class="section" aria-labelledby=labelled_by>
            <h2 id=heading>{words::usage::history(words)}</h2>
            <Show when=move || several.get()>
                <Select
                    id=unique_id("contract") label=words::usage::contract(words)
                    placeholder=words::usage::contract_choose(words) choices=choices value=chosen
                />
            </Show>
            {move || history.get().map(|history| view! { class="ps", <Balance known=known history=history/> })}
        </section>
    }
}

/// One balance, as a drawing and as a table.
#[component]
pub(super) fn Balance(
    /// The account.
    known: Signal<Known>,
    /// The balance.
    history: History,
) -> impl IntoView {
    let words = words();
    let chart = known.with_untracked(|known| {
        let mut contracts = known.facts.contracts.iter();
        let contract = contracts.find(|it| it.reference == history.reference)?;
        let drawing = Drawing::new(&history, contract, known.facts.as_of)?;
        Some((drawing, (contract.start, contract.end)))
    });
    let name = history.name;
    let drawn = chart.map(|(drawing, days)| {
        view! { class="ps", <Chart drawing=drawing name=name.clone() days=days/> }
    });
    let all = history.lines.len();
    let lines = StoredValue::new(history.lines);
    let shown = RwSignal::new(SHOWN);
    let rows = move || {
        lines.with_value(|lines| {
            let shown = lines.iter().take(shown.get());
            shown.map(|line| row(words, line)).collect_view()
        })
    };
    let why_not = Signal::derive(move || (shown.get() >= all).then(|| told(words, all, all)));
    let heads = [
        (words::usage::column_day(words), ""),
        (words::usage::column_what(words), ""),
        (words::usage::column_change(words), "count"),
        (words::usage::column_left(words), "count"),
        (words::usage::column_by(words), ""),
    ];
    let heads =
        heads.map(|(head, class)| view! { class="ps", <th scope="col" class=class>{head}</th> });
    view! { class="ps",
        {drawn}
        <Table caption=words::usage::caption(words, &name)>
            <thead><tr>{heads.collect_view()}</tr></thead>
            <tbody>{rows}</tbody>
        </Table>
        {(all > SHOWN).then(|| view! { class="ps",
            <div>
                <Button why_not=why_not on_press=Callback::new(move |()| {
                    shown.update(|shown| *shown += SHOWN);
                    crate::ui::announce(told(words, shown.get_untracked().min(all), all));
                })>
                    {words::usage::more(words)}
                </Button>
            </div>
        })}
    }
}

fn told(words: Words, shown: usize, all: usize) -> String {
    let count = |count| u32::try_from(count).unwrap_or(u32::MAX);
    words::usage::shown(words, count(shown), count(all))
}

/// One line of a balance.
fn row(words: Words, line: &LedgerLine) -> impl IntoView + use<> {
    let day = day_of(line).map_or_else(|| line.at.clone(), |day| words.date(day));
    let amount = line.amount.unwrap_or_default();
    let count = words.number(u32::try_from(amount.unsigned_abs()).unwrap_or(u32::MAX));
    let is_less = matches!(line.kind, EntryKind::Consume | EntryKind::Expire) || amount < 0;
    let change = match line.amount {
        None => words::usage::unlimited(words).to_owned(),
        Some(_) if is_less => format!("\u{2212}{count}"),
        Some(_) => format!("+{count}"),
    };
    let left = match line.remaining {
        Allotment::Unlimited => words::usage::unlimited(words).to_owned(),
        Allotment::Finite(left) => words.number(left),
        Allotment::None => words.number(0),
    };
    let by = match (line.kind, &line.by) {
        (EntryKind::Consume, Some(by)) => by.clone(),
        (EntryKind::Consume, None) => words::usage::not_shown(words).to_owned(),
        _ => words::usage::the_programme(words).to_owned(),
    };
    let what = what(words, line);
    let what = match &line.incident_id {
        Some(id) => {
            view! { class="ps", <PageLink to=Route::Incident(id.clone())>{what}</PageLink> }
                .into_any()
        }
        None => view! { class="ps", <span>{what}</span> }.into_any(),
    };
    let own_words = (line.kind == EntryKind::Correct).then(|| line.reason.clone());
    let own_words = own_words
        .flatten()
        .map(|said| view! { class="ps", <p class="hint" dir="auto">{said}</p> });
    view! { class="ps",
        <tr>
            <td>{day}</td>
            <th scope="row">{what}{own_words}</th>
            <td class="count">{change}</td>
            <td class="count">{left}</td>
            <td><span dir="auto">{by}</span></td>
        </tr>
    }
}

fn what(words: Words, line: &LedgerLine) -> String {
    use words::usage as say;
    match (line.kind, &line.incident) {
        (EntryKind::Grant, _) => say::did_grant(words).to_owned(),
        (EntryKind::Consume, Some(number)) => say::did_consume_number(words, number),
        (EntryKind::Consume, None) => say::did_consume(words).to_owned(),
        (EntryKind::Refund, number) => {
            let code = line.reason.as_deref().unwrap_or_default();
            let reason = Code::of_code(code).map_or(code, |code| code.word(words));
            match number {
                Some(number) => say::did_refund_number(words, number, reason),
                None => say::did_refund(words, reason),
            }
        }
        (EntryKind::Expire, _) => say::did_expire(words).to_owned(),
        (EntryKind::Correct, _) => say::did_correct(words).to_owned(),
    }
}
