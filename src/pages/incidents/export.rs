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
use entitlement_rules::Funding;
use leptos::html;
use leptos::prelude::*;
use serde::Serialize;
use support_api::{Incident, IncidentStatus, Severity};
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
                let mut incidents = Vec::new();
                let mut after = None::<String>;
                let outcome = loop {
                    let mut page = match next_page(backend, &view, MOST, after.as_deref()).await {
                        Ok(page) => page,
                        Err(problem) => break Err(problem),
                    };
                    // Stopped, or the page was left.
                    if turn.try_get_value() != Some(mine) {
                        return;
                    }
                    incidents.append(&mut page.incidents);
                    progress.set(words::incidents::export_read(words, count(&incidents)));
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
                    let text = csv(&table(words, &incidents, &known), words.cell_separator());
                    save_file(
                        &format!("incidents-{day}.csv"),
                        "text/csv;charset=utf-8",
                        &text,
                    )
                } else {
                    save_file(
                        &format!("incidents-{day}.json"),
                        "application/json",
                        &json(&incidents),
                    )
                };
                match saved {
                    Some(()) => announcer.say(words::incidents::exported(words, count(&incidents))),
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

fn count(incidents: &[Incident]) -> u32 {
    u32::try_from(incidents.len()).unwrap_or(u32::MAX)
}

/// What the list says, with a head.
fn table(words: Words, incidents: &[Incident], known: &Known) -> Vec<Vec<String>> {
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
    let line = |incident: &Incident| {
        let row = Row::new(incident, &known.programme, &known.facts, words.language());
        let own_company = say::for_own_company(words);
        vec![
            row.number,
            match row.test {
                true => format!("{} ({})", row.title, say::test(words)),
                false => row.title,
            },
            row.product,
            severity_text(words, row.severity).to_owned(),
            status_text(words, row.status).to_owned(),
            row.created_at,
            row.created_by,
            row.customer.unwrap_or_else(|| own_company.to_owned()),
            payer_text(words, &row.payer),
            row.consumed.to_string(),
        ]
    };
    let head = head.map(str::to_owned).to_vec();
    std::iter::once(head)
        .chain(incidents.iter().map(line))
        .collect()
}

/// One incident for programs: codes as the API has them.
#[derive(Serialize)]
struct Exported<'a> {
    number: &'a str,
    title: &'a str,
    product: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    severity: Severity,
    status: IncidentStatus,
    created_at: &'a str,
    created_by: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_by: Option<&'a str>,
    consumed: u32,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    test: bool,
}

fn json(incidents: &[Incident]) -> String {
    let incidents = incidents.iter().map(|incident| Exported {
        number: &incident.number,
        title: &incident.title,
        product: &incident.product,
        version: incident.version.as_deref(),
        severity: incident.severity,
        status: incident.status,
        created_at: &incident.created_at,
        created_by: &incident.created_by,
        customer: incident.customer.as_deref(),
        paid_by: paid_by(incident),
        consumed: incident.consumed,
        test: incident.test,
    });
    let incidents: Vec<Exported<'_>> = incidents.collect();
    serde_json::to_string(&incidents).unwrap_or_default()
}

/// Id of the benefit or the plan that paid, as a list of incidents is narrowed by it.
fn paid_by(incident: &Incident) -> Option<&str> {
    match (&incident.funding, &incident.benefit) {
        (Funding::ResellerPlan { plan } | Funding::PaidPlan { plan }, _) => Some(plan),
        (Funding::Benefit { benefit }, _) | (_, Some(benefit)) => Some(&benefit.benefit),
        (Funding::Contract { .. } | Funding::HeldIds, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::testing::incident;
    use super::*;

    #[test]
    fn a_program_reads_the_ids_of_the_product_its_version_and_what_paid() {
        let mut by_plan = incident("2");
        by_plan.version = None;
        by_plan.funding = Funding::PaidPlan {
            plan: "advanced".into(),
        };
        let read: serde_json::Value =
            serde_json::from_str(&json(&[incident("1"), by_plan])).unwrap();
        assert_eq!(read[0]["product"], "windows-server");
        assert_eq!(read[0]["version"], "2019");
        assert_eq!(read[0]["paid_by"], "product-support");
        assert_eq!(read[1]["paid_by"], "advanced");
        assert!(read[1].get("version").is_none());
    }
}
