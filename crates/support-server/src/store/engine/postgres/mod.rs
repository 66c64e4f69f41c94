//! PostgreSQL: any number of servers on one database, which is where they meet.
//!
//! A transaction travels in flights: what is asked together, and what was written before it, is sent without waiting in
//! between. `BEGIN` goes with the first question and the writes go with `COMMIT`, so that a change costs as many round
//! trips as it has questions that depend on each other, and one.

mod flight;
mod lines;

use super::{Commits, Line, Step};
use crate::store::db::{Db, On};
use crate::store::{Failure, Seal, StoreError};
use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime,
};
pub(in crate::store) use flight::Flight;
use flight::failed;
use lines::Lines;
use ring::rand::{SecureRandom, SystemRandom};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use tokio_postgres::config::SslMode;

/// Every migration, in order; the table `migration` remembers how many there are.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../../migrations/postgres/0001_support_desk.sql"),
    include_str!("../../../../migrations/postgres/0002_session_grant.sql"),
    include_str!("../../../../migrations/postgres/0003_operators_desk.sql"),
];

/// How long a step may wait for a connection, and for one to be made.
const CONNECTION_WITHIN: Duration = Duration::from_secs(3);
/// How long a step that loses races is taken again.
const RACES_FOR: Duration = Duration::from_secs(10);
/// For how long a database may be silent before it counts as away: from the start of a step, which may have to wait for a
/// connection, to the first answer, and from one question to its answer.
const ANSWER_WITHIN: Duration = Duration::from_millis(4_500);
/// The same for a step that goes through everything.
const LONG_ANSWER_WITHIN: Duration = Duration::from_secs(86_400);
/// For how long one statement may run, or wait for a lock; and how long a transaction may lie idle, in milliseconds. A
/// database that is well gives up before it counts as away.
const STATEMENT_MS: u32 = 4_000;
const IDLE_MS: u32 = 10_000;

/// How a transaction begins that writes, one that reads, and one that goes through everything.
const WRITES: &str = "BEGIN";
const READS: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const READS_ALL: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0";

/// How to reach the database.
#[derive(Clone)]
pub(in crate::store) struct Postgres {
    pool: Pool,
    seal: Arc<Seal>,
    /// Absent when every change has a commit of its own.
    lines: Option<Arc<Lines>>,
    /// Held by whoever lost a race, while trying again.
    losers: Arc<tokio::sync::Mutex<()>>,
}

impl Postgres {
    /// Connects, and brings the tables up to date when `migrates` says so.
    pub(in crate::store) async fn connect(
        url: &str,
        connections: usize,
        seal: &Arc<Seal>,
        migrates: bool,
        commits: Commits,
    ) -> Result<Postgres, StoreError> {
        let mut config: tokio_postgres::Config = url
            .parse()
            .map_err(|_| StoreError::Away("its address is not one of PostgreSQL"))?;
        config
            .application_name("partner-support")
            .connect_timeout(CONNECTION_WITHIN)
            .tcp_user_timeout(Duration::from_secs(10))
            .keepalives_idle(Duration::from_secs(15));
        // Through a list of hosts to the one that takes writes: the primary of a cluster.
        config.target_session_attrs(tokio_postgres::config::TargetSessionAttrs::ReadWrite);
        let manager_config = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = match config.get_ssl_mode() {
            SslMode::Disable => Manager::from_config(config, tokio_postgres::NoTls, manager_config),
            _ => Manager::from_config(config, tls()?, manager_config),
        };
        let limits = format!(
            "SET statement_timeout = {STATEMENT_MS}; SET lock_timeout = {STATEMENT_MS};
             SET idle_in_transaction_session_timeout = {IDLE_MS}; SET timezone = 'UTC'"
        );
        let pool = Pool::builder(manager)
            .max_size(connections)
            .wait_timeout(Some(CONNECTION_WITHIN))
            .create_timeout(Some(CONNECTION_WITHIN))
            .recycle_timeout(Some(CONNECTION_WITHIN))
            .runtime(Runtime::Tokio1)
            .post_create(Hook::async_fn(move |client, _| {
                let limits = limits.clone();
                Box::pin(async move {
                    client
                        .batch_execute(&limits)
                        .await
                        .map_err(HookError::Backend)
                })
            }))
            .build()
            .map_err(|_| StoreError::Away("its connections cannot be pooled"))?;
        let postgres = Postgres {
            pool,
            seal: Arc::clone(seal),
            lines: (commits == Commits::Grouped).then(Arc::default),
            losers: Arc::default(),
        };
        postgres.migrate(migrates).await?;
        Ok(postgres)
    }

    async fn client(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(|error| {
            tracing::warn!(%error, "no connection to the database");
            StoreError::Away("no connection to the database")
        })
    }

    /// Takes a step, again when somebody else's transaction was in the way. It is taken to its end also when whoever
    /// asked for it has hung up.
    pub(in crate::store) async fn change<S: Step>(&self, step: S) -> Result<S::Done, Failure> {
        if let Some(lines) = &self.lines
            && let Some(line) = step.line()
        {
            let name = lines.name(&line);
            return self.take_in_line(lines, name, step).await;
        }
        let this = self.clone();
        to_its_end(async move { this.take_alone(&step).await }).await
    }

    async fn take_alone<S: Step>(&self, step: &S) -> Result<S::Done, Failure> {
        let give_up = Instant::now() + RACES_FOR;
        let mut pause = Duration::from_millis(1);
        let mut turn = None;
        loop {
            let taken = self.take(step, WRITES).await;
            match taken {
                Err(failure) if failure.is_lost_race() && Instant::now() < give_up => {
                    // One after the other: those who lost do not lose to each other again.
                    if turn.is_none() {
                        let lock = tokio::time::timeout_at(give_up, self.losers.lock());
                        turn = lock.await.ok();
                    }
                    tokio::time::sleep(jittered(pause)).await;
                    pause = (pause * 2).min(Duration::from_millis(50));
                }
                taken => return taken,
            }
        }
    }

    /// Takes a step that only reads, in one snapshot.
    pub(in crate::store) async fn read<S: Step>(&self, step: S) -> Result<S::Done, Failure> {
        let this = self.clone();
        let begin = if S::IS_LONG { READS_ALL } else { READS };
        to_its_end(async move { this.take(&step, begin).await }).await
    }

    async fn take<S: Step>(&self, step: &S, begin: &'static str) -> Result<S::Done, Failure> {
        let patience = if S::IS_LONG {
            LONG_ANSWER_WITHIN
        } else {
            ANSWER_WITHIN
        };
        let (lent, flight) = self.depart(begin, patience).await?;
        let outcome = step.take(&self.on(&flight)).await;
        self.note_company(step, &flight);
        self.land(lent, flight, outcome).await
    }

    /// A connection, and a transaction on it.
    async fn depart(
        &self,
        begin: &'static str,
        patience: Duration,
    ) -> Result<(Lent, Flight), StoreError> {
        let started = Instant::now();
        let client = Arc::new(within(started + ANSWER_WITHIN, self.client()).await?);
        let lent = Lent(Some(Arc::clone(&client)));
        let flight = Flight::new(client, begin, started, patience);
        if patience > ANSWER_WITHIN {
            // A connection that leads nowhere is found out before it is given all that time.
            within(started + ANSWER_WITHIN, flight.settle()).await?;
        }
        Ok((lent, flight))
    }

    fn on<'a>(&'a self, flight: &'a Flight) -> Db<'a> {
        Db {
            seal: &self.seal,
            on: On::Postgres(flight),
        }
    }

    /// The next change of whoever asked for this one waits in the line of the same company.
    fn note_company(&self, step: &impl Step, flight: &Flight) {
        if let (Some(lines), Some(Line::Person(person))) = (&self.lines, step.line()) {
            lines.note(person, flight.take_company());
        }
    }

    /// Commits what went well and undoes what did not. A connection whose transaction may still be open is closed, which
    /// undoes it.
    async fn land<T>(
        &self,
        lent: Lent,
        flight: Flight,
        outcome: Result<T, Failure>,
    ) -> Result<T, Failure> {
        let outcome = match outcome {
            Ok(done) => flight.commit().await.map(|()| done).map_err(Failure::Store),
            Err(failure) => Err(failure),
        };
        let (outcome, is_over) = match outcome {
            Ok(done) => (Ok(done), true),
            Err(away @ Failure::Store(StoreError::Away(_))) => (Err(away), false),
            Err(failure) => match (failure, flight.roll_back().await) {
                // What was written before the question failed, and the question with it.
                (Failure::Store(_), Err(cause @ StoreError::Away(_))) => {
                    (Err(Failure::Store(cause)), false)
                }
                (Failure::Store(_), Err(cause)) => (Err(Failure::Store(cause)), true),
                (failure, undone) => (Err(failure), !matches!(undone, Err(StoreError::Away(_)))),
            },
        };
        drop(flight);
        match is_over {
            true => lent.give_back(),
            // The others may lead to the same silence: whoever is next makes a new one.
            false => {
                self.pool.retain(|_, _| false);
            }
        }
        outcome
    }

    async fn migrate(&self, migrates: bool) -> Result<(), StoreError> {
        let mut client = self.client().await?;
        let done = match client
            .query_one(HAS_TABLE, &[])
            .await
            .map_err(failed)?
            .get(0)
        {
            true => {
                let count = client.query_one("SELECT count(*) FROM migration", &[]);
                usize::try_from(count.await.map_err(failed)?.get::<_, i64>(0)).unwrap_or(usize::MAX)
            }
            false => 0,
        };
        match done.cmp(&MIGRATIONS.len()) {
            std::cmp::Ordering::Equal => return Ok(()),
            std::cmp::Ordering::Greater => {
                return Err(StoreError::Corrupt(
                    "it was written by a newer version of this server",
                ));
            }
            std::cmp::Ordering::Less if !migrates => {
                return Err(StoreError::Corrupt(
                    "its tables are those of an older version: run support-server migrate",
                ));
            }
            std::cmp::Ordering::Less => {}
        }
        let transaction = client.transaction().await.map_err(failed)?;
        transaction
            .batch_execute(
                "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY);
                 LOCK TABLE migration IN EXCLUSIVE MODE",
            )
            .await
            .map_err(failed)?;
        // Another server may have been faster.
        let count = transaction.query_one("SELECT count(*) FROM migration", &[]);
        let done = count.await.map_err(failed)?.get::<_, i64>(0);
        for (number, migration) in (1_i64..)
            .zip(MIGRATIONS)
            .filter(|(number, _)| *number > done)
        {
            transaction.batch_execute(migration).await.map_err(failed)?;
            transaction
                .execute("INSERT INTO migration (number) VALUES ($1)", &[&number])
                .await
                .map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn to_its_end<T: Send + 'static>(
    step: impl Future<Output = Result<T, Failure>> + Send + 'static,
) -> Result<T, Failure> {
    tokio::spawn(step)
        .await
        .unwrap_or(Err(Failure::Store(StoreError::Corrupt("a step panicked"))))
}

/// What the database answers, if it does so by then.
async fn within<T>(
    answer_by: Instant,
    answer: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout_at(answer_by, answer)
        .await
        .unwrap_or_else(|_| {
            tracing::warn!("the database is silent");
            Err(StoreError::Away("the database is silent"))
        })
}

/// A connection that goes back to the pool only when its transaction is over. Whatever else becomes of it, the
/// connection is closed, and the database undoes what was not committed.
struct Lent(Option<Arc<Object>>);

impl Lent {
    fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(client) = self.0.take().and_then(Arc::into_inner) {
            drop(Object::take(client));
        }
    }
}

const HAS_TABLE: &str = "SELECT to_regclass('migration') IS NOT NULL";

fn tls() -> Result<tokio_postgres_rustls::MakeRustlsConnect, StoreError> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in rustls_native_certs::load_native_certs().certs {
        // A certificate that cannot be read vouches for nobody.
        let _ = roots.add(certificate);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| StoreError::Away("TLS cannot be set up"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(tokio_postgres_rustls::MakeRustlsConnect::new(config))
}

/// Between half of it and all of it, so that two who lost to each other do not meet again.
fn jittered(pause: Duration) -> Duration {
    let mut byte = [0];
    // Without randomness the pause is only longer.
    let _ = SystemRandom::new().fill(&mut byte);
    let [byte] = byte;
    pause / 2 + pause.mul_f32(f32::from(byte) / 512.0)
}
