//! The pages. No page imports another; what they share is in `account`, `frame`, `ui` and `words`.

mod benefits;
mod coverage;
mod incidents;
mod new_incident;
mod not_found;
mod operator;
mod plans;
mod rule_book;

use crate::route::Route;
use leptos::prelude::*;

/// The page of a route.
pub(crate) fn page(route: Route) -> AnyView {
    match route {
        Route::Benefits => view! { class="ps", <benefits::BenefitsPage/> }.into_any(),
        Route::Incidents(_) => view! { class="ps", <incidents::IncidentsPage/> }.into_any(),
        Route::Incident(id) => view! { class="ps", <incidents::IncidentPage id=id/> }.into_any(),
        Route::NewIncident(prefill) => {
            view! { class="ps", <new_incident::NewIncidentPage prefill=prefill/> }.into_any()
        }
        Route::Plans => view! { class="ps", <plans::PlansPage/> }.into_any(),
        Route::Coverage(_) => view! { class="ps", <coverage::CoveragePage/> }.into_any(),
        Route::Rules(chosen) => {
            view! { class="ps", <rule_book::RuleBookPage chosen=chosen/> }.into_any()
        }
        Route::Operator => view! { class="ps", <operator::OperatorPage/> }.into_any(),
        Route::NotFound => view! { class="ps", <not_found::NotFoundPage/> }.into_any(),
    }
}
