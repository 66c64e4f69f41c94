//! Calls over a real network: signed, never redirected, never into this machine's own network unasked.

use crate::events::{incident, incident_created};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use support_server::clock::Moment;
use support_server::handover::reach::{Call, Network, PrivateTargets, Reach, Unreached};
use support_server::handover::recipient::{Failure, Recipient};
use support_server::handover::standard_webhooks::Secrets;
use support_server::handover::webhook::Webhook;
use ureq::http::Method;

const OLD: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
const NEW: &str = "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=";

/// A request as it came over the wire.
struct Received {
    headers: HeaderMap,
    body: Vec<u8>,
}

/// Gives each connection the next answer, then ends with what was asked.
fn server(answers: &[String]) -> (SocketAddr, JoinHandle<Vec<Received>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, answers) = (listener.local_addr().unwrap(), answers.to_vec());
    let serving = thread::spawn(move || {
        let answer = |answer: String| {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(&stream);
            let mut headers = HeaderMap::new();
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            loop {
                line.clear();
                reader.read_line(&mut line).unwrap();
                let Some((name, value)) = line.trim_end().split_once(": ") else {
                    break;
                };
                let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
                headers.append(name, HeaderValue::from_str(value).unwrap());
            }
            let length = headers
                .get("content-length")
                .map_or(0, |it| it.to_str().unwrap().parse().unwrap());
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            // Whoever has read enough may hang up.
            let _ = (&stream).write_all(answer.as_bytes());
            Received { headers, body }
        };
        answers.into_iter().map(answer).collect()
    });
    (address, serving)
}

fn answer(head: &str) -> String {
    format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
}

fn this_machine() -> PrivateTargets {
    PrivateTargets::new(&["127.0.0.1".to_owned()])
}

fn webhook(address: SocketAddr) -> Webhook {
    let network = Network::new(this_machine(), None).unwrap();
    let secrets = Secrets::read(&format!("{NEW}\n{OLD}\n")).unwrap();
    Webhook::new(
        Box::new(network),
        format!("http://{address}/events"),
        secrets,
    )
}

#[test]
fn whoever_knows_either_secret_can_verify_what_is_sent() {
    let (address, serving) = server(&[answer("204 No Content")]);
    let event = incident_created(incident());
    let now = Moment::real();
    assert_eq!(webhook(address).hand_over(&event, now), Ok(None));
    let received = serving.join().unwrap().remove(0);
    for secret in [OLD, NEW] {
        let oracle = standardwebhooks::Webhook::new(secret).unwrap();
        oracle.verify(&received.body, &received.headers).unwrap();
    }
    assert_eq!(received.headers["webhook-id"], event.id.as_str());
    assert_eq!(received.headers["content-type"], "application/json");
    let body: serde_json::Value = serde_json::from_slice(&received.body).unwrap();
    assert_eq!(body["type"], "incident.created");
    assert_eq!(body["timestamp"], "2021-03-04T09:00:00.000Z");
    assert_eq!(body["data"]["incident"]["portal"], "services-hub");
    assert_eq!(body["data"]["incident"]["title"], incident().title);
    assert_eq!(body["data"]["partner"]["name"], "Juniper Data");
}

#[test]
fn only_2xx_counts_and_a_wish_for_rest_is_heard() {
    let elsewhere = "307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/";
    let heads = [
        "200 OK",
        elsewhere,
        "404 Not Found",
        "422 Unprocessable Content",
        "429 Too Many Requests\r\nretry-after: 120",
        "500 Internal Server Error\r\nretry-after: tomorrow",
        "410 Gone",
    ];
    let (address, serving) = server(&heads.map(answer));
    let (webhook, event) = (webhook(address), incident_created(incident()));
    let mut answers = heads
        .map(|_| webhook.hand_over(&event, Moment::real()))
        .into_iter();
    let away = |status: u16, wish: Option<u64>| {
        let why = format!("it answered {status}");
        let wish = wish.map(Duration::from_secs);
        Some(Err(Failure::Away { why, wish }))
    };
    assert_eq!(answers.next(), Some(Ok(None)));
    assert_eq!(answers.next(), away(307, None));
    assert_eq!(answers.next(), away(404, None));
    assert_eq!(
        answers.next(),
        Some(Err(Failure::Refused("it answered 422".into())))
    );
    assert_eq!(answers.next(), away(429, Some(120)));
    assert_eq!(answers.next(), away(500, None));
    assert_eq!(answers.next(), Some(Err(Failure::Gone)));
    assert_eq!(serving.join().unwrap().len(), 7);
}

#[test]
fn every_try_has_the_same_id_and_body_and_a_signature_of_its_own_time() {
    let heads = ["500 Internal Server Error", "204 No Content"];
    let (address, serving) = server(&heads.map(answer));
    let (webhook, event) = (webhook(address), incident_created(incident()));
    let first = Moment::real();
    assert!(webhook.hand_over(&event, first).is_err());
    assert!(webhook.hand_over(&event, Moment(first.0 + 5_000)).is_ok());
    let both = serving.join().unwrap();
    assert_eq!(both[0].headers["webhook-id"], both[1].headers["webhook-id"]);
    assert_eq!(both[0].body, both[1].body);
    for header in ["webhook-timestamp", "webhook-signature"] {
        assert_ne!(both[0].headers[header], both[1].headers[header]);
    }
}

#[test]
fn a_long_answer_is_not_read_to_its_end() {
    let long = "x".repeat(4 * 1_024 * 1_024);
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{long}",
        long.len()
    );
    let (address, serving) = server(&[head]);
    let network = Network::new(this_machine(), None).unwrap();
    let answer = network.call(&get(&format!("http://{address}/"))).unwrap();
    assert_eq!((answer.status, answer.body), (200, None));
    serving.join().unwrap();
}

#[test]
fn a_name_that_stands_for_this_machine_or_its_network_is_not_called() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let network = Network::new(PrivateTargets::default(), None).unwrap();
    let private = "its host is on a private address, and allow_private_targets does not name it";
    // The system's resolver reads every one of these as an address.
    for host in [
        "localhost",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ] {
        for scheme in ["https", "http"] {
            let failed = network.call(&get(&format!("{scheme}://{host}:{port}/")));
            assert_eq!(failed, Err(Unreached(private)), "{scheme}://{host}");
        }
    }
    // Another private host being allowed changes nothing for this one; plain http never leaves the machine.
    let other = Network::new(PrivateTargets::new(&["localhost".to_owned()]), None).unwrap();
    let failed = other.call(&get(&format!("http://127.0.0.1:{port}/")));
    assert_eq!(failed, Err(Unreached(private)));
    assert!(listener.accept().is_err(), "somebody connected");
}

fn get(url: &str) -> Call {
    Call {
        method: Method::GET,
        url: url.into(),
        headers: Vec::new(),
        body: String::new(),
    }
}

#[test]
fn an_incident_of_any_length_in_latin_letters_stays_below_20_kb_and_every_other_below_40() {
    let longest = |letter: &str| {
        let mut incident = incident();
        incident.title = letter.repeat(support_api::TITLE_LENGTH);
        incident.customer = Some(letter.repeat(support_api::CUSTOMER_LENGTH));
        incident.description = Some(letter.repeat(support_api::DESCRIPTION_LENGTH));
        support_server::handover::webhook::body(&incident_created(incident)).len()
    };
    assert!(longest("a") < 20_000 && longest("\"") < 20_000 && longest("é") < 20_000);
    assert!(longest("語") < 40_000 && longest("😀") < 40_000);
}
