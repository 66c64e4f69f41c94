//! The rows of the list on the screen.
//!
//! Rows are very many and all alike: one is made, and every other one is a copy of it that says something else. As views of the
//! framework they were most of what a filter, a page more or the way back to the list cost the reader.

use super::row::{Row, Rows};
use super::{consumed_text, payer_text};
use crate::incident::{moment_text, severity_text, status_text, status_tone};
use crate::navigator::Navigator;
use crate::route::Route;
use crate::ui::Tone;
use crate::words::{self, Words};
use leptos::prelude::document;
use std::ops::Range;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};

/// The rows that are there, in their order.
pub(super) struct DrawnRows {
    words: Words,
    navigator: Navigator,
    /// A row that says nothing yet; `None` where the browser makes none.
    model: Option<Element>,
    /// Where the addresses lead that the rows have.
    place: String,
    /// Place of the first one in the list.
    first: usize,
    /// Whether they are not all rows that are here.
    is_part: bool,
    drawn: Vec<(Arc<Row>, Element)>,
}

impl DrawnRows {
    /// None yet.
    pub(super) fn new(words: Words, navigator: Navigator) -> DrawnRows {
        DrawnRows {
            words,
            navigator,
            model: model(words),
            place: String::new(),
            first: 0,
            is_part: false,
            drawn: Vec::new(),
        }
    }

    /// Has `body` show a stretch of `rows`, whose links lead to `place`. A row of the same incident stays the same element, so
    /// that it keeps the focus.
    pub(super) fn draw(
        &mut self,
        body: &Element,
        rows: &Rows,
        stretch: Range<usize>,
        place: String,
    ) {
        let moved = self.place != place;
        self.place = place;
        self.first = stretch.start;
        let was_part = self.is_part;
        self.is_part = stretch.len() < rows.len();
        let shown = || {
            let places = rows.iter().enumerate();
            places.take(stretch.end).skip(stretch.start)
        };
        let mut before = std::mem::take(&mut self.drawn);
        // First, so that those that stay need not move: who moves loses the focus.
        before.retain(|(known, element)| {
            let stays = shown().any(|(_, row)| row.id == known.id);
            if !stays {
                element.remove();
            }
            stays
        });
        let mut next = body.first_element_child();
        for (place, row) in shown() {
            let known = before.iter().position(|(known, _)| known.id == row.id);
            let element = match known.map(|known| before.remove(known)) {
                Some((known, element)) => {
                    if moved || known != *row {
                        self.fill(&element, row);
                    }
                    element
                }
                None => match self.copy(row) {
                    Some(element) => element,
                    None => continue,
                },
            };
            if was_part || self.is_part {
                number(&element, self.is_part.then_some(place));
            }
            if next.as_ref() == Some(&element) {
                next = element.next_element_sibling();
            } else {
                let _ = body.insert_before(&element, next.as_deref());
            }
            self.drawn.push((Arc::clone(row), element));
        }
    }

    /// The place in the list of the row that holds an element, and which incident it is.
    pub(super) fn holding(&self, within: &Element) -> Option<(usize, String)> {
        let row = within.closest("tr").ok()??;
        let at = self.drawn.iter().position(|(_, drawn)| *drawn == row)?;
        Some((self.first + at, self.drawn.get(at)?.0.id.clone()))
    }

    /// Moves the focus to the link of a row, by its place in the list. Whether it is there.
    pub(super) fn focus(&self, place: usize) -> bool {
        let row = place
            .checked_sub(self.first)
            .and_then(|at| self.drawn.get(at));
        let link = row.and_then(|(_, row)| row.query_selector("a").ok().flatten());
        let link = link.and_then(|link| link.dyn_into::<HtmlElement>().ok());
        // An element that is gone by now leaves the focus where it is.
        link.is_some_and(|link| link.focus().is_ok())
    }

    fn copy(&self, row: &Row) -> Option<Element> {
        let copy = self.model.as_ref()?.clone_node_with_deep(true).ok()?;
        let element = copy.dyn_into().ok()?;
        self.fill(&element, row)?;
        Some(element)
    }

    /// Has a row say what is known of its incident; `None` where it is not made as the model is.
    fn fill(&self, element: &Element, row: &Row) -> Option<()> {
        let words = self.words;
        let [
            number,
            heading,
            product,
            severity,
            status,
            created,
            created_by,
            paid_by,
        ] = cells(element)?;
        say(first(&said(&number)?)?, &row.number);
        let link = first(&heading)?;
        let to = Route::Incident(row.id.clone());
        set(&link, "href", &self.navigator.listed(&to));
        say(first(&link)?, &row.title);
        while let Some(remark) = link.next_sibling() {
            heading.remove_child(&remark).ok()?;
        }
        if row.test {
            let mark = made("span", &badge_class(Tone::Info), &[])?;
            say(&mark, words::incidents::test(words));
            heading.append_with_str_1(" ").ok()?;
            heading.append_child(&mark).ok()?;
        }
        if let Some(customer) = &row.customer {
            let hint = made("p", "hint ps", &[])?;
            set(&hint, "dir", "auto");
            say(&hint, &words::incidents::for_customer(words, customer));
            heading.append_child(&hint).ok()?;
        }
        say(said(&product)?, &row.product);
        say(said(&severity)?, severity_text(words, row.severity));
        let badge = first(&said(&status)?)?;
        set(&badge, "class", &badge_class(status_tone(row.status)));
        say(badge, status_text(words, row.status));
        let time = first(&said(&created)?)?;
        set(&time, "datetime", &row.created_at);
        say(time, &moment_text(words, &row.created_at));
        say(first(&said(&created_by)?)?, &row.created_by);
        let paid_by = said(&paid_by)?;
        say(paid_by.first_child()?, &payer_text(words, &row.payer));
        say(first(&paid_by)?, &consumed_text(words, row.consumed));
        Some(())
    }
}

/// A row that says nothing yet. The roles are stated, because a table that is laid out in another way is no table any more for some
/// screen readers; a cell can say the name of its column where the head of the table is not on show.
fn model(words: Words) -> Option<Element> {
    let cell = |name: &str, content: &[Element]| {
        let name_of = made("span", "cell-name ps", &[])?;
        set(&name_of, "aria-hidden", "true");
        say(&name_of, name);
        let cell = made("td", "ps", &[name_of, made("div", "ps", content)?])?;
        set(&cell, "role", "cell");
        Some(cell)
    };
    let isolated = || {
        let text = made("span", "ps", &[])?;
        set(&text, "dir", "auto");
        Some(text)
    };
    let heading = made("th", "ps", &[made("a", "ps", &[isolated()?])?])?;
    set(&heading, "role", "rowheader");
    set(&heading, "scope", "row");
    let paid_by = cell(
        words::incidents::column_paid_by(words),
        &[made("p", "hint ps", &[])?],
    )?;
    let payer = document().create_text_node("");
    said(&paid_by)?.prepend_with_node_1(&payer).ok()?;
    let row = made(
        "tr",
        "ps",
        &[
            cell(
                words::incidents::column_number(words),
                &[made("span", "code ps", &[])?],
            )?,
            heading,
            cell(words::incidents::column_product(words), &[])?,
            cell(words::incidents::column_severity(words), &[])?,
            cell(
                words::incidents::column_status(words),
                &[made("span", "", &[])?],
            )?,
            cell(
                words::incidents::column_created(words),
                &[made("time", "ps", &[])?],
            )?,
            cell(words::incidents::column_created_by(words), &[isolated()?])?,
            paid_by,
        ],
    )?;
    set(&row, "role", "row");
    Some(row)
}

fn made(name: &str, class: &str, content: &[Element]) -> Option<Element> {
    let element = document().create_element(name).ok()?;
    set(&element, "class", class);
    for inner in content {
        element.append_child(inner).ok()?;
    }
    Some(element)
}

fn badge_class(tone: Tone) -> String {
    format!("badge {} ps", tone.class())
}

/// The cells of a row.
fn cells(row: &Element) -> Option<[Element; 8]> {
    let next = |cell: &Element| cell.next_element_sibling();
    let cells = std::iter::successors(row.first_element_child(), next);
    cells.collect::<Vec<_>>().try_into().ok()
}

/// What a cell says, beside the name of its column.
fn said(cell: &Element) -> Option<Element> {
    cell.last_element_child()
}

fn first(of: &Element) -> Option<Element> {
    of.first_element_child()
}

fn say(node: impl AsRef<Node>, text: &str) {
    node.as_ref().set_text_content(Some(text));
}

/// Only a name that is none is refused.
fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

/// Tells a screen reader which row of the list it is, by its place, where not all of them are there. The head is the first.
fn number(row: &Element, place: Option<usize>) {
    match place {
        Some(place) => set(row, "aria-rowindex", &(place + 2).to_string()),
        None => {
            let _ = row.remove_attribute("aria-rowindex");
        }
    }
}
