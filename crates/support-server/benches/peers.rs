//! The built program beside the same transaction in Node (`node-peer/`), and on PostgreSQL with one server and with two, in
//! interleaved rounds of the same run, over real HTTP: creating incidents, and reading an account with its ETag.
//!
//! `cargo bench -p support-server --bench peers [-- ROUNDS SECONDS CONNECTIONS]`
//!
//! Needs Node 20 with npm, and PostgreSQL's programs. Every incident is on the disk before it is acknowledged, and all share
//! commits: the file and the Node peer up to 256 a commit, both with WAL and `synchronous = FULL`. Absolute figures say more
//! about the machine and its other tenants than about the server: compare them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measuring program: it prints, and ends where something is not as expected"
)]

#[allow(dead_code, reason = "the bench uses a part of the tests' desk")]
#[path = "../tests/api/desk.rs"]
mod desk;
#[allow(
    dead_code,
    unused_imports,
    reason = "the bench uses a part of the tests' programs"
)]
#[path = "../tests/api/faults.rs"]
mod faults;
mod goals;
mod load;
#[allow(
    dead_code,
    reason = "the bench uses a part of the tests' database server"
)]
#[path = "../tests/api/postgres.rs"]
mod postgres;

use desk::{AUDIENCE, CLOUD_SUPPORT, TestDesk, Who};
use entitlement_rules::Allotment;
use faults::Program;
use goals::Goal;
use load::{Ask, Asker, Round, Target, median};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

const PARTNERS: usize = 256;

/// One that is measured.
struct Peer {
    name: &'static str,
    target: Arc<Target>,
    processes: Vec<u32>,
    desk: TestDesk,
    created: Vec<Round>,
    read: Vec<Round>,
    /// Seconds of processor time for creating and for reading.
    busy: [f64; 2],
    _programs: Vec<Program>,
    _node: Option<Node>,
}

struct Node(Child);

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Partners with a contract that runs today and has plenty.
async fn askers(desk: &TestDesk) -> Vec<Asker> {
    let today = support_server::clock::Moment::real().date();
    let dates = (today.plus_days(-10), today.plus_days(300));
    let mut askers = Vec::with_capacity(PARTNERS);
    for number in 0..PARTNERS {
        let who = Who::global_admin(&format!("Ada{number}"));
        let partner = format!("partner-{number}");
        desk.partner(&partner, ("gold", Some("datacenter")), &[&who])
            .await;
        let plenty = Allotment::Finite(1_000_000);
        let (contract, _) = desk
            .contract_between(&partner, &who, CLOUD_SUPPORT, plenty, dates)
            .await;
        askers.push(Asker {
            token: desk.issuer.token(&who),
            body: faults::cloud_incident(&contract.reference).to_string(),
            etag: String::new(),
        });
    }
    askers
}

async fn server(name: &'static str, desk: TestDesk, count: usize) -> Peer {
    let people = askers(&desk).await;
    let store = desk.store_arguments();
    let programs: Vec<_> = (0..count)
        .map(|_| faults::start(&store, &desk.issuer.address, &[]))
        .collect();
    let addresses = programs.iter().map(|it| it.address.parse().unwrap());
    let target = Arc::new(Target {
        addresses: addresses.collect(),
        people,
    });
    Peer {
        name,
        target,
        processes: programs.iter().map(|it| it.child.id()).collect(),
        desk,
        created: Vec::new(),
        read: Vec::new(),
        busy: [0.0; 2],
        _programs: programs,
        _node: None,
    }
}

/// The same tables, filled by the product, and written by Node.
async fn node() -> Peer {
    let desk = TestDesk::open().await;
    let people = askers(&desk).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/node-peer");
    if !folder.join("node_modules/.package-lock.json").exists() {
        let installed = Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&folder)
            .status();
        assert!(installed.unwrap().success(), "npm ci in {folder:?}");
    }
    let mut child = Command::new("node")
        .arg(folder.join("server.mjs"))
        .arg(data_file(&desk))
        .args([&desk.issuer.address, AUDIENCE])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    lines.read_line(&mut line).unwrap();
    let port = line.trim().strip_prefix("serving ").expect("it serves");
    let address = format!("127.0.0.1:{port}").parse().unwrap();
    Peer {
        name: "Node, one file",
        target: Arc::new(Target {
            addresses: vec![address],
            people,
        }),
        processes: vec![child.id()],
        desk,
        created: Vec::new(),
        read: Vec::new(),
        busy: [0.0; 2],
        _programs: Vec::new(),
        _node: Some(Node(child)),
    }
}

fn data_file(desk: &TestDesk) -> PathBuf {
    desk.folder.0.join("desk.sqlite")
}

impl Peer {
    fn round(&mut self, ask: Ask, number: usize, seconds: u64, connections: usize) {
        if ask == Ask::ReadAccount {
            let target = Arc::get_mut(&mut self.target).expect("nobody else asks now");
            for who in &mut target.people {
                who.etag = load::etag(target.addresses[0], &who.token);
            }
        }
        let before = self.processor_seconds();
        let round = load::round(&self.target, ask, number, seconds, connections);
        let busy = self.processor_seconds() - before;
        let (rounds, sum) = match ask {
            Ask::CreateIncident => (&mut self.created, &mut self.busy[0]),
            Ask::ReadAccount => (&mut self.read, &mut self.busy[1]),
        };
        rounds.push(round);
        *sum += busy;
    }

    /// What its processes have used so far, the database's not among them.
    fn processor_seconds(&self) -> f64 {
        let ticks = |process: &u32| {
            let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
            let after_name = stat.rsplit_once(')').unwrap().1;
            let fields: Vec<&str> = after_name.split_whitespace().collect();
            // utime and stime, in hundredths of a second.
            fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()
        };
        self.processes.iter().map(ticks).sum::<f64>() / 100.0
    }

    /// The most memory that its processes have had, in MiB.
    fn memory(&self) -> f64 {
        let most = |process: &u32| {
            let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
            let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
            let kib = line.unwrap().split_whitespace().next().unwrap();
            kib.parse::<f64>().unwrap() / 1_024.0
        };
        self.processes.iter().map(most).sum()
    }

    fn print(&self, what: &str, rounds: &[Round], busy: f64, first: &[Round]) {
        let rate = |rounds: &[Round]| median(rounds.iter().map(|it| it.rate));
        let p99 = |rounds: &[Round]| median(rounds.iter().map(|it| it.p99)).as_secs_f64() * 1e3;
        let answers: usize = rounds.iter().map(|it| it.answers).sum();
        println!(
            "  {what} {:<26} {:>7.0}/s  {:>5.2} x  p99 {:>7.1} ms  {:>5.2} x  {:>6.0} a second and core  {:>5.0} MiB",
            self.name,
            rate(rounds),
            rate(rounds) / rate(first),
            p99(rounds),
            p99(rounds) / p99(first),
            answers as f64 / busy,
            self.memory(),
        );
    }
}

/// The goals that these rounds say something about; the first is Node, then ours on a file and on PostgreSQL.
fn reached(peers: &[Peer]) -> Vec<Goal> {
    let rate = |rounds: &[Round]| median(rounds.iter().map(|it| it.rate));
    let p99 = |rounds: &[Round]| median(rounds.iter().map(|it| it.p99)).as_secs_f64() * 1e3;
    let (node, file) = (&peers[0], &peers[1]);
    let beside =
        |goal, text: &str, (ours, theirs): (f64, f64), wanted, holds: fn(f64) -> bool| Goal {
            goal,
            text: text.to_owned(),
            ours,
            peer: Some((theirs, "Node with the same batching")),
            ratio: Some(ours / theirs),
            wanted,
            reached: holds(ours / theirs),
        };
    let created = (rate(&file.created), rate(&node.created));
    let read = (rate(&file.read), rate(&node.read));
    let latest = (p99(&file.read), p99(&node.read));
    let memory = (file.memory(), node.memory());
    let (one, two) = (rate(&peers[2].created), rate(&peers[3].created));
    vec![
        beside(
            "S1",
            "incidents created in a file, a second",
            created,
            ">= 1x",
            |it| it >= 1.0,
        ),
        beside(
            "S2",
            "accounts read with their ETag, a second",
            read,
            ">= 3x",
            |it| it >= 3.0,
        ),
        beside("S2", "p99 of such a read, ms", latest, "<= 0.5x", |it| {
            it <= 0.5
        }),
        beside("S2", "most memory, MiB", memory, "<= 0.25x", |it| {
            it <= 0.25
        }),
        Goal {
            goal: "S4",
            text: "incidents created on PostgreSQL by two servers, a second".to_owned(),
            ours: two,
            peer: Some((one, "one server")),
            ratio: Some(two / one),
            wanted: "> 1x, until the database is the limit",
            reached: two > one,
        },
    ]
}

/// The bytes of the data file, with nothing left in its log.
fn size(data: &Path) -> u64 {
    let connection = rusqlite::Connection::open(data).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    std::fs::metadata(data).unwrap().len()
}

fn main() {
    // `cargo test --all-targets` starts benches too, to see that they build: that is all it gets.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let numbers: Vec<usize> = std::env::args()
        .filter_map(|text| text.parse().ok())
        .collect();
    let rounds = numbers.first().copied().unwrap_or(7);
    let seconds = numbers.get(1).copied().unwrap_or(3) as u64;
    let connections = numbers.get(2).copied().unwrap_or(64);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    // As in earnest: what it commits is on the disk.
    let cluster = postgres::Cluster::start(&format!("peers-{}", desk::unique()), "");
    let mut peers = runtime.block_on(async {
        for schema in ["one", "two"] {
            let client = postgres::client(&cluster.address("public")).await;
            let make = format!("CREATE SCHEMA {schema}");
            client.batch_execute(&make).await.unwrap();
        }
        let (one, two) = (cluster.address("one"), cluster.address("two"));
        [
            node().await,
            server("one file", TestDesk::open().await, 1).await,
            server("PostgreSQL, one server", TestDesk::open_at(&one).await, 1).await,
            server("PostgreSQL, two servers", TestDesk::open_at(&two).await, 2).await,
        ]
    });
    let data = data_file(&peers[1].desk);
    let size_before = size(&data);
    println!(
        "{rounds} interleaved rounds of {seconds} s, {connections} connections, {PARTNERS} partners; medians"
    );
    let count = peers.len();
    for ask in [Ask::CreateIncident, Ask::ReadAccount] {
        for number in 0..rounds {
            // Each goes first every so often.
            for which in 0..count {
                peers[(which + number) % count].round(ask, number, seconds, connections);
            }
        }
    }
    for peer in &peers {
        peer.print("create", &peer.created, peer.busy[0], &peers[0].created);
    }
    for peer in &peers {
        peer.print("read  ", &peer.read, peer.busy[1], &peers[0].read);
    }
    goals::leave("peers", &reached(&peers));
    let incidents: usize = peers[1].created.iter().map(|it| it.answers).sum();
    println!(
        "  one file: {} bytes for each of {incidents} incidents, with its ledger line, event and idempotency key",
        (size(&data) - size_before) / incidents as u64
    );
    for peer in &peers[1..] {
        let broken = runtime.block_on(peer.desk.store.check()).unwrap();
        assert!(broken.faults.is_empty(), "{broken:?}");
    }
}
