//! Requests per second of "create incident": group commit beside one commit per request, in the same run, over real HTTP
//! on this machine, with the whole way in it: token, law, ledger, idempotency, fsync. For many partners in one file, and
//! for one partner on PostgreSQL, whose changes wait for each other.
//!
//! `cargo bench -p support-server --bench create_incident [-- ROUNDS SECONDS CONNECTIONS]`
//!
//! Absolute figures say more about the machine and its other tenants than about the server: compare the two.
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
mod goals;
#[allow(dead_code, reason = "the bench creates and does not read")]
mod load;
#[allow(
    dead_code,
    reason = "the bench uses a part of the tests' database server"
)]
#[path = "../tests/api/postgres.rs"]
mod postgres;
mod raw;

use desk::{PRODUCT_SUPPORT, TestDesk, Who, incident};
use entitlement_rules::Allotment;
use goals::Goal;
use load::{Ask, Asker, Round, Target, median};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use support_server::serve;
use support_server::store::Commits;

const PARTNERS: usize = 256;

struct Measured {
    name: &'static str,
    desk: TestDesk,
    target: Arc<Target>,
}

/// The same rows on the same tables, and nothing but them.
async fn rows_alone(name: &'static str, mut desk: TestDesk, partners: usize) -> Measured {
    let people = askers(&desk, partners).await;
    let body = serde_json::from_str(&people[0].body).unwrap();
    let first = desk::post_request(&people[0].token, "/incidents", &body, "first");
    assert_eq!(desk.send(first).await.status, 201);
    desk.routes = raw::routes(&desk.folder.0.join("desk.sqlite"));
    listening(name, desk, people).await
}

async fn target(name: &'static str, desk: TestDesk, partners: usize) -> Measured {
    let people = askers(&desk, partners).await;
    listening(name, desk, people).await
}

async fn askers(desk: &TestDesk, partners: usize) -> Vec<Asker> {
    let mut people = Vec::with_capacity(partners);
    for number in 0..partners {
        let who = Who::global_admin(&format!("Ada{number}"));
        let partner = format!("partner-{number}");
        desk.partner(&partner, ("gold", Some("datacenter")), &[&who])
            .await;
        let plenty = Allotment::Finite(1_000_000);
        let (contract, _) = desk.contract(&partner, &who, PRODUCT_SUPPORT, plenty).await;
        people.push(Asker {
            token: desk.issuer.token(&who),
            body: incident(&contract.reference).to_string(),
            etag: String::new(),
        });
    }
    people
}

async fn listening(name: &'static str, desk: TestDesk, people: Vec<Asker>) -> Measured {
    let listener = serve::listen(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve::run(
        listener,
        desk.routes.clone(),
        desk.desk.http,
        Duration::ZERO,
        std::future::pending(),
    ));
    Measured {
        name,
        desk,
        target: Arc::new(Target {
            addresses: vec![address],
            people,
        }),
    }
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
    let cluster = postgres::Cluster::start(&format!("create-{}", desk::unique()), "");
    let targets = runtime.block_on(async {
        for schema in ["one", "two"] {
            let client = postgres::client(&cluster.address("public")).await;
            let make = format!("CREATE SCHEMA {schema}");
            client.batch_execute(&make).await.unwrap();
        }
        let file = |commits| TestDesk::open_with(commits, "2021-03-04");
        let (one, two) = (cluster.address("one"), cluster.address("two"));
        let (alone, grouped) = (Commits::OnePerRequest, Commits::Grouped);
        let one = TestDesk::open_at_with(&one, alone).await;
        let two = TestDesk::open_at_with(&two, grouped).await;
        [
            target("one file, one commit each", file(alone).await, PARTNERS).await,
            target("one file, group commit", file(grouped).await, PARTNERS).await,
            target("hot partner, one commit each", one, 1).await,
            target("hot partner, group commit", two, 1).await,
            rows_alone("one file, its rows alone", file(grouped).await, PARTNERS).await,
        ]
    });
    println!(
        "{rounds} interleaved rounds of {seconds} s, {connections} connections, {PARTNERS} partners in a file, one on PostgreSQL"
    );
    let mut results = [const { Vec::new() }; 5];
    for number in 0..rounds {
        // Each goes first every so often.
        for which in (0..5).map(|which| (which + number) % 5) {
            let target = &targets[which].target;
            let round = load::round(target, Ask::CreateIncident, number, seconds, connections);
            print(targets[which].name, &[round]);
            results[which].push(round);
        }
    }
    println!("medians");
    let rate = |rounds: &[Round]| median(rounds.iter().map(|it| it.rate));
    // Of rounds that were next to each other: a minute later the machine is another one.
    let times = |ours: &[Round], theirs: &[Round]| {
        median(
            ours.iter()
                .zip(theirs)
                .map(|(one, other)| one.rate / other.rate),
        )
    };
    for (target, rounds) in targets.iter().zip(&results) {
        print(target.name, rounds);
    }
    let mut reached = Vec::new();
    let places = [
        ("in a file", "S1", 4.0, ">= 4x"),
        ("of a hot partner", "S4", 3.0, ">= 3x"),
    ];
    for ((place, goal, least, wanted), pair) in places.into_iter().zip(results.chunks(2)) {
        let (alone, grouped) = (rate(&pair[0]), rate(&pair[1]));
        let ratio = times(&pair[1], &pair[0]);
        println!("  group commit {place} is {ratio:.1} times as fast");
        reached.push(Goal {
            goal,
            text: format!("incidents created {place}, a second"),
            ours: grouped,
            peer: Some((alone, "one commit per request")),
            ratio: Some(ratio),
            wanted,
            reached: ratio >= least,
        });
    }
    let (ours, alone) = (rate(&results[1]), rate(&results[4]));
    let ratio = times(&results[1], &results[4]);
    println!("  that is {ratio:.2} of what the file's rows alone allow");
    reached.push(Goal {
        goal: "S1",
        text: "incidents created in a file, a second".to_owned(),
        ours,
        peer: Some((
            alone,
            "the same rows in batches, nothing else, behind the same HTTP",
        )),
        ratio: Some(ratio),
        wanted: ">= 0.8x",
        reached: ratio >= 0.8,
    });
    goals::leave("create_incident", &reached);
    // The rows alone keep no books.
    for target in &targets[..4] {
        let broken = runtime.block_on(target.desk.store.check()).unwrap();
        assert!(broken.faults.is_empty(), "{broken:?}");
    }
}

fn print(name: &str, rounds: &[Round]) {
    println!(
        "  {name:<28} {:>8.0} requests/s   p99 {:>7.1} ms",
        median(rounds.iter().map(|it| it.rate)),
        median(rounds.iter().map(|it| it.p99)).as_secs_f64() * 1e3
    );
}
