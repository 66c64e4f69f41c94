//! One part in one state, with its name and an address.

use crate::navigator::PageLink;
use crate::route::Route;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

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
    /// It takes the whole width, as on its page.
    #[prop(optional)]
    wide: bool,
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
            style:grid-column=wide.then_some("1 / -1") style:display="grid" style:grid-template-columns="minmax(0, 1fr)" style:gap="0.75rem" style:align-content="start"
        >
            <h3><PageLink to=to><English text=name/></PageLink></h3>
            <div class="section">{children()}</div>
        </div>
    }
}

/// A part that unfolds by a press, unfolded: what `of` selects is pressed as soon as it is there.
#[component]
pub(super) fn Pressed(
    /// What is pressed.
    of: &'static str,
    /// Room for what unfolds over what follows.
    #[prop(optional)]
    room: &'static str,
    /// The part.
    children: Children,
) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
        request_animation_frame(move || {
            let pressed = place.query_selector(of).ok().flatten();
            if let Some(pressed) = pressed.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
                // Without the focus, which is the reader's.
                pressed.click();
            }
        });
    });
    view! { class="ps", <div class="section" style:align-content="start" style:min-block-size=room node_ref=place>{children()}</div> }
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
