//! Changes of one company wait in line here, inside the server, and those that waited share a transaction. A company with a
//! hundred people at work then has one connection and one commit at a time, and not a hundred that wait for its row.

use super::{ANSWER_WITHIN, Flight, Postgres, WRITES, held};
use crate::auth::Person;
use crate::observe::metrics;
use crate::store::engine::{Line, Piece, Step};
use crate::store::{Failure, StoreError};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

/// Changes that may share a transaction. PostgreSQL keeps track of 64 savepoints without looking them up on the disk.
const TOGETHER: usize = 32;
/// Changes that may wait in one line before new ones are turned away.
const PLACES: usize = 1_024;
/// People whose company is remembered.
const REMEMBERED: usize = 65_536;

/// Those of one line, in the order in which they came.
type Waiting = Vec<Box<dyn Job>>;

#[derive(Default)]
pub(super) struct Lines {
    /// By name. A line is here from when somebody joins it until nobody waits.
    waiting: Mutex<HashMap<Arc<str>, Waiting>>,
    /// The company of a person's last change, by the hash of who they are: a guess at the line, which decides nothing.
    companies: Mutex<HashMap<u64, Arc<str>>>,
    hashes: RandomState,
}

impl Lines {
    /// What a line is called: by its company. Whoever was not seen before waits in a line of their own.
    pub(super) fn name(&self, line: &Line<'_>) -> Arc<str> {
        match line {
            Line::Company(id) => (*id).into(),
            Line::Person(person) => {
                let known = held(&self.companies).get(&self.key(person)).cloned();
                known.unwrap_or_else(|| format!("{} {}", person.issuer, person.subject).into())
            }
        }
    }

    pub(super) fn note(&self, person: &Person, company: Option<String>) {
        let mut companies = held(&self.companies);
        let key = self.key(person);
        match company {
            Some(company) if companies.get(&key).is_some_and(|known| **known == *company) => {}
            Some(company) => {
                if companies.len() >= REMEMBERED {
                    companies.clear();
                }
                companies.insert(key, company.into());
            }
            None => drop(companies.remove(&key)),
        }
    }

    fn key(&self, person: &Person) -> u64 {
        self.hashes.hash_one((&person.issuer, &person.subject))
    }

    /// Joins a line. Whether it is new, and somebody must serve it.
    fn join(&self, name: &Arc<str>, job: Box<dyn Job>) -> Result<bool, StoreError> {
        let mut waiting = held(&self.waiting);
        match waiting.get_mut(name) {
            Some(line) if line.len() < PLACES => {
                line.push(job);
                Ok(false)
            }
            Some(_) => Err(StoreError::Busy("too many wait for one company")),
            None => {
                waiting.insert(Arc::clone(name), vec![job]);
                Ok(true)
            }
        }
    }

    /// Ends the line. Who was waiting.
    fn close(&self, name: &Arc<str>) -> Waiting {
        held(&self.waiting).remove(name).unwrap_or_default()
    }

    /// Who is next, in the order in which they came; ends the line when nobody is.
    fn next(&self, name: &Arc<str>) -> Option<Waiting> {
        let mut waiting = held(&self.waiting);
        let line = waiting.get_mut(name)?;
        if line.is_empty() {
            waiting.remove(name);
            return None;
        }
        let count = line.len().min(TOGETHER);
        Some(line.drain(..count).collect())
    }
}

/// A change that waits, whatever comes of it.
trait Job: Send {
    /// Does it in a transaction that others share. Whether it is to be kept.
    fn work<'a>(
        &'a mut self,
        engine: &'a Postgres,
        flight: &'a Flight,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;
    /// Does it in a transaction of its own. Whether the database answered.
    fn work_alone<'a>(&'a mut self, engine: &'a Postgres) -> BoxFuture<'a, bool>;
    /// Tells its outcome, after the commit.
    fn answer(self: Box<Self>);
    /// Tells that the database is away.
    fn turn_away(self: Box<Self>);
}

impl<S: Step> Job for Piece<S> {
    fn work<'a>(
        &'a mut self,
        engine: &'a Postgres,
        flight: &'a Flight,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        async move {
            let outcome = self.step.take(&engine.on(flight)).await;
            engine.note_company(&self.step, flight);
            match outcome {
                Err(Failure::Store(error)) => Err(error),
                outcome => {
                    let keep = outcome.is_ok();
                    self.outcome = Some(outcome);
                    Ok(keep)
                }
            }
        }
        .boxed()
    }

    fn work_alone<'a>(&'a mut self, engine: &'a Postgres) -> BoxFuture<'a, bool> {
        async move {
            let outcome = engine.take_alone(&self.step).await;
            let answers = !matches!(outcome, Err(Failure::Store(StoreError::Away(_))));
            self.outcome = Some(outcome);
            answers
        }
        .boxed()
    }

    fn answer(self: Box<Self>) {
        Piece::answer(*self);
    }

    fn turn_away(self: Box<Self>) {
        Piece::turn_away(*self, "the database is away");
    }
}

impl Postgres {
    /// Takes a step when it is its turn among those of the company.
    pub(super) async fn take_in_line<S: Step>(
        &self,
        lines: &Arc<Lines>,
        name: Arc<str>,
        step: S,
    ) -> Result<S::Done, Failure> {
        let (piece, answer) = Piece::new(step);
        if lines.join(&name, Box::new(piece))? {
            let (this, lines) = (self.clone(), Arc::clone(lines));
            tokio::spawn(async move {
                while let Some(jobs) = lines.next(&name) {
                    // Whoever waits for a step that panics is told so; those behind it do not wait for ever.
                    let answers = AssertUnwindSafe(this.take_together(jobs)).catch_unwind();
                    if matches!(answers.await, Ok(false)) {
                        // Nobody waits for more than one silence.
                        let waited = lines.close(&name);
                        waited.into_iter().for_each(|job| job.turn_away());
                        return;
                    }
                }
            });
        }
        answer
            .await
            .unwrap_or(Err(Failure::Store(StoreError::Corrupt("a step panicked"))))
    }

    /// Whether the database answered.
    async fn take_together(&self, mut jobs: Waiting) -> bool {
        metrics::writer_batch(jobs.len());
        let shared = match jobs.len() {
            1 => None,
            _ => Some(self.share(&mut jobs).await),
        };
        let mut answers = true;
        match shared {
            Some(Ok(())) => {
                jobs.into_iter().for_each(|job| job.answer());
                return true;
            }
            Some(Err(StoreError::Away(_))) => answers = false,
            Some(Err(error)) => tracing::debug!(%error, "changes cannot share a transaction"),
            None => {}
        }
        for mut job in jobs {
            match answers {
                true => {
                    answers = job.work_alone(self).await;
                    job.answer();
                }
                false => job.turn_away(),
            }
        }
        answers
    }

    /// One transaction for all of them, each in a savepoint. After an error none of them was done.
    async fn share(&self, jobs: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        let (lent, flight) = self.depart(WRITES, ANSWER_WITHIN).await?;
        let all = async {
            for job in jobs {
                flight.write("SAVEPOINT step", Vec::new());
                if !job.work(self, &flight).await? {
                    flight.write("ROLLBACK TO SAVEPOINT step", Vec::new());
                }
                flight.write("RELEASE SAVEPOINT step", Vec::new());
            }
            // A statement that failed may be one of a step before a savepoint that was rolled back to, after which the
            // database would commit the rest.
            flight.settle().await
        };
        let outcome = all.await.map_err(Failure::Store);
        self.land(lent, flight, outcome)
            .await
            .map_err(Failure::store)
    }
}
