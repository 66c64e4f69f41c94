//! Connections that ask and wait, each in a loop, and what that comes to.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Who is asked, and for whom.
pub(crate) struct Target {
    /// Each connection asks one of these.
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) people: Vec<Asker>,
}

pub(crate) struct Asker {
    pub(crate) token: String,
    /// The incident that they create.
    pub(crate) body: String,
    /// Of the account that they have read before.
    pub(crate) etag: String,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Ask {
    CreateIncident,
    /// With the ETag of the last answer.
    ReadAccount,
}

fn request(who: &Asker, ask: Ask, key: &str) -> String {
    let Asker { token, body, etag } = who;
    match ask {
        Ask::CreateIncident => format!(
            "POST /api/v1/incidents HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nIdempotency-Key: {key}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ),
        Ask::ReadAccount => format!(
            "GET /api/v1/account HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\
             If-None-Match: {etag}\r\n\r\n"
        ),
    }
}

/// One connection, until it is told to stop. Returns how long each request took.
fn client(
    target: &Target,
    ask: Ask,
    number: usize,
    round: usize,
    stop: &AtomicBool,
) -> Vec<Duration> {
    let address = target.addresses[number % target.addresses.len()];
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut took = Vec::new();
    let mut answer = vec![0; 64 * 1_024];
    let mut count = 0;
    while !stop.load(Ordering::Relaxed) {
        let who = &target.people[(number * 31 + count) % target.people.len()];
        let request = request(who, ask, &format!("{round}-{number}-{count}"));
        let started = Instant::now();
        stream.write_all(request.as_bytes()).unwrap();
        let head = read_answer(&mut stream, &mut answer);
        let expected = match ask {
            Ask::CreateIncident => "http/1.1 201",
            Ask::ReadAccount => "http/1.1 304",
        };
        assert!(head.starts_with(expected), "{head}");
        took.push(started.elapsed());
        count += 1;
    }
    took
}

/// Reads one answer to its end, and returns its head in small letters.
fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) -> String {
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
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.trim().parse::<usize>().unwrap());
        let has_body = !head.starts_with("http/1.1 304");
        if !has_body || filled >= end + 4 + length {
            return head;
        }
    }
}

/// The ETag of somebody's account.
pub(crate) fn etag(address: SocketAddr, token: &str) -> String {
    let who = Asker {
        token: token.to_owned(),
        body: String::new(),
        etag: "\"none\"".to_owned(),
    };
    let mut stream = TcpStream::connect(address).unwrap();
    let request = request(&who, Ask::ReadAccount, "");
    stream.write_all(request.as_bytes()).unwrap();
    let head = read_answer(&mut stream, &mut vec![0; 64 * 1_024]);
    let tag = head.lines().find_map(|line| line.strip_prefix("etag: "));
    tag.unwrap_or_else(|| panic!("{head}")).to_owned()
}

/// What one round came to: answers a second, and the 99th percentile of how long each took.
#[derive(Clone, Copy)]
pub(crate) struct Round {
    pub(crate) answers: usize,
    pub(crate) rate: f64,
    pub(crate) p99: Duration,
}

pub(crate) fn round(
    target: &Arc<Target>,
    ask: Ask,
    number: usize,
    seconds: u64,
    connections: usize,
) -> Round {
    let stop = Arc::new(AtomicBool::new(false));
    let started = Instant::now();
    let clients: Vec<_> = (0..connections)
        .map(|client_number| {
            let (target, stop) = (Arc::clone(target), Arc::clone(&stop));
            std::thread::spawn(move || client(&target, ask, client_number, number, &stop))
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
    Round {
        answers: took.len(),
        rate,
        p99: took[took.len() * 99 / 100],
    }
}

pub(crate) fn median<T: Copy + PartialOrd>(values: impl Iterator<Item = T>) -> T {
    let mut sorted: Vec<T> = values.collect();
    sorted.sort_by(|one, other| one.partial_cmp(other).unwrap());
    sorted[sorted.len() / 2]
}
