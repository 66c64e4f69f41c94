//! The two engines. Each runs a [`Step`] as one transaction: on the disk when it is told to be done, nowhere otherwise.

pub(super) mod postgres;
pub(super) mod sqlite;

use super::db::Db;
use super::{Failure, StoreError};

/// One transaction. An engine may take it again from the start when it lost a race, so it changes nothing but `db`.
pub(super) trait Step: Send + Sync + 'static {
    type Done: Send + 'static;

    fn take(&self, db: &Db<'_>) -> impl Future<Output = Result<Self::Done, Failure>> + Send;
}

impl Failure {
    /// Whether taking the same step again may end otherwise: somebody else's transaction was in the way.
    fn is_lost_race(&self) -> bool {
        matches!(self, Failure::Store(StoreError::LostRace(_)))
    }
}
