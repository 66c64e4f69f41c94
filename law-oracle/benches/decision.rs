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
#[path = "../../crates/support-server/benches/goals/mod.rs"]
mod goals;
#[path = "../../crates/entitlement-rules/tests/worlds/mod.rs"]
mod worlds;

use complete::{complete_incident, within_reach};
use entitlement_rules::{
    Account, AccountFacts, Incident, IncidentQuestion, Outcome, Programme, Question, Way, decide,
};
use goals::Goal;
use law_oracle::{Asked, Oracle};
use std::hint::black_box;
use std::time::{Duration, Instant};
use worlds::{Chance, account, programme};

const INCIDENTS: u64 = 200;
const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_millis(100);

/// Decides every case once and says how many were allowed.
type Work<'a> = Box<dyn Fn() -> usize + 'a>;

/// One of those who are compared.
struct Contestant<'a> {
    name: &'static str,
    decisions: usize,
    work: Work<'a>,
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
    let cases: Vec<(AccountFacts, IncidentQuestion)> =
        (0..INCIDENTS).map(|seed| case(&programme, seed)).collect();
    let questions: Vec<Question> = cases
        .iter()
        .map(|(_, incident)| Question::CreateIncident(incident.clone()))
        .collect();

    // What either side may prepare once: the law an account, Cedar its entities and requests.
    let accounts: Vec<Account<'_>> = cases
        .iter()
        .map(|(facts, _)| Account::on(&programme, facts, facts.as_of))
        .collect();
    let ways: Vec<(&Account<'_>, Incident<'_>, Way<'_>)> = accounts
        .iter()
        .zip(&cases)
        .flat_map(|(account, (_, asked))| {
            let incident = account.incident(asked);
            let ways = account.ways().into_iter();
            ways.map(move |way| (account, incident, way))
        })
        .collect();
    let oracle = Oracle::new().unwrap();
    let asked: Vec<Asked> = accounts
        .iter()
        .zip(&cases)
        .flat_map(|(account, (facts, incident))| {
            let (programme, oracle) = (&programme, &oracle);
            account.ways().into_iter().map(move |way| {
                let funding = way.funding().unwrap();
                oracle
                    .ask(programme, facts, incident, &funding, facts.as_of)
                    .unwrap()
            })
        })
        .collect();

    let bare = || {
        let answers = ways
            .iter()
            .map(|(account, incident, way)| account.permits(black_box(incident), black_box(way)));
        answers
            .filter(|outcome| *outcome == Outcome::Allowed)
            .count()
    };
    let reasoned = || {
        let answers = ways
            .iter()
            .map(|(account, incident, way)| account.covers(black_box(incident), black_box(way)));
        answers
            .filter(|brief| brief.outcome == Outcome::Allowed)
            .count()
    };
    let traced = || {
        let answers = ways.iter().map(|(account, incident, way)| {
            black_box(account.explain(black_box(incident), black_box(way))).outcome()
        });
        answers
            .filter(|outcome| *outcome == Outcome::Allowed)
            .count()
    };
    let end_to_end = || {
        let verdicts = cases.iter().zip(&questions).map(|((facts, _), question)| {
            black_box(decide(&programme, black_box(facts), question, facts.as_of))
        });
        verdicts.filter(|verdict| verdict.is_allowed()).count()
    };
    let allowed: Vec<_> = ways
        .iter()
        .filter(|(account, incident, way)| account.permits(incident, way) == Outcome::Allowed)
        .collect();
    // No rule ends these early.
    let bare_yes = || {
        let answers = allowed
            .iter()
            .map(|(account, incident, way)| account.permits(black_box(incident), black_box(way)));
        answers
            .filter(|outcome| *outcome == Outcome::Allowed)
            .count()
    };
    let by_cedar = || {
        let permitted = asked
            .iter()
            .filter(|asked| oracle.permits(black_box(asked)));
        permitted.count()
    };
    assert_eq!(bare(), by_cedar(), "the two do not decide the same cases");
    let mut contestants = [
        Contestant::new("law, one way to pay: the outcome", ways.len(), bare),
        Contestant::new(
            "law, one way that is allowed: the outcome",
            allowed.len(),
            bare_yes,
        ),
        Contestant::new(
            "law, one way to pay: and every reason",
            ways.len(),
            reasoned,
        ),
        Contestant::new(
            "law, one way to pay: every rule explained",
            ways.len(),
            traced,
        ),
        Contestant::new(
            "law, a whole incident: decide, to be sent",
            cases.len(),
            end_to_end,
        ),
        Contestant::new(
            "Cedar, one way to pay: is_authorized",
            asked.len(),
            by_cedar,
        ),
    ];
    for _ in 0..ROUNDS {
        for contestant in &mut contestants {
            contestant.round();
        }
    }
    let cedar = contestants[contestants.len() - 1].median();
    println!(
        "{} incidents with {} ways to pay, {} of them allowed; accounts, entities and requests are prepared.",
        cases.len(),
        ways.len(),
        bare()
    );
    println!(
        "Medians of {ROUNDS} interleaved rounds of {} ms:",
        ROUND.as_millis()
    );
    for contestant in &contestants {
        let median = contestant.median();
        println!(
            "{:<44} {median:>9.1} ns {:>9.1} x faster than Cedar",
            contestant.name,
            cedar / median
        );
    }
    let [outcome, explained] = [0, 3].map(|at| contestants[at].median());
    let beside = |text: &str, ours: f64, wanted, least: f64| Goal {
        goal: "L1",
        text: text.to_owned(),
        ours,
        peer: Some((cedar, "Cedar")),
        ratio: Some(cedar / ours),
        wanted,
        reached: cedar / ours >= least,
    };
    goals::leave(
        "decision",
        &[
            Goal {
                goal: "L1",
                text: "a decision, ns".to_owned(),
                ours: outcome,
                peer: Some((cedar, "Cedar")),
                ratio: Some(cedar / outcome),
                wanted: "<= 50 ns",
                reached: outcome <= 50.0,
            },
            beside(
                "a decision, how many times as fast",
                outcome,
                ">= 250x",
                250.0,
            ),
            beside(
                "with its full trace, how many times as fast",
                explained,
                ">= 25x",
                25.0,
            ),
        ],
    );
}

fn case(programme: &Programme, seed: u64) -> (AccountFacts, IncidentQuestion) {
    let mut chance = Chance::of(seed);
    let mut facts = account(programme, &mut chance);
    let mut incident = complete_incident(programme, &mut chance);
    incident.funding = None;
    if seed.is_multiple_of(2) {
        within_reach(&mut facts, &mut incident);
    }
    (facts, incident)
}
