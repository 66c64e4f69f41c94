//! The pages. No page imports another; what they share is in `account`, `frame`, `ui` and `words`.

mod benefits;
mod coverage;
mod incidents;
mod new_incident;
mod not_found;
mod operator;
mod plans;
mod rule_book;
mod usage;

/// What the gallery shows of each.
#[cfg(feature = "gallery")]
pub(crate) mod parts {
    pub(crate) use super::benefits::parts as benefits;
    pub(crate) use super::coverage::parts as coverage;
    pub(crate) use super::incidents::parts as incidents;
    pub(crate) use super::new_incident::parts as new_incident;
    pub(crate) use super::operator::parts as operator;
    pub(crate) use super::plans::parts as plans;
    pub(crate) use super::rule_book::parts as rule_book;
    pub(crate) use super::usage::parts as usage;
}

use crate::account::Known;
use crate::backend::Problem;
use crate::frame::{Page, ProblemNotice};
use crate::navigator::navigator;
use crate::remote::{Fetched, Remote};
use crate::route::{Desk, Prefill, Route};
use crate::signals::Signal;
use crate::ui::Loading;
use crate::words::{self, words};
use entitlement_rules::{IncidentQuestion, RuleId};
use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Pages, each as `part: load, page(argument: Type) => view`. In the app as users get it a page lies in the part of the program
/// with that name, a file of its own: `load` brings it, and `page` does so first. Elsewhere the program is one, and neither waits.
/// What lies in the part of a page, and is shown on others too, stands here like one.
macro_rules! pages {
    ($($part:ident: $load:ident, $page:ident($($given:ident: $type:ty),*) => $view:expr;)*) => {$(
        #[cfg(feature = "parts")]
        #[leptos::wasm_split::wasm_split(
            $part,
            wasm_split_path = ::leptos::wasm_split,
            preload($load),
            fallible
        )]
        fn $page($($given: $type),*) -> Result<AnyView, SplitLoaderError> {
            Ok($view.into_any())
        }
        #[cfg(not(feature = "parts"))]
        async fn $page($($given: $type),*) -> Result<AnyView, SplitLoaderError> {
            Ok($view.into_any())
        }
        #[cfg(not(feature = "parts"))]
        async fn $load() -> Result<(), SplitLoaderError> {
            Ok(())
        }
    )*};
}

pages! {
    benefits: load_benefits, benefits_page() => view! { class="ps", <benefits::BenefitsPage/> };
    usage: load_usage, usage_page() => view! { class="ps", <usage::UsagePage/> };
    incidents: load_incidents, incidents_page() => view! { class="ps", <incidents::IncidentsPage/> };
    incident: load_incident, incident_page(id: String) => view! { class="ps", <incidents::IncidentPage id=id/> };
    new_incident: load_new_incident, new_incident_page(prefill: Prefill) => view! { class="ps", <new_incident::NewIncidentPage prefill=prefill/> };
    new_incident: load_answer, answer(known: Signal<Known>, question: IncidentQuestion, is_own: bool) => view! { class="ps", <new_incident::AnswerApart known=known question=question is_own=is_own/> };
    plans: load_plans, plans_page() => view! { class="ps", <plans::PlansPage/> };
    coverage: load_coverage, coverage_page() => view! { class="ps", <coverage::CoveragePage/> };
    rule_book: load_rule_book, rule_book_page(chosen: Option<RuleId>) => view! { class="ps", <rule_book::RuleBookPage chosen=chosen/> };
    compare: load_compare, compare_page() => view! { class="ps", <rule_book::ComparePage/> };
    operator: load_operator, operator_page(section: Desk) => view! { class="ps", <operator::OperatorPage section=section/> };
}

/// The page of a route. Where its part of the program is not there yet, that is brought first.
pub(crate) fn page(route: Route) -> AnyView {
    let words = words();
    let navigator = navigator();
    let sought = route.clone();
    brought(
        move || {
            let route = sought.clone();
            async move { load(&route).await }
        },
        move || shown(&route),
        move |problem, retry| {
            let retry = Callback::new(move |()| {
                navigator.let_focus_follow();
                retry.run(());
            });
            view! { class="ps",
                <Page title=words::shell::product(words).to_owned()>
                    <ProblemNotice problem=problem retry=retry/>
                </Page>
            }
            .into_any()
        },
    )
}

/// The law's answer to a question, on a page that comes without it: it lies with the form that asks. See [`new_incident::AnswerApart`].
fn answer_apart(known: Signal<Known>, question: IncidentQuestion, is_own: bool) -> AnyView {
    brought(
        load_answer,
        move || at_once(answer(known, question.clone(), is_own))?.ok(),
        |problem, retry| {
            view! { class="ps", <ProblemNotice problem=problem retry=retry/> }.into_any()
        },
    )
}

/// What lies in a part of the program: `load` brings that where `shown` has nothing yet, and `failed` says why it did not come.
fn brought<F: Future<Output = Result<(), SplitLoaderError>> + 'static>(
    load: impl Fn() -> F + Send + Sync + 'static,
    shown: impl Fn() -> Option<AnyView> + Send + 'static,
    failed: impl Fn(Problem, Callback<()>) -> AnyView + Send + 'static,
) -> AnyView {
    if let Some(shown) = shown() {
        return shown;
    }
    let part = Fetched::new();
    let fetch = Callback::new(move |()| {
        let load = load();
        part.fetch(async move { load.await.map_err(|_| Problem::PartMissing) });
    });
    fetch.run(());
    (move || match part.now().get() {
        Remote::Loading => view! { class="ps", <Loading slowly=false/> }.into_any(),
        Remote::LoadingSlowly => view! { class="ps", <Loading slowly=true/> }.into_any(),
        Remote::Ready(()) => shown().into_any(),
        Remote::Failed(problem) => failed(problem, fetch),
    })
    .into_any()
}

/// The page of a route, unless its part of the program is still to come.
fn shown(route: &Route) -> Option<AnyView> {
    at_once(async {
        match route.clone() {
            Route::Benefits => benefits_page().await,
            Route::Usage(_) => usage_page().await,
            Route::Incidents(_) => incidents_page().await,
            Route::Incident(id) => incident_page(id).await,
            Route::NewIncident(prefill) => new_incident_page(prefill).await,
            Route::Plans => plans_page().await,
            Route::Coverage(_) => coverage_page().await,
            Route::Rules(chosen) => rule_book_page(chosen).await,
            Route::Compare(_) => compare_page().await,
            Route::Operator(section) => operator_page(section).await,
            #[cfg(feature = "gallery")]
            Route::Gallery(_) => {
                Ok(view! { class="ps", <crate::gallery::GalleryPage/> }.into_any())
            }
            Route::NotFound => Ok(view! { class="ps", <not_found::NotFoundPage/> }.into_any()),
        }
    })?
    .ok()
}

/// Brings the part of the program that a route's page lies in.
async fn load(route: &Route) -> Result<(), SplitLoaderError> {
    match route {
        Route::Benefits => load_benefits().await,
        Route::Usage(_) => load_usage().await,
        Route::Incidents(_) => load_incidents().await,
        Route::Incident(_) => load_incident().await,
        Route::NewIncident(_) => load_new_incident().await,
        Route::Plans => load_plans().await,
        Route::Coverage(_) => load_coverage().await,
        Route::Rules(_) => load_rule_book().await,
        Route::Compare(_) => load_compare().await,
        Route::Operator(_) => load_operator().await,
        #[cfg(feature = "gallery")]
        Route::Gallery(_) => Ok(()),
        Route::NotFound => Ok(()),
    }
}

/// What a future comes to, unless it has to wait. What is there already it may only learn by being woken: hence the second look.
fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut nobody = Context::from_waker(Waker::noop());
    (0..2).find_map(|_| match future.as_mut().poll(&mut nobody) {
        Poll::Ready(outcome) => Some(outcome),
        Poll::Pending => None,
    })
}
