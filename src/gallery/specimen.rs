//! One part in one state, with its name and an address.

use crate::navigator::PageLink;
use crate::route::Route;
use leptos::prelude::*;

/// A name of the code, or a word about one: English, in whatever language the page is.
#[component]
pub(super) fn English(
    /// The words.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { class="ps", <span lang="en" dir="ltr">{text}</span> }
}

/// A part in a state. Its name leads to it: `/gallery/` and [`id_of`] the name.
#[component]
pub(super) fn Specimen(
    /// The part, as the code calls it.
    part: &'static str,
    /// The state, as the code calls it.
    #[prop(into)]
    state: String,
    /// The part in that state.
    children: Children,
) -> impl IntoView {
    let name = format!("{part}: {state}");
    let id = id_of(&name);
    let to = Route::Gallery(Some(id.clone()));
    view! { class="ps",
        // The gallery has no style sheet of its own: it would come with every release.
        <div
            id=id tabindex="-1" data-part=part data-state=state
            style:display="grid" style:grid-template-columns="minmax(0, 1fr)" style:gap="0.75rem" style:align-content="start"
        >
            <h3><PageLink to=to><English text=name/></PageLink></h3>
            <div class="section">{children()}</div>
        </div>
    }
}

/// The id of what has this name: `Button: NotActivated` is at `button-not-activated`.
pub(super) fn id_of(name: &str) -> String {
    let mut id = String::new();
    let mut before = ' ';
    for letter in name.chars() {
        let begins_a_word = letter.is_ascii_uppercase() && before.is_ascii_lowercase();
        let is_apart = !letter.is_ascii_alphanumeric();
        if (begins_a_word || is_apart) && !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
        if !is_apart {
            id.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    id.trim_end_matches('-').to_owned()
}
