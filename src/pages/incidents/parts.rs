//! What the gallery shows of these pages: the list, and what can be done with an incident, each with incidents that are there.

use super::actions::{Actions, CommentForm};
use super::list::{IncidentTable, Stretch};
use super::row::Rows;
use crate::account::Known;
use crate::remote::Fetched;
use crate::signals::{Memo, Signal};
use crate::words::words;
use leptos::prelude::*;
use std::sync::Arc;
use support_api::Incident;

/// The incidents, each a row.
pub(crate) fn table(known: Signal<Known>, incidents: Vec<Incident>) -> AnyView {
    let language = words().language();
    let incidents: Vec<Arc<Incident>> = incidents.into_iter().map(Arc::new).collect();
    let rows = Memo::new(move |before: Option<&Rows>| {
        known.with(|known| Rows::new(&incidents, known, language, before))
    });
    let stretch = Stretch::new(rows);
    view! { class="ps",
        <div class="incidents">
            <div class="incidents-shown"><IncidentTable rows=rows stretch=stretch/></div>
        </div>
    }
    .into_any()
}

/// What can be done with an incident; and the form that writes on it.
pub(crate) fn actions_and_comment(known: Signal<Known>, incident: Incident) -> [AnyView; 2] {
    let found = Fetched::new();
    found.put(incident);
    [
        view! { class="ps", <Actions found=found known=known/> }.into_any(),
        view! { class="ps", <CommentForm found=found known=known/> }.into_any(),
    ]
}
