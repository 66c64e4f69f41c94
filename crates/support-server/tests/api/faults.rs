//! The built program, or the database under it, is killed under load and started again: what was acknowledged is there,
//! once. `FAULTS` says how many times (a few when it is not set).

use crate::desk::*;
use crate::postgres::Cluster;
use entitlement_rules::{Allotment, Balance};
use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

pub(crate) struct Program {
    pub(crate) child: Child,
    pub(crate) address: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// The arguments that name a data file in this folder.
pub(crate) fn data(folder: &Folder) -> [String; 2] {
    let file = folder.0.join("desk.sqlite");
    ["--data".to_owned(), file.to_string_lossy().into_owned()]
}

/// Starts the program and waits until it serves.
pub(crate) fn start(store: &[String], issuer: &str, more: &[&str]) -> Program {
    let address = format!("127.0.0.1:{}", free_port());
    let mut child = Command::new(env!("CARGO_BIN_EXE_support-server"))
        .args(["serve", "--listen", &address])
        .args(["--issuer", issuer, "--audience", AUDIENCE])
        .args(store)
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

pub(crate) fn create(
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
pub(crate) fn cloud_incident(contract: &str) -> serde_json::Value {
    let mut request = incident(contract);
    request["product"] = "azure-virtual-machines".into();
    request.as_object_mut().unwrap().remove("version");
    request
}

pub(crate) fn incident_id(body: &str) -> String {
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    body["incident"]["id"].as_str().unwrap().to_owned()
}

pub(crate) const CLIENTS: usize = 8;

/// How many times something is killed.
pub(crate) fn faults(few: usize) -> usize {
    std::env::var("FAULTS").map_or(few, |count| count.parse().unwrap())
}

/// A contract with plenty, and what became of every request to use it.
pub(crate) struct Load {
    pub(crate) token: String,
    pub(crate) contract: String,
    /// Every key that was acknowledged, and its incident.
    pub(crate) acknowledged: Mutex<HashMap<String, String>>,
    /// Keys whose sender does not know what became of them.
    pub(crate) unanswered: Mutex<Vec<String>>,
    pub(crate) answers: AtomicUsize,
    stop: AtomicBool,
}

pub(crate) const GRANTED: u32 = 1_000_000;

impl Load {
    pub(crate) async fn on(desk: &TestDesk) -> Arc<Load> {
        let ada = Who::global_admin("Ada");
        let offer = ("silver", Some("datacenter"));
        desk.partner("birch", offer, &[&ada]).await;
        let today = support_server::clock::Moment::real().date();
        let dates = (today.plus_days(-10), today.plus_days(300));
        let granted = Allotment::Finite(GRANTED);
        let (contract, _) = desk
            .contract_between("birch", &ada, CLOUD_SUPPORT, granted, dates)
            .await;
        Arc::new(Load {
            token: desk.issuer.token(&ada),
            contract: contract.reference,
            acknowledged: Mutex::default(),
            unanswered: Mutex::default(),
            answers: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        })
    }

    /// Clients that create incidents at these addresses until they are told to stop.
    pub(crate) fn start(
        self: &Arc<Load>,
        round: usize,
        addresses: &[String],
    ) -> Vec<JoinHandle<()>> {
        self.stop.store(false, Ordering::Relaxed);
        self.answers.store(0, Ordering::Relaxed);
        let client = |client: usize| {
            let (load, address) = (
                Arc::clone(self),
                addresses[client % addresses.len()].clone(),
            );
            std::thread::spawn(move || {
                let agent = agent();
                for number in 0.. {
                    if load.stop.load(Ordering::Relaxed) {
                        break;
                    }
                    load.create(&agent, &address, format!("{round}-{client}-{number}"));
                }
            })
        };
        (0..CLIENTS).map(client).collect()
    }

    pub(crate) fn create(&self, agent: &ureq::Agent, address: &str, key: String) {
        match create(agent, address, &self.token, &self.contract, &key) {
            Some((201, body)) => {
                let id = incident_id(&body);
                self.acknowledged.lock().unwrap().insert(key, id);
                self.answers.fetch_add(1, Ordering::Relaxed);
            }
            Some((503, _)) | None => {
                self.unanswered.lock().unwrap().push(key);
                std::thread::sleep(Duration::from_millis(20));
            }
            Some((status, body)) => panic!("{status}: {body}"),
        }
    }

    /// Waits until so many were acknowledged since the clients started.
    pub(crate) fn wait_for(&self, answers: usize, clients: &[JoinHandle<()>]) {
        while self.answers.load(Ordering::Relaxed) < answers {
            let all_gave_up = clients.iter().all(JoinHandle::is_finished);
            assert!(!all_gave_up, "every client gave up");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    pub(crate) fn end(&self, clients: Vec<JoinHandle<()>>) {
        self.stop.store(true, Ordering::Relaxed);
        for client in clients {
            client.join().unwrap();
        }
    }

    /// Whoever got no answer asks again with the same key, and so does whoever got one: each has one incident, the same
    /// as before, and everything adds up.
    pub(crate) async fn settle(&self, desk: &TestDesk, address: &str) {
        let agent = agent();
        let create = |key: &str| {
            let answer = create(&agent, address, &self.token, &self.contract, key);
            let (status, body) = answer.unwrap();
            assert_eq!(status, 201, "{body}");
            incident_id(&body)
        };
        let mut known = self.acknowledged.lock().unwrap().clone();
        for (key, id) in &known {
            assert_eq!(create(key), *id, "{key}");
        }
        for key in self.unanswered.lock().unwrap().iter() {
            known.insert(key.clone(), create(key));
        }
        let there: HashSet<&String> = known.values().collect();
        assert_eq!(there.len(), known.len(), "two keys share an incident");
        let store = desk.reopened().await;
        let report = store.check().await.unwrap();
        assert_eq!(report.faults, [""; 0]);
        assert_eq!(report.incidents, known.len() as u64);
        let person = desk.person(&Who::global_admin("Ada"));
        let today = support_server::clock::Moment::real().date();
        let account = store.account(person, today).await.unwrap();
        let expected = Balance {
            consumed: u32::try_from(known.len()).unwrap(),
            ..Balance::granted(Allotment::Finite(GRANTED))
        };
        assert_eq!(account.contracts[0].balance, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_under_load_loses_and_doubles_nothing_that_it_acknowledged() {
    let desk = TestDesk::open().await;
    let load = Load::on(&desk).await;
    let store = desk.store_arguments();
    let issuer = desk.issuer.address.clone();
    for round in 0..faults(20) {
        let mut program = start(&store, &issuer, &[]);
        let clients = load.start(round, std::slice::from_ref(&program.address));
        // In the middle of the work, at another point of it each time.
        load.wait_for(10 + round % 50 * 3, &clients);
        program.child.kill().unwrap();
        program.child.wait().unwrap();
        load.end(clients);
    }
    let program = start(&store, &issuer, &[]);
    load.settle(&desk, &program.address).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: TEST_STORE=postgres"]
async fn one_of_two_servers_on_one_database_may_be_killed_at_any_moment() {
    let desk = TestDesk::open().await;
    let load = Load::on(&desk).await;
    let store = desk.store_arguments();
    let issuer = desk.issuer.address.clone();
    let mut programs = [start(&store, &issuer, &[]), start(&store, &issuer, &[])];
    for round in 0..faults(6) {
        let addresses: Vec<_> = programs.iter().map(|it| it.address.clone()).collect();
        let clients = load.start(round, &addresses);
        load.wait_for(10 + round % 50 * 3, &clients);
        let killed = &mut programs[round % 2];
        killed.child.kill().unwrap();
        killed.child.wait().unwrap();
        // The other one goes on.
        load.wait_for(30 + round % 50 * 3, &clients);
        load.end(clients);
        *killed = start(&store, &issuer, &[]);
    }
    load.settle(&desk, &programs[0].address).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: TEST_STORE=postgres"]
async fn a_database_that_crashes_under_load_loses_and_doubles_nothing_and_is_found_again() {
    // In earnest: what it commits is on the disk.
    let mut cluster = Cluster::start(&format!("crash-{}", unique()), "");
    let desk = TestDesk::open_at(&cluster.address("public")).await;
    let load = Load::on(&desk).await;
    let program = start(&desk.store_arguments(), &desk.issuer.address, &[]);
    for round in 0..faults(3) {
        let clients = load.start(round, std::slice::from_ref(&program.address));
        load.wait_for(20, &clients);
        cluster.crash();
        cluster.go_on();
        let back = std::time::Instant::now();
        let before = load.answers.load(Ordering::Relaxed);
        load.wait_for(before + 20, &clients);
        let gap = back.elapsed();
        load.end(clients);
        eprintln!("round {round}: twenty acknowledged {gap:?} after the database was back");
    }
    load.settle(&desk, &program.address).await;
}
