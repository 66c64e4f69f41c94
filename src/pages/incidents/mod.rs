//! The list of incidents, and one incident.

use crate::frame::{Page, WhenKnown};
use crate::words::{self, words};
use leptos::prelude::*;

/// The list.
#[component]
pub(super) fn IncidentsPage() -> impl IntoView {
    let words = words();
    view! { class="ps",
        <Page title=words::incidents::title(words).to_owned()>
            <WhenKnown children=std::sync::Arc::new(|_known| ().into_any())/>
        </Page>
    }
}

/// One incident.
#[component]
pub(super) fn IncidentPage(
    /// Its id.
    id: String,
) -> impl IntoView {
    let words = words();
    let _ = id;
    view! { class="ps",
        <Page title=words::incidents::title(words).to_owned()>
            <WhenKnown children=std::sync::Arc::new(|_known| ().into_any())/>
        </Page>
    }
}
