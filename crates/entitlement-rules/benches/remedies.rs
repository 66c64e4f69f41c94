//! What it costs to say what would make a refused incident covered: `cargo bench -p entitlement-rules --bench remedies`.

#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench measures, may stop at the first surprise, and prints its figures"
)]

#[path = "../tests/worlds/mod.rs"]
mod worlds;

use entitlement_rules::{Question, decide, remedies};
use std::hint::black_box;
use std::time::Instant;
use worlds::{Chance, account, incident, programme};

const WORLDS: u64 = 600;
const ROUNDS: usize = 7;

fn main() {
    let programme = programme();
    let mut spent = Vec::new();
    for seed in 0..WORLDS {
        let mut chance = Chance::of(seed);
        let facts = account(&programme, &mut chance);
        let question = Question::CreateIncident(incident(&programme, &mut chance));
        if decide(&programme, &facts, &question, facts.as_of).is_allowed() {
            continue;
        }
        let mut rounds: Vec<f64> = (0..ROUNDS)
            .map(|_| {
                let started = Instant::now();
                black_box(remedies(&programme, &facts, &question, facts.as_of));
                started.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        rounds.sort_by(f64::total_cmp);
        spent.push(rounds[ROUNDS / 2]);
    }
    spent.sort_by(f64::total_cmp);
    let at = |share: usize| spent[(spent.len() - 1) * share / 100];
    println!(
        "{} incidents that are not covered; milliseconds until their remedies are there, each the median of {ROUNDS}:",
        spent.len()
    );
    println!(
        "median {:.2}, 9 of 10 {:.2}, 99 of 100 {:.2}, the slowest {:.2}",
        at(50),
        at(90),
        at(99),
        at(100)
    );
}
