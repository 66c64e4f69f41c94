//! What was used of the benefits: by period, and line by line of each balance.

mod chart;
mod history;
#[cfg(feature = "gallery")]
pub(crate) mod parts;
mod periods;

use crate::account::{Known, account};
use crate::backend::{Backend, Problem, backend};
use crate::connection::connection;
use crate::frame::{Page, StaleNotice, WhenKnown, once_there, problem_sentence};
use crate::freshness::follow;
use crate::navigator::PageLink;
use crate::remote::{Fetched, Remote};
use crate::route::Route;
use crate::signals::{Memo, RwSignal, Signal};
use crate::ui::{
    Button, Choice, Empty, Notice, Select, Table, Tone, announcer, csv, save_file, unique_id,
};
use crate::verdict::Names;
use crate::words::{self, Words, words};
use entitlement_rules::{Contract, Date};
use history::Balances;
use leptos::prelude::*;
use periods::{History, Length, Use, names, uses};
use support_api::LedgerLine;

/// Lines that the server tells at a time.
const PAGE: u32 = 100;
/// Most pages of one contract that are fetched.
const PAGES: u32 = 10;

/// The page.
#[component]
pub(super) fn UsagePage() -> impl IntoView {
    let words = words();
    view! { class="ps",
        <Page title=words::usage::title(words).to_owned() lead=words::usage::lead(words)>
            <p class="back"><PageLink to=Route::Benefits>{words::usage::back(words)}</PageLink></p>
            <WhenKnown children=std::sync::Arc::new(|known| {
                view! { class="ps", <Usage known=known/> }.into_any()
            })/>
        </Page>
    }
}

/// What came of the balances.
#[derive(Clone, Default, PartialEq)]
struct Found {
    histories: Vec<History>,
    /// What the contracts are called whose balances did not come, each with why.
    missing: Vec<(String, Problem)>,
}

/// The balances of every contract in the account.
#[component]
fn Usage(
    /// The account.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let backend = backend();
    follow(account(), backend);
    let found = Fetched::<Found>::new();
    let busy = RwSignal::new(false);
    let fetch = Callback::new(move |()| {
        let known = known.get_untracked();
        let earlier = found.now().with_untracked(|now| now.ready().cloned());
        busy.set(true);
        found.fetch(async move {
            let came = find(backend, words, &known, earlier.unwrap_or_default()).await;
            let _ = busy.try_set(false);
            came
        });
    });
    // Whatever changes a balance changes the account.
    let revision = Memo::new(move |_| known.with(|known| known.facts.revision));
    Effect::new(move |_| {
        // A memo that is tracked and never read does not follow.
        let _ = revision.get();
        fetch.run(());
    });
    let all = Memo::new(move |_| {
        found
            .now()
            .with(|now| now.ready().map(|found| found.histories.clone()))
            .unwrap_or_default()
    });
    let missing = Memo::new(move |_| {
        found
            .now()
            .with(|now| now.ready().map(|found| found.missing.clone()))
            .unwrap_or_default()
    });
    let phase = Memo::new(move |_| found.now().with(|now| now.and_then(|_| Remote::Ready(()))));
    let is_empty = Memo::new(move |_| all.with(Vec::is_empty));
    let there = move || {
        (move || match is_empty.get() {
            true => view! { class="ps",
                <Empty title=words::usage::none_title(words)>
                    <p>{words::usage::none_text(words)}</p>
                    <PageLink to=Route::Benefits class="button">{words::usage::back(words)}</PageLink>
                </Empty>
            }
            .into_any(),
            false => view! { class="ps",
                <Missing missing=missing busy=busy retry=fetch/>
                <Periods known=known all=all/>
                <Balances known=known all=all/>
            }
            .into_any(),
        })
        .into_any()
    };
    view! { class="ps", <StaleNotice problem=found.stale() retry=fetch/> {once_there(phase, fetch, Box::new(there))} }
}

/// Says which balances did not come, so that nobody takes the rest for everything.
#[component]
fn Missing(
    /// What they are called, and why they did not come.
    missing: Memo<Vec<(String, Problem)>>,
    /// They are asked for.
    busy: RwSignal<bool>,
    /// Asks for them again.
    retry: Callback<()>,
) -> impl IntoView {
    let words = words();
    connection().on_return(Callback::new(move |()| {
        if missing.with_untracked(|missing| !missing.is_empty()) {
            retry.run(());
        }
    }));
    move || {
        let (names, mut reasons): (Vec<String>, Vec<Problem>) = missing.get().into_iter().unzip();
        reasons.pop().map(|reason| {
            view! { class="ps",
                <Notice tone=Tone::Warning title=words::usage::missing_title(words) urgent=true>
                    <p>{words::usage::missing(words, &words.listed(&names))}</p>
                    <p>{problem_sentence(words, &reason)}</p>
                    <Button busy=busy on_press=retry>{words::shell::retry(words)}</Button>
                </Notice>
            }
        })
    }
}

/// The balances of the account's contracts, the present ones first. One that does not come leaves the others: it fails where none
/// came, where nobody is signed in any more, and where the one was there `earlier`, so that it stays on show.
async fn find(
    backend: Backend,
    words: Words,
    known: &Known,
    earlier: Found,
) -> Result<Found, Problem> {
    let names = Names::new(&known.programme, &known.facts, words.language());
    let mut contracts: Vec<&Contract> = known.facts.contracts.iter().collect();
    contracts.sort_by_key(|contract| (!contract.own, std::cmp::Reverse(contract.end)));
    let mut found = Found::default();
    for contract in contracts {
        let benefit = names.contract(&contract.reference);
        let (from, to) = (contract.start, contract.end);
        let (name, label) = match contract.own {
            true => {
                let label = words::usage::contract_choice(words, &benefit, from, to);
                (benefit, label)
            }
            false => (
                words::incidents::paid_by_benefit_of(words, &benefit, &contract.holder),
                words::usage::contract_of(words, &benefit, &contract.holder, from, to),
            ),
        };
        let reference = &contract.reference;
        match lines_of(backend, reference).await {
            Ok((lines, is_whole)) => found.histories.push(History {
                reference: reference.clone(),
                name,
                label,
                lines,
                is_whole,
            }),
            Err(problem) => {
                let was_there = earlier
                    .histories
                    .iter()
                    .any(|it| it.reference == *reference);
                if was_there || problem == Problem::SignedOut {
                    return Err(problem);
                }
                found.missing.push((label, problem));
            }
        }
    }
    match (found.histories.is_empty(), found.missing.first()) {
        (true, Some((_, problem))) => Err(problem.clone()),
        _ => Ok(found),
    }
}

/// The lines of a contract's balance, and whether that is all of them.
async fn lines_of(backend: Backend, contract: &str) -> Result<(Vec<LedgerLine>, bool), Problem> {
    let mut lines = Vec::new();
    let mut after = None;
    for _ in 0..PAGES {
        let page = backend.ledger(contract, PAGE, after.as_deref()).await?;
        lines.extend(page.lines);
        after = page.next;
        if after.is_none() {
            return Ok((lines, true));
        }
    }
    Ok((lines, false))
}

/// What was used in each period.
#[component]
fn Periods(
    /// The account.
    known: Signal<Known>,
    /// The balances.
    all: Memo<Vec<History>>,
) -> impl IntoView {
    let words = words();
    let announcer = announcer();
    let chosen = RwSignal::new("quarter".to_owned());
    let choices = vec![
        Choice::new("month", words::usage::length_month(words)),
        Choice::new("quarter", words::usage::length_quarter(words)),
        Choice::new("year", words::usage::length_year(words)),
    ];
    let today = Memo::new(move |_| known.with(|known| known.facts.as_of));
    let length = move || chosen.with(|chosen| length_of(chosen));
    let rows = Memo::new(move |_| all.with(|all| uses(all, length(), today.get())));
    let last_whole = move || {
        rows.with(|rows| {
            let whole = rows.iter().find(|row| row.to < today.get())?;
            let (used, given_back) = whole.all();
            let used = words::usage::used(words, used);
            let given_back = words::usage::given_back(words, given_back);
            let (from, to) = (whole.from, whole.to);
            Some(words::usage::last_whole(
                words,
                from,
                to,
                &used,
                &given_back,
            ))
        })
    };
    let refused = RwSignal::new(false);
    let save = Callback::new(move |()| {
        let table = all.with_untracked(|all| rows.with_untracked(|rows| sheet(words, all, rows)));
        let name = format!("use-{}.csv", today.get_untracked());
        let text = csv(&table, words.cell_separator());
        let saved = save_file(&name, "text/csv;charset=utf-8", &text);
        refused.set(saved.is_none());
        if saved.is_some() {
            announcer.say(words::usage::exported(words));
        }
    });
    let cut = move || {
        let is_cut = all.with(|all| all.iter().any(|history| !history.is_whole));
        is_cut.then(|| {
            let text = words::usage::not_whole(words, PAGE * PAGES);
            view! { class="ps", <p class="hint">{text}</p> }
        })
    };
    let heads = move || {
        let all = all.get();
        let names = names(&all).into_iter().map(str::to_owned);
        names
            .map(|name| view! { class="ps", <th scope="col" class="count">{name}</th> })
            .collect_view()
    };
    let lines = move || {
        let line = |row: &Use| {
            let label = period_name(words, length(), row, today.get());
            let counts = row
                .counts
                .iter()
                .map(|count| count_cell(words, *count))
                .collect_view();
            view! { class="ps", <tr><th scope="row">{label}</th>{counts}</tr> }
        };
        rows.with(|rows| rows.iter().map(line).collect_view())
    };
    let heading = unique_id("by-period");
    let labelled_by = heading.clone();
    view! { class="ps",
        <section class="section" aria-labelledby=labelled_by>
            <h2 id=heading>{words::usage::by_period(words)}</h2>
            <p role="status">{last_whole}</p>
            <div class="usage-tools">
                <Select
                    id=unique_id("length") label=words::usage::length(words)
                    placeholder="" choices=Signal::stored(choices) value=chosen
                />
                <Button on_press=save>{words::usage::export(words)}</Button>
            </div>
            {move || refused.get().then(|| view! { class="ps",
                <Notice tone=Tone::Bad urgent=true><p>{words::usage::export_refused(words)}</p></Notice>
            })}
            <Table caption=words::usage::periods_caption(words) caption_hidden=true>
                <thead><tr><th scope="col">{words::usage::column_period(words)}</th>{heads}</tr></thead>
                <tbody>{lines}</tbody>
            </Table>
            {cut}
        </section>
    }
}

fn length_of(chosen: &str) -> Length {
    match chosen {
        "month" => Length::Month,
        "year" => Length::Year,
        _ => Length::Quarter,
    }
}

/// A period in words: by its number where people speak so, and by its days.
fn period_name(words: Words, length: Length, row: &Use, today: Date) -> impl IntoView + use<> {
    let days = match row.to < today {
        true => words::usage::days(words, row.from, row.to),
        false => words::usage::so_far(words, row.from),
    };
    let (year, month, _) = row.from.ymd();
    let name = match length {
        Length::Quarter => words::usage::quarter(words, month.div_ceil(3), &year.to_string()),
        Length::Year => year.to_string(),
        Length::Month => return view! { class="ps", <span>{days}</span> }.into_any(),
    };
    view! { class="ps", <span>{name}</span><span class="hint usage-days">{days}</span> }.into_any()
}

fn count_cell(words: Words, (used, given_back): (u32, u32)) -> impl IntoView + use<> {
    let given_back = (given_back > 0).then(|| {
        let text = words::usage::given_back(words, given_back);
        view! { class="ps", <span class="hint usage-days">{text}</span> }
    });
    view! { class="ps", <td class="count">{words.number(used)}{given_back}</td> }
}

/// The same for a spreadsheet: a line for each period and benefit.
fn sheet(words: Words, all: &[History], rows: &[Use]) -> Vec<Vec<String>> {
    let head = [
        words::usage::column_from(words),
        words::usage::column_to(words),
        words::usage::column_benefit(words),
        words::usage::column_used(words),
        words::usage::column_given_back(words),
    ];
    let mut sheet = vec![head.map(str::to_owned).to_vec()];
    for row in rows {
        for (name, (used, given_back)) in names(all).into_iter().zip(&row.counts) {
            sheet.push(vec![
                row.from.to_string(),
                row.to.to_string(),
                name.to_owned(),
                used.to_string(),
                given_back.to_string(),
            ]);
        }
    }
    sheet
}
