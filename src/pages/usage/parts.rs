//! What the gallery shows of this page: balances whose lines are there.

use super::Periods;
use super::history::Balance;
use super::periods::History;
use crate::account::Known;
use crate::signals::{Memo, Signal};
use crate::verdict::Names;
use crate::words::words;
use leptos::prelude::*;
use support_api::LedgerLine;

/// The balance of the account's contract, as a drawing and line by line; and what was used of it in each period. `None` without a
/// contract.
pub(crate) fn balance_and_periods(
    known: Signal<Known>,
    lines: Vec<LedgerLine>,
) -> Option<[AnyView; 2]> {
    let history = known.with_untracked(|known| {
        let names = Names::new(&known.programme, &known.facts, words().language());
        let reference = known.facts.contracts.first()?.reference.clone();
        let name = names.contract(&reference);
        Some(History {
            reference,
            label: name.clone(),
            name,
            lines,
            is_whole: true,
        })
    })?;
    let counted = history.clone();
    let all = Memo::new(move |_| vec![counted.clone()]);
    Some([
        view! { class="ps", <section class="section"><Balance known=known history=history/></section> }.into_any(),
        view! { class="ps", <Periods known=known all=all/> }.into_any(),
    ])
}
