//! A copy of everything, as JSON lines that either engine writes and either engine reads: a backup, and the way from a
//! file to a database. The two IDs stay under their seal.
//!
//! ```text
//! {"partner-support": 1, "incident_number": 100123}
//! {"partner": ["birch", "Birch Systems", …]}
//! …
//! {"rows": 4711}
//! ```

use crate::store::db::{Db, Value, values};
use crate::store::engine::Step;
use crate::store::{Failure, StoreError, to_hex};
use serde_json::json;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// A table: its columns, those of its key first.
struct Table {
    name: &'static str,
    key: usize,
    columns: &'static str,
}

/// What is copied, in an order in which nothing points to what is not there yet. Failed tries to link are not.
static TABLES: [Table; 18] = [
    table("about", 1, "name, value"),
    table(
        "partner",
        1,
        "id, name, region, portal, reseller, plans, offers, activators, revision",
    ),
    table(
        "viewer",
        2,
        "issuer, subject, partner_id, sees_offers, is_bound, revision",
    ),
    table("tenant", 2, "issuer, tenant, partner_id, revision"),
    table(
        "contract",
        2,
        "partner_id, reference, benefit, sealed_ids, start, \"end\"",
    ),
    table("contract_mark", 1, "mark, partner_id, reference"),
    table(
        "activation",
        2,
        "partner_id, benefit, requested_at, state, is_pending",
    ),
    table(
        "contract_link",
        4,
        "issuer, subject, partner_id, reference, linked_on",
    ),
    table(
        "incident",
        2,
        "partner_id, id, number, status, status_since, created_at, creator_issuer, creator_subject, creator_name,
         request, product, severity, sought, contract, benefit, consumed, portal, description",
    ),
    table(
        "incident_event",
        3,
        "partner_id, incident, id, at, by_name, side, what",
    ),
    table("desk_call", 1, "id, at"),
    table("session", 1, "id, person, ends_at"),
    table(
        "session_grant",
        1,
        "id, sealed, due_at, claimed_until, last_at",
    ),
    table(
        "ledger",
        2,
        "partner_id, line, contract, kind, amount, incident, reason, at, by_subject,
         granted, consumed, refunded, expired, previous, hash",
    ),
    table(
        "id_reveal",
        2,
        "partner_id, id, reference, at, issuer, subject, name",
    ),
    table(
        "audit",
        1,
        "id, partner_id, at, issuer, subject, name, deed, concerns, detail",
    ),
    table(
        "idempotency",
        4,
        "partner_id, issuer, subject, key, fingerprint, status, location, body, at",
    ),
    table(
        "outbox",
        2,
        "id, partner_id, kind, concerns, payload, at, tries, due_at, leased_until, delivered_at,
         dead_at, last_error, receipt",
    ),
];

const fn table(name: &'static str, key: usize, columns: &'static str) -> Table {
    Table { name, key, columns }
}

impl Table {
    /// Its columns, without the blanks between them.
    fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.columns.split(',').map(str::trim)
    }

    /// `?1, ?2 …` for so many of its columns.
    fn places(count: usize) -> String {
        let places: Vec<String> = (1..=count).map(|number| format!("?{number}")).collect();
        places.join(", ")
    }

    /// A statement of this table. It lives as long as the process, which copies once and ends.
    fn page(&self) -> (&'static str, &'static str) {
        let key: Vec<&str> = self.columns().take(self.key).collect();
        let (key, columns, name) = (key.join(", "), self.columns, self.name);
        let first = format!("SELECT {columns} FROM {name} ORDER BY {key} LIMIT {PAGE}");
        let next = format!(
            "SELECT {columns} FROM {name} WHERE ({key}) > ({}) ORDER BY {key} LIMIT {PAGE}",
            Table::places(self.key)
        );
        (String::leak(first), String::leak(next))
    }

    fn insert(&self) -> &'static str {
        let (name, columns) = (self.name, self.columns);
        let places = Table::places(self.columns().count());
        String::leak(format!(
            "INSERT INTO {name} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING"
        ))
    }
}

/// Rows that are read, and written, at a time.
const PAGE: usize = 1_000;
/// What the first line of a copy says of its shape.
const SHAPE: u32 = 1;

/// Writes a copy of one state of everything.
pub(in crate::store) struct Backup<W> {
    pub(in crate::store) to: Mutex<W>,
}

impl<W: Write + Send + 'static> Step for Backup<W> {
    type Done = u64;
    const IS_LONG: bool = true;

    async fn take(&self, db: &Db<'_>) -> Result<u64, Failure> {
        let mut count = 0;
        let number = db.last_incident_number().await?;
        self.line(&json!({ "partner-support": SHAPE, "incident_number": number }))?;
        for table in &TABLES {
            let (first, next) = table.page();
            let mut rows = db.rows(first, values![]).await?;
            while let Some(last) = rows.last() {
                let key = last.0.iter().take(table.key).cloned().collect();
                for row in &rows {
                    let row: Vec<_> = row.0.iter().map(written).collect();
                    self.line(&json!({ table.name: row }))?;
                    count += 1;
                }
                rows = db.rows(next, key).await?;
            }
        }
        self.line(&json!({ "rows": count }))?;
        Ok(count)
    }
}

impl<W: Write> Backup<W> {
    fn line(&self, line: &serde_json::Value) -> Result<(), StoreError> {
        let mut to = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(to, "{line}").map_err(|_| StoreError::Away("the copy cannot be written"))
    }
}

/// Bytes are written as hexadecimal digits behind `x`, texts behind `t`, so that neither poses as the other.
fn written(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Flag(flag) => json!(u8::from(*flag)),
        Value::Number(number) => json!(number),
        Value::Text(text) => json!(format!("t{text}")),
        Value::Bytes(bytes) => json!(format!("x{}", to_hex(bytes))),
    }
}

fn read(value: &serde_json::Value) -> Option<Value> {
    Some(match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Number(number) => Value::Number(number.as_i64()?),
        serde_json::Value::String(text) => match text.split_at_checked(1)? {
            ("t", text) => Value::Text(text.to_owned()),
            ("x", digits) => Value::Bytes(
                (0..digits.len())
                    .step_by(2)
                    .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
                    .collect::<Option<_>>()?,
            ),
            _ => return None,
        },
        _ => return None,
    })
}

/// Rows of one table, to be put where none are.
pub(in crate::store) struct Put {
    table: &'static Table,
    insert: &'static str,
    rows: Vec<Vec<Value>>,
}

impl Step for Put {
    type Done = ();

    async fn take(&self, db: &Db<'_>) -> Result<(), Failure> {
        for row in &self.rows {
            // SQLite writes truth as a number.
            let flags = |(name, value): (&str, &Value)| match (name, value) {
                ("sees_offers" | "is_bound" | "is_pending", Value::Number(number)) => {
                    Value::Flag(*number != 0)
                }
                (_, value) => value.clone(),
            };
            db.write(
                self.insert,
                self.table.columns().zip(row).map(flags).collect(),
            )?;
        }
        Ok(())
    }
}

/// The next incidents get higher numbers than this.
pub(in crate::store) struct CountIncidentsFrom(i64);

impl Step for CountIncidentsFrom {
    type Done = ();

    async fn take(&self, db: &Db<'_>) -> Result<(), Failure> {
        Ok(db.count_incidents_from(self.0).await?)
    }
}

/// What a line of a copy says.
pub(in crate::store) enum Said {
    /// Rows are complete that belong together.
    Put(Put),
    Number(CountIncidentsFrom),
    /// The copy ends here, and is whole.
    End,
}

/// Reads a copy line by line.
#[derive(Default)]
pub(in crate::store) struct Reading {
    begun: bool,
    ended: bool,
    rows: u64,
    put: Option<Put>,
}

impl Reading {
    /// What is to be done now that this line was read.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(in crate::store) fn line(&mut self, line: &str) -> Result<Vec<Said>, &'static str> {
        const NO_COPY: &str = "is not a line of a copy";
        if self.ended {
            return Err("stands behind the end of the copy");
        }
        let line: serde_json::Value = serde_json::from_str(line).map_err(|_| NO_COPY)?;
        let Some((name, value)) = line.as_object().and_then(|line| line.iter().next()) else {
            return Err(NO_COPY);
        };
        if !self.begun {
            let number = line
                .get("incident_number")
                .and_then(serde_json::Value::as_i64);
            return match (line.get("partner-support"), number) {
                (Some(shape), Some(number)) if *shape == json!(SHAPE) => {
                    self.begun = true;
                    Ok(vec![Said::Number(CountIncidentsFrom(number))])
                }
                _ => Err("does not begin a copy that this version can read"),
            };
        }
        if name == "rows" {
            if value.as_u64() != Some(self.rows) {
                return Err("counts other rows than were there: some are missing");
            }
            self.ended = true;
            let rest = self.put.take().map(Said::Put);
            return Ok(rest.into_iter().chain([Said::End]).collect());
        }
        let table = TABLES
            .iter()
            .find(|table| table.name == name)
            .ok_or(NO_COPY)?;
        let row: Option<Vec<Value>> = value
            .as_array()
            .and_then(|row| row.iter().map(read).collect());
        let row = row
            .filter(|row| row.len() == table.columns().count())
            .ok_or(NO_COPY)?;
        self.rows += 1;
        let full = self
            .put
            .take_if(|put| put.table.name != table.name || put.rows.len() >= PAGE);
        let put = self.put.get_or_insert_with(|| Put {
            table,
            insert: table.insert(),
            rows: Vec::new(),
        });
        put.rows.push(row);
        Ok(full.map(Said::Put).into_iter().collect())
    }
}
