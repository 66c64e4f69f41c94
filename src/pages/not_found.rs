//! The page of an address that no other page has.

use crate::frame::Page;
use crate::navigator::PageLink;
use crate::route::Route;
use crate::words::{self, words};
use leptos::prelude::*;

/// Says so, and leads back.
#[component]
pub(super) fn NotFoundPage() -> impl IntoView {
    let words = words();
    view! { class="ps",
        <Page title=words::shell::not_found_title(words).to_owned() lead=words::shell::not_found_text(words)>
            <p><PageLink to=Route::Benefits>{words::shell::not_found_next(words)}</PageLink></p>
        </Page>
    }
}
