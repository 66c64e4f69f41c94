//! A few connections that only read, each read in one snapshot.

use super::{Step, execute, open_to_read, take};
use crate::store::{Failure, Seal, StoreError};
use rusqlite::Connection;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

const CONNECTIONS: usize = 4;

pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Mutex<Connection>>>>,
    free: Semaphore,
    seal: Arc<Seal>,
}

impl Readers {
    pub(super) fn open(path: &Path, seal: &Arc<Seal>) -> Result<Readers, StoreError> {
        let mut idle = Vec::with_capacity(CONNECTIONS);
        for _ in 0..CONNECTIONS {
            idle.push(Mutex::new(open_to_read(path)?));
        }
        Ok(Readers {
            idle: Arc::new(Mutex::new(idle)),
            free: Semaphore::new(CONNECTIONS),
            seal: Arc::clone(seal),
        })
    }

    /// Takes a step that only reads, off the async threads, in one snapshot.
    pub(super) async fn run<S: Step>(&self, step: S) -> Result<S::Done, Failure> {
        let away = |_| Failure::Store(StoreError::Away("the readers have ended"));
        let permit = self.free.acquire().await.map_err(away)?;
        let (idle, seal) = (Arc::clone(&self.idle), Arc::clone(&self.seal));
        let outcome = tokio::task::spawn_blocking(move || {
            let take_one = || idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(connection) = take_one() else {
                return Err(Failure::Store(StoreError::Away(
                    "no connection is left to read with",
                )));
            };
            let outcome = in_snapshot(&step, &connection, &seal);
            idle.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
            outcome
        })
        .await
        .unwrap_or(Err(Failure::Store(StoreError::Corrupt("a read panicked"))));
        drop(permit);
        outcome
    }
}

fn in_snapshot<S: Step>(
    step: &S,
    connection: &Mutex<Connection>,
    seal: &Seal,
) -> Result<S::Done, Failure> {
    execute(connection, "BEGIN", &[])?;
    let outcome = take(step, connection, seal);
    execute(connection, "COMMIT", &[])?;
    outcome
}
