//! Does one thing that the law does, a number of times: `cost WHAT TIMES`, and prints how often that was. `cargo xtask test` counts
//! the instructions and allocations that it takes; run with another number of times, what it takes to get there falls out.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measuring program prints, and ends where something is not as expected"
)]

#[path = "../tests/worlds/mod.rs"]
mod worlds;

use entitlement_rules::{Account, AccountFacts, IncidentQuestion, Question, matrix, remedies};
use std::hint::black_box;
use worlds::{Chance, account, incident, programme};

/// Different accounts, each with an incident of its own.
const ACCOUNTS: u64 = 50;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap();
    let times: u64 = arguments.next().unwrap().parse().unwrap();
    let programme = programme();
    let cases: Vec<(AccountFacts, IncidentQuestion)> = (0..ACCOUNTS)
        .map(|seed| {
            let mut chance = Chance::of(seed);
            let facts = account(&programme, &mut chance);
            (facts, incident(&programme, &mut chance))
        })
        .collect();
    let each = |work: &dyn Fn(&AccountFacts, &IncidentQuestion) -> usize| {
        let mut done = 0;
        for _ in 0..times {
            done += cases
                .iter()
                .map(|(facts, asked)| work(facts, asked))
                .sum::<usize>();
        }
        done
    };
    let done = match what.as_str() {
        "account" => each(&|facts, _| {
            black_box(Account::on(&programme, facts, facts.as_of));
            1
        }),
        "permits" | "covers" | "explain" => {
            let accounts: Vec<_> = cases
                .iter()
                .map(|(facts, asked)| (Account::on(&programme, facts, facts.as_of), asked))
                .collect();
            let ways: Vec<_> = accounts
                .iter()
                .flat_map(|(account, asked)| {
                    let incident = account.incident(asked);
                    account
                        .ways()
                        .into_iter()
                        .map(move |way| (account, incident, way))
                })
                .collect();
            for _ in 0..times {
                for (account, incident, way) in &ways {
                    match what.as_str() {
                        "permits" => drop(black_box(account.permits(incident, way))),
                        "covers" => drop(black_box(account.covers(incident, way))),
                        _ => drop(black_box(account.explain(incident, way).rules())),
                    }
                }
            }
            ways.len() * usize::try_from(times).unwrap()
        }
        "decide" => each(&|facts, asked| {
            let question = Question::CreateIncident(asked.clone());
            black_box(Account::on(&programme, facts, facts.as_of).decide(&question));
            1
        }),
        "remedies" => each(&|facts, asked| {
            let question = Question::CreateIncident(asked.clone());
            black_box(remedies(&programme, facts, &question, facts.as_of));
            1
        }),
        "matrix" => each(&|facts, asked| {
            black_box(matrix(&programme, facts, asked, facts.as_of));
            1
        }),
        other => panic!("nothing is called {other}"),
    };
    println!("{done}");
}
