//! The law and Cedar are of one opinion about every way to pay, in every world.

mod complete;
#[path = "../../crates/entitlement-rules/tests/worlds/mod.rs"]
mod worlds;

use complete::{complete_incident, within_reach};
use entitlement_rules::{
    AccountFacts, Candidate, Extensions, IncidentQuestion, Outcome, Programme, ProgrammeData,
    Question, Status, decide,
};
use law_oracle::Oracle;
use std::collections::BTreeSet;
use worlds::{Chance, account, programme};

/// How many worlds are tried; the environment variable of the same name asks for more.
const WORLDS: u64 = 1_500;

fn number_of_worlds() -> u64 {
    std::env::var("WORLDS").map_or(WORLDS, |asked| asked.parse().unwrap())
}

fn assert_one_opinion(
    oracle: &Oracle,
    programme: &Programme,
    facts: &AccountFacts,
    question: &IncidentQuestion,
    candidate: &Candidate,
) {
    let asked = oracle
        .ask(programme, facts, question, &candidate.funding, facts.as_of)
        .unwrap();
    let opinion = oracle.opinion(&asked).unwrap();
    let reasons: BTreeSet<String> = candidate
        .rules
        .iter()
        .filter(|result| result.status == Status::Fail)
        .map(|result| result.rule.code().to_owned())
        .collect();
    assert_eq!(
        candidate.outcome == Outcome::Allowed,
        opinion.permits,
        "{question:#?}\n{:?}: the law says {reasons:?}, Cedar {opinion:?}",
        candidate.funding
    );
    if !opinion.permits {
        assert_eq!(
            reasons, opinion.rules,
            "different reasons: {question:#?}\n{:?}",
            candidate.funding
        );
    }
}

fn in_every_world(programme: &Programme) -> (u64, u64) {
    let oracle = Oracle::new().unwrap();
    let (mut allowed, mut refused) = (0, 0);
    for seed in 0..number_of_worlds() {
        let mut chance = Chance::of(seed);
        let mut facts = account(programme, &mut chance);
        let mut question = complete_incident(programme, &mut chance);
        if seed % 2 == 0 {
            within_reach(&mut facts, &mut question);
        }
        let asked = Question::CreateIncident(question.clone());
        for candidate in &decide(programme, &facts, &asked, facts.as_of).candidates {
            assert_one_opinion(&oracle, programme, &facts, &question, candidate);
            match candidate.outcome {
                Outcome::Allowed => allowed += 1,
                _ => refused += 1,
            }
        }
    }
    (allowed, refused)
}

#[test]
fn cedar_permits_what_the_law_allows_and_denies_what_it_refuses_for_the_same_reasons() {
    let (allowed, refused) = in_every_world(&programme());
    // Worlds in which everything is refused would prove little.
    assert!(
        allowed > refused / 20,
        "{allowed} allowed, {refused} refused"
    );
}

#[test]
fn they_agree_without_any_extension_too() {
    let mut data: ProgrammeData = programme().data().clone();
    data.policy.extensions = Extensions::default();
    in_every_world(&Programme::check(data).unwrap());
}
