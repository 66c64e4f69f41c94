//! The plans page.

use crate::frame::{Page, WhenKnown};
use crate::words::{self, words};
use leptos::prelude::*;

/// The plans page.
#[component]
pub(super) fn PlansPage() -> impl IntoView {
    let words = words();
    view! { class="ps",
        <Page title=words::plans::title(words).to_owned()>
            <WhenKnown children=std::sync::Arc::new(|_known| ().into_any())/>
        </Page>
    }
}
