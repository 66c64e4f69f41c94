//! The form that opens an incident.

use crate::frame::{Page, WhenKnown};
use crate::route::Prefill;
use crate::words::{self, words};
use leptos::prelude::*;

/// The form.
#[component]
pub(super) fn NewIncidentPage(
    /// What the link that led here has answered already.
    prefill: Prefill,
) -> impl IntoView {
    let words = words();
    let _ = prefill;
    view! { class="ps",
        <Page title=words::new_incident::title(words).to_owned()>
            <WhenKnown children=std::sync::Arc::new(|_known| ().into_any())/>
        </Page>
    }
}
