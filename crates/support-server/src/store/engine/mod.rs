//! The two engines. Each runs a [`Step`] as one transaction: on the disk when it is told to be done, nowhere otherwise.

pub(super) mod postgres;
pub(super) mod sqlite;

use super::db::Db;
use super::{Failure, StoreError};
use crate::auth::Person;
use tokio::sync::oneshot;

/// How many changes may share one commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commits {
    /// As many as wait, up to 256 in a file and up to 32 of one company on PostgreSQL.
    Grouped,
    /// One each: for comparison.
    OnePerRequest,
}

/// One transaction. An engine may take it again from the start when it lost a race, so it changes nothing but `db`.
pub(super) trait Step: Send + Sync + 'static {
    type Done: Send + 'static;

    /// Whether it goes through everything, and may take as long as that takes.
    const IS_LONG: bool = false;

    /// Where it waits its turn, on an engine that changes several companies at once.
    fn line(&self) -> Option<Line<'_>> {
        None
    }

    fn take(&self, db: &Db<'_>) -> impl Future<Output = Result<Self::Done, Failure>> + Send;
}

/// Whose changes wait for each other.
pub(super) enum Line<'a> {
    /// Those of this company.
    Company(&'a str),
    /// Those of the company that this person's last change was about.
    Person(&'a Person),
}

/// A step that shares a commit, with whoever waits for its outcome.
struct Piece<S: Step> {
    step: S,
    outcome: Option<Result<S::Done, Failure>>,
    waiting: oneshot::Sender<Result<S::Done, Failure>>,
}

impl<S: Step> Piece<S> {
    fn new(step: S) -> (Piece<S>, oneshot::Receiver<Result<S::Done, Failure>>) {
        let (waiting, answer) = oneshot::channel();
        let outcome = None;
        let piece = Piece {
            step,
            outcome,
            waiting,
        };
        (piece, answer)
    }

    /// Tells that the store is away, whatever the work said.
    fn turn_away(mut self, why: &'static str) {
        self.outcome = Some(Err(Failure::Store(StoreError::Away(why))));
        self.answer();
    }

    /// Tells its outcome. Whoever waited may have hung up; what was done is done.
    fn answer(self) {
        let never = StoreError::Away("the work never ran");
        let _ = self
            .waiting
            .send(self.outcome.unwrap_or(Err(Failure::Store(never))));
    }
}

impl Failure {
    /// Whether taking the same step again may end otherwise: somebody else's transaction was in the way.
    fn is_lost_race(&self) -> bool {
        matches!(self, Failure::Store(StoreError::LostRace(_)))
    }
}
