//! PostgreSQL: any number of servers on one database, which is where they meet.
//!
//! A transaction travels in flights: what is asked together, and what was written before it, is sent without waiting in
//! between. `BEGIN` goes with the first question and the writes go with `COMMIT`, so that a change costs as many round
//! trips as it has questions that depend on each other, and one.

use super::Step;
use crate::store::db::{Db, On, Row, Value};
use crate::store::{Failure, Seal, StoreError};
use bytes::BytesMut;
use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use ring::rand::{SecureRandom, SystemRandom};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{IsNull, ToSql, Type};

/// Every migration, in order; the table `migration` remembers how many there are.
const MIGRATIONS: &[&str] = &[include_str!(
    "../../../migrations/postgres/0001_support_desk.sql"
)];

/// How long a step may wait for a connection, and for one to be made.
const CONNECTION_WITHIN: Duration = Duration::from_secs(3);
/// How long a step that loses races is taken again.
const RACES_FOR: Duration = Duration::from_secs(10);
/// For how long a database may be silent before it counts as away: from the start of a step, which may have to wait for a
/// connection, to the first answer, and from one question to its answer.
const ANSWER_WITHIN: Duration = Duration::from_millis(4_500);
/// For how long one statement may run, or wait for a lock; and how long a transaction may lie idle, in milliseconds. A
/// database that is well gives up before it counts as away.
const STATEMENT_MS: u32 = 4_000;
const IDLE_MS: u32 = 10_000;

/// How to reach the database.
#[derive(Clone)]
pub(in crate::store) struct Postgres {
    pool: Pool,
    seal: Arc<Seal>,
}

impl Postgres {
    /// Connects, and brings the tables up to date when `migrates` says so.
    pub(in crate::store) async fn connect(
        url: &str,
        connections: usize,
        seal: &Arc<Seal>,
        migrates: bool,
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
        let this = self.clone();
        to_its_end(async move { this.change_here(&step).await }).await
    }

    async fn change_here<S: Step>(&self, step: &S) -> Result<S::Done, Failure> {
        let give_up = Instant::now() + RACES_FOR;
        let mut pause = Duration::from_millis(1);
        loop {
            let taken = self.take(step, "BEGIN").await;
            match taken {
                Err(failure) if failure.is_lost_race() && Instant::now() < give_up => {
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
        to_its_end(async move {
            let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
            this.take(&step, begin).await
        })
        .await
    }

    async fn take<S: Step>(&self, step: &S, begin: &'static str) -> Result<S::Done, Failure> {
        let answer_by = Instant::now() + ANSWER_WITHIN;
        let client = Arc::new(within(answer_by, self.client()).await?);
        let lent = Lent(Some(Arc::clone(&client)));
        let flight = Flight::new(client, begin, answer_by);
        let db = Db {
            seal: &self.seal,
            on: On::Postgres(&flight),
        };
        let outcome = match step.take(&db).await {
            Ok(done) => flight.commit().await.map(|()| done).map_err(Failure::Store),
            Err(failure) => Err(failure),
        };
        let outcome = match outcome {
            Ok(done) => Ok(done),
            // Its connection is closed, which undoes it.
            Err(away @ Failure::Store(StoreError::Away(_))) => Err(away),
            Err(failure) => Err(match (failure, flight.roll_back().await) {
                // What was written before the question failed, and the question with it.
                (Failure::Store(_), Err(cause)) => Failure::Store(cause),
                (failure, _) => failure,
            }),
        };
        drop(flight);
        match &outcome {
            Err(Failure::Store(StoreError::Away(_))) => {
                // The others may lead to the same silence: whoever is next makes a new one.
                self.pool.retain(|_, _| false);
            }
            _ => lent.give_back(),
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

/// A transaction on one connection.
pub(in crate::store) struct Flight {
    client: Arc<Object>,
    begin: &'static str,
    /// Until when the first answer must have come.
    first_by: Instant,
    answered: AtomicBool,
    /// Held while statements are sent, so that they are sent in the order in which they were asked for.
    sending: tokio::sync::Mutex<Sending>,
    /// Written, but not yet sent.
    written: Mutex<Vec<(&'static str, Vec<Value>)>>,
}

#[derive(Default)]
struct Sending {
    begun: bool,
    /// Sent, but nobody has looked at the answer yet.
    unanswered: Vec<BoxFuture<'static, Result<(), tokio_postgres::Error>>>,
}

impl Flight {
    fn new(client: Arc<Object>, begin: &'static str, first_by: Instant) -> Flight {
        Flight {
            client,
            begin,
            first_by,
            answered: AtomicBool::new(false),
            sending: tokio::sync::Mutex::default(),
            written: Mutex::default(),
        }
    }

    pub(in crate::store) fn write(&self, sql: &'static str, values: Vec<Value>) {
        self.written
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((sql, values));
    }

    /// What the database answers, unless it is silent for too long.
    async fn answer<T>(
        &self,
        answer: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let answer_by = match self.answered.load(Ordering::Relaxed) {
            false => self.first_by,
            true => Instant::now() + ANSWER_WITHIN,
        };
        let answer = within(answer_by, answer).await;
        self.answered.store(true, Ordering::Relaxed);
        answer
    }

    /// Sends a question, after everything that was written before it, and waits for the rows.
    pub(in crate::store) async fn rows(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        self.answer(self.ask(sql, values)).await
    }

    async fn ask(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let mut sending = self.sending.lock().await;
        let answer = async {
            self.send_written(&mut sending).await?;
            let statement = self.client.prepare_cached(dollars(sql)).await?;
            let client = Arc::clone(&self.client);
            let mut asked = async move {
                let given: Vec<&(dyn ToSql + Sync)> = values
                    .iter()
                    .map(|value| value as &(dyn ToSql + Sync))
                    .collect();
                client.query(&statement, &given).await
            }
            .boxed();
            // Polled once, it is on its way.
            let at_once = futures_util::poll!(&mut asked);
            Ok::<_, tokio_postgres::Error>((asked, at_once))
        }
        .await;
        drop(sending);
        let found = match answer.map_err(failed)? {
            (_, std::task::Poll::Ready(found)) => found,
            (asked, std::task::Poll::Pending) => asked.await,
        };
        found.map_err(failed)?.iter().map(read).collect()
    }

    async fn send_written(&self, sending: &mut Sending) -> Result<(), tokio_postgres::Error> {
        if !sending.begun {
            sending.begun = true;
            self.send(sending, self.run(self.begin));
        }
        let written =
            std::mem::take(&mut *self.written.lock().unwrap_or_else(PoisonError::into_inner));
        for (sql, values) in written {
            let statement = self.client.prepare_cached(dollars(sql)).await?;
            let client = Arc::clone(&self.client);
            let execute = async move {
                let given: Vec<&(dyn ToSql + Sync)> = values
                    .iter()
                    .map(|value| value as &(dyn ToSql + Sync))
                    .collect();
                client.execute(&statement, &given).await.map(drop)
            };
            self.send(sending, execute.boxed());
        }
        Ok(())
    }

    /// A statement without parameters.
    fn run(&self, sql: &'static str) -> BoxFuture<'static, Result<(), tokio_postgres::Error>> {
        let client = Arc::clone(&self.client);
        async move { client.batch_execute(sql).await }.boxed()
    }

    fn send(
        &self,
        sending: &mut Sending,
        mut statement: BoxFuture<'static, Result<(), tokio_postgres::Error>>,
    ) {
        match (&mut statement).now_or_never() {
            Some(answer) => sending.unanswered.push(std::future::ready(answer).boxed()),
            None => sending.unanswered.push(statement),
        }
    }

    /// Sends what is left to be written and the commit after it, and waits until all of it is done. After an error the
    /// transaction may still be open.
    async fn commit(&self) -> Result<(), StoreError> {
        let mut sending = self.sending.lock().await;
        let sent = async { self.send_written(&mut sending).await.map_err(failed) };
        self.answer(sent).await?;
        self.send(&mut sending, self.run("COMMIT"));
        self.answers(&mut sending).await
    }

    /// Undoes it. The first thing that failed of what was written, if anything did.
    async fn roll_back(&self) -> Result<(), StoreError> {
        let mut sending = self.sending.lock().await;
        if !sending.begun {
            return Ok(());
        }
        let before = self.answers(&mut sending).await;
        self.send(&mut sending, self.run("ROLLBACK"));
        let after = self.answers(&mut sending).await;
        before.and(after)
    }

    /// Waits for every answer, until there is silence; the first error is the cause of those after it.
    async fn answers(&self, sending: &mut Sending) -> Result<(), StoreError> {
        let mut first = Ok(());
        for answer in std::mem::take(&mut sending.unanswered) {
            let answer = self.answer(async { answer.await.map_err(failed) }).await;
            let is_away = matches!(answer, Err(StoreError::Away(_)));
            if first.is_ok() {
                first = answer;
            }
            if is_away {
                break;
            }
        }
        first
    }
}

/// What an error of the database means for whoever asked.
fn failed(error: tokio_postgres::Error) -> StoreError {
    let Some(state) = error.code() else {
        tracing::warn!(%error, "the database does not answer");
        return StoreError::Away("the database does not answer");
    };
    match *state {
        SqlState::T_R_SERIALIZATION_FAILURE
        | SqlState::T_R_DEADLOCK_DETECTED
        // A statement that was sent before this one failed, and its answer has not been looked at: taken again, the step
        // succeeds or fails of that.
        | SqlState::IN_FAILED_SQL_TRANSACTION
        // Two were about to write the same line, key or mark: whoever comes second looks again.
        | SqlState::UNIQUE_VIOLATION => StoreError::LostRace(state.code().to_owned()),
        SqlState::QUERY_CANCELED
        | SqlState::LOCK_NOT_AVAILABLE
        | SqlState::READ_ONLY_SQL_TRANSACTION
        | SqlState::DISK_FULL
        | SqlState::OUT_OF_MEMORY
        | SqlState::TOO_MANY_CONNECTIONS
        | SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => {
            tracing::warn!(%error, "the database cannot do it now");
            StoreError::Away("the database cannot do it now")
        }
        _ => StoreError::Postgres(Box::new(error)),
    }
}

/// The same statement with PostgreSQL's parameters, made once.
fn dollars(sql: &'static str) -> &'static str {
    static MADE: Mutex<Option<HashMap<&'static str, &'static str>>> = Mutex::new(None);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.get_or_insert_default()
        .entry(sql)
        .or_insert_with(|| String::leak(sql.replace('?', "$")))
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Flag(flag) => flag.to_sql(ty, out),
            Value::Number(number) if *ty == Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
            Value::Number(number) => number.to_sql(ty, out),
            Value::Text(text) => text.to_sql(ty, out),
            Value::Bytes(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(
            *ty,
            Type::BOOL | Type::INT4 | Type::INT8 | Type::TEXT | Type::BYTEA
        )
    }

    fn to_sql_checked(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        let fits = match self {
            Value::Null => true,
            Value::Flag(_) => *ty == Type::BOOL,
            Value::Number(_) => matches!(*ty, Type::INT4 | Type::INT8),
            Value::Text(_) => *ty == Type::TEXT,
            Value::Bytes(_) => *ty == Type::BYTEA,
        };
        match fits {
            true => self.to_sql(ty, out),
            false => Err(format!("a parameter of another type than {ty}").into()),
        }
    }
}

fn read(row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    let column = |(index, column): (usize, &tokio_postgres::Column)| match *column.type_() {
        Type::BOOL => row.try_get::<_, Option<bool>>(index).map(Value::from),
        Type::INT4 => row
            .try_get::<_, Option<i32>>(index)
            .map(|number| Value::from(number.map(i64::from))),
        Type::INT8 => row.try_get::<_, Option<i64>>(index).map(Value::from),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index).map(Value::from),
        _ => row.try_get::<_, Option<String>>(index).map(Value::from),
    };
    let columns = row.columns().iter().enumerate().map(column);
    columns.collect::<Result<_, _>>().map(Row).map_err(failed)
}
