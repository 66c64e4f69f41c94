//! The benefits page.

use crate::frame::{Page, WhenKnown};
use crate::words::{self, words};
use leptos::prelude::*;

/// The benefits page.
#[component]
pub(super) fn BenefitsPage() -> impl IntoView {
    let words = words();
    view! { class="ps",
        <Page title=words::benefits::title(words).to_owned()>
            <WhenKnown children=std::sync::Arc::new(|_known| ().into_any())/>
        </Page>
    }
}
