//! What would make it yes: every remedy does, none holds more than it needs, and the known cases have the known ones.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod worlds;

use entitlement_rules::{
    AccountFacts, Activation, Allotment, Balance, Beneficiary, BenefitActivation, BenefitKey,
    Change, Contract, Funding, Impact, IncidentKind, IncidentQuestion, MOST_CHANGES, Programme,
    Question, Remedy, Severity, Verdict, decide, remedies,
};
use worlds::{Chance, account, day, how_many, member, programme, programmes, questions};

const WORLDS: u64 = 240;

/// The verdict after a remedy.
fn after(
    programme: &Programme,
    facts: &AccountFacts,
    question: &Question,
    changes: &[Change],
) -> Verdict {
    let remedy = Remedy {
        changes: changes.to_vec(),
        funding: None,
        consumes: 0,
        as_of: facts.as_of,
    };
    let (facts, question, as_of) = remedy.apply(programme, facts, question, facts.as_of);
    decide(programme, &facts, &question, as_of)
}

/// The remedy's changes, and those with another id that one of them lists, one at a time.
fn each_alternative(changes: &[Change]) -> Vec<Vec<Change>> {
    let firsts: Vec<Change> = changes
        .iter()
        .map(|change| change.alternatives()[0].clone())
        .collect();
    let mut all = vec![firsts.clone()];
    for (at, change) in changes.iter().enumerate() {
        for other in change.alternatives().into_iter().skip(1) {
            let mut instead = firsts.clone();
            instead[at] = other;
            all.push(instead);
        }
    }
    all
}

#[test]
fn every_remedy_makes_it_yes_and_holds_nothing_that_it_does_not_need() {
    let programmes = programmes();
    let mut kinds = Vec::new();
    for (seed, programme) in (0..how_many(WORLDS)).zip(programmes.iter().cycle()) {
        let mut chance = Chance::of(seed);
        let facts = account(programme, &mut chance);
        for question in questions(programme, &mut chance) {
            let verdict = decide(programme, &facts, &question, facts.as_of);
            let found = remedies(programme, &facts, &question, facts.as_of);
            let told = |what: &str, changes: &[Change]| {
                format!("world {seed}: {what}: {question:?} {changes:?}")
            };
            assert!(!verdict.is_allowed() || found.is_empty(), "world {seed}");
            for remedy in &found {
                assert!((1..=MOST_CHANGES).contains(&remedy.changes.len()));
                for changes in each_alternative(&remedy.changes) {
                    let verdict = after(programme, &facts, &question, &changes);
                    assert!(verdict.is_allowed(), "{}", told("no", &changes));
                    assert_eq!(
                        (&verdict.funding, verdict.as_of),
                        (&remedy.funding, remedy.as_of),
                        "{}",
                        told("other", &changes)
                    );
                    for dropped in 0..changes.len() {
                        let mut fewer = changes.clone();
                        fewer.remove(dropped);
                        let verdict = after(programme, &facts, &question, &fewer);
                        assert!(!verdict.is_allowed(), "{}", told("too much", &changes));
                    }
                    let others = found.iter().filter(|other| *other != remedy);
                    for other in others {
                        let holds = |change: &Change| {
                            let alternatives = change.alternatives();
                            alternatives.iter().any(|it| changes.contains(it))
                        };
                        let is_smaller = other.changes.iter().all(holds);
                        assert!(!is_smaller, "{} {other:?}", told("holds", &changes));
                    }
                }
                if !kinds.contains(&question.kind()) {
                    kinds.push(question.kind());
                }
            }
            let lengths: Vec<usize> = found.iter().map(|it| it.changes.len()).collect();
            assert!(lengths.is_sorted(), "world {seed}");
        }
    }
    // Opening the page, activating, seeing IDs, linking, incidents.
    assert_eq!(kinds.len(), 5, "{kinds:?}");
}

#[test]
fn the_same_question_has_the_same_remedies() {
    let programme = programme();
    for seed in 0..20 {
        let mut chance = Chance::of(seed);
        let facts = account(&programme, &mut chance);
        for question in questions(&programme, &mut chance) {
            let once = remedies(&programme, &facts, &question, facts.as_of);
            let again = remedies(&programme, &facts.clone(), &question, facts.as_of);
            assert_eq!(once, again);
        }
    }
}

/// Product Support, activated with 20 incidents until 30 June 2021.
fn activated(mut facts: AccountFacts, linked: bool) -> AccountFacts {
    let benefit = BenefitKey::parse("product-support.competency").unwrap();
    facts.contracts.push(Contract {
        reference: "c1".into(),
        benefit: benefit.clone(),
        holder: "Alder".into(),
        own: true,
        access_id_masked: Some("••••01".into()),
        contract_id_masked: Some("••••02".into()),
        start: day("2020-07-01"),
        end: day("2021-06-30"),
        balance: Balance::granted(Allotment::Finite(20)),
        linked_on: linked.then(|| day("2020-07-02")),
    });
    facts.partner.as_mut().unwrap().activations = vec![BenefitActivation {
        benefit,
        activation: Activation::Active {
            contract: "c1".into(),
        },
    }];
    facts
}

fn gold() -> AccountFacts {
    member(&[("gold", Some("datacenter"))])
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

/// The JSON of each remedy's changes, without the braces' and quotes' noise: `hold-offer silver gold, link c1`.
fn told(facts: &AccountFacts, question: &Question) -> Vec<String> {
    let words = |value: &serde_json::Value| -> String {
        let mut words = Vec::new();
        collect(value, &mut words);
        words.join(" ")
    };
    remedies(&programme(), facts, question, facts.as_of)
        .iter()
        .map(|remedy| {
            let changes = remedy.changes.iter().map(|change| {
                let mut json = serde_json::to_value(change).unwrap();
                let kind = json.as_object_mut().unwrap().remove("change").unwrap();
                let kind = kind.as_str().unwrap().to_owned();
                format!("{kind} {}", words(&json)).trim_end().to_owned()
            });
            changes.collect::<Vec<_>>().join(", ")
        })
        .collect()
}

fn collect<'a>(value: &'a serde_json::Value, words: &mut Vec<&'a str>) {
    match value {
        serde_json::Value::String(text) => words.push(text),
        serde_json::Value::Array(values) => values.iter().for_each(|it| collect(it, words)),
        serde_json::Value::Object(values) => values.values().for_each(|it| collect(it, words)),
        _ => {}
    }
}

fn to_cover(facts: &AccountFacts, asked: IncidentQuestion) -> Vec<String> {
    told(facts, &Question::CreateIncident(asked))
}

fn windows_server(version: &str) -> IncidentQuestion {
    incident("windows-server", Some(version))
}

/// The way over another package of offers, which every member has.
const ACTION_PACK_TOO: &str = "hold-offer action-pack, activate product-support.action-pack, \
                               link new.product-support.action-pack";

#[test]
fn action_pack_and_an_azure_machine_need_a_plan_or_a_higher_offer() {
    let facts = member(&[("action-pack", None)]);
    assert_eq!(
        to_cover(&facts, incident("azure-virtual-machines", None)),
        [
            "buy-plan advanced",
            "buy-plan premier",
            "gain-association csp, gain-role admin-agent, choose-beneficiary customer",
            "hold-offer silver gold, activate signature-cloud-support.competency, \
             link new.signature-cloud-support.competency",
        ]
    );
}

#[test]
fn an_old_version_needs_a_newer_one_or_the_top_plan() {
    let facts = activated(gold(), true);
    assert_eq!(
        to_cover(&facts, windows_server("2012-r2")),
        [
            "choose-version windows-server 2016 2019",
            "buy-plan premier"
        ]
    );
    assert_eq!(
        to_cover(&facts, incident("sql-server", Some("2016"))),
        ["choose-version sql-server 2017 2019", "buy-plan premier"]
    );
}

#[test]
fn advice_needs_a_specific_problem() {
    let asked = IncidentQuestion {
        kind: Some(IncidentKind::Advisory),
        ..windows_server("2019")
    };
    assert_eq!(
        to_cover(&activated(gold(), true), asked),
        ["choose-kind break-fix"]
    );
}

#[test]
fn what_was_not_linked_is_linked_and_what_was_not_activated_is_activated_first() {
    assert_eq!(
        to_cover(&activated(gold(), false), windows_server("2019")),
        ["link c1", "buy-plan premier", ACTION_PACK_TOO]
    );
    let activate = "activate product-support.competency, link new.product-support.competency";
    assert_eq!(
        to_cover(&gold(), windows_server("2019")),
        ["buy-plan premier", activate, ACTION_PACK_TOO]
    );
    let mut pending = gold();
    pending.partner.as_mut().unwrap().activations = vec![BenefitActivation {
        benefit: BenefitKey::parse("product-support.competency").unwrap(),
        activation: Activation::Pending {
            requested_on: day("2021-03-01"),
            requested_by: "Ada".into(),
        },
    }];
    let fulfil =
        "fulfil-activation product-support.competency, link new.product-support.competency";
    assert_eq!(
        to_cover(&pending, windows_server("2019")),
        ["buy-plan premier", fulfil, ACTION_PACK_TOO]
    );
}

#[test]
fn a_contract_that_is_over_is_renewed_and_one_that_has_not_started_is_waited_for() {
    let mut over = activated(gold(), true);
    over.as_of = day("2021-08-20");
    let renew = "renew product-support.competency, link new.product-support.competency";
    assert_eq!(
        to_cover(&over, windows_server("2019")),
        ["buy-plan premier", renew, ACTION_PACK_TOO]
    );
    let mut early = activated(gold(), true);
    early.contracts[0].start = day("2021-04-01");
    let told = to_cover(&early, windows_server("2019"));
    assert_eq!(told[0], "wait-until 2021-04-01");
}

#[test]
fn a_marketplace_product_and_a_refund_of_what_was_withdrawn_have_no_remedy() {
    let facts = activated(gold(), true);
    let marketplace = incident("azure-marketplace", None);
    assert!(to_cover(&facts, marketplace).is_empty());
    let refund = Question::Refund {
        contract: "c1".into(),
        because: entitlement_rules::RefundReason::Withdrawn,
    };
    assert!(told(&facts, &refund).is_empty());
}

#[test]
fn what_the_form_says_too_much_or_too_little_is_said_otherwise() {
    let facts = activated(gold(), true);
    let asked = IncidentQuestion {
        issues: Some(2),
        severity: Some(Severity::A),
        impact: Some(Impact::Moderate),
        ..windows_server("2019")
    };
    assert_eq!(
        to_cover(&facts, asked),
        ["choose-severity b c, split-incident"]
    );
    let asked = IncidentQuestion {
        version: None,
        kind: None,
        ..windows_server("2019")
    };
    assert_eq!(
        to_cover(&facts, asked)[0],
        "choose-version windows-server 2016 2019, choose-kind break-fix"
    );
    let empty = to_cover(&facts, IncidentQuestion::default());
    assert!(empty[0].starts_with("choose-product windows-server 2019 sql-server 2019"));
    assert!(empty[0].ends_with(", choose-kind break-fix"));
}

#[test]
fn what_cannot_pay_is_replaced_or_bought() {
    let asked = IncidentQuestion {
        funding: Some(Funding::PaidPlan {
            plan: "premier".into(),
        }),
        ..windows_server("2019")
    };
    assert_eq!(
        to_cover(&activated(gold(), true), asked),
        ["choose-funding contract c1", "buy-plan premier"]
    );
}

#[test]
fn a_customers_azure_machine_needs_the_association_and_the_role() {
    let asked = IncidentQuestion {
        beneficiary: Some(Beneficiary::Customer),
        ..incident("azure-virtual-machines", None)
    };
    let told = to_cover(&gold(), asked);
    assert!(told.contains(&"gain-association csp, gain-role admin-agent".to_owned()));
    assert!(told.contains(&"gain-role admin-agent, buy-plan advanced".to_owned()));
}

#[test]
fn a_bare_account_enters_the_ids_that_it_holds() {
    let mut facts = member(&[]);
    facts.partner = None;
    assert_eq!(
        to_cover(&facts, windows_server("2019")),
        ["link-held-ids product-support"]
    );
}

#[test]
fn the_page_the_activation_and_the_link_have_their_own() {
    assert_eq!(
        told(&member(&[]), &Question::OpenBenefits),
        ["hold-offer action-pack silver gold"]
    );
    let mut reseller = gold();
    reseller.viewer.associations = vec!["csp".into()];
    assert_eq!(
        told(&reseller, &Question::OpenBenefits),
        ["gain-association mpn"]
    );
    let mut hidden = member(&[]);
    hidden.partner.as_mut().unwrap().offers_hidden = true;
    assert_eq!(
        told(&hidden, &Question::OpenBenefits),
        ["see-offers action-pack silver gold"]
    );
    let mut colleague = gold();
    colleague.viewer.roles.clear();
    let benefit = BenefitKey::parse("product-support.competency").unwrap();
    assert_eq!(
        told(&colleague, &Question::Activate { benefit }),
        ["gain-role global-admin mpn-partner-admin"]
    );
    let mut over = activated(gold(), false);
    over.as_of = day("2021-08-20");
    let contract = "c1".to_owned();
    assert_eq!(
        told(&over, &Question::Link { contract }),
        ["renew product-support.competency"]
    );
}

#[test]
fn the_wire_has_stable_codes() {
    let remedy = Remedy {
        changes: vec![
            Change::HoldOffer {
                offers: vec!["silver".into(), "gold".into()],
            },
            Change::SplitIncident,
        ],
        funding: Some(Funding::HeldIds),
        consumes: 1,
        as_of: day("2021-03-04"),
    };
    let json = r#"{"changes":[{"change":"hold-offer","offers":["silver","gold"]},{"change":"split-incident"}],"funding":{"by":"held-ids"},"consumes":1,"as_of":"2021-03-04"}"#;
    assert_eq!(serde_json::to_string(&remedy).unwrap(), json);
    assert_eq!(serde_json::from_str::<Remedy>(json).unwrap(), remedy);
}
