//! What one decision costs: the law beside Cedar on equivalent policies, in one run over the same mixed cases. Prints
//! medians of interleaved rounds and their ratios.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark prints, and may stop at the first surprise"
)]

#[path = "../tests/complete/mod.rs"]
mod complete;
#[path = "../../crates/entitlement-rules/tests/worlds/mod.rs"]
mod worlds;

use complete::{complete_incident, within_reach};
use entitlement_rules::{AccountFacts, Programme, Question, decide};
use law_oracle::{Asked, Oracle};
use std::hint::black_box;
use std::time::{Duration, Instant};
use worlds::{Chance, account, programme};

const WORLDS: u64 = 200;
const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_millis(100);

/// One account with one incident, and the same as Cedar sees it, once for every way to pay.
struct World {
    facts: AccountFacts,
    question: Question,
    asked: Vec<Asked>,
}

/// One of those who are compared. `work` decides every case once and says how many it allowed.
struct Contestant<'a> {
    name: &'static str,
    decisions: usize,
    work: Box<dyn Fn() -> usize + 'a>,
    rounds: Vec<f64>,
}

impl<'a> Contestant<'a> {
    fn new(name: &'static str, decisions: usize, work: impl Fn() -> usize + 'a) -> Self {
        Self {
            name,
            decisions,
            work: Box::new(work),
            rounds: Vec::new(),
        }
    }

    /// Works through the cases until [`ROUND`] is over, and notes the nanoseconds per decision.
    fn round(&mut self) {
        let started = Instant::now();
        let mut times = 0_u32;
        while started.elapsed() < ROUND {
            black_box((self.work)());
            times += 1;
        }
        let spent = started.elapsed().as_secs_f64() * 1e9;
        self.rounds
            .push(spent / (f64::from(times) * self.decisions as f64));
    }

    fn median(&self) -> f64 {
        let mut rounds = self.rounds.clone();
        rounds.sort_by(f64::total_cmp);
        rounds[rounds.len() / 2]
    }
}

fn main() {
    let programme = programme();
    let oracle = Oracle::new().unwrap();
    let worlds: Vec<World> = (0..WORLDS)
        .map(|seed| world(&programme, &oracle, seed))
        .collect();
    let ways = worlds.iter().map(|world| world.asked.len()).sum();
    let law = |world: &World| decide(&programme, &world.facts, &world.question, world.facts.as_of);
    let every_way = || {
        let verdicts = worlds.iter().map(|world| black_box(law(black_box(world))));
        verdicts.filter(|verdict| verdict.is_allowed()).count()
    };
    let by_cedar = || {
        let asked = worlds.iter().flat_map(|world| &world.asked);
        asked
            .filter(|asked| oracle.permits(black_box(asked)))
            .count()
    };
    let mut contestants = [
        Contestant::new(
            "the law, a whole incident with its trace",
            worlds.len(),
            every_way,
        ),
        Contestant::new("the law, one way to pay with its trace", ways, every_way),
        Contestant::new("Cedar, one way to pay, all prebuilt", ways, by_cedar),
    ];
    for _ in 0..ROUNDS {
        for contestant in &mut contestants {
            contestant.round();
        }
    }
    let cedar = contestants[contestants.len() - 1].median();
    println!("{WORLDS} incidents, {ways} ways to pay; medians of {ROUNDS} interleaved rounds");
    for contestant in &contestants {
        let median = contestant.median();
        println!(
            "{:<42} {median:>9.0} ns  Cedar takes {:.1} x",
            contestant.name,
            cedar / median
        );
    }
}

fn world(programme: &Programme, oracle: &Oracle, seed: u64) -> World {
    let mut chance = Chance::of(seed);
    let mut facts = account(programme, &mut chance);
    let mut incident = complete_incident(programme, &mut chance);
    if seed % 2 == 0 {
        within_reach(&mut facts, &mut incident);
    }
    let question = Question::CreateIncident(incident.clone());
    let asked = decide(programme, &facts, &question, facts.as_of)
        .candidates
        .iter()
        .map(|way| oracle.ask(programme, &facts, &incident, &way.funding, facts.as_of))
        .collect::<Result<_, _>>()
        .unwrap();
    World {
        facts,
        question,
        asked,
    }
}
