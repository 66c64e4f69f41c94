//! The operator page.

use crate::frame::{Page, WhenKnown};
use crate::words::{self, words};
use leptos::prelude::*;

/// The operator page.
#[component]
pub(super) fn OperatorPage() -> impl IntoView {
    let words = words();
    view! { class="ps",
        <Page title=words::operator::title(words).to_owned()>
            <WhenKnown children=std::sync::Arc::new(|_known| ().into_any())/>
        </Page>
    }
}
