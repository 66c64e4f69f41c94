//! The list of incidents, and one incident.

mod actions;
mod detail;
mod drawn;
mod export;
mod list;
mod listing;
#[cfg(feature = "gallery")]
pub(crate) mod parts;
mod row;

pub(super) use detail::IncidentPage;
pub(super) use list::IncidentsPage;

use crate::backend::Problem;
use crate::incident::{StatusBadge, Time, severity_text, status_text};
use crate::remote::{Fetched, Remote};
use crate::signals::Memo;
use crate::words::{self, Words};
use row::Payer;

/// Where the fetching of what a page shows stands.
#[derive(Clone, PartialEq)]
enum Phase {
    Loading { slowly: bool },
    Ready,
    Empty,
    Failed(Problem),
}

impl Phase {
    /// Follows it; `is_empty` says whether there is nothing to show.
    fn of<T: Send + Sync + 'static>(found: Fetched<T>, is_empty: fn(&T) -> bool) -> Memo<Phase> {
        Memo::new(move |_| {
            found.now().with(|now| match now {
                Remote::Loading => Phase::Loading { slowly: false },
                Remote::LoadingSlowly => Phase::Loading { slowly: true },
                Remote::Ready(found) if is_empty(found) => Phase::Empty,
                Remote::Ready(_) => Phase::Ready,
                Remote::Failed(problem) => Phase::Failed(problem.clone()),
            })
        })
    }
}

fn payer_text(words: Words, payer: &Payer) -> String {
    match payer {
        Payer::Benefit { name, holder: None } => name.clone(),
        Payer::Benefit {
            name,
            holder: Some(holder),
        } => words::incidents::paid_by_benefit_of(words, name, holder),
        Payer::Contract => words::incidents::paid_by_contract(words).to_owned(),
        Payer::HeldIds => words::incidents::paid_by_ids(words).to_owned(),
        Payer::Plan(name) => words::incidents::paid_by_plan(words, name),
    }
}

fn consumed_text(words: Words, consumed: u32) -> String {
    if consumed == 0 {
        words::incidents::consumed_none(words).to_owned()
    } else {
        words::incidents::consumed(words, consumed)
    }
}
