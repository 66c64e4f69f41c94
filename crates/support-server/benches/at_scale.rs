//! What a request costs as the store grows: creating, listing and searching incidents in stores with a thousand incidents, ten
//! thousand and so on up to many, in turns. All are filled by the product's own steps.
//!
//! `cargo bench -p support-server --bench at_scale [-- PARTNERS INCIDENTS REQUESTS]`, or with `TEST_STORE=postgres` before it
//!
//! Without numbers 100,000 partners and 1,000,000 incidents, which takes some minutes to fill; smaller stores have fewer of both.
//! Compare the stores; the absolute figures are of this machine.
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
#[allow(dead_code, reason = "the bench takes its median alone")]
mod load;
#[allow(
    dead_code,
    reason = "the bench uses a part of the tests' database server"
)]
#[path = "../tests/api/postgres.rs"]
mod postgres;

use axum::body::Body;
use axum::http::Request;
use desk::{PRODUCT_SUPPORT, TestDesk, Who, get_request, incident, post_request, unique};
use entitlement_rules::Allotment;
use futures_util::StreamExt;
use goals::Goal;
use load::median;
use std::time::{Duration, Instant};

/// Incidents of the smallest store.
const FEWEST: usize = 1_000;
/// Steps that are under way at a time while a store is filled.
const AT_ONCE: usize = 256;

struct Filled {
    name: String,
    desk: TestDesk,
    partners: usize,
}

fn who(number: usize) -> Who {
    Who::global_admin(&format!("Ada{number}"))
}

async fn filled(partners: usize, incidents: usize) -> Filled {
    let desk = TestDesk::open().await;
    let each = incidents / partners;
    let started = Instant::now();
    futures_util::stream::iter(0..partners)
        .for_each_concurrent(AT_ONCE, |number| {
            let desk = &desk;
            async move {
                let (who, partner) = (who(number), format!("partner-{number}"));
                desk.partner(&partner, ("gold", Some("datacenter")), &[&who])
                    .await;
                let plenty = Allotment::Finite(1_000_000);
                let (contract, _) = desk.contract(&partner, &who, PRODUCT_SUPPORT, plenty).await;
                let body = incident(&contract.reference);
                let token = desk.issuer.token(&who);
                for _ in 0..each {
                    let created = desk.send(post_request(&token, "/incidents", &body, &unique()));
                    assert_eq!(created.await.status, 201);
                }
            }
        })
        .await;
    let name = format!("{partners} partners, {} incidents", partners * each);
    println!(
        "filled with {name} in {:.0} s",
        started.elapsed().as_secs_f64()
    );
    Filled {
        name,
        desk,
        partners,
    }
}

#[derive(Clone, Copy)]
enum Ask {
    Create,
    List,
    Search,
}

impl Filled {
    /// How long one request of some partner takes.
    async fn ask(&self, ask: Ask, round: usize) -> Duration {
        // Spread over all partners, without an order that a cache could like.
        let who = who((round * 7_919 + 13) % self.partners);
        let token = self.desk.issuer.token(&who);
        let request: Request<Body> = match ask {
            Ask::Create => {
                let account = self.desk.account(&who).await;
                let body = incident(&account.contracts[0].reference);
                post_request(&token, "/incidents", &body, &unique())
            }
            Ask::List => get_request(&token, "/incidents?limit=20"),
            Ask::Search => get_request(&token, "/incidents?limit=20&text=node"),
        };
        let started = Instant::now();
        let reply = self.desk.send(request).await;
        let took = started.elapsed();
        let expected = if matches!(ask, Ask::Create) { 201 } else { 200 };
        assert_eq!(reply.status, expected, "{:?}", reply.json());
        took
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
    let partners = numbers.first().copied().unwrap_or(100_000);
    let incidents = numbers.get(1).copied().unwrap_or(1_000_000);
    let requests = numbers.get(2).copied().unwrap_or(1_000);
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(async {
            let smaller = std::iter::successors(Some(FEWEST), |size| Some(size * 10));
            let mut stores = Vec::new();
            for size in smaller
                .take_while(|size| *size < incidents)
                .chain([incidents])
            {
                stores.push(filled((partners * size / incidents).max(1), size).await);
            }
            println!("medians of {requests} requests of each kind, in turns, us");
            let mut reached = Vec::new();
            for (name, ask) in [
                ("create", Ask::Create),
                ("list", Ask::List),
                ("search", Ask::Search),
            ] {
                let mut took = vec![Vec::new(); stores.len()];
                for round in 0..requests {
                    for (store, took) in stores.iter().zip(&mut took) {
                        took.push(store.ask(ask, round).await);
                    }
                }
                let medians: Vec<f64> = took
                    .into_iter()
                    .map(|took| median(took.into_iter()).as_secs_f64() * 1e6)
                    .collect();
                let (few, many) = (medians[0], medians[medians.len() - 1]);
                for (store, median) in stores.iter().zip(&medians) {
                    let times = median / few;
                    println!(
                        "  {name:<7} {median:>7.0}  {times:.2} times  with {}",
                        store.name
                    );
                }
                let ratio = many / few;
                reached.push(Goal {
                    goal: "S3",
                    text: format!("{name} with {}, us", stores[stores.len() - 1].name),
                    ours: many,
                    peer: Some((few, "a thousand incidents")),
                    ratio: Some(ratio),
                    wanted: "<= 1.5x",
                    reached: ratio <= 1.5,
                });
            }
            goals::leave("at_scale", &reached);
            for store in &stores {
                let started = Instant::now();
                let report = store.desk.store.check().await.unwrap();
                assert_eq!(report.faults, [""; 0]);
                println!(
                    "  check   {report}: {:.1} s",
                    started.elapsed().as_secs_f64()
                );
            }
        });
}
