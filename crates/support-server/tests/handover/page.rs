//! docs/webhooks.md says what is so.

use crate::events::{activation_requested, commented, incident, incident_created};
use serde_json::Value;
use support_server::clock::Moment;
use support_server::handover::inbound;
use support_server::handover::retry::SCHEDULE;
use support_server::handover::settings::{Settings, Target};
use support_server::handover::standard_webhooks::Secrets;
use support_server::handover::webhook::body;

fn page() -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/webhooks.md");
    std::fs::read_to_string(page).unwrap()
}

/// The fenced blocks of a language, in order.
fn blocks(language: &str) -> Vec<String> {
    let (page, fence) = (page(), format!("```{language}\n"));
    let blocks = page.split(&fence).skip(1);
    blocks
        .map(|block| block.split_once("```").unwrap().0.to_owned())
        .collect()
}

#[test]
fn the_events_and_calls_of_the_page_are_those_that_are_sent_and_understood() {
    let mut blocks = blocks("json").into_iter();
    for event in [
        incident_created(incident()),
        activation_requested(),
        commented(),
    ] {
        let shown: Value = serde_json::from_str(&blocks.next().unwrap()).unwrap();
        let sent: Value = serde_json::from_str(&body(&event)).unwrap();
        assert_eq!(shown, sent);
    }
    let mut understood = Vec::new();
    for call in blocks {
        let call = inbound::read(call.as_bytes()).unwrap();
        understood.push(serde_json::to_value(call).unwrap()["type"].clone());
    }
    let all = [
        "activation.fulfilled",
        "activation.rejected",
        "incident.status-changed",
        "incident.commented",
        "incident.severity-changed",
    ];
    assert_eq!(understood, all);
}

#[test]
fn the_settings_of_the_page_are_settings() {
    let targets = blocks("toml").into_iter().map(|block| {
        let mut file: toml::Table = block.parse().unwrap();
        let section: Settings = file.remove("handover").unwrap().try_into().unwrap();
        assert!(file.is_empty());
        section.target
    });
    assert_eq!(
        targets.collect::<Vec<_>>(),
        [Target::Webhook, Target::RequestTracker]
    );
}

#[test]
fn the_signature_of_the_page_is_what_its_secret_makes_of_its_example() {
    let example = blocks("text").remove(0);
    let mut lines = example.lines().map(|line| line.split_once(": ").unwrap());
    let mut next = |name: &str| {
        let (is, value) = lines.next().unwrap();
        assert_eq!(is.trim_end(), name);
        value.to_owned()
    };
    let secret = next("secret");
    let (id, timestamp) = (next("webhook-id"), next("webhook-timestamp"));
    let (signature, body) = (next("webhook-signature"), next("body"));
    let at = Moment(timestamp.parse::<i64>().unwrap() * 1_000);
    let made = Secrets::read(&secret)
        .unwrap()
        .sign(&id, at, body.as_bytes());
    assert_eq!(made, signature);
}

#[test]
fn the_schedule_of_the_page_is_the_schedule() {
    let spelt = SCHEDULE.map(|wait| match wait / 1_000 {
        0 => "at once".to_owned(),
        seconds if seconds % 3_600 == 0 => format!("{} h", seconds / 3_600),
        seconds if seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    });
    let page = page().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(page.contains(&spelt.join(", ")), "{}", spelt.join(", "));
}
