//! The files in `programmes/`: they are whole, they say what the documents say, and a mistake in one is named exactly.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use entitlement_rules::{
    Allotment, AllotmentCondition, Confidence, Date, Fault, MainstreamEnd, Placement, PlanValue,
    Programme, ProgrammeData, RefundReason, RuleId, Severity, recency,
};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programmes")
}

/// The 2021 programme as plain JSON, for a test to spoil.
fn mpn_2021_json() -> Value {
    let text = fs::read_to_string(folder().join("mpn-2021.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn mpn_2021() -> Programme {
    check(mpn_2021_json()).unwrap()
}

fn check(json: Value) -> Result<Programme, Vec<Fault>> {
    Programme::read(json.to_string().as_bytes())
}

/// The faults of the 2021 programme after one or more mistakes in it, as `path: reason`.
fn faults_after(spoil: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut json = mpn_2021_json();
    spoil(&mut json);
    check(json)
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// Where the entry with this id stands in a list of the file.
fn position(list: &Value, id: &str) -> usize {
    list.as_array()
        .unwrap()
        .iter()
        .position(|entry| entry["id"] == id)
        .unwrap()
}

type Row = (String, AllotmentCondition, Allotment, RuleId);

fn rows(programme: &Programme, benefit: &str) -> Vec<Row> {
    let rows = &programme.benefit(benefit).unwrap().allotments;
    rows.iter()
        .map(|row| (row.offer.clone(), row.when, row.amount, row.rule))
        .collect()
}

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// The name and the JSON of every file.
fn programme_files() -> Vec<(String, Value)> {
    let paths = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files = Vec::new();
    for path in paths.filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    }) {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        files.push((
            name,
            serde_json::from_slice(&fs::read(&path).unwrap()).unwrap(),
        ));
    }
    assert!(
        files.len() >= 2,
        "the programme files are not where they were"
    );
    files
}

#[test]
fn every_programme_file_is_read_and_has_no_fault() {
    for (name, json) in programme_files() {
        let programme = check(json).unwrap_or_else(|faults| {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            panic!("{name}:\n{}", faults.join("\n"))
        });
        assert_eq!(name, programme.data().id, "id and file name");
    }
}

#[test]
fn everything_in_a_programme_is_found_by_its_id_and_nothing_by_another() {
    let programme = mpn_2021();
    let data = programme.data();
    macro_rules! found {
        ($($one:ident in $all:ident),+ $(,)?) => {$(
            assert!(!data.$all.is_empty());
            for it in &data.$all {
                assert_eq!(programme.$one(&it.id), Some(it));
            }
            assert_eq!(programme.$one("no such id"), None);
        )+};
    }
    found!(
        offer in offers,
        competency in competencies,
        benefit in benefits,
        product in products,
        plan in plans,
        workload in workloads,
        portal in portals,
        role in roles,
        source in sources,
    );
}

#[test]
fn a_programme_survives_being_written_and_read_again() {
    let programme = mpn_2021();
    let written = serde_json::to_string(programme.data()).unwrap();
    let read: ProgrammeData = serde_json::from_str(&written).unwrap();
    assert_eq!(&read, programme.data());
    assert_eq!(
        serde_json::to_value(programme.data()).unwrap(),
        mpn_2021_json()
    );
}

#[test]
fn there_are_eighteen_competencies_and_six_of_them_are_cloud_competencies() {
    let programme = mpn_2021();
    let competencies = &programme.data().competencies;
    assert_eq!(competencies.len(), 18);
    let mut cloud: Vec<&str> = competencies
        .iter()
        .filter(|competency| competency.is_cloud)
        .map(|competency| competency.name.in_language("en"))
        .collect();
    cloud.sort_unstable();
    assert_eq!(
        cloud,
        [
            "Cloud Business Applications",
            "Cloud Platform",
            "Cloud Productivity",
            "Enterprise Mobility Management",
            "Security",
            "Small and Midmarket Cloud Solutions",
        ]
    );
    assert_eq!(programme.data().areas.len(), 4);
}

#[test]
fn product_support_grants_10_15_and_20() {
    let always = AllotmentCondition::Always;
    assert_eq!(
        rows(&mpn_2021(), "product-support"),
        [
            (
                "action-pack".into(),
                always,
                Allotment::Finite(10),
                RuleId::S19
            ),
            ("silver".into(), always, Allotment::Finite(15), RuleId::S19),
            ("gold".into(), always, Allotment::Finite(20), RuleId::S19),
        ]
    );
    assert_eq!(
        mpn_2021().benefit("product-support").unwrap().scope,
        Placement::OnPremises
    );
}

#[test]
fn signature_cloud_support_grants_nothing_5_10_or_unlimited() {
    let (cloud, other) = (
        AllotmentCondition::CloudCompetency,
        AllotmentCondition::OtherCompetency,
    );
    assert_eq!(
        rows(&mpn_2021(), "signature-cloud-support"),
        [
            (
                "action-pack".into(),
                AllotmentCondition::Always,
                Allotment::None,
                RuleId::S20
            ),
            ("silver".into(), cloud, Allotment::Unlimited, RuleId::S21),
            ("silver".into(), other, Allotment::Finite(5), RuleId::S21),
            ("gold".into(), cloud, Allotment::Unlimited, RuleId::S22),
            ("gold".into(), other, Allotment::Finite(10), RuleId::S22),
        ]
    );
    assert_eq!(
        mpn_2021().benefit("signature-cloud-support").unwrap().scope,
        Placement::Cloud
    );
}

#[test]
fn silver_and_gold_are_one_package_and_action_pack_stands_beside() {
    let programme = mpn_2021();
    let package = |id: &str| programme.offer(id).unwrap().package.clone();
    assert_eq!(package("silver"), package("gold"));
    assert_ne!(package("action-pack"), package("gold"));
    assert!(programme.offer("silver").unwrap().needs_competency);
    assert!(!programme.offer("action-pack").unwrap().needs_competency);
}

#[test]
fn only_global_admin_and_mpn_partner_admin_may_activate() {
    let programme = mpn_2021();
    let policy = programme.policy();
    assert_eq!(
        policy.activation_roles,
        ["global-admin", "mpn-partner-admin"]
    );
    assert_eq!(policy.customer_roles, ["admin-agent"]);
    assert_eq!(
        policy.page_audience,
        ["global-admin", "mpn-partner-admin", "admin-agent"]
    );
    assert_eq!(policy.reseller_plan.workloads, ["azure"]);
}

#[test]
fn the_admin_agents_way_has_the_four_steps_of_the_seed() {
    let programme = mpn_2021();
    let steps = programme.policy().customer_way.iter();
    let steps: Vec<&str> = steps.map(|step| step.name.in_language("en")).collect();
    assert_eq!(
        steps,
        ["CSP", "Customers", "Service management", "New request"]
    );
}

#[test]
fn recent_versions_are_the_current_and_the_one_before_while_mainstream_support_runs() {
    let programme = mpn_2021();
    let reading = programme.policy().extensions.recent.as_ref();
    let is_recent = |product: &str, version: &str, on: &str| {
        let product = programme.product(product).unwrap();
        recency(product, product.version(version).unwrap(), date(on)).is_recent(reading)
    };
    let march_2021 = "2021-03-04";
    assert!(is_recent("windows-server", "2019", march_2021));
    assert!(is_recent("windows-server", "2016", march_2021));
    assert!(!is_recent("windows-server", "2012-r2", march_2021));
    assert!(
        !is_recent("windows-server", "2022", march_2021),
        "it had not started"
    );
    assert!(
        !is_recent("sql-server", "2016", march_2021),
        "N-2, though in mainstream support"
    );
    assert!(
        !is_recent("exchange-server", "2016", march_2021),
        "N-1, but no mainstream support"
    );
    assert!(is_recent("windows-server", "2025", "2026-11-22"));
    assert!(is_recent(
        "exchange-server",
        "subscription-edition",
        "2026-11-22"
    ));
}

#[test]
fn the_catalogue_holds_every_product_with_its_side_and_a_portal() {
    let programme = mpn_2021();
    let products = &programme.data().products;
    let on = |placement| {
        products
            .iter()
            .filter(|product| product.placement == placement)
            .count()
    };
    assert_eq!(on(Placement::OnPremises), 26);
    assert_eq!(on(Placement::Cloud), 31);
    assert_eq!(on(Placement::Hybrid), 2);
    let versions: usize = products.iter().map(|product| product.versions.len()).sum();
    assert_eq!(versions, 62);
    for product in products {
        let has_versions = !product.versions.is_empty();
        assert_eq!(
            has_versions,
            product.placement == Placement::OnPremises,
            "{}",
            product.id
        );
        let workload = programme.workload(&product.workload).unwrap();
        let is_on_premises = workload.portal == programme.policy().on_premises_portal;
        assert_eq!(
            is_on_premises,
            product.placement == Placement::OnPremises,
            "{}",
            product.id
        );
    }
    let retired = programme
        .product("skype-for-business-online")
        .unwrap()
        .retired;
    assert_eq!(retired, Some(date("2021-07-31")));
}

#[test]
fn microsoft_365_asks_for_no_ids_and_azure_does() {
    let programme = mpn_2021();
    for id in [
        "microsoft-365",
        "microsoft-teams",
        "exchange-online",
        "skype-for-business-online",
    ] {
        assert!(!programme.product(id).unwrap().ids_needed, "{id}");
    }
    for id in [
        "azure-virtual-machines",
        "power-bi",
        "microsoft-intune",
        "windows-server",
    ] {
        assert!(programme.product(id).unwrap().ids_needed, "{id}");
    }
}

#[test]
fn two_plans_are_included_and_of_the_two_paid_ones_premier_is_the_top_level() {
    let programme = mpn_2021();
    let plans: Vec<(&str, Option<&str>, Option<u32>, Placement)> = programme
        .data()
        .plans
        .iter()
        .map(|plan| {
            (
                plan.id.as_str(),
                plan.benefit.as_deref(),
                plan.level,
                plan.scope,
            )
        })
        .collect();
    let (product, signature) = ("product-support", "signature-cloud-support");
    assert_eq!(
        plans,
        [
            (product, Some(product), None, Placement::OnPremises),
            (signature, Some(signature), None, Placement::Cloud),
            ("advanced", None, Some(1), Placement::Cloud),
            ("premier", None, Some(2), Placement::Hybrid),
        ]
    );
}

#[test]
fn every_extension_is_in_force_with_its_figures() {
    let programme = mpn_2021();
    let json = mpn_2021_json();
    let written = json["policy"]["extensions"].as_object().unwrap();
    assert_eq!(written.len(), 18);
    assert!(written.values().all(|extension| extension["on"] == true));
    let extensions = &programme.policy().extensions;
    let reminders = extensions.renewal_reminders.as_ref().unwrap();
    assert_eq!((reminders.days_before, reminders.days_after), (15, 23));
    let refunds = extensions.refunds.as_ref().unwrap();
    assert_eq!(
        refunds.reasons,
        [RefundReason::Duplicate, RefundReason::ProductBug]
    );
    let customer_plan = extensions.customer_plan.as_ref().unwrap();
    assert_eq!(customer_plan.plan, "advanced");
    assert_eq!(
        customer_plan.workloads,
        ["dynamics-365-operations", "dynamics-365"]
    );
    let severity = extensions.severity_by_impact.as_ref().unwrap();
    assert_eq!(
        [severity.critical, severity.moderate, severity.minimal],
        [Severity::A, Severity::B, Severity::C]
    );
    let contacts = &extensions.legacy_contacts.as_ref().unwrap().contacts;
    let regions: Vec<&str> = contacts.keys().map(String::as_str).collect();
    assert_eq!(regions, ["americas", "asia-pacific", "emea"]);
}

#[test]
fn marketplace_products_and_the_portals_of_members_are_marked() {
    let programme = mpn_2021();
    let marketplace: Vec<&str> = programme
        .data()
        .products
        .iter()
        .filter(|product| product.marketplace)
        .map(|product| product.id.as_str())
        .collect();
    assert_eq!(marketplace, ["azure-marketplace"]);
    let policy = programme.policy();
    assert_eq!(
        policy.legacy_portal.as_deref(),
        Some("partner-membership-center")
    );
    assert_eq!(
        policy.benefits_portal.as_deref(),
        Some("partner-center-benefits")
    );
}

#[test]
fn no_plan_shows_a_price_that_nobody_published() {
    let programme = mpn_2021();
    let fee = |index: usize| programme.data().plans[index].attributes["fee"].clone();
    assert_eq!(fee(0).value, PlanValue::Included);
    assert_eq!(fee(1).value, PlanValue::Included);
    let PlanValue::Money {
        amount, currency, ..
    } = fee(2).value
    else {
        panic!("not a price")
    };
    assert_eq!((amount, currency.as_str()), (15_000, "USD"));
    let source = programme.source(fee(2).source.as_deref().unwrap()).unwrap();
    assert_eq!(source.confidence, Confidence::ThirdParty);
    assert_eq!(fee(3).value, PlanValue::OnRequest);
}

/// What the product speaks: it has a folder of sentences for each language.
fn languages() -> Vec<String> {
    let words = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/words");
    let entries = fs::read_dir(words).unwrap().map(Result::unwrap);
    let folders = entries.filter(|entry| entry.path().is_dir());
    folders
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}

#[test]
fn every_sentence_is_there_in_every_language() {
    fn walk(value: &Value, path: &str, languages: &[String]) {
        match value {
            Value::Object(fields) if fields.contains_key("en") => {
                for language in languages {
                    let text = fields.get(language).and_then(Value::as_str);
                    assert!(
                        text.is_some_and(|text| !text.is_empty()),
                        "{path} is not there in {language}"
                    );
                }
                assert!(
                    fields.values().any(|text| *text != fields["en"]),
                    "{path}: the same in all is one plain text"
                );
            }
            Value::Object(fields) => {
                for (name, inner) in fields {
                    let path = format!("{path}.{name}");
                    let is_sentence = ["summary", "words", "note"].contains(&name.as_str());
                    assert!(
                        !(is_sentence && inner.is_string()),
                        "{path} is in one language only"
                    );
                    walk(inner, &path, languages);
                }
            }
            Value::Array(entries) => {
                for (index, inner) in entries.iter().enumerate() {
                    walk(inner, &format!("{path}[{index}]"), languages);
                }
            }
            _ => {}
        }
    }
    let languages = languages();
    for (name, json) in programme_files() {
        walk(&json, &name, &languages);
    }
}

#[test]
fn every_source_of_a_file_is_used() {
    for (name, json) in programme_files() {
        let text = json.to_string();
        for source in json["sources"].as_array().unwrap() {
            let id = source["id"].as_str().unwrap();
            assert!(
                text.contains(&format!("\"source\":\"{id}\"")),
                "{name}: nothing names source {id}"
            );
        }
    }
}

#[test]
fn a_version_kept_current_has_no_last_day() {
    let programme = mpn_2021();
    let version = |product: &str, version: &str| {
        programme
            .product(product)
            .unwrap()
            .version(version)
            .unwrap()
            .clone()
    };
    let current = version("endpoint-configuration-manager", "current-branch");
    assert_eq!(current.mainstream_end, MainstreamEnd::Modern);
    assert_eq!(current.extended_end, None);
    let serviced = version("business-central-on-premises", "v16");
    assert_eq!(
        serviced.mainstream_end,
        MainstreamEnd::On(date("2022-04-12"))
    );
}

#[test]
fn an_unknown_source_is_named_with_its_path() {
    let faults = faults_after(|json| json["competencies"][3]["source"] = json!("hearsay"));
    assert_eq!(
        faults,
        ["competencies[3].source: there is no source \"hearsay\""]
    );
}

#[test]
fn an_offer_without_an_allotment_row_is_a_fault_and_never_a_none() {
    let faults = faults_after(|json| {
        json["benefits"][1]["allotments"]
            .as_array_mut()
            .unwrap()
            .remove(0);
    });
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("benefits[1].allotments: offer \"action-pack\" needs"));
}

#[test]
fn half_a_pair_of_competency_rows_is_a_fault() {
    let faults = faults_after(|json| {
        json["benefits"][1]["allotments"]
            .as_array_mut()
            .unwrap()
            .pop();
    });
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("benefits[1].allotments: offer \"gold\" needs"));
}

#[test]
fn versions_that_are_not_oldest_first_are_named_where_the_order_breaks() {
    let mut at = 0;
    let faults = faults_after(|json| {
        at = position(&json["products"], "visual-studio");
        json["products"][at]["versions"]
            .as_array_mut()
            .unwrap()
            .swap(1, 2);
    });
    let path = format!("products[{at}].versions[2].start");
    assert_eq!(
        faults,
        [format!(
            "{path}: is not after the start of the version before it"
        )]
    );
}

#[test]
fn two_versions_that_start_on_one_day_overlap_and_are_a_fault() {
    let mut at = 0;
    let faults = faults_after(|json| {
        at = position(&json["products"], "sql-server");
        let versions = &mut json["products"][at]["versions"];
        versions[1]["start"] = versions[0]["start"].clone();
    });
    let path = format!("products[{at}].versions[1].start");
    assert_eq!(
        faults,
        [format!(
            "{path}: is not after the start of the version before it"
        )]
    );
}

#[test]
fn a_life_cycle_that_ends_before_it_starts_is_a_fault() {
    let mut at = [0; 2];
    let faults = faults_after(|json| {
        at = ["windows-server", "endpoint-configuration-manager"]
            .map(|id| position(&json["products"], id));
        json["products"][at[0]]["versions"][4]["mainstream_end"] = json!("2024-10-31");
        json["products"][at[1]]["versions"][0]["extended_end"] = json!("2001-01-01");
        let retired = position(&json["products"], "skype-for-business-online");
        json["products"][retired]["retired"] = json!("2015-04-30");
    });
    assert_eq!(faults.len(), 3, "{faults:?}");
    let path = |product: usize, version: usize| format!("products[{product}].versions[{version}]");
    assert!(faults.contains(&format!(
        "{}.mainstream_end: is before the start",
        path(at[0], 4)
    )));
    assert!(faults.contains(&format!(
        "{}.extended_end: is before the start",
        path(at[1], 0)
    )));
    assert!(
        faults
            .iter()
            .any(|fault| fault.ends_with(".retired: is before the start"))
    );
}

#[test]
fn an_allotment_is_stated_by_one_of_the_rules_about_allotments() {
    let faults = faults_after(|json| json["benefits"][0]["allotments"][2]["rule"] = json!("S1"));
    assert_eq!(
        faults,
        ["benefits[0].allotments[2].rule: S19 to S22 state what an offer grants"]
    );
}

#[test]
fn a_name_without_its_english_text_is_a_fault_wherever_it_stands() {
    let faults = faults_after(|json| {
        for section in [
            "associations",
            "roles",
            "areas",
            "benefits",
            "portals",
            "workloads",
        ] {
            json[section][0]["name"] = json!({ "fr": "Nom" });
        }
        json["policy"]["reseller_plan"]["name"] = json!("");
        json["policy"]["customer_way"][0]["name"] = json!("");
        json["plans"][0]["attributes"]["scope"]["value"]["words"] = json!("");
        json["plans"][2]["attributes"]["fee"]["value"]["note"] = json!("");
    });
    assert_eq!(faults.len(), 10, "{faults:#?}");
    assert!(
        faults
            .iter()
            .all(|fault| fault.ends_with(": the English text is missing")),
        "{faults:#?}"
    );
}

#[test]
fn the_resellers_association_is_another_than_the_members_one() {
    let faults = faults_after(|json| json["policy"]["reseller_association"] = json!("mpn"));
    assert_eq!(
        faults,
        ["policy.reseller_association: is the members' association too"]
    );
}

#[test]
fn an_id_that_is_there_twice_is_named_at_its_second_place() {
    let last = mpn_2021().data().portals.len();
    let faults = faults_after(|json| {
        let twin = json["portals"][0].clone();
        json["portals"].as_array_mut().unwrap().push(twin);
    });
    assert_eq!(
        faults,
        [format!(
            "portals[{last}].id: \"support-for-business\" is there twice"
        )]
    );
}

#[test]
fn whatever_is_named_and_is_not_there_is_named_with_its_path() {
    for place in [
        "competencies/0/area",
        "benefits/0/allotments/0/offer",
        "workloads/0/portal",
        "products/0/workload",
        "plans/0/benefit",
        "policy/member_association",
        "policy/reseller_association",
        "policy/page_audience/0",
        "policy/activation_roles/0",
        "policy/customer_roles/0",
        "policy/on_premises_portal",
        "policy/legacy_portal",
        "policy/benefits_portal",
        "policy/reseller_plan/workloads/0",
        "policy/customer_way/1/portal",
    ] {
        let faults = faults_after(|json| {
            *json.pointer_mut(&format!("/{place}")).unwrap() = json!("nobody");
        });
        let mut path = String::new();
        for part in place.split('/') {
            match part.parse::<usize>() {
                Ok(index) => path.push_str(&format!("[{index}]")),
                Err(_) if path.is_empty() => path.push_str(part),
                Err(_) => path.push_str(&format!(".{part}")),
            }
        }
        let named = faults
            .iter()
            .any(|fault| fault.starts_with(&format!("{path}: ")));
        assert!(named, "{path}: {faults:?}");
    }
    let faults = faults_after(|json| {
        json["policy"]["extensions"]["E17"]["hours"]["nobody"] = json!(1);
    });
    assert!(
        faults[0].starts_with("policy.extensions.E17.hours.nobody: "),
        "{faults:?}"
    );
}

#[test]
fn an_id_is_one_to_sixty_four_small_letters_digits_and_hyphens() {
    let with_region = |region: &str| {
        let mut json = mpn_2021_json();
        json["policy"]["extensions"]["E16"]["contacts"][region] = json!("https://example.org/");
        check(json)
    };
    assert!(with_region(&"a-9".repeat(21)).is_ok());
    assert!(with_region(&"x".repeat(64)).is_ok());
    for wrong in ["", "Upper", "a b", "a_b", "ä", &"x".repeat(65)] {
        assert!(with_region(wrong).is_err(), "{wrong:?}");
        let faults = faults_after(|json| json["offers"][0]["package"] = json!(wrong));
        assert!(faults[0].starts_with("offers[0].package: "), "{faults:?}");
    }
}

#[test]
fn the_page_of_a_source_is_reached_by_https() {
    let faults = faults_after(|json| json["sources"][0]["url"] = json!("http://example.org/"));
    assert!(faults[0].starts_with("sources[0].url: "), "{faults:?}");
}

#[test]
fn a_contract_lasts_one_to_a_hundred_years_and_ten_years_of_grace_at_most() {
    let with_term = |years: u32, grace_days: u32| {
        let mut json = mpn_2021_json();
        let term = &mut json["policy"]["extensions"]["E7"];
        (term["years"], term["grace_days"]) = (json!(years), json!(grace_days));
        check(json).is_ok()
    };
    for (years, grace_days, is_whole) in [
        (1, 30, true),
        (100, 30, true),
        (0, 30, false),
        (101, 30, false),
        (1, 3_660, true),
        (1, 3_661, false),
    ] {
        assert_eq!(
            with_term(years, grace_days),
            is_whole,
            "{years} {grace_days}"
        );
    }
}

#[test]
fn a_product_may_be_retired_on_its_first_day_and_not_before() {
    let retired = |on: &str| {
        let mut json = mpn_2021_json();
        let at = position(&json["products"], "azure-stack-hub");
        json["products"][at]["start"] = json!("2017-08-31");
        json["products"][at]["retired"] = json!(on);
        check(json).is_ok()
    };
    assert!(retired("2017-08-31"));
    assert!(!retired("2017-08-30"));
}

#[test]
fn an_unknown_portal_is_named_with_its_path() {
    let faults = faults_after(|json| json["workloads"][1]["portal"] = json!("nowhere"));
    assert_eq!(
        faults,
        ["workloads[1].portal: there is no portal \"nowhere\""]
    );
}

#[test]
fn extended_support_that_ends_before_mainstream_support_is_a_fault() {
    let mut at = 0;
    let faults = faults_after(|json| {
        at = position(&json["products"], "windows-server");
        json["products"][at]["versions"][2]["extended_end"] = json!("2024-01-08");
    });
    let path = format!("products[{at}].versions[2].extended_end");
    assert_eq!(faults, [format!("{path}: is before the mainstream end")]);
}

#[test]
fn a_list_of_roles_that_is_empty_would_lock_everybody_out_and_is_a_fault() {
    let faults = faults_after(|json| json["policy"]["activation_roles"] = json!([]));
    assert_eq!(
        faults,
        ["policy.activation_roles: names no role, so nobody could do it"]
    );
}

#[test]
fn a_figure_without_a_source_is_a_fault() {
    let faults = faults_after(|json| {
        json["plans"][2]["attributes"]["fee"]
            .as_object_mut()
            .unwrap()
            .remove("source");
    });
    assert_eq!(
        faults,
        ["plans[2].attributes.fee.source: a figure has a source"]
    );
}

#[test]
fn a_paid_plan_without_a_level_of_its_own_and_an_included_one_with_a_level_are_faults() {
    let faults = faults_after(|json| {
        json["plans"][0]["level"] = json!(7);
        json["plans"][3]["level"] = json!(1);
    });
    assert_eq!(
        faults,
        [
            "plans[0].level: a plan that comes with a benefit has no level",
            "plans[3].level: another plan has this level",
        ]
    );
    let faults = faults_after(|json| {
        json["plans"][2].as_object_mut().unwrap().remove("level");
    });
    assert_eq!(
        faults,
        ["plans[2].level: a paid plan has a level, an included one names its benefit"]
    );
}

#[test]
fn an_extension_that_names_what_is_not_there_is_a_fault() {
    let faults = faults_after(|json| {
        json["policy"]["legacy_portal"] = json!("nowhere");
        let extensions = &mut json["policy"]["extensions"];
        extensions["E12"]["workloads"][1] = json!("toys");
        extensions["E12"]["plan"] = json!("platinum");
    });
    assert_eq!(
        faults,
        [
            "policy.legacy_portal: there is no portal \"nowhere\"",
            "policy.extensions.E12.workloads[1]: there is no workload \"toys\"",
            "policy.extensions.E12.plan: there is no plan \"platinum\"",
        ]
    );
    let faults =
        faults_after(|json| json["policy"]["extensions"]["E12"]["plan"] = json!("product-support"));
    assert_eq!(faults, ["policy.extensions.E12.plan: is not a paid plan"]);
}

#[test]
fn an_extension_that_says_nothing_or_the_same_twice_is_a_fault() {
    let faults = faults_after(|json| {
        let extensions = &mut json["policy"]["extensions"];
        extensions["E9"]["reasons"] = json!([]);
        extensions["E12"]["workloads"] = json!(["azure", "azure"]);
        extensions["E16"]["contacts"] = json!({});
    });
    assert_eq!(
        faults,
        [
            "policy.extensions.E9.reasons: is empty",
            "policy.extensions.E12.workloads[1]: is there twice",
            "policy.extensions.E16.contacts: is empty",
        ]
    );
}

#[test]
fn reminders_fall_within_the_grace_days_and_a_year() {
    let faults = faults_after(|json| {
        let reminders = &mut json["policy"]["extensions"]["E8"];
        reminders["days_before"] = json!(0);
        reminders["days_after"] = json!(31);
    });
    assert_eq!(
        faults,
        [
            "policy.extensions.E8.days_before: is 1 to 366 days",
            "policy.extensions.E8.days_after: is after the 30 grace days of E7",
        ]
    );
    let faults = faults_after(|json| {
        let extensions = &mut json["policy"]["extensions"];
        extensions["E7"]["on"] = json!(false);
        extensions["E8"]["days_after"] = json!(367);
    });
    assert_eq!(
        faults,
        ["policy.extensions.E8.days_after: is 1 to 366 days"],
        "grace days that are off bound nothing"
    );
    let mut json = mpn_2021_json();
    let reminders = &mut json["policy"]["extensions"]["E8"];
    (reminders["days_before"], reminders["days_after"]) = (json!(366), json!(30));
    assert!(check(json).is_ok());
}

#[test]
fn a_field_with_an_odd_name_is_quoted_in_its_path() {
    for (name, path) in [
        ("a_field-9", "policy.a_field-9"),
        ("odd name", r#"policy["odd name"]"#),
        ("", r#"policy[""]"#),
    ] {
        // Twice the same key: the second is named.
        let text = mpn_2021_json().to_string();
        let twice = format!(r#""policy":{{"{name}":1,"{name}":2,"#);
        let faults = Programme::read(text.replace(r#""policy":{"#, &twice).as_bytes()).unwrap_err();
        let named = faults.iter().any(|fault| fault.path == path);
        assert!(named, "{name:?}: {faults:?}");
    }
}

#[test]
fn a_contact_without_https_and_a_severity_above_its_impact_are_faults() {
    let faults = faults_after(|json| {
        let extensions = &mut json["policy"]["extensions"];
        extensions["E16"]["contacts"]["emea"] = json!("mailto:desk@example.com");
        extensions["E18"]["moderate"] = json!("c");
        extensions["E18"]["minimal"] = json!("b");
    });
    assert_eq!(
        faults,
        [
            "policy.extensions.E16.contacts.emea: an address starts with https://",
            "policy.extensions.E18.minimal: is more urgent than the severity of the impact above it",
        ]
    );
}

#[test]
fn two_mistakes_at_once_are_both_reported() {
    let faults = faults_after(|json| {
        json["portals"][0]["url"] = json!("http://example.com");
        json["policy"]["extensions"]["E17"]["source"] = json!("hearsay");
    });
    assert_eq!(
        faults,
        [
            "portals[0].url: an address starts with https://",
            "policy.extensions.E17.source: there is no source \"hearsay\"",
        ]
    );
}

/// The faults of a file as it stands.
fn faults_of(bytes: &[u8]) -> Vec<String> {
    let faults = Programme::read(bytes).unwrap_err();
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn a_misspelt_field_or_a_file_of_another_format_is_refused() {
    let faults = faults_after(|json| {
        json["schema"] = json!(2);
        json["policy"]["extensions"]["E99"] = json!({ "on": true });
        json["plans"][0]["attributes"]["fee"]["prize"] = json!(1);
    });
    assert_eq!(
        faults,
        [
            "plans[0].attributes.fee.prize: there is no such field",
            "policy.extensions.E99: there is no such field",
            "schema: this build reads schema 1",
        ]
    );
}

#[test]
fn every_field_that_is_missing_or_of_another_type_is_named_at_once() {
    let faults = faults_after(|json| {
        for (section, index, name) in [
            ("offers", 0, "name"),
            ("offers", 0, "package"),
            ("products", 7, "source"),
            ("plans", 2, "scope"),
        ] {
            let entry = json[section][index].as_object_mut().unwrap();
            entry.remove(name);
        }
        json["as_of"] = json!("soon");
        json["sources"][1] = json!("a book");
        json["competencies"][2]["is_cloud"] = json!("yes");
        json["competencies"][2]["area"] = json!(null);
        json["benefits"][0]["scope"] = json!("everywhere");
        json["benefits"][0]["allotments"][0]["amount"] = json!(-1);
        json["benefits"][0]["allotments"][1]["rule"] = json!("S99");
        json["products"][0]["versions"][1]["start"] = json!("2016-02-30");
        json["plans"][2]["attributes"]["fee"]["value"]["amount"] = json!("a lot");
        json["plans"][2]["attributes"]["scope"]["value"] = json!({ "kind": "free" });
        json["plans"][3]["name"] = json!(["Premier"]);
        json["policy"]["page_audience"] = json!({});
        json["policy"]["extensions"]["E7"]["years"] = json!(1e300);
    });
    let paths: Vec<&str> = faults
        .iter()
        .map(|fault| fault.split_once(": ").unwrap().0)
        .collect();
    let mut expected = [
        "as_of",
        "benefits[0].allotments[0].amount",
        "benefits[0].allotments[1].rule",
        "benefits[0].scope",
        "competencies[2].area",
        "competencies[2].is_cloud",
        "offers[0].name",
        "offers[0].package",
        "plans[2].attributes.fee.value",
        "plans[2].attributes.scope.value.kind",
        "plans[2].scope",
        "plans[3].name",
        "policy.extensions.E7.years",
        "policy.page_audience",
        "products[0].versions[1].start",
        "products[7].source",
        "sources[1]",
    ];
    let mut found = paths.clone();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected, "{faults:#?}");
    for reason in [
        "offers[0].name: is missing",
        "competencies[2].is_cloud: is string \"yes\", expected a boolean",
        "products[0].versions[1].start: expected a date as YYYY-MM-DD",
        "benefits[0].allotments[0].amount: is integer `-1`, expected \"none\", \"unlimited\" or a whole number of incidents",
    ] {
        assert!(faults.contains(&reason.to_owned()), "{reason}: {faults:#?}");
    }
}

#[test]
fn a_field_that_may_be_left_out_may_be_null_as_well() {
    let mut json = mpn_2021_json();
    json["products"][0]["retired"] = json!(null);
    assert!(check(json).is_ok());
}

#[test]
fn a_file_that_is_no_json_is_named_by_line_and_column() {
    assert_eq!(
        faults_of(b"{\n  \"schema\": 1,\n}"),
        ["line 3 column 1: trailing comma"]
    );
    let faults = faults_of(b"{} {}");
    assert!(
        faults[0].starts_with("line 1 column 4: trailing"),
        "{faults:?}"
    );
    assert!(faults_of(b"")[0].starts_with("line 1 column 0: EOF"));
}

#[test]
fn a_key_that_is_there_twice_is_a_fault() {
    let text = mpn_2021_json().to_string();
    let twice = text.replacen("\"on\":true", "\"on\":false,\"on\":true", 1);
    assert_eq!(
        faults_of(twice.as_bytes()),
        ["policy.extensions.E1.on: is there twice"]
    );
}

#[test]
fn hostile_bytes_are_faults_and_never_a_panic() {
    let good = fs::read(folder().join("mpn-2021.json")).unwrap();
    let with = |from: &str, to: &[u8]| {
        let text = std::str::from_utf8(&good).unwrap();
        let (before, after) = text.split_once(from).unwrap();
        [before.as_bytes(), to, after.as_bytes()].concat()
    };
    let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    let many = format!("{{\"products\":[{}]}}", vec!["0"; 5_000].join(","));
    let hostile = [
        b"\xff\xfe".to_vec(),
        b"\0".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"1e999".to_vec(),
        deep,
        many.into_bytes(),
        with("\"schema\": 1", b"\"schema\": 1e999"),
        with("\"schema\": 1", b"\"schema\": 99999999999999999999"),
        with("\"schema\": 1", b"\"schema\": -1"),
        with("Microsoft Partner Network", b"Micro\xc3soft"),
        with("Microsoft Partner Network", b"Micro\0soft"),
        with("Microsoft Partner Network", b"Micro\\u0000soft"),
        with("\"vendor\"", b"\"[.\\\"]\": 1, \"vendor\""),
    ];
    for (case, bytes) in hostile.iter().enumerate() {
        let faults = faults_of(bytes);
        assert!(!faults.is_empty() && faults.len() <= 100, "case {case}");
    }
    for length in (0..good.len() - 1).step_by(997) {
        assert!(!faults_of(&good[..length]).is_empty());
    }
}

#[test]
fn whatever_single_value_is_spoiled_the_file_is_refused_or_still_whole() {
    fn places(value: &Value, path: String, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                for (name, inner) in fields {
                    places(inner, format!("{path}/{name}"), found);
                }
            }
            Value::Array(entries) => {
                for (index, inner) in entries.iter().enumerate() {
                    places(inner, format!("{path}/{index}"), found);
                }
            }
            _ => {}
        }
        found.push(path);
    }
    let json = mpn_2021_json();
    let mut found = Vec::new();
    places(&json, String::new(), &mut found);
    assert!(found.len() > 1_000);
    for (index, place) in found.iter().enumerate().step_by(19) {
        let mut spoiled = json.clone();
        let wrong = [json!({ "?": [] }), json!([{}]), json!(-0.5), json!(null)];
        *spoiled.pointer_mut(place).unwrap() = wrong[index % wrong.len()].clone();
        if let Err(faults) = check(spoiled) {
            assert!(faults.len() < 100, "{place}: one mistake, many faults");
            assert!(faults.iter().all(|fault| !fault.path.is_empty()));
        } else {
            assert_eq!(wrong[index % wrong.len()], Value::Null, "{place}");
        }
    }
}
