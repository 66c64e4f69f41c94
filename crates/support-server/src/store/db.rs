//! A transaction that is under way, whichever engine it is on. The steps of the store speak to this and to nothing
//! below it, so that there is one of each, and both engines keep the same promise.
//!
//! SQL is written once, with `?1`-style parameters, in what both dialects share.

use super::engine::postgres::Flight;
use super::engine::sqlite;
use super::{Seal, StoreError};
use entitlement_rules::{BenefitKey, Date};
use rusqlite::Connection;
use std::sync::Mutex;

/// A value that goes into or comes out of a statement.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Flag(bool),
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

macro_rules! value_from {
    ($($from:ty => |$value:ident| $to:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Value { $to }
        }
    )*};
}
value_from! {
    bool => |value| Value::Flag(value);
    i64 => |value| Value::Number(value);
    u32 => |value| Value::Number(value.into());
    u16 => |value| Value::Number(value.into());
    &str => |value| Value::Text(value.to_owned());
    String => |value| Value::Text(value);
    &String => |value| Value::Text(value.clone());
    &[u8] => |value| Value::Bytes(value.to_vec());
    Vec<u8> => |value| Value::Bytes(value);
    Date => |value| Value::Text(value.to_string());
    &BenefitKey => |value| Value::Text(value.to_string());
}

/// The parameters of a statement, in the order of their numbers.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::db::Value::from($value)),*] };
}
pub(super) use values;

/// A row that came back. Reading a column as what it is not says that the data is corrupt.
#[derive(Clone, Debug)]
pub(super) struct Row(pub(super) Vec<Value>);

const MISREAD: StoreError = StoreError::Corrupt("a column is not what the schema says");

impl Row {
    fn at(&self, column: usize) -> &Value {
        self.0.get(column).unwrap_or(&Value::Null)
    }

    pub(super) fn text(&self, column: usize) -> Result<&str, StoreError> {
        self.maybe_text(column)?.ok_or(MISREAD)
    }

    pub(super) fn maybe_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match self.at(column) {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            _ => Err(MISREAD),
        }
    }

    pub(super) fn owned(&self, column: usize) -> Result<String, StoreError> {
        self.text(column).map(str::to_owned)
    }

    pub(super) fn maybe_owned(&self, column: usize) -> Result<Option<String>, StoreError> {
        Ok(self.maybe_text(column)?.map(str::to_owned))
    }

    pub(super) fn number(&self, column: usize) -> Result<i64, StoreError> {
        self.maybe_number(column)?.ok_or(MISREAD)
    }

    pub(super) fn maybe_number(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.at(column) {
            Value::Null => Ok(None),
            Value::Number(number) => Ok(Some(*number)),
            _ => Err(MISREAD),
        }
    }

    /// A number that cannot be negative.
    pub(super) fn count(&self, column: usize) -> Result<u32, StoreError> {
        u32::try_from(self.number(column)?).map_err(|_| MISREAD)
    }

    pub(super) fn flag(&self, column: usize) -> Result<bool, StoreError> {
        match self.at(column) {
            Value::Flag(flag) => Ok(*flag),
            // SQLite has no type for it.
            Value::Number(0) => Ok(false),
            Value::Number(1) => Ok(true),
            _ => Err(MISREAD),
        }
    }

    pub(super) fn bytes(&self, column: usize) -> Result<&[u8], StoreError> {
        match self.at(column) {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(MISREAD),
        }
    }

    pub(super) fn date(&self, column: usize) -> Result<Date, StoreError> {
        Date::parse(self.text(column)?).ok_or(MISREAD)
    }

    pub(super) fn benefit(&self, column: usize) -> Result<BenefitKey, StoreError> {
        BenefitKey::parse(self.text(column)?).ok_or(MISREAD)
    }

    pub(super) fn json<T: serde::de::DeserializeOwned>(
        &self,
        column: usize,
    ) -> Result<T, StoreError> {
        serde_json::from_str(self.text(column)?).map_err(|_| MISREAD)
    }
}

/// A transaction that is under way.
pub(super) struct Db<'a> {
    pub(super) seal: &'a Seal,
    pub(super) on: On<'a>,
}

pub(super) enum On<'a> {
    /// The lock is held for one statement, never across an `await`: it makes a step's future one that can move.
    Sqlite(&'a Mutex<Connection>),
    Postgres(&'a Flight),
}

impl Db<'_> {
    /// Asks, and waits for what comes back. Questions that do not wait for each other (`try_join!`) cost one round trip.
    pub(super) async fn rows(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        match self.on {
            On::Sqlite(connection) => sqlite::rows(connection, sql, &values),
            On::Postgres(flight) => flight.rows(sql, values).await,
        }
    }

    /// Asks for one row at most.
    pub(super) async fn row(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// Writes. On PostgreSQL it travels with the next question, or with the commit; what it fails with then fails the
    /// whole step.
    pub(super) fn write(&self, sql: &'static str, values: Vec<Value>) -> Result<(), StoreError> {
        match self.on {
            On::Sqlite(connection) => sqlite::execute(connection, sql, &values).map(drop),
            On::Postgres(flight) => {
                flight.write(sql, values);
                Ok(())
            }
        }
    }

    /// Locks companies until the end of the step, in the order given: always sorted, so that no two steps wait for each
    /// other. Whoever changes a company's rows locks it first; on SQLite there is one writer, and nothing to lock.
    pub(super) fn lock(&self, partners: &[String]) {
        let On::Postgres(flight) = self.on else {
            return;
        };
        // One after the other: a list would be sorted after it was locked.
        for partner in partners {
            flight.lock(partner);
        }
    }

    /// The next incident's number. One that is drawn by a step that then fails is not used again on PostgreSQL.
    pub(super) async fn next_incident_number(&self) -> Result<i64, StoreError> {
        let sql = match self.on {
            On::Sqlite(_) => {
                "UPDATE incident_number SET value = value + 1 WHERE only = 1 RETURNING value"
            }
            On::Postgres(_) => "SELECT nextval('incident_number')",
        };
        self.row(sql, Vec::new()).await?.ok_or(MISREAD)?.number(0)
    }

    /// The number of the last incident.
    pub(super) async fn last_incident_number(&self) -> Result<i64, StoreError> {
        let sql = match self.on {
            On::Sqlite(_) => "SELECT value FROM incident_number WHERE only = 1",
            On::Postgres(_) => "SELECT last_value FROM incident_number",
        };
        self.row(sql, Vec::new()).await?.ok_or(MISREAD)?.number(0)
    }

    /// The next incident's number is higher than this.
    pub(super) async fn count_incidents_from(&self, last: i64) -> Result<(), StoreError> {
        let sql = match self.on {
            On::Sqlite(_) => {
                "UPDATE incident_number SET value = max(value, ?1) WHERE only = 1 RETURNING value"
            }
            On::Postgres(_) => {
                "SELECT setval('incident_number', greatest(?1, (SELECT last_value FROM incident_number)))"
            }
        };
        self.rows(sql, values![last]).await.map(drop)
    }
}
