//! A table that can be wider than its place.

use super::unique_id;
use leptos::prelude::*;

/// A table with a caption. When it is wider than its place it scrolls by itself, by keyboard too.
/// The children are `<thead>` and `<tbody>`; header cells carry `scope`.
#[component]
pub(crate) fn Table(
    /// What the table shows.
    #[prop(into)]
    caption: String,
    /// Keeps the caption for people who do not see the page, where a heading says the same.
    #[prop(optional)]
    caption_hidden: bool,
    /// The rows.
    children: Children,
) -> impl IntoView {
    let id = unique_id("caption");
    let labelled_by = id.clone();
    view! { class="ps",
        <section class="table-scroll" tabindex="0" aria-labelledby=labelled_by>
            <table>
                <caption id=id class=if caption_hidden { "visually-hidden" } else { "" }>{caption}</caption>
                {children()}
            </table>
        </section>
    }
}
