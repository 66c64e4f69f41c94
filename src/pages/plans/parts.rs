//! What the gallery shows of this page: what needs no incidents of the account's.

use super::comparison::Comparison;
use super::sources::{Sources, Trail};
use super::table::PlanTable;
use super::{Choices, Wishes};
use crate::account::Public;
use crate::signals::Signal;
use crate::words::words;
use leptos::prelude::*;

/// Which plans are compared; the comparison of all; and where its figures come from.
pub(crate) fn choices_table_and_sources(public: Signal<Public>) -> [AnyView; 3] {
    let language = words().language();
    let wishes = public.with_untracked(Wishes::new);
    let comparison = public.with_untracked(|public| {
        Comparison::new(&public.programme, public.facts.as_deref(), language, |_| {
            true
        })
    });
    let sources = comparison.sources.clone();
    let trail = Trail::new();
    [
        view! { class="ps", <div class="plans"><Choices public=public wishes=wishes/></div> }
            .into_any(),
        view! { class="ps",
            <div class="plans"><PlanTable comparison=comparison wishes=wishes trail=trail/></div>
        }
        .into_any(),
        view! { class="ps", <div class="plans"><Sources sources=sources trail=trail/></div> }
            .into_any(),
    ]
}
