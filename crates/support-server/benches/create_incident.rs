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
#[allow(
    dead_code,
    reason = "the bench uses a part of the tests' database server"
)]
#[path = "../tests/api/postgres.rs"]
mod postgres;

use desk::{PRODUCT_SUPPORT, TestDesk, Who, incident};
use entitlement_rules::Allotment;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use support_server::serve;
use support_server::store::Commits;

const PARTNERS: usize = 256;

struct Target {
    name: &'static str,
    desk: TestDesk,
    address: SocketAddr,
    /// Token and body of one person per partner.
    people: Vec<(String, String)>,
}

async fn target(name: &'static str, commits: Commits) -> Target {
    let desk = TestDesk::open_with(commits, "2021-03-04").await;
    let mut people = Vec::with_capacity(PARTNERS);
    for number in 0..PARTNERS {
        let who = Who::global_admin(&format!("Ada{number}"));
        let partner = format!("partner-{number}");
        desk.partner(&partner, ("gold", Some("datacenter")), &[&who])
            .await;
        let plenty = Allotment::Finite(1_000_000);
        let (contract, _) = desk.contract(&partner, &who, PRODUCT_SUPPORT, plenty).await;
        people.push((
            desk.issuer.token(&who),
            incident(&contract.reference).to_string(),
        ));
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
    Target {
        name,
        desk,
        address,
        people,
    }
}

/// One connection that asks and waits, until it is told to stop. Returns how long each request took.
fn client(target: &Target, number: usize, round: usize, stop: &AtomicBool) -> Vec<Duration> {
    let mut stream = TcpStream::connect(target.address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut took = Vec::new();
    let mut answer = vec![0; 64 * 1_024];
    let mut count = 0;
    while !stop.load(Ordering::Relaxed) {
        let (token, body) = &target.people[(number * 31 + count) % PARTNERS];
        let request = format!(
            "POST /api/v1/incidents HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nIdempotency-Key: {round}-{number}-{count}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let started = Instant::now();
        stream.write_all(request.as_bytes()).unwrap();
        read_answer(&mut stream, &mut answer);
        took.push(started.elapsed());
        count += 1;
    }
    took
}

fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).unwrap();
        assert!(read > 0, "the server hung up");
        filled += read;
        let Some(end) = buffer[..filled]
            .windows(4)
            .position(|part| part == b"\r\n\r\n")
        else {
            continue;
        };
        let head = std::str::from_utf8(&buffer[..end]).unwrap().to_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let whole = end + 4 + length.unwrap().trim().parse::<usize>().unwrap();
        if filled >= whole {
            let said = String::from_utf8_lossy(&buffer[..filled]);
            assert!(head.starts_with("http/1.1 201"), "{said}");
            return;
        }
    }
}

fn round(target: &Arc<Target>, number: usize, seconds: u64, connections: usize) -> (f64, Duration) {
    let stop = Arc::new(AtomicBool::new(false));
    let started = Instant::now();
    let clients: Vec<_> = (0..connections)
        .map(|client_number| {
            let (target, stop) = (Arc::clone(target), Arc::clone(&stop));
            std::thread::spawn(move || client(&target, client_number, number, &stop))
        })
        .collect();
    std::thread::sleep(Duration::from_secs(seconds));
    stop.store(true, Ordering::Relaxed);
    let mut took: Vec<Duration> = clients
        .into_iter()
        .flat_map(|client| client.join().unwrap())
        .collect();
    let rate = took.len() as f64 / started.elapsed().as_secs_f64();
    took.sort_unstable();
    (rate, took[took.len() * 99 / 100])
}

fn median<T: Copy + PartialOrd>(values: &[T]) -> T {
    let mut sorted = values.to_vec();
    sorted.sort_by(|one, other| one.partial_cmp(other).unwrap());
    sorted[sorted.len() / 2]
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
            Arc::new(target("one commit per request", Commits::OnePerRequest).await),
            Arc::new(target("group commit", Commits::Grouped).await),
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
            let (rate, p99) = round(&targets[which], number, seconds, connections);
            println!(
                "  {:<24} {rate:>8.0} requests/s   p99 {:>7.1} ms",
                targets[which].name,
                p99.as_secs_f64() * 1e3
            );
            results[which].push((rate, p99));
        }
    }
    println!("medians");
    let mut medians = [0.0; 2];
    for (which, rounds) in results.iter().enumerate() {
        let rates: Vec<f64> = rounds.iter().map(|it| it.0).collect();
        let p99s: Vec<Duration> = rounds.iter().map(|it| it.1).collect();
        medians[which] = median(&rates);
        println!(
            "  {:<24} {:>8.0} requests/s   p99 {:>7.1} ms",
            targets[which].name,
            medians[which],
            median(&p99s).as_secs_f64() * 1e3
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
