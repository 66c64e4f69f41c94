//! The law and Cedar are of one opinion about every way to pay, in every world.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod complete;

#[path = "../../crates/entitlement-rules/tests/worlds/mod.rs"]
mod worlds;

use complete::{complete_incident, within_reach};
use entitlement_rules::{Extensions, Outcome, Programme, ProgrammeData, Question, decide};
use law_oracle::Oracle;
use std::collections::BTreeSet;
use worlds::{Chance, account, how_many, programme};

/// What the worlds had to offer: without variety, agreement would prove little.
#[derive(Default)]
struct Seen {
    allowed: u32,
    refused: u32,
    rules: BTreeSet<String>,
}

fn in_every_world(oracle: &Oracle, programme: &Programme) -> Seen {
    let mut seen = Seen::default();
    for seed in 0..how_many(1_500) {
        let mut chance = Chance::of(seed);
        let mut facts = account(programme, &mut chance);
        let mut question = complete_incident(programme, &mut chance);
        if seed.is_multiple_of(2) {
            within_reach(&mut facts, &mut question);
        }
        let asked = Question::CreateIncident(question.clone());
        for candidate in &decide(programme, &facts, &asked, facts.as_of).candidates {
            let opinion = oracle
                .ask(
                    programme,
                    &facts,
                    &question,
                    &candidate.funding,
                    facts.as_of,
                )
                .and_then(|asked| oracle.opinion(&asked))
                .unwrap();
            let allowed = candidate.outcome == Outcome::Allowed;
            let reasons: BTreeSet<String> = candidate
                .reasons()
                .map(|result| result.rule.code().to_owned())
                .collect();
            assert!(
                allowed == opinion.permits && (allowed || reasons == opinion.rules),
                "world {seed}, by {:?}: the law says {:?} for {reasons:?}, Cedar {opinion:?}",
                candidate.funding,
                candidate.outcome
            );
            match allowed {
                true => seen.allowed += 1,
                false => seen.refused += 1,
            }
            seen.rules.extend(opinion.rules);
        }
    }
    seen
}

#[test]
fn cedar_permits_what_the_law_allows_and_denies_the_rest_for_the_same_reasons() {
    let oracle = Oracle::new().unwrap();
    let seen = in_every_world(&oracle, &programme());
    assert!(
        seen.allowed > seen.refused / 20,
        "{} allowed, {} refused",
        seen.allowed,
        seen.refused
    );
    assert_eq!(
        seen.rules,
        oracle.rules(),
        "every policy speaks in some world"
    );
}

#[test]
fn they_agree_without_any_extension_too() {
    let mut data: ProgrammeData = programme().data().clone();
    data.policy.extensions = Extensions::default();
    in_every_world(&Oracle::new().unwrap(), &Programme::check(data).unwrap());
}
