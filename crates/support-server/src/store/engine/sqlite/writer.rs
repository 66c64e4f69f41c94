//! The one thread that writes. It takes what waits in the queue, up to a batch, runs each piece of work in a savepoint
//! of its own, commits once, and only then answers: nobody is told of a change that is not on the disk.

use super::{Step, execute, take};
use crate::observe::metrics;
use crate::store::engine::{Commits, Piece};
use crate::store::{Failure, Seal, StoreError};
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// Requests that may share one commit.
const BATCH: usize = 256;
/// Requests that may wait for the writer before new ones are turned away.
const QUEUE: usize = 4_096;

/// A piece of work, whatever comes of it.
trait Job: Send {
    /// Does it. Whether its changes are to be kept.
    fn work(&mut self, connection: &Mutex<Connection>, seal: &Seal) -> bool;
    /// Tells its outcome, after the commit.
    fn answer(self: Box<Self>);
    /// Tells that the store is away, whatever the work said.
    fn turn_away(self: Box<Self>, why: &'static str);
}

impl<S: Step> Job for Piece<S> {
    fn work(&mut self, connection: &Mutex<Connection>, seal: &Seal) -> bool {
        let work = AssertUnwindSafe(|| take(&self.step, connection, seal));
        let outcome = catch_unwind(work).unwrap_or(Err(Failure::Store(StoreError::Corrupt(
            "the work panicked",
        ))));
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn answer(self: Box<Self>) {
        Piece::answer(*self);
    }

    fn turn_away(self: Box<Self>, why: &'static str) {
        Piece::turn_away(*self, why);
    }
}

/// The queue in front of the writing thread. When it is dropped, the thread finishes what waits and ends.
pub(super) struct Writer {
    queue: Option<SyncSender<Box<dyn Job>>>,
    waiting: Arc<AtomicUsize>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        seal: Arc<Seal>,
        commits: Commits,
    ) -> std::io::Result<Writer> {
        let batch = match commits {
            Commits::Grouped => BATCH,
            Commits::OnePerRequest => 1,
        };
        let (queue, jobs) = sync_channel(QUEUE);
        let connection = Mutex::new(connection);
        let waiting = Arc::new(AtomicUsize::new(0));
        let taken = Arc::clone(&waiting);
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || run(&connection, &seal, &jobs, &taken, batch))?;
        Ok(Writer {
            queue: Some(queue),
            waiting,
            thread: Some(thread),
        })
    }

    /// Takes a step on the writing thread. Its changes are on the disk when this returns `Ok`, and nowhere when it
    /// returns `Err`.
    pub(super) async fn run<S: Step>(&self, step: S) -> Result<S::Done, Failure> {
        let (piece, answer) = Piece::new(step);
        let Some(queue) = &self.queue else {
            return Err(Failure::Store(StoreError::Away("the writer has ended")));
        };
        self.waiting.fetch_add(1, Ordering::Relaxed);
        queue.try_send(Box::new(piece)).map_err(|refused| {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
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

fn run(
    connection: &Mutex<Connection>,
    seal: &Seal,
    jobs: &Receiver<Box<dyn Job>>,
    waiting: &AtomicUsize,
    batch_size: usize,
) {
    let mut batch: Vec<Box<dyn Job>> = Vec::with_capacity(batch_size);
    while let Ok(first) = jobs.recv() {
        batch.push(first);
        while batch.len() < batch_size {
            let Ok(next) = jobs.try_recv() else { break };
            batch.push(next);
        }
        metrics::writer_batch(batch.len());
        let waited = waiting.fetch_sub(batch.len(), Ordering::Relaxed);
        metrics::writer_queue(waited.saturating_sub(batch.len()));
        match commit(connection, seal, &mut batch) {
            Ok(()) => batch.drain(..).for_each(|job| job.answer()),
            Err(error) => {
                tracing::error!(%error, requests = batch.len(), "a batch could not be written");
                if !is_ended(connection) {
                    let _ = execute(connection, "ROLLBACK", &[]);
                }
                batch
                    .drain(..)
                    .for_each(|job| job.turn_away("the data could not be written"));
            }
        }
    }
}

/// Runs the batch in one transaction. After an error nothing of it is on the disk.
fn commit(
    connection: &Mutex<Connection>,
    seal: &Seal,
    batch: &mut [Box<dyn Job>],
) -> Result<(), StoreError> {
    let statement = |sql| execute(connection, sql, &[]).map(drop);
    statement("BEGIN IMMEDIATE")?;
    for job in batch.iter_mut() {
        statement("SAVEPOINT request")?;
        let keep = job.work(connection, seal);
        // A full disk or a broken one ends the whole transaction, with what the others did.
        if is_ended(connection) {
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

fn is_ended(connection: &Mutex<Connection>) -> bool {
    let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
    connection.is_autocommit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::db::{Db, values};

    fn writer(setup: &str, commits: Commits) -> Writer {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(setup).unwrap();
        Writer::start(connection, Arc::new(Seal::with_key(&[1; 32])), commits).unwrap()
    }

    const SEEN: &str = "CREATE TABLE seen (number INTEGER PRIMARY KEY, text TEXT)";

    /// Inserts these numbers, and panics at one of them.
    struct Insert(&'static [i64]);
    const PANICS: i64 = -1;

    impl Step for Insert {
        type Done = i64;

        async fn take(&self, db: &Db<'_>) -> Result<i64, Failure> {
            for number in self.0 {
                assert_ne!(*number, PANICS, "on purpose");
                db.write("INSERT INTO seen (number) VALUES (?1)", values![*number])?;
            }
            Ok(count(db).await?)
        }
    }

    async fn count(db: &Db<'_>) -> Result<i64, StoreError> {
        let counted = db.row("SELECT count(*) FROM seen", values![]).await?;
        counted.unwrap().number(0)
    }

    /// Runs one statement.
    struct Run(&'static str);

    impl Step for Run {
        type Done = ();

        async fn take(&self, db: &Db<'_>) -> Result<(), Failure> {
            Ok(db.rows(self.0, values![]).await.map(drop)?)
        }
    }

    #[tokio::test]
    async fn what_failed_leaves_nothing_behind_and_harms_no_other_request() {
        for commits in [Commits::Grouped, Commits::OnePerRequest] {
            let writer = writer(SEEN, commits);
            assert_eq!(writer.run(Insert(&[1])).await.ok(), Some(1));
            let (failed, panicked, worked) = tokio::join!(
                writer.run(Insert(&[2, 1])),
                writer.run(Insert(&[3, PANICS])),
                writer.run(Insert(&[4]))
            );
            assert!(failed.is_err());
            assert!(panicked.is_err());
            assert_eq!(worked.ok(), Some(2));
        }
    }

    #[tokio::test]
    async fn when_the_database_ends_the_transaction_everybody_in_it_is_told() {
        let writer = writer(SEEN, Commits::Grouped);
        let ended = writer.run(Run("ROLLBACK")).await;
        assert!(matches!(ended, Err(Failure::Store(StoreError::Away(_)))));
        assert_eq!(writer.run(Insert(&[1])).await.ok(), Some(1));
    }

    #[tokio::test]
    async fn a_full_disk_turns_requests_away_and_writing_goes_on_when_there_is_room() {
        let setup = format!("{SEEN}; PRAGMA max_page_count = 20;");
        let writer = writer(&setup, Commits::Grouped);
        let fill = || Run("INSERT INTO seen (text) VALUES (hex(zeroblob(4500)))");
        let mut written = 0;
        let failure = loop {
            match writer.run(fill()).await {
                Ok(()) => written += 1,
                Err(failure) => break failure,
            }
        };
        let trouble = crate::problem::Trouble::from(failure);
        assert_eq!(trouble.problem.code, support_api::ProblemCode::Unavailable);
        assert_eq!(
            writer.run(Insert(&[])).await.ok(),
            Some(written),
            "what was acknowledged is there"
        );
        assert!(
            writer
                .run(Run("PRAGMA max_page_count = 1000"))
                .await
                .is_ok()
        );
        assert!(writer.run(fill()).await.is_ok());
    }
}
