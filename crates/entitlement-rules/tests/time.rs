//! When verdicts change: the days that are named are exactly the days on which they do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod worlds;

use entitlement_rules::{
    AccountFacts, Allotment, Balance, Beneficiary, BenefitKey, Cause, ChangeDay, Contract, Date,
    Funding, IncidentKind, IncidentQuestion, Outcome, Programme, Question, RuleId, Verdict,
    changes, decide,
};
use worlds::{Chance, account, day, how_many, member, programme, programmes, questions};

const WORLDS: u64 = 24;
const DAYS: i32 = 400;

type State = (Outcome, Vec<RuleId>, Vec<RuleId>, Option<Funding>);

fn state(verdict: &Verdict) -> State {
    let warned = verdict.rules.iter().filter(|result| result.warning);
    (
        verdict.outcome,
        verdict.reasons().map(|reason| reason.rule).collect(),
        warned.map(|result| result.rule).collect(),
        verdict.funding.clone(),
    )
}

fn of(day: &ChangeDay) -> (Date, State) {
    let day = day.clone();
    let state = (day.outcome, day.reasons, day.warnings, day.funding);
    (day.on, state)
}

/// Decides every single day and keeps those that differ from the day before.
fn day_by_day(
    programme: &Programme,
    facts: &AccountFacts,
    question: &Question,
    (from, to): (Date, Date),
) -> Vec<(Date, State)> {
    let on = |day: Date| state(&decide(programme, facts, question, day));
    let mut before = on(from);
    let mut found = Vec::new();
    let mut day = from;
    while day < to {
        day = day.plus_days(1);
        let now = on(day);
        if now != before {
            found.push((day, now.clone()));
            before = now;
        }
    }
    found
}

#[test]
fn the_days_named_are_exactly_the_days_on_which_the_verdict_changes() {
    let programmes = programmes();
    let mut kinds_that_changed = Vec::new();
    for (seed, programme) in (0..how_many(WORLDS)).zip(programmes.iter().cycle()) {
        let mut chance = Chance::of(seed);
        let facts = account(programme, &mut chance);
        let span = (facts.as_of.plus_days(-DAYS), facts.as_of.plus_days(DAYS));
        for question in questions(programme, &mut chance) {
            let named = changes(programme, &facts, &question, span.0, span.1);
            let named: Vec<_> = named.iter().map(of).collect();
            let found = day_by_day(programme, &facts, &question, span);
            assert_eq!(named, found, "world {seed}, {question:?}");
            if !named.is_empty() && !kinds_that_changed.contains(&question.kind()) {
                kinds_that_changed.push(question.kind());
            }
        }
    }
    // Opening the page, activating, linking, incidents: the other kinds do not look at any date.
    assert_eq!(kinds_that_changed.len(), 4, "{kinds_that_changed:?}");
}

#[test]
fn every_change_has_a_cause_and_a_shorter_span_names_the_same_days() {
    let programmes = programmes();
    for (seed, programme) in (0..how_many(WORLDS * 10)).zip(programmes.iter().cycle()) {
        let mut chance = Chance::of(seed);
        let facts = account(programme, &mut chance);
        let (from, to) = (facts.as_of.plus_days(-DAYS), facts.as_of.plus_days(DAYS));
        for question in questions(programme, &mut chance) {
            let all = changes(programme, &facts, &question, from, to);
            assert!(all.iter().all(|change| !change.because.is_empty()));
            let later: Vec<_> = all
                .iter()
                .filter(|change| facts.as_of < change.on)
                .cloned()
                .collect();
            let asked_today = changes(programme, &facts, &question, facts.as_of, to);
            assert_eq!(asked_today, later, "world {seed}");
        }
    }
}

/// Gold until 31 May 2021, its Product Support contract until 30 June, linked.
fn gold() -> AccountFacts {
    let mut facts = member(&[("gold", Some("datacenter"))]);
    facts.contracts = vec![Contract {
        reference: "c1".into(),
        benefit: BenefitKey::parse("product-support.competency").unwrap(),
        holder: "Alder".into(),
        own: true,
        access_id_masked: Some("••••01".into()),
        contract_id_masked: Some("••••02".into()),
        start: day("2020-07-01"),
        end: day("2021-06-30"),
        balance: Balance::granted(Allotment::Finite(20)),
        linked_on: Some(day("2020-07-02")),
    }];
    facts
}

fn incident(version: &str) -> Question {
    Question::CreateIncident(IncidentQuestion {
        beneficiary: Some(Beneficiary::OwnCompany),
        product: Some("windows-server".into()),
        version: Some(version.into()),
        kind: Some(IncidentKind::BreakFix),
        funding: Some(Funding::Contract {
            contract: "c1".into(),
        }),
        ..IncidentQuestion::default()
    })
}

#[test]
fn a_contract_runs_into_its_grace_and_then_out_of_it() {
    let programme = programme();
    let facts = gold();
    let year = (facts.as_of, facts.as_of.plus_years(1));
    let days = changes(&programme, &facts, &incident("2019"), year.0, year.1);
    let contract = || "c1".to_owned();
    let [grace, over] = &days[..] else {
        panic!("{days:?}");
    };
    assert_eq!(grace.on, day("2021-07-01"));
    assert_eq!(grace.outcome, Outcome::Allowed);
    assert_eq!(grace.warnings, [RuleId::S16]);
    let contract_ends = Cause::ContractEnds {
        contract: contract(),
    };
    assert_eq!(grace.because, [contract_ends]);
    assert_eq!(over.on, day("2021-07-31"));
    assert_eq!(over.outcome, Outcome::Refused);
    assert_eq!(over.reasons, [RuleId::S16]);
    let grace_ends = Cause::GraceEnds {
        contract: contract(),
    };
    assert_eq!(over.because, [grace_ends]);
}

#[test]
fn a_new_version_puts_the_one_before_last_out_of_cover() {
    let programme = programme();
    let mut facts = gold();
    facts.contracts[0].end = day("2022-06-30");
    let (from, to) = (facts.as_of, day("2021-12-31"));
    let days = changes(&programme, &facts, &incident("2016"), from, to);
    let [behind] = &days[..] else {
        panic!("{days:?}");
    };
    assert_eq!(behind.on, day("2021-11-02"));
    assert_eq!(behind.reasons, [RuleId::S25]);
    let version_starts = Cause::VersionStarts {
        product: "windows-server".into(),
        version: "2022".into(),
    };
    assert_eq!(behind.because, [version_starts]);
}

#[test]
fn reminders_come_and_go_around_an_anniversary() {
    let programme = programme();
    let mut facts = gold();
    facts.contracts.clear();
    let (from, to) = (facts.as_of, day("2021-12-31"));
    let days = changes(&programme, &facts, &Question::OpenBenefits, from, to);
    let named: Vec<_> = days
        .iter()
        .map(|change| (change.on, change.outcome, change.because.clone()))
        .collect();
    let offer = || "gold".to_owned();
    let due = || Cause::ReminderDue { offer: offer() };
    let ends = || Cause::OfferEnds { offer: offer() };
    let last = || Cause::ReminderEnds { offer: offer() };
    assert_eq!(
        named,
        [
            (day("2021-05-16"), Outcome::Allowed, vec![due()]),
            (day("2021-06-01"), Outcome::Empty, vec![ends()]),
            (day("2021-06-23"), Outcome::Empty, vec![due()]),
            (day("2021-07-01"), Outcome::Empty, vec![last()]),
        ]
    );
}

#[test]
fn the_wire_has_stable_codes() {
    let change = ChangeDay {
        on: day("2021-07-31"),
        outcome: Outcome::Refused,
        reasons: vec![RuleId::S16],
        warnings: Vec::new(),
        funding: Some(Funding::HeldIds),
        because: vec![Cause::GraceEnds {
            contract: "c1".into(),
        }],
    };
    let json = r#"{"on":"2021-07-31","outcome":"refused","reasons":["S16"],"funding":{"by":"held-ids"},"because":[{"cause":"grace-ends","contract":"c1"}]}"#;
    assert_eq!(serde_json::to_string(&change).unwrap(), json);
    assert_eq!(serde_json::from_str::<ChangeDay>(json).unwrap(), change);
}
