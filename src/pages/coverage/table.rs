//! The answers as a table; in a narrow place each product is a card with one line for each way to pay. The roles are stated,
//! because a table that is laid out in another way is no table any more for some screen readers.

use super::choices::Choices;
use super::grid::{Cover, Grid};
use crate::account::Public;
use crate::signals::{Memo, Signal};
use crate::verdict::{Names, PayerName, payer_name};
use crate::words::{self, Words, words};
use entitlement_rules::{Column, FailingSide};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

/// A way to pay by its name; `whole` where the programme's ways are asked about, and not the account's.
pub(super) fn way_name(words: Words, public: &Public, whole: bool, way: &Column) -> String {
    let language = words.language();
    let of_programme = Names::of_programme(&public.programme, language);
    let name = match (public.facts.as_deref().filter(|_| !whole), &way.benefit) {
        (Some(facts), _) => Names::new(&public.programme, facts, language).payer(&way.funding),
        (None, Some(benefit)) => PayerName::Benefit(of_programme.benefit_of_package(benefit)),
        (None, None) => of_programme.payer(&way.funding),
    };
    payer_name(words, &name)
}

/// The table. One listener serves all of its buttons, of which there are hundreds.
#[component]
pub(super) fn GridTable(
    /// The programme and the account.
    public: Signal<Public>,
    /// What was chosen.
    choices: Choices,
    /// What is shown.
    grid: Memo<Grid>,
    /// The answer of a row and a way to pay is asked for, with what it says.
    on_open: Callback<(usize, usize, String)>,
) -> impl IntoView {
    let words = words();
    let on_click = move |click: MouseEvent| {
        let target = click.target().and_then(|it| it.dyn_into::<Element>().ok());
        let button = target.and_then(|it| it.closest("[data-cell]").ok().flatten());
        let pressed = button.and_then(|button| {
            let cell = button.get_attribute("data-cell")?;
            let (row, way) = cell.split_once(' ')?;
            let said = button.get_attribute("aria-label")?;
            Some((row.parse().ok()?, way.parse().ok()?, said))
        });
        if let Some(pressed) = pressed {
            on_open.run(pressed);
        }
    };
    view! { class="ps",
        <div on:click=on_click>
            {move || {
                let whole = choices.programme.get();
                let of_account = public.with(|public| public.facts.is_some() && !whole);
                let about = match choices.for_customer() {
                    true => words::coverage::for_customer(words),
                    false => words::coverage::for_own(words),
                };
                let by = match of_account {
                    true => words::coverage::of_account(words),
                    false => words::coverage::of_programme(words),
                };
                public.with(|public| grid.with(|grid| {
                    let programme = &public.programme.data().name;
                    (!grid.products.is_empty() && !grid.ways.is_empty()).then(|| view! { class="ps",
                        <table class="coverage-table" role="table">
                            <caption>
                                {words::coverage::caption(words, programme, grid.on)}
                                <span class="hint">{about}" · "{by}</span>
                            </caption>
                            {rows(words, public, whole, grid)}
                        </table>
                        <p class="hint">{words::coverage::legend_conditional(words)}</p>
                    })
                }))
            }}
        </div>
    }
}

fn rows(words: Words, public: &Public, whole: bool, grid: &Grid) -> impl IntoView + use<> {
    let names = Names::of_programme(&public.programme, words.language());
    let ways: Vec<(usize, String)> = grid
        .ways
        .iter()
        .filter_map(|way| Some((*way, way_name(words, public, whole, grid.column(*way)?))))
        .collect();
    let heads = ways.iter().map(|(_, name)| {
        view! { class="ps", <th scope="col" role="columnheader">{name.clone()}</th> }
    });
    let products = grid.products.iter().map(|rows| {
        let rows = rows.iter().map(|row| {
            let product = product_name(words, names, grid, *row);
            let cells = ways.iter().map(|(way, name)| cell(words, grid, (*row, *way), &product, name));
            view! { class="ps",
                <tr role="row"><th scope="row" role="rowheader">{product.clone()}</th>{cells.collect_view()}</tr>
            }
        });
        view! { class="ps", <tbody role="rowgroup">{rows.collect_view()}</tbody> }
    });
    view! { class="ps",
        <thead role="rowgroup">
            <tr role="row"><th scope="col" role="columnheader">{words::coverage::product(words)}</th>{heads.collect_view()}</tr>
        </thead>
        {products.collect_view()}
    }
}

/// The product of a row with its version, or the side of it that fails.
fn product_name(words: Words, names: Names<'_>, grid: &Grid, row: usize) -> String {
    let Some((product, version, side)) = grid.row(row, names) else {
        return String::new();
    };
    match (version, side) {
        (Some(version), _) => format!("{product} {version}"),
        (None, Some(FailingSide::OnPremises)) => {
            words.listed(&[product, words::coverage::on_premises_side(words).to_owned()])
        }
        (None, Some(FailingSide::Cloud)) => {
            words.listed(&[product, words::coverage::cloud_side(words).to_owned()])
        }
        (None, None) => product,
    }
}

fn cell(
    words: Words,
    grid: &Grid,
    (row, way): (usize, usize),
    product: &str,
    name: &str,
) -> impl IntoView + use<> {
    let (cover, reasons) = grid.cover(row, way).unwrap_or((Cover::No, Vec::new()));
    let (class, mark, word) = match cover {
        Cover::Yes => ("cover good", "✓", words::coverage::yes(words)),
        Cover::Conditional => ("cover warning", "!", words::coverage::conditional(words)),
        Cover::No => ("cover bad", "✕", words::coverage::no(words)),
    };
    let reasons = reasons.join(" ");
    let answer = format!("{word} {reasons}");
    let label = words::coverage::in_short(words, answer.trim_end(), product, name);
    view! { class="ps",
        <td role="cell">
            <span class="cell-name" aria-hidden="true">{name.to_owned()}</span>
            <button type="button" class=class data-cell=format!("{row} {way}") aria-label=label>
                <span aria-hidden="true">{mark}</span>
                <span>{word}</span>
                " "
                <span class="cover-reasons">{reasons}</span>
            </button>
        </td>
    }
}
