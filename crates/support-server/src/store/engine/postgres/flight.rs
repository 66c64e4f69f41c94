//! A transaction on its way: what is asked, what is written, and what the database answers.

use super::{held, within};
use crate::store::StoreError;
use crate::store::db::{Row, Value};
use bytes::BytesMut;
use deadpool_postgres::Object;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::collections::{HashMap, VecDeque};
use std::error::Error;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{IsNull, ToSql, Type};

/// A transaction on one connection. One task asks all of its questions, if need be several at a time: whoever waits for an
/// answer also takes in those before it.
pub(in crate::store) struct Flight {
    client: Arc<Object>,
    begin: &'static str,
    started: Instant,
    /// For how long the database may be silent.
    patience: Duration,
    answered: AtomicBool,
    /// Held while statements are sent, so that they are sent in the order in which they were asked for. Whether the
    /// transaction has begun.
    sending: tokio::sync::Mutex<bool>,
    /// Written, but not yet sent.
    written: Mutex<Vec<(&'static str, Vec<Value>)>>,
    /// Sent, but not yet answered.
    unanswered: Mutex<Unanswered>,
    /// The company that was locked last.
    company: Mutex<Option<String>>,
}

/// Statements whose answers nobody waits for before the end, in the order in which they were sent.
#[derive(Default)]
struct Unanswered {
    sent: VecDeque<BoxFuture<'static, Result<(), tokio_postgres::Error>>>,
    /// What failed first: the cause of what failed after it.
    failed: Option<StoreError>,
}

impl Unanswered {
    /// Takes in the answers that are there. How many are not.
    fn take_in(&mut self, context: &mut Context<'_>) -> usize {
        while let Some(next) = self.sent.front_mut()
            && let Poll::Ready(answer) = next.poll_unpin(context)
        {
            self.sent.pop_front();
            if let Err(error) = answer {
                self.failed.get_or_insert_with(|| failed(error));
            }
        }
        self.sent.len()
    }
}

impl Flight {
    /// `started`: since when the step waits for the database.
    pub(super) fn new(
        client: Arc<Object>,
        begin: &'static str,
        started: Instant,
        patience: Duration,
    ) -> Flight {
        Flight {
            client,
            begin,
            started,
            patience,
            answered: AtomicBool::new(false),
            sending: tokio::sync::Mutex::default(),
            written: Mutex::default(),
            unanswered: Mutex::default(),
            company: Mutex::default(),
        }
    }

    /// Nobody else changes this company until the transaction is over.
    pub(in crate::store) fn lock(&self, company: &str) {
        self.write(
            "SELECT 1 FROM partner WHERE id = ?1 FOR UPDATE",
            vec![Value::from(company)],
        );
        *held(&self.company) = Some(company.to_owned());
    }

    /// The company that was locked last, once.
    pub(super) fn take_company(&self) -> Option<String> {
        held(&self.company).take()
    }

    pub(in crate::store) fn write(&self, sql: &'static str, values: Vec<Value>) {
        held(&self.written).push((sql, values));
    }

    /// What the database answers, unless it is silent for too long. A connection whose answers are not taken in stops
    /// listening after two pieces of one, so those to statements before this are taken in as they come.
    async fn answer<T>(
        &self,
        answer: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let since = match self.answered.load(Ordering::Relaxed) {
            false => self.started,
            true => Instant::now(),
        };
        let mut answer = pin!(answer);
        let answer = poll_fn(|context| {
            let answer = answer.as_mut().poll(context);
            if answer.is_pending() {
                // Also those that were sent just now, so that their answers wake this task.
                held(&self.unanswered).take_in(context);
            }
            answer
        });
        let answer = within(since + self.patience, answer).await;
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
            (_, Poll::Ready(found)) => found,
            (asked, Poll::Pending) => asked.await,
        };
        found.map_err(failed)?.iter().map(read).collect()
    }

    async fn send_written(&self, begun: &mut bool) -> Result<(), tokio_postgres::Error> {
        if !*begun {
            *begun = true;
            self.send(self.run(self.begin));
        }
        let written = std::mem::take(&mut *held(&self.written));
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
            self.send(execute.boxed());
        }
        Ok(())
    }

    /// A statement without parameters.
    fn run(&self, sql: &'static str) -> BoxFuture<'static, Result<(), tokio_postgres::Error>> {
        let client = Arc::clone(&self.client);
        async move { client.batch_execute(sql).await }.boxed()
    }

    fn send(&self, mut statement: BoxFuture<'static, Result<(), tokio_postgres::Error>>) {
        // Polled once, it is on its way.
        let statement = match (&mut statement).now_or_never() {
            Some(answer) => std::future::ready(answer).boxed(),
            None => statement,
        };
        held(&self.unanswered).sent.push_back(statement);
    }

    /// Sends what is left to be written and the commit after it, and waits until all of it is done. After an error the
    /// transaction may still be open.
    pub(super) async fn commit(&self) -> Result<(), StoreError> {
        let mut begun = self.sending.lock().await;
        self.send_all_written(&mut begun).await?;
        self.send(self.run("COMMIT"));
        self.answers().await
    }

    /// Sends what is left to be written, and waits until all that was sent is done.
    pub(super) async fn settle(&self) -> Result<(), StoreError> {
        let mut begun = self.sending.lock().await;
        self.send_all_written(&mut begun).await?;
        self.answers().await
    }

    async fn send_all_written(&self, begun: &mut bool) -> Result<(), StoreError> {
        let sent = async { self.send_written(begun).await.map_err(failed) };
        self.answer(sent).await
    }

    /// Undoes it. The first thing that failed of what was written, if anything did.
    pub(super) async fn roll_back(&self) -> Result<(), StoreError> {
        let begun = self.sending.lock().await;
        if !*begun {
            return Ok(());
        }
        let before = self.answers().await;
        self.send(self.run("ROLLBACK"));
        let after = self.answers().await;
        before.and(after)
    }

    /// Waits for every answer, until there is silence. What failed first of what was sent.
    async fn answers(&self) -> Result<(), StoreError> {
        let mut left = held(&self.unanswered).sent.len();
        while left > 0 {
            let fewer = poll_fn(|context| match held(&self.unanswered).take_in(context) {
                fewer if fewer < left => Poll::Ready(Ok(fewer)),
                _ => Poll::Pending,
            });
            left = self.answer(fewer).await?;
        }
        held(&self.unanswered).failed.take().map_or(Ok(()), Err)
    }
}

/// What an error of the database means for whoever asked.
pub(super) fn failed(error: tokio_postgres::Error) -> StoreError {
    let Some(state) = error.code() else {
        let is_lost = error.is_closed()
            || error
                .source()
                .is_some_and(|cause| cause.is::<std::io::Error>());
        return match is_lost {
            true => {
                tracing::warn!(%error, "the database does not answer");
                StoreError::Away("the database does not answer")
            }
            // A parameter or a column of another type: ours to mend.
            false => StoreError::Postgres(Box::new(error)),
        };
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
        | SqlState::DISK_FULL
        | SqlState::OUT_OF_MEMORY => {
            tracing::warn!(%error, "the database is busy or full");
            StoreError::Busy("the database cannot do it now")
        }
        // This connection leads nowhere any more.
        SqlState::READ_ONLY_SQL_TRANSACTION
        | SqlState::TOO_MANY_CONNECTIONS
        | SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => {
            tracing::warn!(%error, "the database goes away");
            StoreError::Away("the database goes away")
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
