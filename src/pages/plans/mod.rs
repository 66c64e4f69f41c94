//! The plans page: every support plan of the programme side by side, each figure with its source.

mod comparison;
mod figure;
mod sources;
mod table;

use crate::account::Public;
use crate::frame::{Page, SignInAdds, WhenProgramme};
use crate::ui::Check;
use crate::words::{self, words};
use comparison::Comparison;
use leptos::prelude::*;
use sources::{Sources, Trail};
use std::collections::BTreeMap;
use table::PlanTable;

/// The plans page.
#[component]
pub(crate) fn PlansPage() -> impl IntoView {
    let words = words();
    view! { class="ps",
        <Page title=words::plans::title(words).to_owned() lead=words::plans::lead(words)>
            <WhenProgramme children=std::sync::Arc::new(|public| {
                view! { class="ps", <Plans public=public/> }.into_any()
            })/>
        </Page>
    }
}

/// What the reader chose and typed. It lives as long as the page: a quote is sent nowhere and kept nowhere.
#[derive(Clone, Copy)]
struct Wishes {
    /// Which plans are on show, by plan id.
    chosen: StoredValue<BTreeMap<String, RwSignal<bool>>>,
    /// The quotes that the reader got, by plan id.
    quotes: StoredValue<BTreeMap<String, RwSignal<String>>>,
    /// Rows in which the plans say the same are left out.
    differences_only: RwSignal<bool>,
}

impl Wishes {
    fn new(public: &Public) -> Wishes {
        let ids = || {
            let plans = public.programme.data().plans.iter();
            plans.map(|plan| plan.id.clone())
        };
        Wishes {
            chosen: StoredValue::new(ids().map(|id| (id, RwSignal::new(true))).collect()),
            quotes: StoredValue::new(ids().map(|id| (id, RwSignal::new(String::new()))).collect()),
            differences_only: RwSignal::new(false),
        }
    }

    /// Whether the plan with this id is on show.
    fn chosen(self, id: &str) -> Option<RwSignal<bool>> {
        self.chosen.with_value(|chosen| chosen.get(id).copied())
    }

    /// The quote that the reader got for the plan with this id.
    fn quote(self, id: &str) -> Option<RwSignal<String>> {
        self.quotes.with_value(|quotes| quotes.get(id).copied())
    }
}

/// The comparison, with what the account has of each plan when somebody is signed in.
#[component]
fn Plans(
    /// The programme and the account.
    public: Signal<Public>,
) -> impl IntoView {
    let words = words();
    let language = words.language();
    let wishes = public.with_untracked(Wishes::new);
    let comparison = Memo::new(move |_| {
        public.with(|public| {
            Comparison::new(&public.programme, public.facts.as_deref(), language, |id| {
                wishes.chosen(id).is_none_or(|chosen| chosen.get())
            })
        })
    });
    let hidden = Memo::new(move |_| {
        let same = comparison.with(|all| all.rows.iter().filter(|row| !row.differs).count());
        let hidden = if wishes.differences_only.get() {
            same
        } else {
            0
        };
        u32::try_from(hidden).unwrap_or(u32::MAX)
    });
    let status = move || match (comparison.with(|all| all.plans.len()), hidden.get()) {
        (0, _) => Some(words::plans::none_chosen(words).to_owned()),
        (_, 0) if wishes.differences_only.get() => Some(words::plans::all_differ(words).to_owned()),
        (_, 0) => None,
        (_, hidden) => Some(words::plans::rows_hidden(words, hidden)),
    };
    let trail = Trail::new();
    view! { class="ps",
        <div class="plans">
            <SignInAdds what=words::plans::sign_in_adds(words)/>
            <Choices public=public wishes=wishes/>
            <p class="plans-status hint" role="status">{status}</p>
            {move || {
                let comparison = comparison.get();
                (!comparison.plans.is_empty()).then(|| view! { class="ps",
                    <PlanTable comparison=comparison.clone() wishes=wishes trail=trail/>
                    <Sources sources=comparison.sources trail=trail/>
                })
            }}
        </div>
    }
}

/// Which plans are compared, and whether only by what sets them apart.
#[component]
fn Choices(
    /// The programme.
    public: Signal<Public>,
    /// What the reader chose.
    wishes: Wishes,
) -> impl IntoView {
    let words = words();
    let language = words.language();
    let plans = public.with_untracked(|public| {
        let plans = public.programme.data().plans.iter();
        plans
            .filter_map(|plan| {
                let chosen = wishes.chosen(&plan.id)?;
                Some((plan.name.in_language(language).to_owned(), chosen))
            })
            .collect::<Vec<_>>()
    });
    view! { class="ps",
        <div class="plans-choices">
            <fieldset>
                <legend>{words::plans::choose(words)}</legend>
                <div class="row">
                    {plans.into_iter().map(|(name, chosen)| view! { class="ps",
                        <Check label=name value=chosen/>
                    }).collect_view()}
                </div>
            </fieldset>
            <Check label=words::plans::differences_only(words) value=wishes.differences_only/>
        </div>
    }
}
