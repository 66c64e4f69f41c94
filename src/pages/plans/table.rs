//! The comparison as a table; in a narrow place each attribute is a card with one line for each plan. The roles are
//! stated, because a table that is laid out in another way is no table any more for some screen readers.

use super::comparison::{Cell, Column, Comparison, Held, Row};
use super::sources::{SourceLink, Trail};
use super::{Wishes, figure, per};
use crate::ui::{Badge, ExternalLink, Tone};
use crate::words::{self, words};
use leptos::prelude::*;

/// Longest quote, in characters.
const QUOTE_LENGTH: &str = "80";

/// The table.
#[component]
pub(crate) fn PlanTable(
    /// What it shows; at least one plan.
    comparison: Comparison,
    /// What the reader chose and typed.
    wishes: Wishes,
    /// The way to the sources and back.
    trail: Trail,
) -> impl IntoView {
    let words = words();
    let Comparison { plans, rows, .. } = comparison;
    let names: Vec<String> = plans.iter().map(|plan| plan.name.clone()).collect();
    let heads = names
        .iter()
        .map(|name| view! { class="ps", <th scope="col" role="columnheader">{name.clone()}</th> })
        .collect_view();
    let summaries: Vec<_> = plans.iter().map(summary_cell).collect();
    let shown = move |row: &Row| row.differs || !wishes.differences_only.get();
    let rows = move || {
        rows.iter()
            .filter(|row| shown(row))
            .map(|row| attribute_row(row, &names, trail))
            .collect_view()
    };
    let held: Vec<_> = plans.iter().filter_map(held_cell).collect();
    let held = (!held.is_empty()).then(|| {
        view! { class="ps",
            <tr role="row" class="plan-held">
                <th scope="row" role="rowheader">{words::plans::your_account(words)}</th>
                {held}
            </tr>
        }
    });
    let quotes: Vec<_> = plans.iter().map(|plan| quote_cell(plan, wishes)).collect();
    let links: Vec<_> = plans.iter().map(link_cell).collect();
    view! { class="ps",
        <table class="plan-table" role="table">
            <caption>{words::plans::caption(words)}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th scope="col" role="columnheader"><span class="visually-hidden">{words::plans::attribute(words)}</span></th>
                    {heads}
                </tr>
            </thead>
            <tbody role="rowgroup">
                <tr role="row" class="plan-summaries">
                    <th scope="row" role="rowheader">{words::plans::summary(words)}</th>
                    {summaries}
                </tr>
                {held}
                {rows}
                <tr role="row" class="plan-quotes">
                    <th scope="row" role="rowheader">
                        {words::plans::quote(words)}
                        <span class="hint">{words::plans::quote_hint(words)}</span>
                    </th>
                    {quotes}
                </tr>
                <tr role="row" class="plan-links">
                    <th scope="row" role="rowheader">{words::plans::read_on(words)}</th>
                    {links}
                </tr>
            </tbody>
        </table>
    }
}

/// One attribute of all plans.
fn attribute_row(row: &Row, plans: &[String], trail: Trail) -> impl IntoView + use<> {
    let cells = row
        .cells
        .iter()
        .zip(plans)
        .map(|(cell, plan)| figure_cell(cell, plan.clone(), trail))
        .collect_view();
    view! { class="ps",
        <tr role="row"><th scope="row" role="rowheader">{row.name.clone()}</th>{cells}</tr>
    }
}

/// One figure, with its date, its source, and how far it can be trusted.
fn figure_cell(cell: &Cell, plan: String, trail: Trail) -> impl IntoView + use<> {
    let words = words();
    let figure = figure::figure(words, &cell.value);
    let restriction = figure::restriction(words, &cell.value);
    let origin = cell.origin;
    let caution = origin.and_then(|origin| figure::caution(words, origin.confidence));
    view! { class="ps",
        <PlanCell plan=plan>
            <p>{figure}</p>
            {restriction.map(|note| view! { class="ps", <p class="hint">{note}</p> })}
            {origin.map(|origin| view! { class="ps",
                <p class="plan-origin">
                    {caution.map(|text| view! { class="ps", <Badge tone=Tone::Warning text=text/> })}
                    <SourceLink origin=origin trail=trail/>
                </p>
            })}
        </PlanCell>
    }
}

/// What a plan is, in a sentence.
fn summary_cell(plan: &Column) -> impl IntoView + use<> {
    let (name, summary) = (plan.name.clone(), plan.summary.clone());
    view! { class="ps", <PlanCell plan=name><p>{summary}</p></PlanCell> }
}

/// What the account has of a plan, when somebody is signed in.
fn held_cell(plan: &Column) -> Option<impl IntoView + use<>> {
    let words = words();
    let held = plan.held.as_ref()?;
    let tone = match held {
        Held::WithMembership(_) | Held::Bought => Tone::Good,
        Held::Outlasting { .. } => Tone::Warning,
        Held::NotWithMembership | Held::Buyable => Tone::Neutral,
    };
    let text = figure::held(words, held);
    let grants = figure::usable(words, held)
        .into_iter()
        .map(|text| view! { class="ps", <p>{text}</p> })
        .collect_view();
    Some(view! { class="ps",
        <PlanCell plan=plan.name.clone()><Badge tone=tone text=text/>{grants}</PlanCell>
    })
}

/// The quote that the reader got; nothing is asked where the membership pays.
fn quote_cell(plan: &Column, wishes: Wishes) -> impl IntoView + use<> {
    let words = words();
    let name = plan.name.clone();
    let content = match (plan.paid, wishes.quote(&plan.id), wishes.quote(&per(&plan.id))) {
        (true, Some(quote), Some(per)) => view! { class="ps",
            <input
                type="text"
                class="plan-quote"
                dir="auto"
                autocomplete="off"
                // Says to the styles whether it is empty.
                placeholder=" "
                maxlength=QUOTE_LENGTH
                aria-label=words::plans::quote_for(words, &name)
                prop:value=move || quote.get()
                on:input=move |typed| quote.set(event_target_value(&typed))
            />
            <select
                class="plan-quote"
                aria-label=words::plans::quote_per(words, &name)
                on:change=move |chosen| per.set(event_target_value(&chosen))
            >
                {[
                    ("year", words::plans::quote_year(words)),
                    ("month", words::plans::quote_month(words)),
                    ("incident", words::plans::quote_incident(words)),
                ]
                    .map(|(value, text)| view! { class="ps",
                        <option value=value prop:selected=move || per.with(|per| per == value)>{text}</option>
                    })
                    .collect_view()}
            </select>
        }
        .into_any(),
        _ => view! { class="ps", <p>{words::plans::quote_not_needed(words)}</p> }.into_any(),
    };
    view! { class="ps", <PlanCell plan=name>{content}</PlanCell> }
}

/// Where to read on or to buy.
fn link_cell(plan: &Column) -> impl IntoView + use<> {
    let words = words();
    let name = plan.name.clone();
    let text = words::plans::vendor_page(words, &name);
    let content = match plan.url.clone() {
        Some(url) => view! { class="ps", <ExternalLink href=url text=text/> }.into_any(),
        None => view! { class="ps", <p>{words::plans::not_published(words)}</p> }.into_any(),
    };
    view! { class="ps", <PlanCell plan=name>{content}</PlanCell> }
}

/// A cell that can say the name of its plan where the head of the table is not on show.
#[component]
fn PlanCell(
    /// Name of the plan.
    plan: String,
    /// What the cell says.
    children: Children,
) -> impl IntoView {
    view! { class="ps",
        <td role="cell">
            <span class="cell-name" aria-hidden="true">{plan}</span>
            <div class="plan-figure">{children()}</div>
        </td>
    }
}
