//! What a reader is told, for accounts like those of the demonstration.

use super::names::{Names, PayerName};
use super::parameters::{self, Competency, Parameter, ParameterName, Setting};
use super::reading::{
    Answer, Asked, Code, FactValue, Fix, InputName, Reading, Uses, fix, line_ranges, read,
};
use super::{Lead, adds, lead, lead_of_change};
use crate::route::{Prefill, Route};
use entitlement_rules::{
    AccountFacts, ActivationEstimate, Allotment, Beneficiary, Change, Funding, Impact,
    IncidentKind, IncidentQuestion, NextStep, Placement, Programme, Question, RefundReason,
    ResellerKind, RuleId, Severity, decide, remedies,
};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn programme() -> Programme {
    let text = include_str!("../../programmes/mpn-2021.json");
    Programme::check(serde_json::from_str(text).unwrap()).unwrap()
}

fn account(viewer: Value, partner: Value, contracts: Value) -> AccountFacts {
    let mut facts = json!({
        "revision": 1,
        "as_of": "2021-03-04",
        "viewer": { "id": "u", "name": "Ada", "kind": "work" },
        "contracts": contracts,
    });
    merge(&mut facts["viewer"], viewer);
    if !partner.is_null() {
        facts["partner"] = json!({
            "id": "p", "name": "Alder", "region": "emea", "portal": "partner-center",
        });
        merge(&mut facts["partner"], partner);
    }
    serde_json::from_value(facts).unwrap()
}

fn merge(into: &mut Value, from: Value) {
    let from = from.as_object().unwrap().clone();
    into.as_object_mut().unwrap().extend(from);
}

fn contract(benefit: &str, granted: Value, linked: bool) -> Value {
    let mut contract = json!({
        "reference": format!("c-{benefit}"), "benefit": benefit, "holder": "Alder", "own": true,
        "access_id_masked": "••01", "contract_id_masked": "••02",
        "start": "2020-07-01", "end": "2021-06-30",
        "balance": { "granted": granted, "consumed": 0, "refunded": 0, "expired": 0 },
    });
    if linked {
        contract["linked_on"] = json!("2020-07-02");
    }
    contract
}

fn offer(offer: &str, competency: &str) -> Value {
    json!({
        "offer": offer, "competency": competency,
        "start": "2020-06-01", "anniversary": "2021-05-31", "status": "active",
    })
}

/// A Silver partner: 3 incidents of Product Support and 5 of Signature Cloud Support.
fn silver(linked: bool) -> AccountFacts {
    let active = |benefit: &str| json!({ "benefit": benefit, "activation": { "state": "active", "contract": format!("c-{benefit}") } });
    account(
        json!({ "associations": ["mpn"], "roles": ["global-admin"] }),
        json!({
            "offers": [offer("silver", "datacenter")],
            "activations": [active("product-support.competency"), active("signature-cloud-support.competency")],
        }),
        json!([
            contract("product-support.competency", json!(3), linked),
            contract("signature-cloud-support.competency", json!(5), linked),
        ]),
    )
}

/// A consultant's personal account.
fn consultant() -> AccountFacts {
    account(json!({ "kind": "personal" }), Value::Null, json!([]))
}

/// An Admin agent of a company that is a reseller only.
fn reseller() -> AccountFacts {
    account(
        json!({ "associations": ["csp"], "roles": ["admin-agent"] }),
        json!({}),
        json!([]),
    )
}

fn incident(product: &str, version: Option<&str>) -> IncidentQuestion {
    IncidentQuestion {
        beneficiary: Some(Beneficiary::OwnCompany),
        product: Some(product.into()),
        version: version.map(Into::into),
        kind: Some(IncidentKind::BreakFix),
        ..IncidentQuestion::default()
    }
}

fn reading(facts: &AccountFacts, question: &Question) -> Reading {
    let programme = programme();
    let verdict = decide(&programme, facts, question, facts.as_of);
    read(
        &verdict,
        question,
        &programme,
        Names::new(&programme, facts, "en"),
    )
}

fn creates(facts: &AccountFacts, incident: IncidentQuestion) -> Reading {
    reading(facts, &Question::CreateIncident(incident))
}

fn fixes(facts: &AccountFacts, incident: IncidentQuestion) -> Vec<Fix> {
    let (programme, question) = (programme(), Question::CreateIncident(incident));
    remedies(&programme, facts, &question, facts.as_of)
        .into_iter()
        .map(|remedy| fix(remedy, &programme, facts, &question, "en"))
        .collect()
}

fn lead_of(facts: &AccountFacts, reading: &Reading, change: &Change) -> Lead {
    let programme = programme();
    lead_of_change(change, reading, Names::new(&programme, facts, "en"))
}

fn rules(reading: &Reading) -> Vec<&'static str> {
    let lines = reading.deciding.iter();
    lines.map(|line| line.result.rule.code()).collect()
}

#[test]
fn a_yes_says_what_pays_and_that_it_takes_one_of_those_left() {
    let reading = creates(&silver(true), incident("azure-virtual-machines", None));
    assert_eq!(reading.answer, Answer::Yes);
    let payer = reading.payer.clone().unwrap();
    assert_eq!(payer.uses, Uses::OneOf(5));
    assert_eq!(payer.ends.unwrap().to_string(), "2021-06-30");
    match payer.name {
        PayerName::Benefit(name) => {
            assert_eq!(name.benefit, "Signature Cloud Support");
            assert_eq!(name.offers, ["Silver"]);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(rules(&reading), ["S18", "S26", "S27"]);
}

#[test]
fn a_refused_version_shows_its_facts_by_name_and_the_versions_that_are_covered() {
    let reading = creates(&silver(true), incident("windows-server", Some("2012-r2")));
    assert_eq!(reading.answer, Answer::No);
    assert_eq!(rules(&reading), ["S25"]);
    let facts = &reading.deciding[0].facts;
    assert_eq!(facts[0].name, InputName::Version);
    assert_eq!(facts[0].value, FactValue::Names(vec!["2012 R2".into()]));
    assert!(matches!(reading.steps[0], NextStep::ChooseVersion { .. }));
}

#[test]
fn two_missing_ids_are_not_called_not_covered() {
    let reading = creates(&silver(false), incident("windows-server", Some("2019")));
    assert_eq!(reading.answer, Answer::IdsFirst);
    assert_eq!(rules(&reading), ["S14"]);
    let reading = creates(&consultant(), incident("windows-server", Some("2019")));
    assert_eq!(reading.answer, Answer::IdsFirst);
    assert_eq!(rules(&reading), ["S14", "S28"]);
}

#[test]
fn before_anything_is_typed_the_answer_says_what_is_needed() {
    let reading = creates(&silver(true), IncidentQuestion::default());
    assert_eq!(reading.answer, Answer::SoFar);
    assert!(!reading.needs.is_empty());
}

#[test]
fn every_way_to_pay_has_its_own_answer_and_the_reason_against_it() {
    let reading = creates(&silver(true), incident("windows-server", Some("2019")));
    let answers: Vec<(Answer, Option<&str>)> = reading
        .ways
        .iter()
        .map(|way| {
            (
                way.answer,
                way.reason.as_ref().map(|line| line.result.rule.code()),
            )
        })
        .collect();
    assert_eq!(
        answers,
        [
            (Answer::Yes, None),
            (Answer::No, Some("S26")),
            (Answer::IdsFirst, Some("S14"))
        ]
    );
}

#[test]
fn the_resellers_plan_takes_nothing() {
    let mut question = incident("azure-virtual-machines", None);
    question.beneficiary = Some(Beneficiary::Customer);
    let reading = creates(&reseller(), question);
    assert_eq!(reading.answer, Answer::Yes);
    let payer = reading.payer.unwrap();
    assert_eq!(payer.uses, Uses::Nothing);
    assert_eq!(
        payer.name,
        PayerName::Plan("Cloud Solution Provider".into())
    );
}

/// A Silver partner whose benefits are used up, and that has bought a paid plan.
fn with_a_paid_plan() -> AccountFacts {
    let mut facts = silver(true);
    facts.partner.as_mut().unwrap().plans = vec!["advanced".into()];
    for contract in &mut facts.contracts {
        let entitlement_rules::Allotment::Finite(granted) = contract.balance.granted else {
            panic!("{:?}", contract.balance.granted)
        };
        contract.balance.consumed = granted;
    }
    facts
}

#[test]
fn a_paid_plan_pays_by_name_and_takes_nothing_from_the_benefits() {
    let facts = with_a_paid_plan();
    let reading = creates(&facts, incident("azure-virtual-machines", None));
    assert_eq!(reading.answer, Answer::Yes);
    let payer = reading.payer.clone().unwrap();
    assert_eq!(payer.uses, Uses::NoBenefit);
    assert_eq!(
        payer.name,
        PayerName::Plan("Advanced Support for Partners".into())
    );
    assert_eq!(rules(&reading), ["S18", "S34", "S37"]);
    let on_premises = creates(&facts, incident("windows-server", Some("2019")));
    assert_eq!(on_premises.answer, Answer::No);
    let mut ways = on_premises.ways.iter();
    let plan = ways.find(|way| matches!(way.funding, Funding::PaidPlan { .. }));
    let reason = plan.unwrap().reason.as_ref().unwrap();
    assert_eq!(reason.result.rule, RuleId::S37);
}

#[test]
fn a_severity_above_the_effect_is_refused_with_the_one_that_fits_a_click_away() {
    let asked = |linked| {
        let question = IncidentQuestion {
            severity: Some(Severity::A),
            impact: Some(Impact::Moderate),
            ..incident("windows-server", Some("2019"))
        };
        creates(&silver(linked), question)
    };
    let reading = asked(true);
    assert_eq!(
        (reading.answer, rules(&reading)),
        (Answer::TooUrgent, vec!["E18"])
    );
    let choose = NextStep::ChooseSeverity {
        severity: Severity::B,
    };
    assert_eq!(reading.steps, std::slice::from_ref(&choose));
    let change = Change::ChooseSeverity {
        severities: vec![Severity::B],
    };
    assert_eq!(lead(&choose, true), Lead::InForm(change));
    // The IDs are asked for all the same: what was typed of them stays.
    assert_eq!(asked(false).answer, Answer::IdsFirst);
}

#[test]
fn a_contract_in_its_grace_days_says_until_when_it_can_be_used() {
    let mut facts = silver(true);
    facts.as_of = entitlement_rules::Date::parse("2021-07-05").unwrap();
    let reading = creates(&facts, incident("windows-server", Some("2019")));
    let payer = reading.payer.clone().unwrap();
    assert_eq!(payer.grace_until.unwrap().to_string(), "2021-07-30");
    assert!(rules(&reading).contains(&"S16"));
}

#[test]
fn a_page_without_benefits_is_empty_and_not_refused() {
    let facts = account(
        json!({ "associations": ["mpn"], "roles": ["global-admin"] }),
        json!({}),
        json!([]),
    );
    let reading = reading(&facts, &Question::OpenBenefits);
    assert_eq!(
        (reading.asked, reading.answer),
        (Asked::Page, Answer::Nothing)
    );
    assert_eq!(rules(&reading), ["S4"]);
}

/// A member with the Action Pack, nothing activated.
fn action_pack() -> AccountFacts {
    account(
        json!({ "associations": ["mpn"], "roles": ["global-admin"] }),
        json!({ "offers": [{ "offer": "action-pack", "start": "2020-06-01", "anniversary": "2021-05-31", "status": "active" }] }),
        json!([]),
    )
}

#[test]
fn a_refused_version_has_the_versions_that_work_with_what_would_then_pay() {
    let question = incident("windows-server", Some("2012-r2"));
    let refused = creates(&silver(true), question.clone());
    assert!(refused.is_refused());
    let fixes = fixes(&silver(true), question);
    let versions = Change::ChooseVersion {
        product: "windows-server".into(),
        versions: vec!["2016".into(), "2019".into()],
    };
    assert_eq!(fixes[0].changes, std::slice::from_ref(&versions));
    assert_eq!(fixes[0].payer.as_ref().unwrap().uses, Uses::OneOf(3));
    assert_eq!(
        lead_of(&silver(true), &refused, &versions),
        Lead::InForm(versions.clone())
    );
    // It is not said a second time, as a step that nothing has verified.
    let chooses = |step: &&NextStep| matches!(step, NextStep::ChooseVersion { .. });
    let step = refused.steps.iter().find(chooses).unwrap();
    assert!(!adds(step, &fixes));
}

#[test]
fn only_a_refused_incident_has_changes_to_show() {
    let covered = creates(&silver(true), incident("azure-virtual-machines", None));
    let incomplete = creates(&silver(true), incident("windows-server", None));
    let of_no_product = IncidentQuestion {
        kind: Some(IncidentKind::Advisory),
        ..IncidentQuestion::default()
    };
    let early = creates(&silver(true), of_no_product);
    assert_eq!(
        [covered.answer, incomplete.answer, early.answer],
        [Answer::Yes, Answer::SoFar, Answer::No]
    );
    for reading in [covered, incomplete, early] {
        assert!(!reading.is_refused());
    }
}

#[test]
fn a_benefit_that_is_held_is_activated_on_the_benefits_page() {
    let question = incident("windows-server", Some("2019"));
    let refused = creates(&action_pack(), question.clone());
    let fixes = fixes(&action_pack(), question);
    let mut changes = fixes.iter().flat_map(|fix| &fix.changes);
    let activates = |change: &&Change| matches!(change, Change::Activate { .. });
    let activate = changes.find(activates).unwrap();
    let benefits = Lead::Page(Route::Benefits);
    assert_eq!(lead_of(&action_pack(), &refused, activate), benefits);
}

#[test]
fn of_several_offers_none_lends_its_number_of_incidents_to_the_others() {
    let question = incident("azure-virtual-machines", None);
    let refused = creates(&action_pack(), question.clone());
    let fixes = fixes(&action_pack(), question);
    let [hold, activate, link] = &fixes.last().unwrap().changes[..] else {
        panic!("{fixes:?}")
    };
    assert!(matches!(hold, Change::HoldOffer { offers } if offers.len() == 2));
    assert_eq!(lead_of(&action_pack(), &refused, hold), Lead::Membership);
    assert_eq!(
        fixes.last().unwrap().payer.as_ref().unwrap().uses,
        Uses::Unknown
    );
    // What is granted by an offer that is not held yet is not there yet, nor is its contract.
    assert_eq!(lead_of(&action_pack(), &refused, activate), Lead::Nowhere);
    assert_eq!(lead_of(&action_pack(), &refused, link), Lead::Nowhere);
}

#[test]
fn what_no_change_helps_keeps_its_next_step() {
    let question = incident("azure-marketplace", None);
    let refused = creates(&silver(true), question.clone());
    assert!(refused.is_refused());
    assert_eq!(fixes(&silver(true), question), []);
    let mut steps = refused.steps.clone();
    steps.retain(|step| adds(step, &[]));
    let publisher = NextStep::AskPublisher {
        product: "azure-marketplace".into(),
    };
    assert_eq!(steps, [publisher]);
}

#[test]
fn the_benefit_that_answers_does_not_point_to_itself() {
    let reading = creates(&action_pack(), incident("azure-virtual-machines", None));
    assert_eq!(rules(&reading), ["S13", "S20"]);
    let to_itself = NextStep::UseBenefit {
        benefit: "signature-cloud-support".into(),
    };
    assert!(!reading.steps.contains(&to_itself));
    assert!(
        reading
            .steps
            .iter()
            .any(|step| matches!(step, NextStep::EarnCompetency { .. }))
    );
}

#[test]
fn what_would_help_another_kind_of_product_is_not_offered() {
    let mut facts = silver(true);
    let pending = json!({
        "benefit": "signature-cloud-support.competency",
        "activation": { "state": "pending", "requested_on": "2021-03-01", "requested_by": "Ada" },
    });
    let partner = facts.partner.as_mut().unwrap();
    partner.activations[1] = serde_json::from_value(pending).unwrap();
    facts.contracts.truncate(1);
    let reading = creates(&facts, incident("windows-server", Some("2012-r2")));
    assert_eq!(rules(&reading), ["S25"]);
    let waits = |step: &NextStep| matches!(step, NextStep::Wait { .. });
    assert!(!reading.steps.iter().any(waits));
    let reading = creates(&facts, incident("azure-virtual-machines", None));
    assert!(reading.steps.iter().any(waits));
}

#[test]
fn every_rule_is_shown_once() {
    for question in [
        Question::OpenBenefits,
        Question::CreateIncident(incident("azure-virtual-machines", None)),
    ] {
        let reading = reading(&silver(true), &question);
        let shown = reading.deciding.iter().chain(&reading.others);
        let mut shown: Vec<RuleId> = shown.map(|line| line.result.rule).collect();
        shown.sort_unstable();
        assert_eq!(shown, RuleId::ALL);
    }
}

/// The names in `.with("…")` of every rule's file, examples included.
fn names_in_the_rules() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/entitlement-rules/src/rules");
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for after in text.split(".with(").skip(1) {
            if let Some(quoted) = after.trim_start().strip_prefix('"') {
                names.push(quoted.split('"').next().unwrap().to_owned());
            }
        }
    }
    names
}

#[test]
fn every_fact_that_a_rule_looks_at_has_words() {
    let names = names_in_the_rules();
    assert!(names.len() > 50, "the rules' files are not where they were");
    for name in &names {
        assert!(InputName::of_code(name).is_some(), "{name}");
    }
    for code in InputName::CODES {
        assert!(
            names.iter().any(|name| name == code),
            "no rule looks at {code}"
        );
    }
}

#[test]
fn every_code_of_the_law_has_words() {
    let mut codes: Vec<Value> = Vec::new();
    for kind in [
        IncidentKind::BreakFix,
        IncidentKind::Advisory,
        IncidentKind::Billing,
    ] {
        codes.push(json!(kind));
    }
    for placement in [Placement::OnPremises, Placement::Cloud, Placement::Hybrid] {
        codes.push(json!(placement));
    }
    for severity in [Severity::A, Severity::B, Severity::C] {
        codes.push(json!(severity));
    }
    for reseller in [
        ResellerKind::DirectBill,
        ResellerKind::IndirectProvider,
        ResellerKind::IndirectReseller,
    ] {
        codes.push(json!(reseller));
    }
    for reason in [
        RefundReason::Duplicate,
        RefundReason::ProductBug,
        RefundReason::Withdrawn,
    ] {
        codes.push(json!(reason));
    }
    for takes in [ActivationEstimate::Days, ActivationEstimate::Minutes] {
        codes.push(json!(takes));
    }
    codes.extend([json!("work"), json!("personal")]);
    codes.extend(["not-activated", "pending", "active", "failed"].map(|state| json!(state)));
    for code in &codes {
        assert!(Code::of_code(code.as_str().unwrap()).is_some(), "{code}");
    }
    assert_eq!(Code::CODES.len(), codes.len());
}

#[test]
fn lines_that_follow_each_other_are_written_as_a_range() {
    assert_eq!(line_ranges(&[48, 62, 63, 64, 65, 81]), "48, 62–65, 81");
    assert_eq!(line_ranges(&[46]), "46");
    assert_eq!(line_ranges(&[]), "");
}

#[test]
fn entering_ids_leads_to_the_form_that_is_there_or_to_the_one_that_has_it() {
    let link = NextStep::Link {
        contract: Some("c-1".into()),
    };
    let change = Change::Link {
        contract: "c-1".into(),
    };
    assert_eq!(lead(&link, true), Lead::InForm(change));
    let elsewhere = Route::NewIncident(Prefill::paid_by(Some("c-1".into())));
    assert_eq!(lead(&link, false), Lead::Page(elsewhere));
}

fn parameters_of(programme: &Programme, rule: RuleId) -> Vec<Parameter> {
    let facts = consultant();
    let names = Names::new(programme, &facts, "en");
    let parameters = rule.parameters(programme).into_iter();
    parameters
        .map(|input| parameters::read(rule, &input, names))
        .collect()
}

#[test]
fn what_a_programme_sets_for_a_rule_is_said_by_names_and_never_by_ids() {
    let successor = include_str!("../../programmes/maicpp-2025.json");
    let successor = Programme::check(serde_json::from_str(successor).unwrap()).unwrap();
    let is_id = |text: &String| text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    for programme in [programme(), successor] {
        for rule in RuleId::ALL.iter().filter(|rule| **rule != RuleId::E16) {
            for Parameter { name, value } in parameters_of(&programme, *rule) {
                if let ParameterName::Named(name) = &name {
                    assert!(!is_id(name), "{}: {name}", rule.code());
                }
                if let FactValue::Names(values) = &value {
                    assert!(!values.iter().any(is_id), "{}: {values:?}", rule.code());
                }
            }
        }
    }
}

#[test]
fn every_word_for_a_setting_is_one_that_a_programme_sets() {
    let rules = RuleId::ALL.iter();
    let set: Vec<String> = rules
        .flat_map(|rule| rule.parameters(&programme()))
        .map(|input| input.name.into_owned())
        .collect();
    for code in Setting::CODES {
        assert!(set.iter().any(|name| name == code), "{code}");
    }
    for code in Competency::CODES {
        assert!(set.iter().any(|name| name.ends_with(code)), "{code}");
    }
}

#[test]
fn what_an_offer_grants_is_set_by_benefit_offer_and_competency() {
    let of_silver = parameters_of(&programme(), RuleId::S21);
    let [with_cloud, without] = of_silver.as_slice() else {
        panic!("{of_silver:?}")
    };
    let ParameterName::Grant {
        benefit,
        offer,
        with,
    } = &with_cloud.name
    else {
        panic!("{with_cloud:?}")
    };
    assert_eq!(
        (benefit.as_str(), offer.as_str()),
        ("Signature Cloud Support", "Silver")
    );
    assert_eq!(*with, Some(Competency::Cloud));
    assert_eq!(with_cloud.value, FactValue::Amount(Allotment::Unlimited));
    assert_eq!(without.value, FactValue::Amount(Allotment::Finite(5)));
}
