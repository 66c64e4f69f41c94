//! The incidents of a view as a file, made here from everything that the server has of it. It says what the list says, and
//! has no id that opens anything.

use super::listing::{MOST, next_page};
use super::row::Row;
use super::{payer_text, severity_text, status_text};
use crate::account::Known;
use crate::backend::{Problem, backend};
use crate::frame::{SignInAgain, problem_sentence};
use crate::route::View;
use crate::signals::{Memo, RwSignal, Signal, StoredValue};
use crate::ui::{Button, Emphasis, Notice, Tone, announcer, csv, save_file};
use crate::words::{self, Words, words};
use leptos::html;
use leptos::prelude::*;
use serde::Serialize;
use support_api::{IncidentStatus, Severity};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The ways to export what a view shows, how far that has come, and the way to stop it.
#[component]
pub(super) fn Export(
    /// The account.
    known: Signal<Known>,
    /// What is exported.
    view: Memo<View>,
) -> impl IntoView {
    let words = words();
    let (backend, announcer) = (backend(), announcer());
    // How far it has come, in words; empty while nothing is exported.
    let progress = RwSignal::new(String::new());
    let busy = Signal::derive(move || progress.with(|progress| !progress.is_empty()));
    let problem = RwSignal::new(None::<Problem>);
    let refused = RwSignal::new(false);
    let turn = StoredValue::new(0_u32);
    let place = NodeRef::<html::Div>::new();
    let export = move |as_csv: bool| {
        Callback::new(move |()| {
            problem.set(None);
            refused.set(false);
            turn.update_value(|turn| *turn = turn.wrapping_add(1));
            let mine = turn.get_value();
            let (view, known) = (view.get_untracked(), known.get_untracked());
            progress.set(words::incidents::export_read(words, 0));
            leptos::task::spawn_local(async move {
                let mut rows = Vec::new();
                let mut after = None;
                let outcome = loop {
                    let page = match next_page(backend, &view, MOST, after).await {
                        Ok(page) => page,
                        Err(problem) => break Err(problem),
                    };
                    // Stopped, or the page was left.
                    if turn.try_get_value() != Some(mine) {
                        return;
                    }
                    let language = words.language();
                    rows.extend(page.incidents.iter().map(|incident| {
                        Row::new(incident, &known.programme, &known.facts, language)
                    }));
                    progress.set(words::incidents::export_read(words, count(&rows)));
                    after = page.next;
                    if after.is_none() {
                        break Ok(());
                    }
                };
                if turn.try_get_value() != Some(mine) {
                    return;
                }
                progress.set(String::new());
                if let Err(failure) = outcome {
                    problem.set(Some(failure));
                    return;
                }
                let day = known.facts.as_of;
                let saved = if as_csv {
                    let text = csv(&table(words, &rows), words.cell_separator());
                    save_file(
                        &format!("incidents-{day}.csv"),
                        "text/csv;charset=utf-8",
                        &text,
                    )
                } else {
                    save_file(
                        &format!("incidents-{day}.json"),
                        "application/json",
                        &json(words, &rows),
                    )
                };
                match saved {
                    Some(()) => announcer.say(words::incidents::exported(words, count(&rows))),
                    None => refused.set(true),
                }
            });
        })
    };
    let stop = Callback::new(move |()| {
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        progress.set(String::new());
        announcer.say(words::incidents::export_stopped(words));
        // The button that had it goes.
        let first = place
            .get_untracked()
            .and_then(|place| place.query_selector("button").ok()?);
        if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
            let _ = first.focus();
        }
    });
    let failed = move || {
        let problem = problem.get();
        let sentence = match &problem {
            Some(problem) => problem_sentence(words, problem),
            None if refused.get() => words::incidents::export_refused(words).to_owned(),
            None => return None,
        };
        Some(view! { class="ps",
            <Notice tone=Tone::Bad title=words::incidents::export_failed(words) urgent=true>
                <p>{sentence}</p>
                {problem.map(|problem| view! { class="ps", <SignInAgain problem=problem/> })}
            </Notice>
        })
    };
    view! { class="ps",
        <div class="incidents-export" node_ref=place>
            <div class="row">
                <Button emphasis=Emphasis::Quiet busy=busy on_press=export(true)>
                    {words::incidents::export_csv(words)}
                </Button>
                <Button emphasis=Emphasis::Quiet busy=busy on_press=export(false)>
                    {words::incidents::export_json(words)}
                </Button>
                <Show when=move || busy.get()>
                    <span class="hint">{move || progress.get()}</span>
                    <Button on_press=stop>{words::incidents::export_stop(words)}</Button>
                </Show>
            </div>
            {failed}
        </div>
    }
}

fn count(rows: &[Row]) -> u32 {
    u32::try_from(rows.len()).unwrap_or(u32::MAX)
}

/// What the list says, with a head.
fn table(words: Words, rows: &[Row]) -> Vec<Vec<String>> {
    use words::incidents as say;
    let head = [
        say::column_number(words),
        say::column_title(words),
        say::column_product(words),
        say::column_severity(words),
        say::column_status(words),
        say::column_created(words),
        say::column_created_by(words),
        say::beneficiary(words),
        say::column_paid_by(words),
        say::consumption(words),
    ];
    let line = |row: &Row| {
        let own_company = say::for_own_company(words);
        vec![
            row.number.clone(),
            match row.test {
                true => format!("{} ({})", row.title, say::test(words)),
                false => row.title.clone(),
            },
            row.product.clone(),
            severity_text(words, row.severity).to_owned(),
            status_text(words, row.status).to_owned(),
            row.created_at.clone(),
            row.created_by.clone(),
            row.customer.as_deref().unwrap_or(own_company).to_owned(),
            payer_text(words, &row.payer),
            row.consumed.to_string(),
        ]
    };
    let head = head.map(str::to_owned).to_vec();
    std::iter::once(head).chain(rows.iter().map(line)).collect()
}

/// One incident for programs: codes as the API has them.
#[derive(Serialize)]
struct Exported<'a> {
    number: &'a str,
    title: &'a str,
    product: &'a str,
    severity: Severity,
    status: IncidentStatus,
    created_at: &'a str,
    created_by: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<&'a str>,
    paid_by: String,
    consumed: u32,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    test: bool,
}

fn json(words: Words, rows: &[Row]) -> String {
    let rows = rows.iter().map(|row| Exported {
        number: &row.number,
        title: &row.title,
        product: &row.product,
        severity: row.severity,
        status: row.status,
        created_at: &row.created_at,
        created_by: &row.created_by,
        customer: row.customer.as_deref(),
        paid_by: payer_text(words, &row.payer),
        consumed: row.consumed,
        test: row.test,
    });
    let rows: Vec<Exported<'_>> = rows.collect();
    serde_json::to_string(&rows).unwrap_or_default()
}
