//! Another year and another vendor are another file: the whole job on both, decided by the same rules.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use entitlement_rules::{
    AccountFacts, Allotment, Entitlement, NextStep, Outcome, Programme, Question, RuleId, Status,
    Value as Fact, Verdict, decide, entitlements,
};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn read(path: &str) -> Programme {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    Programme::read(&fs::read(path).unwrap()).unwrap()
}

/// The successor of the seed's programme.
fn maicpp() -> Programme {
    read("../../programmes/maicpp-2025.json")
}

/// An invented vendor, whose programme has other names and numbers, and none of the extensions.
fn harbour() -> Programme {
    read("tests/programmes/harbour-2024.json")
}

/// An account of a member on a date.
struct Account<'a> {
    programme: &'a Programme,
    facts: Value,
}

impl<'a> Account<'a> {
    fn of(programme: &'a Programme, as_of: &str, roles: &[&str]) -> Account<'a> {
        let member = &programme.policy().member_association;
        let facts = json!({
            "revision": 1,
            "as_of": as_of,
            "viewer": { "id": "u1", "name": "Ada", "kind": "work", "associations": [member], "roles": roles },
            "partner": { "id": "p1", "name": "Alder", "region": "emea", "portal": "partner-center", "offers": [], "activations": [] },
            "contracts": [],
        });
        Account { programme, facts }
    }

    fn associations(mut self, ids: &[&str]) -> Self {
        self.facts["viewer"]["associations"] = json!(ids);
        self
    }

    fn offer(mut self, offer: &str, competency: Option<&str>) -> Self {
        let mut held = json!({
            "offer": offer, "start": "2023-12-01", "anniversary": "2026-11-30", "status": "active",
        });
        if let Some(competency) = competency {
            held["competency"] = json!(competency);
        }
        let offers = &mut self.facts["partner"]["offers"];
        offers.as_array_mut().unwrap().push(held);
        self
    }

    /// Activated and linked, with a contract of this size that ends on this day.
    fn active(mut self, benefit: &str, granted: u32, end: &str) -> Self {
        let contract = json!({
            "reference": format!("c-{benefit}"), "benefit": benefit, "holder": "Alder", "own": true,
            "access_id_masked": "••••01", "contract_id_masked": "••••02",
            "start": "2023-12-01", "end": end, "linked_on": "2023-12-02",
            "balance": { "granted": granted, "consumed": 0, "refunded": 0, "expired": 0 },
        });
        let activation = json!({
            "benefit": benefit,
            "activation": { "state": "active", "contract": contract["reference"] },
        });
        let list = |value: &'_ mut Value, entry| value.as_array_mut().unwrap().push(entry);
        list(&mut self.facts["partner"]["activations"], activation);
        list(&mut self.facts["contracts"], contract);
        self
    }

    fn facts(&self) -> AccountFacts {
        serde_json::from_value(self.facts.clone()).unwrap()
    }

    fn asks(&self, question: Value) -> Verdict {
        let facts = self.facts();
        let question: Question = serde_json::from_value(question).unwrap();
        decide(self.programme, &facts, &question, facts.as_of)
    }

    fn activates(&self, benefit: &str) -> Verdict {
        self.asks(json!({ "ask": "activate", "benefit": benefit }))
    }

    /// A break-fix incident of the own company.
    fn creates(&self, product: &str, version: Option<&str>) -> Verdict {
        self.creates_for("own-company", product, version)
    }

    fn creates_for(&self, beneficiary: &str, product: &str, version: Option<&str>) -> Verdict {
        let mut question = json!({
            "ask": "create-incident", "kind": "break-fix", "beneficiary": beneficiary, "product": product,
        });
        if let Some(version) = version {
            question["version"] = json!(version);
        }
        self.asks(question)
    }

    /// What each benefit of each package grants.
    fn grants(&self) -> Vec<(String, Option<Allotment>)> {
        let facts = self.facts();
        entitlements(self.programme, &facts, facts.as_of)
            .iter()
            .map(|entitlement: &Entitlement<'_>| {
                (entitlement.key.to_string(), entitlement.allotment())
            })
            .collect()
    }
}

fn says_no(verdict: &Verdict, rule: RuleId) -> bool {
    verdict.outcome == Outcome::Refused && verdict.reasons().any(|reason| reason.rule == rule)
}

fn finite(key: &str, count: u32) -> (String, Option<Allotment>) {
    (key.into(), Some(Allotment::Finite(count)))
}

fn none(key: &str) -> (String, Option<Allotment>) {
    (key.into(), Some(Allotment::None))
}

const SUMMER_2025: &str = "2025-07-24";
const CLOUD: &str = "signature-cloud-support.solutions-partner";
const ON_PREMISES: &str = "product-support.solutions-partner";

#[test]
fn in_2025_every_offer_has_contracts_of_its_own_and_grants_its_own_number() {
    let programme = maicpp();
    let account = Account::of(&programme, SUMMER_2025, &["global-admin"])
        .offer("success-core", None)
        .offer("success-expanded", None)
        .offer("solutions-partner", Some("infrastructure"))
        .offer("solutions-partner", Some("security"));
    assert_eq!(
        account.grants(),
        [
            none("product-support.success-core"),
            finite("signature-cloud-support.success-core", 2),
            none("product-support.success-expanded"),
            finite("signature-cloud-support.success-expanded", 5),
            finite(ON_PREMISES, 20),
            finite(CLOUD, 50),
        ]
    );
}

#[test]
fn in_2025_a_designation_takes_the_place_of_the_competency() {
    let programme = maicpp();
    assert_eq!(programme.data().competencies.len(), 6);
    let without =
        Account::of(&programme, SUMMER_2025, &["global-admin"]).offer("solutions-partner", None);
    assert!(
        says_no(&without.activates(CLOUD), RuleId::S13),
        "a data error, not a guess"
    );
    let with = without.offer("solutions-partner", Some("modern-work"));
    assert!(with.activates(CLOUD).is_allowed());
}

#[test]
fn in_2025_the_same_roles_activate_and_it_takes_minutes() {
    let programme = maicpp();
    let partner = |role| {
        Account::of(&programme, SUMMER_2025, &[role]).offer("solutions-partner", Some("security"))
    };
    assert!(partner("global-admin").activates(CLOUD).is_allowed());
    assert!(partner("mpn-partner-admin").activates(CLOUD).is_allowed());
    assert!(says_no(
        &partner("admin-agent").activates(CLOUD),
        RuleId::S9
    ));
    assert_eq!(
        programme.policy().activation_takes,
        entitlement_rules::ActivationEstimate::Minutes
    );
}

#[test]
fn in_2025_the_success_packages_carry_no_on_premises_support() {
    let programme = maicpp();
    let core = Account::of(&programme, SUMMER_2025, &["global-admin"]).offer("success-core", None);
    let verdict = core.activates("product-support.success-core");
    assert!(says_no(&verdict, RuleId::S13));
    assert!(verdict.next_steps.contains(&NextStep::GetOffer {
        offers: vec!["solutions-partner".into()]
    }));
    assert!(
        core.activates("signature-cloud-support.success-core")
            .is_allowed()
    );
}

#[test]
fn in_2025_incidents_are_covered_by_the_side_and_the_version() {
    let programme = maicpp();
    let account = Account::of(&programme, SUMMER_2025, &["global-admin"])
        .offer("solutions-partner", Some("infrastructure"))
        .active(ON_PREMISES, 20, "2025-11-30")
        .active(CLOUD, 50, "2025-11-30");
    let azure = account.creates("azure-virtual-machines", None);
    assert!(azure.is_allowed());
    assert_eq!(azure.consumes, 1);
    assert!(account.creates("windows-server", Some("2025")).is_allowed());
    assert!(account.creates("windows-server", Some("2022")).is_allowed());
    assert!(
        says_no(
            &account.creates("windows-server", Some("2019")),
            RuleId::S25
        ),
        "mainstream support ended in 2024"
    );
    let only_cloud = Account::of(&programme, SUMMER_2025, &["global-admin"])
        .offer("success-expanded", None)
        .active("signature-cloud-support.success-expanded", 5, "2025-11-30");
    assert!(says_no(
        &only_cloud.creates("windows-server", Some("2025")),
        RuleId::S20
    ));
}

#[test]
fn in_2025_advice_is_pointed_to_the_hours_of_the_offer() {
    let programme = maicpp();
    for (offer, hours) in [("success-core", 5), ("success-expanded", 10)] {
        let account = Account::of(&programme, SUMMER_2025, &["global-admin"])
            .offer(offer, None)
            .active(&format!("signature-cloud-support.{offer}"), 2, "2025-11-30");
        let verdict = account.asks(json!({
            "ask": "create-incident", "kind": "advisory", "beneficiary": "own-company", "product": "microsoft-teams",
        }));
        assert!(says_no(&verdict, RuleId::S18));
        assert!(
            verdict
                .next_steps
                .contains(&NextStep::UseAdvisoryHours { hours })
        );
    }
}

#[test]
fn in_2025_no_figure_of_a_package_is_shown_as_the_vendors_own() {
    let programme = maicpp();
    for benefit in &programme.data().benefits {
        for row in &benefit.allotments {
            let source = programme.source(&row.source).unwrap();
            assert_eq!(source.confidence, entitlement_rules::Confidence::ThirdParty);
        }
    }
}

const SPRING_2024: &str = "2024-05-01";

#[test]
fn at_another_vendor_each_tier_grants_its_own_and_a_package_counts_its_highest() {
    let programme = harbour();
    let skipper = || Account::of(&programme, SPRING_2024, &["skipper"]);
    assert_eq!(
        skipper().offer("deckhand", None).grants(),
        [finite("workshop.crew", 3), finite("lighthouse.crew", 1)]
    );
    let navigator = skipper()
        .offer("deckhand", None)
        .offer("navigator", Some("tides"));
    assert_eq!(
        navigator.grants(),
        [finite("workshop.crew", 7), finite("lighthouse.crew", 4)]
    );
    let both = navigator
        .offer("navigator", Some("fleets"))
        .offer("shipyard", None);
    assert_eq!(
        both.grants(),
        [
            finite("workshop.crew", 7),
            finite("lighthouse.crew", 12),
            ("workshop.yard".into(), Some(Allotment::Unlimited)),
            none("lighthouse.yard"),
        ]
    );
    let verdict = both.activates("lighthouse.crew");
    let stated = verdict.rule(RuleId::S22).unwrap();
    assert_eq!(
        stated.input("allotment"),
        Some(&Fact::Amount(Allotment::Finite(12)))
    );
}

#[test]
fn at_another_vendor_its_own_roles_open_and_activate() {
    let programme = harbour();
    let with = |role| Account::of(&programme, SPRING_2024, &[role]).offer("deckhand", None);
    assert!(with("skipper").activates("workshop.crew").is_allowed());
    let mate = with("mate").activates("workshop.crew");
    assert!(says_no(&mate, RuleId::S9));
    assert_eq!(
        mate.rule(RuleId::S9).unwrap().input("needed"),
        Some(&Fact::Ids(vec!["skipper".into()]))
    );
    let opens = json!({ "ask": "open-benefits" });
    assert!(with("mate").asks(opens.clone()).is_allowed());
    assert!(
        says_no(&with("clerk").asks(opens.clone()), RuleId::S7),
        "no extension opens the page to every member"
    );
    let broker = with("clerk").associations(&["brokers"]);
    assert!(says_no(&broker.asks(opens), RuleId::S2));
}

#[test]
fn at_another_vendor_without_a_reading_of_recent_any_supported_version_is_covered() {
    let programme = harbour();
    let account = Account::of(&programme, SPRING_2024, &["mate"])
        .offer("deckhand", None)
        .active("workshop.crew", 3, "2024-11-30");
    for version in ["mk2", "mk3", "mk4"] {
        let verdict = account.creates("tide-gauge", Some(version));
        assert!(verdict.is_allowed(), "{version}");
        assert_eq!(verdict.consumes, 1);
    }
    assert!(says_no(
        &account.creates("tide-gauge", Some("mk1")),
        RuleId::S25
    ));
    assert!(
        says_no(&account.creates("fleet-map", None), RuleId::S8),
        "the cloud benefit is not activated"
    );
}

#[test]
fn at_another_vendor_there_are_no_days_of_grace() {
    let programme = harbour();
    let ending = |end| {
        Account::of(&programme, SPRING_2024, &["mate"])
            .offer("deckhand", None)
            .active("lighthouse.crew", 1, end)
            .creates("fleet-map", None)
    };
    assert!(ending("2024-05-01").is_allowed(), "the last day itself");
    assert!(says_no(&ending("2024-04-30"), RuleId::S16));
    let later = maicpp();
    let with_grace = Account::of(&later, SUMMER_2025, &["global-admin"])
        .offer("success-core", None)
        .active("signature-cloud-support.success-core", 2, "2025-07-23")
        .creates("azure-virtual-machines", None);
    assert!(with_grace.is_allowed(), "where the programme has them");
}

#[test]
fn at_another_vendor_every_product_asks_for_the_two_ids() {
    let programme = harbour();
    let mut account = Account::of(&programme, SPRING_2024, &["mate"])
        .offer("deckhand", None)
        .active("lighthouse.crew", 1, "2024-11-30");
    let contract = account.facts["contracts"][0].as_object_mut().unwrap();
    contract.remove("linked_on");
    assert!(says_no(&account.creates("harbour-log", None), RuleId::S14));
}

#[test]
fn at_another_vendor_a_hybrid_product_asks_which_side_fails() {
    let programme = harbour();
    let account = Account::of(&programme, SPRING_2024, &["mate"])
        .offer("deckhand", None)
        .active("lighthouse.crew", 1, "2024-11-30");
    let verdict = account.creates("buoy-hub", None);
    assert_eq!(verdict.outcome, Outcome::Incomplete);
    assert_eq!(verdict.needs, [entitlement_rules::Need::FailingSide]);
}

#[test]
fn at_another_vendor_brokers_use_their_own_line_for_customers_and_for_themselves() {
    let programme = harbour();
    let broker = Account::of(&programme, SPRING_2024, &["clerk"]).associations(&["brokers"]);
    for beneficiary in ["customer", "own-company"] {
        let verdict = broker.creates_for(beneficiary, "fleet-map", None);
        assert!(verdict.is_allowed(), "{beneficiary}");
        assert_eq!(verdict.consumes, 0);
        assert_eq!(verdict.rule(RuleId::S30).unwrap().status, Status::Pass);
    }
    let mate = Account::of(&programme, SPRING_2024, &["mate"]).associations(&["brokers"]);
    assert!(says_no(
        &mate.creates_for("customer", "fleet-map", None),
        RuleId::S32
    ));
}

#[test]
fn at_another_vendor_its_own_paid_plans_cover_what_their_scope_says() {
    let programme = harbour();
    let with = |plan: &str| {
        let mut account = Account::of(&programme, SPRING_2024, &["mate"]);
        account.facts["partner"]["plans"] = json!([plan]);
        account
    };
    let map = with("pilot").creates("fleet-map", None);
    assert!(map.is_allowed());
    assert_eq!(map.consumes, 0);
    assert_eq!(map.rule(RuleId::S37).unwrap().status, Status::Pass);
    let asked = |account: &Account<'_>, plan: &str| {
        account.asks(json!({
            "ask": "create-incident", "kind": "break-fix", "beneficiary": "own-company",
            "product": "tide-gauge", "version": "mk1", "funding": { "by": "paid-plan", "plan": plan },
        }))
    };
    let gauge = asked(&with("pilot"), "pilot");
    assert!(says_no(&gauge, RuleId::S37));
    assert!(gauge.next_steps.contains(&NextStep::ComparePlans {
        plans: vec!["harbourmaster".into()]
    }));
    assert!(asked(&with("harbourmaster"), "harbourmaster").is_allowed());
    assert!(says_no(
        &asked(&with("pilot"), "harbourmaster"),
        RuleId::S34
    ));
    assert!(
        with("pilot")
            .asks(json!({ "ask": "compare-plans" }))
            .is_allowed()
    );
}

#[test]
fn at_another_vendor_nothing_is_given_back_and_nothing_is_linked_twice() {
    let programme = harbour();
    let mut account = Account::of(&programme, SPRING_2024, &["mate"])
        .offer("deckhand", None)
        .active("workshop.crew", 3, "2024-11-30");
    account.facts["contracts"][0]["balance"]["consumed"] = json!(1);
    let refund = json!({ "ask": "refund", "contract": "c-workshop.crew", "because": "duplicate" });
    let link = json!({ "ask": "link", "contract": "c-workshop.crew" });
    assert_eq!(account.asks(refund).outcome, Outcome::Refused);
    assert!(says_no(&account.asks(link), RuleId::S15));
}

#[test]
fn in_2025_an_incident_is_given_back_when_the_product_was_at_fault() {
    let programme = maicpp();
    let mut account = Account::of(&programme, SUMMER_2025, &["global-admin"])
        .offer("success-core", None)
        .active("signature-cloud-support.success-core", 2, "2025-11-30");
    account.facts["contracts"][0]["balance"]["consumed"] = json!(1);
    let refund = |because: &str| {
        let contract = "c-signature-cloud-support.success-core";
        account.asks(json!({ "ask": "refund", "contract": contract, "because": because }))
    };
    assert!(refund("product-bug").is_allowed());
    assert!(says_no(&refund("withdrawn"), RuleId::E9));
}

#[test]
fn in_2025_no_legacy_portal_is_left_to_send_anybody_to() {
    let programme = maicpp();
    let mut account =
        Account::of(&programme, SUMMER_2025, &["global-admin"]).offer("success-core", None);
    account.facts["partner"]["portal"] = json!("partner-membership-center");
    let verdict = account.activates("signature-cloud-support.success-core");
    assert!(says_no(&verdict, RuleId::S38));
    assert!(verdict.next_steps.contains(&NextStep::ContactProgramme));
    assert_eq!(
        verdict.rule(RuleId::E16).unwrap().status,
        Status::NotApplicable
    );
}

#[test]
fn at_another_vendor_nothing_of_an_extension_is_said() {
    let programme = harbour();
    let account = Account::of(&programme, SPRING_2024, &["mate"])
        .offer("deckhand", None)
        .active("workshop.crew", 3, "2024-11-30");
    for verdict in [
        account.creates("tide-gauge", Some("mk3")),
        account.creates("tide-gauge", Some("mk1")),
        account.activates("lighthouse.crew"),
        account.asks(json!({ "ask": "open-benefits" })),
    ] {
        assert!(
            verdict
                .rules
                .iter()
                .all(|result| result.extension.is_none())
        );
    }
}
