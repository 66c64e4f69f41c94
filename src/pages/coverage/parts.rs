//! What the gallery shows of this page, without its address.

use super::asked;
use super::choices::{Choices, Controls};
use super::table::GridTable;
use crate::account::Public;
use crate::route::Coverage;
use crate::signals::{Memo, Signal};
use leptos::prelude::*;

/// What is chosen by; and the table of what was chosen.
pub(crate) fn controls_and_table(public: Signal<Public>, view: &Coverage) -> [AnyView; 2] {
    let choices = public.with_untracked(|public| Choices::new(public, view));
    let grid = Memo::new(move |_| {
        public.with(|public| {
            let asked = asked(public, choices.programme.get());
            asked.grid(&choices.wish(), choices.day())
        })
    });
    let on_open = Callback::new(|_| {});
    [
        view! { class="ps",
            <div class="coverage"><Controls public=public choices=choices grid=grid/></div>
        }
        .into_any(),
        view! { class="ps",
            <div class="coverage"><GridTable public=public choices=choices grid=grid on_open=on_open/></div>
        }
        .into_any(),
    ]
}
