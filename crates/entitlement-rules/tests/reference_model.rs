//! A second opinion: the programme's rules written out a second time, slowly and plainly, and compared with the law in
//! small worlds tried from end to end and in large worlds made by chance.
//!
//! The short form tries a part of the cases, `WORLDS=1000000` that many of each kind.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "reference/chance.rs"]
mod chance;
#[path = "reference/model.rs"]
mod model;
#[path = "reference/small.rs"]
mod small;
mod worlds;

use entitlement_rules::{AccountFacts, Outcome, Programme, Question, Status, Verdict, decide};
use model::{Answer, Way, model};
use std::collections::BTreeMap;

/// How many different disagreements are printed.
const PRINTED: usize = 12;

/// The law's verdict, reduced to what the model answers.
fn answer_of(verdict: &Verdict) -> Answer {
    let failing = |rules: &[entitlement_rules::RuleResult]| {
        rules
            .iter()
            .filter(|result| result.status == Status::Fail)
            .map(|result| result.rule.code().to_owned())
            .collect()
    };
    Answer {
        whole: Way {
            outcome: verdict.outcome,
            failing: failing(&verdict.rules),
        },
        ways: verdict
            .candidates
            .iter()
            .map(|candidate| {
                let way = Way {
                    outcome: candidate.outcome,
                    failing: failing(&candidate.rules),
                };
                (serde_json::to_string(&candidate.funding).unwrap(), way)
            })
            .collect(),
        chosen: verdict
            .funding
            .iter()
            .map(|funding| serde_json::to_string(funding).unwrap())
            .collect(),
        consumes: verdict.consumes,
    }
}

/// What differs, each in one line that is the same for every case that differs in the same way.
fn differences(ours: &Answer, law: &Answer) -> Vec<String> {
    let mut found = Vec::new();
    for (funding, way) in &ours.ways {
        match law.ways.get(funding) {
            None => found.push(format!("{}: the law does not look at it", kind(funding))),
            Some(theirs) => compare_ways(&kind(funding), way, theirs, &mut found),
        }
    }
    for funding in law.ways.keys() {
        if !ours.ways.contains_key(funding) {
            found.push(format!("{}: only the law looks at it", kind(funding)));
        }
    }
    if !found.is_empty() {
        return found;
    }
    match law.chosen.first() {
        Some(funding) if ours.chosen.contains(funding) => {
            let best = ours.ways.get(funding).unwrap_or(&ours.whole);
            compare_ways("in all", best, &law.whole, &mut found);
        }
        None if ours.chosen.is_empty() => {
            compare_ways("in all", &ours.whole, &law.whole, &mut found);
        }
        _ => found.push(format!(
            "{:?}: the model chooses one of {:?}, the law {:?}",
            law.whole.outcome,
            ours.chosen.iter().map(kind).collect::<Vec<_>>(),
            law.chosen.iter().map(kind).collect::<Vec<_>>(),
        )),
    }
    if found.is_empty() && law.whole.outcome == Outcome::Allowed && ours.consumes != law.consumes {
        found.push(format!(
            "the model consumes {}, the law {}",
            ours.consumes, law.consumes
        ));
    }
    found
}

fn compare_ways(name: &str, ours: &Way, law: &Way, found: &mut Vec<String>) {
    let only_ours: Vec<_> = ours.failing.difference(&law.failing).collect();
    let only_law: Vec<_> = law.failing.difference(&ours.failing).collect();
    if !only_ours.is_empty() || !only_law.is_empty() {
        found.push(format!(
            "{name}: only in the model fail {only_ours:?}, only in the law {only_law:?}"
        ));
    } else if ours.outcome != law.outcome {
        found.push(format!(
            "{name}: model {:?}, law {:?}",
            ours.outcome, law.outcome
        ));
    }
}

/// The kind of a way to pay, out of its JSON.
fn kind(funding: impl AsRef<str>) -> String {
    let funding: serde_json::Value = serde_json::from_str(funding.as_ref()).unwrap();
    funding["by"].as_str().unwrap().to_owned()
}

/// Collects the cases in which the two disagree.
#[derive(Default)]
struct Comparison {
    cases: u64,
    disagreements: BTreeMap<String, (u64, String)>,
}

impl Comparison {
    fn compare(
        &mut self,
        programme: &Programme,
        facts: &AccountFacts,
        question: &Question,
        name: impl Fn() -> String,
    ) {
        self.cases += 1;
        let ours = model(programme, facts, question, facts.as_of);
        let theirs = answer_of(&decide(programme, facts, question, facts.as_of));
        for difference in differences(&ours, &theirs) {
            let entry = self
                .disagreements
                .entry(difference)
                .or_insert_with(|| (0, case(&name(), facts, question)));
            entry.0 += 1;
        }
    }

    fn report(self) {
        assert!(self.cases > 0, "nothing was compared");
        let mut worst: Vec<_> = self.disagreements.into_iter().collect();
        worst.sort_by_key(|(_, (times, _))| std::cmp::Reverse(*times));
        let mut report = format!("{} kinds of disagreement", worst.len());
        for (difference, (times, case)) in worst.iter().take(PRINTED) {
            report += &format!("\n\n{times} of {} cases: {difference}\n{case}", self.cases);
        }
        assert!(worst.is_empty(), "{report}");
    }
}

/// A case that can be tried again: where it comes from, the facts and the question.
fn case(name: &str, facts: &AccountFacts, question: &Question) -> String {
    format!(
        "  {name}\n  asks  {}\n  facts {}",
        serde_json::to_string(question).unwrap(),
        serde_json::to_string(facts).unwrap()
    )
}

#[test]
fn the_model_agrees_with_the_law_in_worlds_made_by_chance() {
    let programmes = chance::programmes();
    let mut comparison = Comparison::default();
    for seed in 0..cases(20_000) {
        let mut chance = worlds::Chance::of(seed);
        let programme = chance.pick(&programmes);
        let facts = chance::account(programme, &mut chance);
        let question = chance::question(programme, &facts, &mut chance);
        comparison.compare(programme, &facts, &question, || format!("world {seed}"));
    }
    comparison.report();
}

/// How many cases to try: `short`, unless more are asked for.
fn cases(short: u64) -> u64 {
    match std::env::var("WORLDS") {
        Ok(count) => count.parse().unwrap(),
        Err(_) => short,
    }
}

fn common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

/// Compares a part of a family of small worlds, spread over the whole, or all of it.
fn compare_family(family: &small::Family<small::Case>, part: u64) {
    let programmes = small::programmes();
    let mut step = (family.size / cases(part)).max(1);
    // Not in step with any wheel, so that every choice comes up together with every other.
    while common_divisor(step, family.size) > 1 {
        step += 1;
    }
    let mut comparison = Comparison::default();
    let mut number = 0;
    while number < family.size {
        let case = family.number(number);
        let programme = &programmes[case.programme];
        comparison.compare(programme, &case.facts, &case.question, || {
            format!("small world {number} of programme {}", case.programme)
        });
        number += step;
    }
    comparison.report();
}

#[test]
fn the_model_agrees_with_the_law_on_the_pages_of_small_worlds() {
    compare_family(&small::pages(), 8_000);
}

#[test]
fn the_model_agrees_with_the_law_on_the_incidents_of_small_worlds() {
    compare_family(&small::incidents(), 8_000);
}

#[test]
fn the_model_agrees_with_the_law_on_the_contracts_of_small_worlds() {
    compare_family(&small::contracts(), 8_000);
}

#[test]
fn the_model_agrees_with_the_law_on_the_plans_of_small_worlds() {
    compare_family(&small::plans(), 8_000);
}
