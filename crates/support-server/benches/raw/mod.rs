//! The least that the same writes cost: the rows of one incident that the product has created, written again and again, in batches of
//! one transaction as durable as its own, behind the same HTTP. Nobody is asked who it is, nothing is read, decided or hashed.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use tokio::sync::oneshot;

/// As the product has them.
const BATCH: usize = 256;
const QUEUE: usize = 4_096;
const AS_THE_PRODUCT: &str =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;
     PRAGMA cache_size = -65536; PRAGMA foreign_keys = ON";

/// A server on a data file in which one incident was created. Answers with the answer that was given then.
pub(crate) fn routes(data: &Path) -> Router {
    let connection = Connection::open(data).unwrap();
    connection.execute_batch(AS_THE_PRODUCT).unwrap();
    let rows = [
        ("incident", "TRUE"),
        ("ledger", "incident IS NOT NULL"),
        ("outbox", "kind = 'incident.created'"),
        ("idempotency", "TRUE"),
    ];
    let rows = rows.map(|(table, of)| Row::read(&connection, table, of));
    let answer = match rows[3].get("body") {
        Value::Blob(bytes) => bytes.clone(),
        other => panic!("an answer is bytes, not {other:?}"),
    };
    let (queue, jobs) = sync_channel(QUEUE);
    std::thread::spawn(move || write(&connection, rows, &jobs));
    let create = move || async move {
        let (tell, told) = oneshot::channel();
        queue.try_send(tell).unwrap();
        told.await.unwrap();
        (StatusCode::CREATED, answer)
    };
    Router::new().route("/api/v1/incidents", post(create))
}

/// A row of a table, and how another one like it is written.
struct Row {
    insert: String,
    names: Vec<String>,
    values: Vec<Value>,
}

impl Row {
    fn read(connection: &Connection, table: &str, of: &str) -> Row {
        let select = format!("SELECT * FROM {table} WHERE {of} LIMIT 1");
        let mut select = connection.prepare(&select).unwrap();
        let names: Vec<String> = select.column_names().map(Into::into).collect();
        let values = select
            .query_row([], |row| (0..names.len()).map(|at| row.get(at)).collect())
            .unwrap();
        let places = vec!["?"; names.len()].join(", ");
        Row {
            insert: format!(
                "INSERT INTO {table} ({}) VALUES ({places})",
                names.join(", ")
            ),
            names,
            values,
        }
    }

    fn get(&self, name: &str) -> &Value {
        &self.values[self.place(name)]
    }

    fn place(&self, name: &str) -> usize {
        self.names.iter().position(|it| it == name).unwrap()
    }

    fn write<const N: usize>(&mut self, connection: &Connection, own: [(&str, Value); N]) {
        for (name, value) in own {
            let place = self.place(name);
            self.values[place] = value;
        }
        let mut insert = connection.prepare_cached(&self.insert).unwrap();
        insert.execute(params_from_iter(&self.values)).unwrap();
    }
}

/// The thread that writes, as the product's does: it takes what waits, up to a batch, commits once, and only then answers.
fn write(connection: &Connection, mut rows: [Row; 4], jobs: &Receiver<oneshot::Sender<()>>) {
    let mut accounts = connection
        .prepare("SELECT partner_id, contract, max(line) FROM ledger GROUP BY partner_id, contract")
        .unwrap();
    let accounts = accounts.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let mut accounts: Vec<(String, String, i64)> = accounts.unwrap().map(Result::unwrap).collect();
    let mut written = 0_usize;
    let mut batch = Vec::with_capacity(BATCH);
    while let Ok(first) = jobs.recv() {
        batch.push(first);
        while batch.len() < BATCH {
            let Ok(next) = jobs.try_recv() else { break };
            batch.push(next);
        }
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        for _ in &batch {
            written += 1;
            let which = written % accounts.len();
            let (partner, contract, line) = &mut accounts[which];
            *line += 1;
            let text = |text: &str| Value::Text(text.to_owned());
            let id = text(&format!("01900000-0000-7000-8000-{written:012x}"));
            let number: i64 = connection
                .prepare_cached("UPDATE incident_number SET value = value + 1 RETURNING value")
                .unwrap()
                .query_row([], |row| row.get(0))
                .unwrap();
            let [incident, ledger, outbox, key] = &mut rows;
            incident.write(
                connection,
                [
                    ("partner_id", text(partner)),
                    ("id", id.clone()),
                    ("number", Value::Integer(number)),
                    ("contract", text(contract)),
                ],
            );
            ledger.write(
                connection,
                [
                    ("partner_id", text(partner)),
                    ("line", Value::Integer(*line)),
                    ("contract", text(contract)),
                    ("incident", id.clone()),
                ],
            );
            outbox.write(
                connection,
                [("partner_id", text(partner)), ("id", id.clone())],
            );
            key.write(connection, [("partner_id", text(partner)), ("key", id)]);
            connection
                .prepare_cached("UPDATE partner SET revision = revision + 1 WHERE id = ?")
                .unwrap()
                .execute([&*partner])
                .unwrap();
        }
        connection.execute_batch("COMMIT").unwrap();
        for tell in batch.drain(..) {
            // Whoever has gone hears nothing.
            let _ = tell.send(());
        }
    }
}
