//! The built program is killed under load and started again on the same file: what it acknowledged is there, once.

use crate::desk::*;
use entitlement_rules::{Allotment, Balance};
use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support_server::store::{Commits, Seal, Store};

pub(crate) struct Program {
    child: Child,
    pub(crate) address: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// Starts the program and waits until it serves.
pub(crate) fn start(data: &Path, issuer: &str, more: &[&str]) -> Program {
    let address = format!("127.0.0.1:{}", free_port());
    let mut child = Command::new(env!("CARGO_BIN_EXE_support-server"))
        .args([
            "serve",
            "--listen",
            &address,
            "--issuer",
            issuer,
            "--audience",
            AUDIENCE,
        ])
        .arg("--data")
        .arg(data)
        .arg("--programme")
        .arg(programme_path())
        // One person's haste is not what is tried here.
        .args(["--person-limit", "1000000/1000000"])
        .args(more)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said = Vec::new();
    let serves = lines.by_ref().map_while(Result::ok).any(|line| {
        said.push(line);
        said.last().is_some_and(|line| line.contains("serving"))
    });
    assert!(serves, "{said:?}");
    // Nobody reads what it logs from here on, so it is read away.
    std::thread::spawn(move || lines.for_each(drop));
    Program { child, address }
}

pub(crate) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(10)))
        .build()
        .into()
}

fn create(
    agent: &ureq::Agent,
    address: &str,
    token: &str,
    contract: &str,
    key: &str,
) -> Option<(u16, String)> {
    let mut response = agent
        .post(format!("http://{address}/api/v1/incidents"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header("idempotency-key", key)
        .send(cloud_incident(contract).to_string())
        .ok()?;
    let body = response.body_mut().read_to_string().ok()?;
    Some((response.status().as_u16(), body))
}

/// One that is covered on any day: versions of cloud products do not age.
fn cloud_incident(contract: &str) -> serde_json::Value {
    let mut request = incident(contract);
    request["product"] = "azure-virtual-machines".into();
    request.as_object_mut().unwrap().remove("version");
    request
}

fn incident_id(body: &str) -> String {
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    body["incident"]["id"].as_str().unwrap().to_owned()
}

const CYCLES: usize = 20;
const CLIENTS: usize = 8;

#[test]
fn a_server_that_is_killed_under_load_loses_and_doubles_nothing_that_it_acknowledged() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let desk = TestDesk::open();
    let ada = Who::global_admin("Ada");
    let granted = 1_000_000;
    let contract = runtime.block_on(async {
        desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
            .await;
        let today = support_server::clock::Moment::real().date();
        let dates = (today.plus_days(-10), today.plus_days(300));
        desk.contract_between(
            "birch",
            &ada,
            CLOUD_SUPPORT,
            Allotment::Finite(granted),
            dates,
        )
        .await
    });
    let (issuer, folder) = (desk.issuer, desk.folder);
    drop((desk.store, desk.routes));
    let data = folder.0.join("desk.sqlite");
    std::fs::write(folder.0.join("desk.sqlite.ids-key"), "07".repeat(32)).unwrap();
    let (token, contract) = (issuer.token(&ada), contract.0.reference);

    // Every key that was sent, and the incident that was acknowledged for it.
    let acknowledged: Arc<Mutex<HashMap<String, String>>> = Arc::default();
    let unanswered: Arc<Mutex<Vec<String>>> = Arc::default();
    for cycle in 0..CYCLES {
        let mut program = start(&data, &issuer.address, &[]);
        let (stop, answers) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicUsize::new(0)),
        );
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (stop, answers) = (Arc::clone(&stop), Arc::clone(&answers));
                let (acknowledged, unanswered) =
                    (Arc::clone(&acknowledged), Arc::clone(&unanswered));
                let (address, token, contract) =
                    (program.address.clone(), token.clone(), contract.clone());
                std::thread::spawn(move || {
                    let agent = agent();
                    let mut number = 0;
                    while !stop.load(Ordering::Relaxed) {
                        let key = format!("{cycle}-{client}-{number}");
                        number += 1;
                        match create(&agent, &address, &token, &contract, &key) {
                            Some((201, body)) => {
                                acknowledged.lock().unwrap().insert(key, incident_id(&body));
                                answers.fetch_add(1, Ordering::Relaxed);
                            }
                            Some((status, body)) => panic!("{status}: {body}"),
                            None => unanswered.lock().unwrap().push(key),
                        }
                    }
                })
            })
            .collect();
        // In the middle of the work, at another point of it each time.
        while answers.load(Ordering::Relaxed) < 10 + cycle * 3 {
            assert!(
                clients.iter().any(|client| !client.is_finished()),
                "every client gave up"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
        program.child.kill().unwrap();
        program.child.wait().unwrap();
        stop.store(true, Ordering::Relaxed);
        for client in clients {
            client.join().unwrap();
        }
    }

    // Whoever got no answer asks again with the same key, and so does whoever got one.
    let program = start(&data, &issuer.address, &[]);
    let agent = agent();
    let mut known = acknowledged.lock().unwrap().clone();
    for (key, id) in &known {
        let (status, body) = create(&agent, &program.address, &token, &contract, key).unwrap();
        assert_eq!((status, &incident_id(&body)), (201, id), "{key}");
    }
    for key in unanswered.lock().unwrap().iter() {
        let (status, body) = create(&agent, &program.address, &token, &contract, key).unwrap();
        assert_eq!(status, 201);
        known.insert(key.clone(), incident_id(&body));
    }
    drop(program);

    let there: HashSet<&String> = known.values().collect();
    assert_eq!(there.len(), known.len(), "two keys share an incident");
    let data_now = rusqlite::Connection::open(&data).unwrap();
    let count = |sql: &str| -> usize {
        data_now
            .query_row(sql, [], |row| row.get::<_, i64>(0))
            .unwrap()
            .try_into()
            .unwrap()
    };
    assert_eq!(count("SELECT count(*) FROM incident"), known.len());
    assert_eq!(
        count("SELECT count(*) FROM ledger WHERE kind = 'consume'"),
        known.len()
    );
    assert_eq!(
        count("SELECT count(*) FROM outbox WHERE kind = 'incident-created'"),
        known.len()
    );
    let integrity: String = data_now
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(integrity, "ok");
    let store = Store::open(&data, Seal::with_key(&[7; 32]), Commits::Grouped).unwrap();
    let person = ada.at(&issuer.address);
    let today = support_server::clock::Moment::real().date();
    let account = runtime.block_on(store.account(person, today)).unwrap();
    let used = u32::try_from(known.len()).unwrap();
    let expected = Balance {
        consumed: used,
        ..Balance::granted(Allotment::Finite(granted))
    };
    assert_eq!(account.contracts[0].balance, expected);
    assert!(
        runtime
            .block_on(store.broken_ledger_lines())
            .unwrap()
            .is_empty()
    );
}
