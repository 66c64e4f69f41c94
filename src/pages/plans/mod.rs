//! The plans page: every support plan of the programme side by side, each figure with its source.

mod comparison;
mod figure;
#[cfg(feature = "gallery")]
pub(crate) mod parts;
mod quote;
mod sources;
mod table;
mod worth;

use crate::account::Public;
use crate::draft;
use crate::frame::{Page, SignInAdds, WhenProgramme};
use crate::signals::{Memo, RwSignal, Signal, StoredValue};
use crate::ui::Check;
use crate::words::{self, words};
use comparison::Comparison;
use leptos::prelude::*;
use sources::{Sources, Trail};
use std::collections::BTreeMap;
use table::PlanTable;
use worth::Worth;

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

/// The name under which the price of one incident without a plan is typed; no plan's id has a slash.
const INCIDENT: &str = "/incident";

/// What a quote is charged by until the reader says otherwise.
const YEAR: &str = "year";

/// The name under which it is chosen what the quote for a plan is charged by.
fn per(plan: &str) -> String {
    format!("{plan}/per")
}

/// What the reader chose and typed. A quote is sent nowhere; whoever is signed in finds it again in the same tab.
#[derive(Clone, Copy)]
struct Wishes {
    /// Which plans are on show, by plan id.
    chosen: StoredValue<BTreeMap<String, RwSignal<bool>>>,
    /// The quotes that the reader got, by plan id, [`per`] and [`INCIDENT`].
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
            quotes: StoredValue::new(
                ids()
                    .flat_map(|id| [(per(&id), YEAR), (id, "")])
                    .chain([(INCIDENT.to_owned(), "")])
                    .map(|(name, first)| (name, RwSignal::new(first.to_owned())))
                    .collect(),
            ),
            differences_only: RwSignal::new(false),
        }
    }

    /// Whether the plan with this id is on show.
    fn chosen(self, id: &str) -> Option<RwSignal<bool>> {
        self.chosen.with_value(|chosen| chosen.get(id).copied())
    }

    /// What was typed under this name: the quote for the plan with this id, for one.
    fn quote(self, name: &str) -> Option<RwSignal<String>> {
        self.quotes.with_value(|quotes| quotes.get(name).copied())
    }

    /// Brings back what the viewer typed in this tab, and keeps what they type: a name and a text on each line.
    fn keep_quotes(self, public: Signal<Public>) {
        let viewer = Memo::new(move |_| {
            public.with(|public| Some(public.facts.as_ref()?.viewer.id.clone()))
        });
        Effect::new(move |restored: Option<Option<String>>| {
            let viewer = viewer.get();
            let Some(id) = &viewer else {
                return viewer;
            };
            if restored.flatten().as_ref() != Some(id) {
                let kept = draft::restore(draft::QUOTES, id).unwrap_or_default();
                for (name, text) in kept.lines().filter_map(|line| line.split_once('\t')) {
                    if let Some(quote) = self.quote(name) {
                        quote.set(text.to_owned());
                    }
                }
            }
            let lines = self.quotes.with_value(|quotes| {
                let line = |(name, typed): (&String, &RwSignal<String>)| {
                    let typed = typed.get();
                    (!matches!(&*typed, "" | YEAR)).then(|| format!("{name}\t{typed}\n"))
                };
                quotes.iter().filter_map(line).collect::<String>()
            });
            // Who types nothing leaves nothing in the host page's storage.
            match lines.is_empty() {
                true => draft::discard(draft::QUOTES),
                false => draft::keep(draft::QUOTES, id.clone(), lines),
            }
            viewer
        });
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
    wishes.keep_quotes(public);
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
            <Worth public=public wishes=wishes/>
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
