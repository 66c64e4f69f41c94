//! One part in one state, with its name and an address.

use crate::navigator::PageLink;
use crate::route::Route;
use leptos::prelude::*;

/// How names of the code are written, in whatever language the page is.
pub(super) mod names {
    pub(in crate::gallery) const LANGUAGE: &str = "en";
    pub(in crate::gallery) const DIRECTION: &str = "ltr";
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
        <div class="section" id=id tabindex="-1" data-part=part data-state=state>
            <h3 lang=names::LANGUAGE dir=names::DIRECTION><PageLink to=to>{name}</PageLink></h3>
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
