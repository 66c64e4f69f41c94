//! A cluster of three PostgreSQL servers that Patroni keeps: two have every acknowledged change at any time. Its primary is
//! killed under load, with the Patroni beside it as when its machine is lost, and the servers find the next one through the
//! same address. `FAULTS` says how often; `ETCD` is the program of that name.

use crate::desk::*;
use crate::faults::{self, Load, agent, free_port};
use crate::postgres::{as_database_user, own_folder, programs};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

struct Patroni {
    folder: PathBuf,
    etcd: Child,
    nodes: Vec<Node>,
}

struct Node {
    name: String,
    folder: PathBuf,
    database_port: u16,
    /// Where its Patroni answers.
    address: String,
    patroni: Option<Child>,
}

fn quiet(command: &mut Command, log: &Path) -> Child {
    let log = std::fs::File::create(log).unwrap();
    let same = log.try_clone().unwrap();
    command
        .stdout(log)
        .stderr(same)
        .stdin(Stdio::null())
        .spawn()
        .unwrap()
}

impl Node {
    fn new(number: usize, cluster: &Path, etcd_port: u16) -> Node {
        let name = format!("node{number}");
        let folder = cluster.join(&name);
        let (database_port, port) = (free_port(), free_port());
        let address = format!("127.0.0.1:{port}");
        let database = format!("127.0.0.1:{database_port}");
        let allowed =
            ["all", "replication"].map(|what| format!("host {what} all 127.0.0.1/32 trust"));
        // JSON is YAML.
        let settings = json!({
            "scope": "desk",
            "name": name,
            "restapi": { "listen": address, "connect_address": address },
            "etcd3": { "host": format!("127.0.0.1:{etcd_port}") },
            "bootstrap": {
                "dcs": {
                    "ttl": 20, "loop_wait": 2, "retry_timeout": 5,
                    "synchronous_mode": true, "synchronous_mode_strict": true,
                    "postgresql": { "use_pg_rewind": true, "parameters": { "max_connections": 300 } },
                },
                "initdb": [{ "encoding": "UTF8" }, { "locale": "C" }, "data-checksums"],
            },
            "postgresql": {
                "listen": database, "connect_address": database,
                "data_dir": folder.join("data"), "bin_dir": programs(), "pgpass": folder.join("pgpass"),
                "pg_hba": allowed,
                "authentication": {
                    "superuser": { "username": "desk", "password": "of the test" },
                    "replication": { "username": "replica", "password": "of the test" },
                },
                "parameters": { "unix_socket_directories": "", "shared_buffers": "64MB" },
                "remove_data_directory_on_rewind_failure": true,
                "remove_data_directory_on_diverged_timelines": true,
            },
        });
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("settings.yml"), settings.to_string()).unwrap();
        Node {
            name,
            folder,
            database_port,
            address,
            patroni: None,
        }
    }

    fn start(&mut self) {
        let mut command = as_database_user(Path::new("/usr/bin/patroni"), "TERM");
        command.arg(self.folder.join("settings.yml"));
        self.patroni = Some(quiet(&mut command, &self.folder.join("log")));
    }

    /// Ends all of it at once.
    fn kill(&mut self) {
        if let Some(mut patroni) = self.patroni.take() {
            patroni.kill().unwrap();
            patroni.wait().unwrap();
        }
        let noted = std::fs::read_to_string(self.folder.join("data/postmaster.pid"));
        let Some(server) = noted
            .ok()
            .and_then(|it| Some(it.lines().next()?.to_owned()))
        else {
            return;
        };
        // Its own processes end when they see that it has.
        let _ = Command::new("kill")
            .args(["-s", "KILL", &server])
            .stderr(Stdio::null())
            .status();
    }
}

impl Patroni {
    fn start() -> Patroni {
        let folder = own_folder(&format!("patroni-{}", unique()));
        let (port, peers) = (free_port(), free_port());
        let [client_url, peer_url] = [port, peers].map(|port| format!("http://127.0.0.1:{port}"));
        let program = std::env::var("ETCD").unwrap_or_else(|_| "/usr/bin/etcd".to_owned());
        let mut etcd = as_database_user(Path::new(&program), "KILL");
        etcd.args(["--name", "desk", "--data-dir"])
            .arg(folder.join("etcd"))
            .args([
                "--listen-client-urls",
                &client_url,
                "--advertise-client-urls",
                &client_url,
            ])
            .args([
                "--listen-peer-urls",
                &peer_url,
                "--initial-advertise-peer-urls",
                &peer_url,
            ])
            .args(["--initial-cluster", &format!("desk={peer_url}")]);
        let etcd = quiet(&mut etcd, &folder.join("etcd.log"));
        let mut cluster = Patroni {
            nodes: (1..=3)
                .map(|number| Node::new(number, &folder, port))
                .collect(),
            folder,
            etcd,
        };
        let owned = Command::new("chown")
            .args(["-R", "--reference"])
            .args([&cluster.folder, &cluster.folder])
            .status();
        assert!(owned.unwrap().success());
        for node in &mut cluster.nodes {
            node.start();
        }
        cluster
    }

    /// The members as any of them knows them.
    fn members(&self) -> Vec<Value> {
        let agent = agent();
        let ask = |node: &Node| {
            let asked = agent.get(format!("http://{}/cluster", node.address)).call();
            let body = asked.ok()?.body_mut().read_to_string().ok()?;
            let cluster: Value = serde_json::from_str(&body).ok()?;
            Some(cluster["members"].as_array()?.clone())
        };
        self.nodes.iter().find_map(ask).unwrap_or_default()
    }

    /// Waits until all are there again: a primary, one that has all of its changes, and a third. Which one is the primary.
    fn whole(&self) -> usize {
        let started = Instant::now();
        loop {
            let members = self.members();
            let is = |role: &str, states: &[&str]| {
                let mut found = members.iter().filter(|member| {
                    let state = member["state"].as_str().unwrap_or_default();
                    member["role"] == role && states.contains(&state)
                });
                found.next().map(|member| member["name"].clone())
            };
            let follows = ["running", "streaming"];
            if let (Some(primary), Some(_), Some(_)) = (
                is("leader", &["running"]),
                is("sync_standby", &follows),
                is("replica", &follows),
            ) {
                let mut names = self.nodes.iter().map(|node| node.name.as_str());
                return names.position(|name| primary == *name).unwrap();
            }
            assert!(started.elapsed() < Duration::from_secs(180), "{members:?}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// One address for all of them: whoever takes writes.
    fn address(&self) -> String {
        let place = |node: &Node| format!("127.0.0.1:{}", node.database_port);
        let places: Vec<_> = self.nodes.iter().map(place).collect();
        let places = places.join(",");
        format!("postgres://desk@{places}/postgres?target_session_attrs=read-write")
    }
}

impl Drop for Patroni {
    fn drop(&mut self) {
        for node in &mut self.nodes {
            node.kill();
        }
        let _ = self.etcd.kill();
        let _ = self.etcd.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes, and needs Patroni: cargo xtask soak patroni"]
async fn the_primary_of_a_cluster_may_be_lost_at_any_moment() {
    let mut cluster = Patroni::start();
    cluster.whole();
    let desk = TestDesk::open_at(&cluster.address()).await;
    let load = Load::on(&desk).await;
    let store = desk.store_arguments();
    let programs = [(); 2].map(|()| faults::start(&store, &desk.issuer.address, &[]));
    let addresses: Vec<_> = programs.iter().map(|it| it.address.clone()).collect();
    let mut gaps = Vec::new();
    for round in 0..faults::faults(3) {
        let primary = cluster.whole();
        let clients = load.start(round, &addresses);
        load.wait_for(20 + round % 50 * 3, &clients);
        cluster.nodes[primary].kill();
        let killed = Instant::now();
        // As many as may have been on their way, and one.
        let before = load.answers.load(Ordering::Relaxed);
        load.wait_for(before + clients.len() + 1, &clients);
        gaps.push(killed.elapsed());
        load.end(clients);
        eprintln!(
            "round {round}: written again {:?} after the primary was lost",
            gaps[round]
        );
        cluster.nodes[primary].start();
    }
    gaps.sort_unstable();
    let acknowledged = load.acknowledged.lock().unwrap().len();
    eprintln!(
        "{} primaries lost, {acknowledged} incidents acknowledged; no write for {:?} in the median, {:?} at most",
        gaps.len(),
        gaps[gaps.len() / 2],
        gaps[gaps.len() - 1],
    );
    cluster.whole();
    load.settle(&desk, &addresses[0]).await;
}
