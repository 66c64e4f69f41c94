//! The parts that pages are made of. They know neither routes nor the domain; their few own words are in `ui.json`.
//!
//! - [`Button`]: `why_not` makes it unavailable, with the reason beside it; it stays reachable, so that the reason is
//!   heard. `busy` while an answer is awaited.
//! - [`Check`]: something to tick.
//! - [`TextField`], [`TextArea`], [`DateField`], [`Select`], [`RadioGroup`]: a label, an optional hint, an optional
//!   error. Each takes the `id` that an [`ErrorSummary`] leads to; make ids with [`unique_id`].
//! - [`ErrorSummary`]: put it first in a form; it takes the focus when it appears and leads to each field.
//! - [`Dialog`]: a native modal dialog, open while its signal is true.
//! - [`Notice`], [`Badge`], [`Meter`], [`Empty`], [`Loading`], [`Table`], [`Facts`], [`CopyButton`], [`ExternalLink`].
//! - [`announce`], [`announcer`]: say a sentence in the polite live region of the frame.
//! - [`csv`]: a table as the text of a file. [`save_file`]: hands the reader a file.
//!
//! Every `view!` in this crate starts with `class="ps"`: with a global class the framework makes elements one by one
//! and never through `innerHTML`, which a host page with Trusted Types would refuse. Fragment links (`href="#id"`) do
//! nothing inside a shadow root; use a handler. Ids are looked up with [`element_by_id`], never in the document.

mod button;
mod choice;
mod copy_button;
mod csv;
mod dialog;
mod display;
mod error_summary;
mod field;
mod notice;
mod save_file;
mod status;
mod table;

pub(crate) use button::{Button, Emphasis, ExternalLink};
pub(crate) use choice::{Check, Choice, RadioGroup, Select};
pub(crate) use copy_button::CopyButton;
pub(crate) use csv::csv;
pub(crate) use dialog::Dialog;
pub(crate) use display::{Badge, Empty, Fact, Facts, Loading, Meter, Tone};
pub(crate) use error_summary::{ErrorSummary, FieldError, error_of};
pub(crate) use field::{DateField, TextArea, TextField};
pub(crate) use notice::Notice;
pub(crate) use save_file::save_file;
pub(crate) use status::{Announcer, LiveRegion, announce, announcer};
pub(crate) use table::Table;

use leptos::html;
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node, ShadowRoot};

/// An id that no other element of the app has.
pub(crate) fn unique_id(prefix: &str) -> String {
    thread_local! {
        static NEXT: Cell<u32> = const { Cell::new(0) };
    }
    let number = NEXT.with(|next| next.replace(next.get().wrapping_add(1)));
    format!("{prefix}-{number}")
}

/// The element with this id in the shadow root that `near` is in.
pub(crate) fn element_by_id(near: &Node, id: &str) -> Option<HtmlElement> {
    let root = near.get_root_node();
    let found: Option<Element> = match root.dyn_ref::<ShadowRoot>() {
        Some(root) => root.get_element_by_id(id),
        None => web_sys::window()?.document()?.get_element_by_id(id),
    };
    found?.dyn_into().ok()
}

/// Moves the focus to the element with this id.
pub(crate) fn focus_by_id(near: &Node, id: &str) {
    if let Some(element) = element_by_id(near, id) {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// When a part of the page goes that has the focus, the page's title takes it: whoever has pressed a button in it is not sent back to
/// the beginning of the host's page.
fn hand_on_focus() -> NodeRef<html::Div> {
    let place = NodeRef::<html::Div>::new();
    on_cleanup(move || {
        if let Some(Some(place)) = place.try_get_untracked()
            && place.matches(":focus-within") == Ok(true)
        {
            focus_by_id(&place, "page-title");
        }
    });
    place
}
