//! How long the browser's reader of JSON takes beside serde's, natively and in the same run:
//! `cargo bench -p entitlement-rules --bench reading`.

#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench measures, may stop at the first surprise, and prints its figures"
)]

#[path = "../tests/worlds/mod.rs"]
mod worlds;

use entitlement_rules::{AccountFacts, ProgrammeData};
use light_json::FromJson;
use serde::de::DeserializeOwned;
use std::hint::black_box;
use std::time::Instant;
use worlds::{Chance, account, programme};

const ROUNDS: usize = 21;

fn main() {
    let programme = programme();
    let facts = (0..)
        .map(|seed| account(&programme, &mut Chance::of(seed)))
        .find(|facts| facts.contracts.len() > 1)
        .unwrap();
    beside::<AccountFacts>("an account", &serde_json::to_string(&facts).unwrap(), 2_000);
    let data = serde_json::to_string(programme.data()).unwrap();
    beside::<ProgrammeData>("a programme", &data, 40);
}

/// Medians of rounds that take turns, each of `times` readings.
fn beside<T: FromJson + DeserializeOwned>(name: &str, text: &str, times: u32) {
    let microseconds = |read: &dyn Fn(&str)| {
        let started = Instant::now();
        for _ in 0..times {
            read(black_box(text));
        }
        started.elapsed().as_secs_f64() * 1e6 / f64::from(times)
    };
    let (mut light, mut serde) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        light.push(microseconds(&|text| {
            black_box(light_json::from_str::<T>(text).unwrap());
        }));
        serde.push(microseconds(&|text| {
            black_box(serde_json::from_str::<T>(text).unwrap());
        }));
    }
    light.sort_by(f64::total_cmp);
    serde.sort_by(f64::total_cmp);
    let (light, serde) = (light[ROUNDS / 2], serde[ROUNDS / 2]);
    println!(
        "{name} of {} bytes: light-json {light:.1} us, serde_json {serde:.1} us: {:.2} times as fast",
        text.len(),
        serde / light
    );
}
