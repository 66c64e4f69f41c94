//! The one thread that writes. It takes what waits in the queue, up to a batch, runs each piece of work in a savepoint
//! of its own, commits once, and only then answers: nobody is told of a change that is not on the disk.

use super::{Failure, StoreError};
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use tokio::sync::oneshot;

/// Requests that may wait for the writer before new ones are turned away.
const QUEUE: usize = 4_096;

/// How many requests may share one commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commits {
    /// As many as wait, up to 256.
    Grouped,
    /// One each: for comparison.
    OnePerRequest,
}

impl Commits {
    fn batch(self) -> usize {
        match self {
            Commits::Grouped => 256,
            Commits::OnePerRequest => 1,
        }
    }
}

/// A piece of work, with whoever waits for it.
trait Job: Send {
    /// Does it. Whether its changes are to be kept.
    fn work(&mut self, connection: &Connection) -> bool;
    /// Tells its outcome, after the commit.
    fn answer(self: Box<Self>);
    /// Tells that the store is away, whatever the work said.
    fn turn_away(self: Box<Self>, why: &'static str);
}

struct Piece<T, F> {
    work: Option<F>,
    outcome: Option<Result<T, Failure>>,
    waiting: oneshot::Sender<Result<T, Failure>>,
}

impl<T, F> Job for Piece<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, Failure> + Send,
{
    fn work(&mut self, connection: &Connection) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| work(connection))).unwrap_or(Err(
            Failure::Store(StoreError::Corrupt("the work panicked")),
        ));
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn answer(self: Box<Self>) {
        // Whoever waited may have hung up; what was done is done.
        let _ = self.waiting.send(
            self.outcome
                .unwrap_or(Err(Failure::Store(StoreError::Away("the work never ran")))),
        );
    }

    fn turn_away(self: Box<Self>, why: &'static str) {
        let _ = self
            .waiting
            .send(Err(Failure::Store(StoreError::Away(why))));
    }
}

/// The queue in front of the writing thread. When it is dropped, the thread finishes what waits and ends.
pub(super) struct Writer {
    queue: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection, commits: Commits) -> std::io::Result<Writer> {
        let (queue, jobs) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || run(&connection, &jobs, commits.batch()))?;
        Ok(Writer {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Runs `work` on the writing thread. Its changes are on the disk when this returns `Ok`, and nowhere when it
    /// returns `Err`.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    {
        let (waiting, answer) = oneshot::channel();
        let piece = Box::new(Piece {
            work: Some(work),
            outcome: None,
            waiting,
        });
        let Some(queue) = &self.queue else {
            return Err(Failure::Store(StoreError::Away("the writer has ended")));
        };
        queue.try_send(piece).map_err(|refused| {
            Failure::Store(StoreError::Away(match refused {
                TrySendError::Full(_) => "too many requests wait for the writer",
                TrySendError::Disconnected(_) => "the writer has ended",
            }))
        })?;
        answer.await.unwrap_or(Err(Failure::Store(StoreError::Away(
            "the writer dropped the work",
        ))))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(connection: &Connection, jobs: &Receiver<Box<dyn Job>>, batch_size: usize) {
    let mut batch: Vec<Box<dyn Job>> = Vec::with_capacity(batch_size);
    while let Ok(first) = jobs.recv() {
        batch.push(first);
        while batch.len() < batch_size {
            let Ok(next) = jobs.try_recv() else { break };
            batch.push(next);
        }
        match commit(connection, &mut batch) {
            Ok(()) => batch.drain(..).for_each(|job| job.answer()),
            Err(error) => {
                tracing::error!(%error, requests = batch.len(), "a batch could not be written");
                if !connection.is_autocommit() {
                    let _ = connection.execute_batch("ROLLBACK");
                }
                batch
                    .drain(..)
                    .for_each(|job| job.turn_away("the data could not be written"));
            }
        }
    }
}

/// Runs the batch in one transaction. After an error nothing of it is on the disk.
fn commit(connection: &Connection, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    let statement = |sql: &str| -> Result<(), StoreError> {
        connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    };
    statement("BEGIN IMMEDIATE")?;
    for job in batch.iter_mut() {
        statement("SAVEPOINT request")?;
        let keep = job.work(connection);
        // A full disk or a broken one ends the whole transaction, with what the others did.
        if connection.is_autocommit() {
            return Err(StoreError::Away(
                "the transaction was ended by the database",
            ));
        }
        if !keep {
            statement("ROLLBACK TO request")?;
        }
        statement("RELEASE request")?;
    }
    statement("COMMIT")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer(commits: Commits) -> Writer {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE seen (number INTEGER PRIMARY KEY)")
            .unwrap();
        Writer::start(connection, commits).unwrap()
    }

    fn insert(number: i64) -> impl FnOnce(&Connection) -> Result<i64, Failure> + Send + 'static {
        move |connection| {
            connection.execute("INSERT INTO seen VALUES (?1)", [number])?;
            Ok(connection.query_row("SELECT count(*) FROM seen", [], |row| row.get(0))?)
        }
    }

    #[tokio::test]
    async fn what_failed_leaves_nothing_behind_and_harms_no_other_request() {
        for commits in [Commits::Grouped, Commits::OnePerRequest] {
            let writer = writer(commits);
            assert_eq!(writer.run(insert(1)).await.ok(), Some(1));
            let fails = writer.run(move |connection| {
                insert(2)(connection)?;
                insert(1)(connection)
            });
            let panics = writer.run(move |connection| -> Result<i64, Failure> {
                insert(3)(connection)?;
                panic!("on purpose")
            });
            let works = writer.run(insert(4));
            let (failed, panicked, worked) = tokio::join!(fails, panics, works);
            assert!(failed.is_err());
            assert!(panicked.is_err());
            assert_eq!(worked.ok(), Some(2));
        }
    }

    #[tokio::test]
    async fn when_the_database_ends_the_transaction_everybody_in_it_is_told() {
        let writer = writer(Commits::Grouped);
        let ended = writer
            .run(|connection| Ok(connection.execute_batch("ROLLBACK")?))
            .await;
        assert!(matches!(ended, Err(Failure::Store(StoreError::Away(_)))));
        assert_eq!(writer.run(insert(1)).await.ok(), Some(1));
    }

    #[tokio::test]
    async fn a_full_disk_turns_requests_away_and_writing_goes_on_when_there_is_room() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE seen (text TEXT); PRAGMA max_page_count = 20;")
            .unwrap();
        let writer = Writer::start(connection, Commits::Grouped).unwrap();
        let fill = |connection: &Connection| {
            Ok(connection.execute("INSERT INTO seen VALUES (zeroblob(9000))", [])?)
        };
        let mut written = 0;
        let failure = loop {
            match writer.run(fill).await {
                Ok(_) => written += 1,
                Err(failure) => break failure,
            }
        };
        let trouble = crate::problem::Trouble::from(failure);
        assert_eq!(trouble.problem.code, support_api::ProblemCode::Unavailable);
        let count = |connection: &Connection| -> Result<i64, Failure> {
            Ok(connection.query_row("SELECT count(*) FROM seen", [], |row| row.get(0))?)
        };
        assert_eq!(
            writer.run(count).await.ok(),
            Some(written),
            "what was acknowledged is there"
        );
        let room = |connection: &Connection| {
            Ok(connection.pragma_update(None, "max_page_count", 1_000)?)
        };
        assert!(writer.run(room).await.is_ok());
        assert!(writer.run(fill).await.is_ok());
    }
}
