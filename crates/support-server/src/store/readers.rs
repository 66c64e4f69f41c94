//! A few connections that only read, each read in one snapshot.

use super::{Failure, StoreError, sqlite};
use rusqlite::Connection;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

const CONNECTIONS: usize = 4;

pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    free: Semaphore,
}

impl Readers {
    pub(super) fn open(path: &Path) -> Result<Readers, StoreError> {
        let mut idle = Vec::with_capacity(CONNECTIONS);
        for _ in 0..CONNECTIONS {
            idle.push(sqlite::open_to_read(path)?);
        }
        Ok(Readers {
            idle: Arc::new(Mutex::new(idle)),
            free: Semaphore::new(CONNECTIONS),
        })
    }

    /// Runs `read` off the async threads, in one snapshot.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let away = |_| Failure::Store(StoreError::Away("the readers have ended"));
        let permit = self.free.acquire().await.map_err(away)?;
        let idle = Arc::clone(&self.idle);
        let outcome = tokio::task::spawn_blocking(move || {
            let take = || idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(connection) = take() else {
                return Err(Failure::Store(StoreError::Away(
                    "no connection is left to read with",
                )));
            };
            let outcome = in_snapshot(&connection, read);
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

fn in_snapshot<T>(
    connection: &Connection,
    read: impl FnOnce(&Connection) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let snapshot = connection.unchecked_transaction()?;
    let outcome = read(&snapshot)?;
    snapshot.commit()?;
    Ok(outcome)
}
