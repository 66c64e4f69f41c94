//! The coverage page: every product and version against every way to pay, on any day. Anybody sees what the programme
//! offers; who is signed in, what their account has of it. What is chosen stands in the address.

mod choices;
mod grid;
mod holder;
#[cfg(feature = "gallery")]
pub(crate) mod parts;
mod table;

use crate::account::{Known, Public};
use crate::frame::{Page, SignInAdds, WhenProgramme};
use crate::navigator::navigator;
use crate::route::{Coverage, Route};
use crate::signals::{Memo, RwSignal, Signal, StoredValue};
use crate::ui::Dialog;
use crate::words::{self, words};
use choices::{Choices, Controls};
use grid::Asked;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use table::GridTable;

/// After this long without another choice the address is renewed.
const SETTLED: Duration = Duration::from_millis(400);

/// The coverage page.
#[component]
pub(crate) fn CoveragePage() -> impl IntoView {
    let words = words();
    view! { class="ps",
        <Page title=words::coverage::title(words).to_owned() lead=words::coverage::lead(words)>
            <WhenProgramme children=Arc::new(move |public| {
                view! { class="ps", <Covered public=public/> }.into_any()
            })/>
        </Page>
    }
}

/// Whose ways to pay are asked about: the account's, or those of the whole programme.
fn asked(public: &Public, whole: bool) -> Asked<'_> {
    Asked {
        programme: &public.programme,
        account: public.facts.as_deref().filter(|_| !whole),
    }
}

/// Controls and table.
#[component]
fn Covered(
    /// The programme and the account.
    public: Signal<Public>,
) -> impl IntoView {
    let words = words();
    let navigator = navigator();
    let asked_for = move || match navigator.route() {
        Route::Coverage(view) => Some(view),
        _ => None,
    };
    let first = untrack(asked_for).unwrap_or_default();
    let choices = public.with_untracked(|public| Choices::new(public, &first));
    Effect::new(move |_| {
        if let Some(view) = asked_for() {
            choices.follow(&view);
        }
    });
    let grid = Memo::new(move |_| {
        public.with(|public| {
            let asked = asked(public, choices.programme.get());
            asked.grid(&choices.wish(), choices.day())
        })
    });
    Effect::new(move |before: Option<Option<Coverage>>| {
        let view = choices.view();
        if before.is_some_and(|before| before != view) {
            let settled = view.clone();
            set_timeout(
                move || match choices.view() {
                    Some(view) if settled.as_ref() == Some(&view) => {
                        navigator.amend(Route::Coverage(view));
                    }
                    // Something else was chosen since, or the page has gone.
                    _ => {}
                },
                SETTLED,
            );
        }
        view
    });

    let open = RwSignal::new(false);
    let title = RwSignal::new(words::coverage::title(words).to_owned());
    let cell = StoredValue::new((0, 0));
    let on_open = Callback::new(move |(row, way, said): (usize, usize, String)| {
        cell.set_value((row, way));
        title.set(said);
        open.set(true);
    });
    let explained = move || {
        let (row, way) = cell.get_value();
        let (on, question) = grid.with_untracked(|grid| (grid.on, grid.question(row, way)));
        let question = question?;
        let known = Signal::stored(public.with_untracked(|public| Known {
            facts: Arc::new(asked(public, choices.programme.get_untracked()).facts(on)),
            programme: Arc::clone(&public.programme),
        }));
        let is_own = public.with_untracked(|public| public.facts.is_some());
        Some(super::answer_apart(known, question, is_own))
    };
    view! { class="ps",
        <div class="coverage">
            <SignInAdds what=words::coverage::sign_in_adds(words)/>
            <Controls public=public choices=choices grid=grid/>
            <GridTable public=public choices=choices grid=grid on_open=on_open/>
            <Dialog open=open title=title>{explained()}</Dialog>
        </div>
    }
}
