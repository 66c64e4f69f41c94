//! Requests per second of "create incident": group commit beside one commit per request, in the same run, over real HTTP
//! on this machine, with the whole way in it: token, law, ledger, idempotency, fsync.
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
#[allow(dead_code, reason = "the bench creates and does not read")]
mod load;
#[allow(
    dead_code,
    reason = "the bench uses a part of the tests' database server"
)]
#[path = "../tests/api/postgres.rs"]
mod postgres;

use desk::{PRODUCT_SUPPORT, TestDesk, Who, incident};
use entitlement_rules::Allotment;
use load::{Ask, Asker, Target, median};
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

async fn target(name: &'static str, commits: Commits) -> Measured {
    let desk = TestDesk::open_with(commits, "2021-03-04").await;
    let mut people = Vec::with_capacity(PARTNERS);
    for number in 0..PARTNERS {
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
    let targets = runtime.block_on(async {
        [
            target("one commit per request", Commits::OnePerRequest).await,
            target("group commit", Commits::Grouped).await,
        ]
    });
    println!(
        "{rounds} interleaved rounds of {seconds} s, {connections} connections, {PARTNERS} partners"
    );
    let mut results = [Vec::new(), Vec::new()];
    for number in 0..rounds {
        // Each goes first every other time.
        let order = if number % 2 == 0 { [0, 1] } else { [1, 0] };
        for which in order {
            let target = &targets[which].target;
            let round = load::round(target, Ask::CreateIncident, number, seconds, connections);
            println!(
                "  {:<24} {:>8.0} requests/s   p99 {:>7.1} ms",
                targets[which].name,
                round.rate,
                round.p99.as_secs_f64() * 1e3
            );
            results[which].push(round);
        }
    }
    println!("medians");
    let mut medians = [0.0; 2];
    for (which, rounds) in results.iter().enumerate() {
        medians[which] = median(rounds.iter().map(|it| it.rate));
        println!(
            "  {:<24} {:>8.0} requests/s   p99 {:>7.1} ms",
            targets[which].name,
            medians[which],
            median(rounds.iter().map(|it| it.p99)).as_secs_f64() * 1e3
        );
    }
    println!(
        "  group commit is {:.1} times as fast",
        medians[1] / medians[0]
    );
    for target in &targets {
        let broken = runtime.block_on(target.desk.store.check()).unwrap();
        assert!(broken.faults.is_empty(), "{broken:?}");
    }
}
