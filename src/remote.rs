//! Data that the server has.

use crate::backend::Problem;
use crate::signals::{RwSignal, StoredValue};
use leptos::prelude::*;
use std::future::Future;
use std::time::Duration;

/// Where the fetching of some data stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Remote<T> {
    /// Asked for; an answer is expected any moment, so nothing is said yet.
    #[default]
    Loading,
    /// Asked for about a second ago: the reader should know that something is going on.
    LoadingSlowly,
    /// Here.
    Ready(T),
    /// It did not come.
    Failed(Problem),
}

/// After this long without an answer, the reader is told that it is loading.
const SLOW: Duration = Duration::from_secs(1);

impl<T> Remote<T> {
    /// The data, when it is here.
    pub(crate) fn ready(&self) -> Option<&T> {
        match self {
            Remote::Ready(data) => Some(data),
            _ => None,
        }
    }

    /// What this data makes of other data, as soon as both are here.
    pub(crate) fn and_then<U>(&self, then: impl FnOnce(&T) -> Remote<U>) -> Remote<U> {
        match self {
            Remote::Loading => Remote::Loading,
            Remote::LoadingSlowly => Remote::LoadingSlowly,
            Remote::Ready(data) => then(data),
            Remote::Failed(problem) => Remote::Failed(problem.clone()),
        }
    }

    /// Whether an answer is still awaited.
    pub(crate) fn is_loading(&self) -> bool {
        matches!(self, Remote::Loading | Remote::LoadingSlowly)
    }
}

/// Some data of the server's, kept while it is shown, and fetched again when asked.
pub(crate) struct Fetched<T: 'static> {
    now: RwSignal<Remote<T>>,
    stale: RwSignal<Option<Problem>>,
    turn: StoredValue<u32>,
}

impl<T> Clone for Fetched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Fetched<T> {}

impl<T: Send + Sync + 'static> Fetched<T> {
    /// Nothing was asked for yet.
    pub(crate) fn new() -> Fetched<T> {
        Fetched {
            now: RwSignal::new(Remote::Loading),
            stale: RwSignal::new(None),
            turn: StoredValue::new(0),
        }
    }

    /// Where it stands.
    pub(crate) fn now(self) -> RwSignal<Remote<T>> {
        self.now
    }

    /// Why the data on show could not be brought up to date, when that is so.
    pub(crate) fn stale(self) -> RwSignal<Option<Problem>> {
        self.stale
    }

    /// Puts data there that came with the answer to something else. Fetches under way are overtaken by it.
    pub(crate) fn put(self, data: T) {
        self.next_turn();
        self.stale.set(None);
        self.now.set(Remote::Ready(data));
    }

    /// Forgets the data, because it belongs to somebody else or to another place.
    pub(crate) fn forget(self) {
        self.next_turn();
        self.stale.set(None);
        self.now.set(Remote::Loading);
    }

    /// Fetches it. Data that is there stays on show until the answer comes, and also when the answer is a failure,
    /// unless nobody is signed in any more. When two fetches overlap, the later one wins, in whatever order they end.
    pub(crate) fn fetch(self, fetch: impl Future<Output = Result<T, Problem>> + 'static) {
        let mine = self.next_turn();
        let is_current = move || self.turn.try_get_value() == Some(mine);
        let has_data =
            move || self.now.try_with_untracked(|now| now.ready().is_some()) == Some(true);
        if !has_data() {
            self.now.set(Remote::Loading);
        }
        let slow = set_timeout_with_handle(
            move || {
                if is_current() && self.now.try_with_untracked(Remote::is_loading) == Some(true) {
                    self.now.set(Remote::LoadingSlowly);
                }
            },
            SLOW,
        );
        leptos::task::spawn_local(async move {
            let outcome = fetch.await;
            if let Ok(slow) = slow {
                slow.clear();
            }
            if !is_current() {
                return;
            }
            match outcome {
                Ok(data) => self.put(data),
                Err(problem) if has_data() && problem != Problem::SignedOut => {
                    self.stale.set(Some(problem))
                }
                Err(problem) => self.now.set(Remote::Failed(problem)),
            }
        });
    }

    fn next_turn(self) -> u32 {
        let next = self
            .turn
            .try_get_value()
            .unwrap_or_default()
            .wrapping_add(1);
        self.turn.set_value(next);
        next
    }
}
