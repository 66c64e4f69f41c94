//! SQLite: one file, one thread that writes, a few connections that read.

mod readers;
mod writer;

use super::{Commits, Step};
use crate::store::db::{Db, On, Row, Value};
use crate::store::{Failure, Seal, StoreError};
use readers::Readers;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use writer::Writer;

/// Every migration, in order; the file remembers in `user_version` how many it has, counted from [`FIRST`].
const MIGRATIONS: &[&str] = &[
    include_str!("../../../../migrations/sqlite/0001_support_desk.sql"),
    include_str!("../../../../migrations/sqlite/0002_session_grant.sql"),
    include_str!("../../../../migrations/sqlite/0003_operators_desk.sql"),
];
/// Versions below were previews, whose tables lay otherwise.
const FIRST: u32 = 200;

pub(in crate::store) struct Sqlite {
    writer: Writer,
    readers: Readers,
}

impl Sqlite {
    /// Opens the file, makes it when it is absent, and brings its tables up to date.
    pub(in crate::store) fn open(
        path: &Path,
        seal: &Arc<Seal>,
        commits: Commits,
    ) -> Result<Sqlite, StoreError> {
        make_private(path);
        let connection = Connection::open(path)?;
        prepare(&connection)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -65536;
             PRAGMA temp_store = MEMORY;",
        )?;
        migrate(&connection)?;
        let writer = Writer::start(connection, Arc::clone(seal), commits)
            .map_err(|_| StoreError::Away("the writing thread cannot start"))?;
        Ok(Sqlite {
            writer,
            readers: Readers::open(path, seal)?,
        })
    }

    pub(in crate::store) async fn change<S: Step>(&self, step: S) -> Result<S::Done, Failure> {
        self.writer.run(step).await
    }

    pub(in crate::store) async fn read<S: Step>(&self, step: S) -> Result<S::Done, Failure> {
        self.readers.run(step).await
    }
}

/// A new data file is its owner's alone; SQLite gives its companions the same permissions. What is wrong with the path
/// is said when SQLite opens it.
fn make_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(path));
}

/// Opens the file to read.
fn open_to_read(path: &Path) -> Result<Connection, StoreError> {
    // WAL readers write to the shared-memory file, so the connection itself is not read-only.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    prepare(&connection)?;
    connection.execute_batch("PRAGMA query_only = ON;")?;
    Ok(connection)
}

fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(96);
    // A plan is made once per statement. Without this, SQLite makes it anew for every new value of a parameter, which
    // is most of the work of small transactions such as ours.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;")?;
    Ok(())
}

fn migrate(connection: &Connection) -> Result<(), StoreError> {
    let version: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let newest = FIRST + u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
    match version {
        0 => {}
        1..FIRST => {
            return Err(StoreError::Corrupt(
                "it was written by a preview of this server: begin with a new file",
            ));
        }
        _ if version > newest => {
            return Err(StoreError::Corrupt(
                "it was written by a newer version of this server",
            ));
        }
        _ => {}
    }
    let numbered = (FIRST + 1..).zip(MIGRATIONS);
    for (number, migration) in numbered.filter(|(number, _)| *number > version) {
        let transaction = connection.unchecked_transaction()?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    Ok(())
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Flag(flag) => ValueRef::Integer((*flag).into()),
            Value::Number(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

pub(in crate::store) fn rows(
    connection: &Mutex<Connection>,
    sql: &str,
    values: &[Value],
) -> Result<Vec<Row>, StoreError> {
    let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
    let mut statement = connection.prepare_cached(sql)?;
    let columns = statement.column_count();
    let mut found = statement.query(rusqlite::params_from_iter(values))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let mut read = Vec::with_capacity(columns);
        for column in 0..columns {
            read.push(match row.get_ref(column)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Number(number),
                ValueRef::Text(text) => Value::Text(
                    String::from_utf8(text.to_vec())
                        .map_err(|_| StoreError::Corrupt("a text is not UTF-8"))?,
                ),
                ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
                ValueRef::Real(_) => return Err(StoreError::Corrupt("no column has fractions")),
            });
        }
        rows.push(Row(read));
    }
    Ok(rows)
}

pub(in crate::store) fn execute(
    connection: &Mutex<Connection>,
    sql: &str,
    values: &[Value],
) -> Result<usize, StoreError> {
    let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(connection
        .prepare_cached(sql)?
        .execute(rusqlite::params_from_iter(values))?)
}

/// Takes a step on a connection of this thread: nothing in it waits for anything.
fn take<S: Step>(
    step: &S,
    connection: &Mutex<Connection>,
    seal: &Seal,
) -> Result<S::Done, Failure> {
    let db = Db {
        seal,
        on: On::Sqlite(connection),
    };
    let mut taken = pin!(step.take(&db));
    match taken.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => Err(StoreError::Corrupt("a step waited inside SQLite").into()),
    }
}
