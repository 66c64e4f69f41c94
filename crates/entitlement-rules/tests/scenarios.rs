//! The law's scenarios: the files in `scenarios/`, decided natively and in Chromium. Their expectations come from the
//! programme's documents, not from the law.
//!
//! A scenario takes named facts (`given`, from `facts.json`), changes what matters (`facts`, in the manner of a JSON
//! merge patch) and asks one question, of the 2021 programme on its own date unless it says otherwise (`programme`,
//! `programme_patch`, `without` for extensions that are switched off, `as_of`). [`Expected`] is what the law must say.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]
#![cfg_attr(
    target_arch = "wasm32",
    allow(
        dead_code,
        reason = "what is asked of the files is asked natively alone"
    )
)]

use entitlement_rules::{
    AccountFacts, Date, Funding, Need, Outcome, Programme, ProgrammeData, Question, RuleId,
    RuleResult, Status, Verdict, decide,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::LazyLock;

macro_rules! files {
    ($($name:literal)+) => {
        &[$(($name, include_str!(concat!("../scenarios/", $name, ".json")))),+]
    };
}

/// Named facts, of which a scenario takes what it needs.
const FACTS: &str = include_str!("../scenarios/facts.json");

/// The files of scenarios; a browser cannot list a folder.
const FILES: &[(&str, &str)] = files! {
    "s01" "s02" "s03" "s04" "s05" "s06" "s07" "s08" "s09" "s10" "s11" "s12" "s13" "s14" "s15" "s16" "s17" "s18" "s19"
    "s20" "s21" "s22" "s23" "s24" "s25" "s26" "s27" "s28" "s29" "s30" "s31" "s32" "s33" "s34" "s35" "s36" "s37" "s38"
    "e01" "e02" "e03" "e04" "e05" "e06" "e07" "e08" "e09" "e10" "e11" "e12" "e13" "e14" "e15" "e16" "e17" "e18"
    "domain_vectors"
};

/// The programmes that a scenario can name; the first is meant when it names none.
const PROGRAMMES: &[(&str, &str)] = &[
    (
        "mpn-2021",
        include_str!("../../../programmes/mpn-2021.json"),
    ),
    (
        "maicpp-2025",
        include_str!("../../../programmes/maicpp-2025.json"),
    ),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    about: String,
    /// The rule only informs.
    #[serde(default)]
    never_refuses: bool,
    /// The rule only refuses.
    #[serde(default)]
    never_passes: bool,
    scenarios: Vec<Scenario>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    description: String,
    /// What lies just on the other side, when the scenario is at a border.
    edge: Option<String>,
    programme: Option<String>,
    programme_patch: Option<Value>,
    /// Extensions that are switched off.
    #[serde(default)]
    without: Vec<RuleId>,
    /// Names of `facts.json`, put on top of each other.
    given: Vec<String>,
    /// A last change of the facts.
    facts: Option<Value>,
    /// Without it, the programme's own date.
    as_of: Option<Date>,
    question: Question,
    expect: Expected,
    /// File in `tests/golden/` that has the whole verdict.
    golden: Option<String>,
}

/// What the verdict says. The reasons, needs and warnings are complete; of the rest, what matters is named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    outcome: Outcome,
    #[serde(default)]
    reasons: BTreeSet<RuleId>,
    #[serde(default)]
    needs: BTreeSet<Need>,
    #[serde(default)]
    warnings: BTreeSet<RuleId>,
    #[serde(default)]
    rules: BTreeMap<RuleId, Said>,
    funding: Option<Funding>,
    consumes: Option<u32>,
    /// Each with the fields that matter.
    #[serde(default)]
    next_steps: Vec<Value>,
}

/// What one rule says: its status, or more about it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Only(Status),
    More(SaidMore),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SaidMore {
    is: Status,
    /// The extension that shaped it.
    by: Option<RuleId>,
    /// Its inputs, by name.
    #[serde(default)]
    says: Map<String, Value>,
}

/// A scenario with its verdict.
struct Decided {
    file: &'static str,
    scenario: Scenario,
    verdict: Verdict,
}

impl Decided {
    /// Where the scenario is, for a message.
    fn place(&self) -> String {
        format!("{}.json: {}", self.file, self.scenario.description)
    }

    fn status(&self, rule: RuleId) -> Status {
        self.verdict.rule(rule).unwrap().status
    }

    /// What the rule says, for the way to pay that answers and for every other.
    fn everything_said_by(&self, rule: RuleId) -> impl Iterator<Item = &RuleResult> {
        let others = self.verdict.candidates.iter().flat_map(|it| &it.rules);
        let said = self.verdict.rules.iter().chain(others);
        said.filter(move |result| result.rule == rule)
    }
}

fn read<T: for<'de> Deserialize<'de>>(what: &str, text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{what}: {error}"))
}

fn file((name, text): &(&'static str, &'static str)) -> File {
    read(&format!("scenarios/{name}.json"), text)
}

/// Every scenario with its verdict.
static EVERYTHING: LazyLock<Vec<Decided>> = LazyLock::new(|| {
    let stage = Stage {
        named: read("scenarios/facts.json", FACTS),
        programmes: PROGRAMMES.iter().map(programme).collect(),
    };
    let mut decided = Vec::new();
    for listed in FILES {
        for scenario in file(listed).scenarios {
            let file = listed.0;
            let verdict = stage
                .verdict_on(&scenario)
                .unwrap_or_else(|fault| panic!("{file}.json: {}\n  {fault}", scenario.description));
            decided.push(Decided {
                file,
                scenario,
                verdict,
            });
        }
    }
    decided
});

/// What the scenarios are played on.
struct Stage {
    named: BTreeMap<String, Value>,
    /// By id: as it is in its file, and checked.
    programmes: BTreeMap<&'static str, (Value, Programme)>,
}

fn programme((id, text): &(&'static str, &'static str)) -> (&'static str, (Value, Programme)) {
    let data: Value = read(id, text);
    let checked = check(data.clone()).unwrap_or_else(|faults| panic!("{id}: {faults}"));
    (id, (data, checked))
}

fn check(data: Value) -> Result<Programme, String> {
    let data: ProgrammeData = serde_json::from_value(data).map_err(|error| error.to_string())?;
    Programme::check(data).map_err(|faults| format!("{faults:#?}"))
}

impl Stage {
    fn verdict_on(&self, scenario: &Scenario) -> Result<Verdict, String> {
        let programme = self.programme_of(scenario)?;
        let as_of = scenario.as_of.unwrap_or(programme.data().as_of);
        let mut facts = json!({ "revision": 1, "as_of": as_of, "contracts": [] });
        for name in &scenario.given {
            let more = self.named.get(name).ok_or(format!("no facts {name:?}"))?;
            patch(&mut facts, more)?;
        }
        if let Some(last) = &scenario.facts {
            patch(&mut facts, last)?;
        }
        let facts: AccountFacts = serde_json::from_value(facts).map_err(|it| it.to_string())?;
        Ok(decide(&programme, &facts, &scenario.question, as_of))
    }

    fn programme_of(&self, scenario: &Scenario) -> Result<Cow<'_, Programme>, String> {
        let id = scenario.programme.as_deref().unwrap_or(PROGRAMMES[0].0);
        let (data, checked) = self
            .programmes
            .get(id)
            .ok_or(format!("no programme {id:?}"))?;
        if scenario.without.is_empty() && scenario.programme_patch.is_none() {
            return Ok(Cow::Borrowed(checked));
        }
        let mut data = data.clone();
        for extension in &scenario.without {
            let off = json!({ extension.code(): { "on": false } });
            patch(&mut data["policy"]["extensions"], &off)?;
        }
        if let Some(change) = &scenario.programme_patch {
            patch(&mut data, change)?;
        }
        check(data).map(Cow::Owned)
    }
}

/// A JSON merge patch (RFC 7396). Beyond that, an object put on a list changes the entries that it names: it adds those
/// that are not there yet and removes those that it makes null.
fn patch(target: &mut Value, change: &Value) -> Result<(), String> {
    let Value::Object(changes) = change else {
        *target = change.clone();
        return Ok(());
    };
    if let Value::Array(list) = target {
        for (name, change) in changes {
            let position = list.iter().position(|entry| name_of(entry) == *name);
            match (position, change) {
                (Some(position), Value::Null) => drop(list.remove(position)),
                (Some(position), _) => patch(&mut list[position], change)?,
                (None, _) if name_of(change) == *name => list.push(change.clone()),
                (None, _) => return Err(format!("no entry {name:?} to change, nor to add")),
            }
        }
        return Ok(());
    }
    if !target.is_object() {
        *target = json!({});
    }
    for (name, change) in changes {
        if change.is_null() {
            target.as_object_mut().unwrap().remove(name);
        } else {
            patch(&mut target[name.as_str()], change)?;
        }
    }
    Ok(())
}

/// How a patch names an entry of a list: by its id, or an offer together with its competency (`silver.datacenter`) or
/// with when its row counts (`silver.always`).
fn name_of(entry: &Value) -> String {
    let field = |name: &str| entry[name].as_str();
    match (field("offer"), field("competency").or(field("when"))) {
        (Some(offer), Some(more)) => format!("{offer}.{more}"),
        (Some(offer), None) => offer.to_owned(),
        _ => ["id", "reference", "benefit"]
            .into_iter()
            .find_map(field)
            .unwrap_or_default()
            .to_owned(),
    }
}

/// What the verdict says otherwise than expected.
fn differences(expected: &Expected, verdict: &Verdict) -> Vec<String> {
    let mut found = Vec::new();
    let mut compare = |what: &str, expected: &dyn Debug, got: &dyn Debug| {
        let (expected, got) = (format!("{expected:?}"), format!("{got:?}"));
        if expected != got {
            found.push(format!(
                "{what}\n    expected {expected}\n    got      {got}"
            ));
        }
    };
    let reasons: BTreeSet<RuleId> = verdict.reasons().map(|reason| reason.rule).collect();
    let needs: BTreeSet<Need> = verdict.needs.iter().copied().collect();
    let warned = verdict.rules.iter().filter(|result| result.warning);
    let warnings: BTreeSet<RuleId> = warned.map(|result| result.rule).collect();
    compare("outcome", &expected.outcome, &verdict.outcome);
    compare("reasons", &expected.reasons, &reasons);
    compare("needs", &expected.needs, &needs);
    compare("warnings", &expected.warnings, &warnings);
    if expected.funding.is_some() {
        compare("funding", &expected.funding, &verdict.funding);
    }
    if let Some(consumes) = expected.consumes {
        compare("consumes", &consumes, &verdict.consumes);
    }
    for (rule, said) in &expected.rules {
        let result = verdict.rule(*rule).unwrap();
        match said {
            Said::Only(status) => compare(rule.code(), status, &result.status),
            Said::More(more) => {
                compare(rule.code(), &more.is, &result.status);
                if more.by.is_some() {
                    let what = format!("{} by", rule.code());
                    compare(&what, &more.by, &result.extension);
                }
                for (name, value) in &more.says {
                    let what = format!("{} {name}", rule.code());
                    compare(&what, value, &said_value(result, name));
                }
            }
        }
    }
    let steps: Vec<Value> = verdict.next_steps.iter().map(to_value).collect();
    for step in &expected.next_steps {
        if !steps.iter().any(|got| has_all_of(got, step)) {
            compare("next step", &step.to_string(), &json!(steps).to_string());
        }
    }
    found
}

/// An input's value without the word that says of which kind it is.
fn said_value(result: &RuleResult, name: &str) -> Value {
    match result.input(name).map(to_value) {
        Some(Value::Object(tagged)) => tagged.into_values().next().unwrap_or_default(),
        word => word.unwrap_or_default(),
    }
}

fn to_value(it: &impl serde::Serialize) -> Value {
    serde_json::to_value(it).unwrap()
}

fn has_all_of(got: &Value, expected: &Value) -> bool {
    let fields = expected.as_object().unwrap();
    fields.iter().all(|(name, value)| got[name] == *value)
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

fn every_verdict_is_the_expected_one() {
    let mut faults = Vec::new();
    for decided in EVERYTHING.iter() {
        let differences = differences(&decided.scenario.expect, &decided.verdict);
        if !differences.is_empty() {
            faults.push(format!(
                "{}\n  {}",
                decided.place(),
                differences.join("\n  ")
            ));
        }
    }
    assert_none(&faults);
}

#[cfg(not(target_arch = "wasm32"))]
mod natively {
    use super::*;
    use std::fs;
    use std::path::PathBuf;

    fn folder(name: &str) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
    }

    /// The names of the JSON files in a folder, without their ending.
    fn json_files(name: &str) -> BTreeSet<String> {
        let entries = fs::read_dir(folder(name)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names
            .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
            .collect()
    }

    /// The file of a rule's own scenarios.
    fn file_of(rule: RuleId) -> String {
        let (letter, number) = rule.code().split_at(1);
        format!("{}{number:0>2}", letter.to_lowercase())
    }

    #[test]
    fn every_scenario_has_the_expected_verdict() {
        every_verdict_is_the_expected_one();
    }

    #[test]
    fn every_file_in_the_folder_is_decided() {
        let listed = FILES.iter().map(|(name, _)| *name).chain(["facts"]);
        let listed: BTreeSet<String> = listed.map(str::to_owned).collect();
        assert_eq!(listed, json_files("scenarios"));
        assert!(FILES.iter().all(|listed| !file(listed).about.is_empty()));
    }

    #[test]
    fn every_rule_passes_refuses_is_left_alone_and_is_tried_at_a_border() {
        let mut faults = Vec::new();
        for &rule in RuleId::ALL {
            let name = file_of(rule);
            let (code, listed) = (rule.code(), FILES.iter().find(|(file, _)| *file == name));
            let its_file = file(listed.unwrap_or_else(|| panic!("{name}.json is missing")));
            let own: Vec<&Decided> = EVERYTHING.iter().filter(|it| it.file == name).collect();
            let times = |status| own.iter().filter(|it| it.status(rule) == status).count();
            let mut demand = |holds: bool, what: &str| {
                if !holds {
                    faults.push(format!("{name}.json: {what}"));
                }
            };
            let passes = match (its_file.never_refuses, its_file.never_passes) {
                (true, _) => 2,
                (_, true) => 0,
                _ => 1,
            };
            demand(own.len() >= 4, "fewer than four scenarios");
            demand(times(Status::Pass) >= passes, "too few where it passes");
            demand(
                its_file.never_refuses || times(Status::Fail) >= 1,
                "none where it refuses",
            );
            demand(
                times(Status::NotApplicable) >= 1,
                "none where it has nothing to say",
            );
            demand(
                own.iter().any(|it| it.scenario.edge.is_some()),
                "none at an edge",
            );
            demand(
                !rule.is_extension() || own.iter().any(|it| it.scenario.without.contains(&rule)),
                "none with the extension switched off",
            );
            for it in &own {
                demand(
                    it.scenario.expect.rules.contains_key(&rule),
                    &format!(
                        "{:?} does not say what {code} says",
                        it.scenario.description
                    ),
                );
            }
            for it in EVERYTHING.iter() {
                for said in it.everything_said_by(rule) {
                    let never = match said.status {
                        Status::Fail => its_file.never_refuses,
                        Status::Pass => its_file.never_passes,
                        _ => false,
                    };
                    demand(!never, &format!("{code} does, in {}", it.place()));
                }
            }
        }
        assert_none(&faults);
    }

    #[test]
    fn every_description_is_told_once_and_every_named_fact_is_used() {
        let mut descriptions = BTreeSet::new();
        let mut named: BTreeMap<String, Value> = read("scenarios/facts.json", FACTS);
        for scenario in FILES.iter().flat_map(|listed| file(listed).scenarios) {
            for name in &scenario.given {
                named.remove(name);
            }
            let repeated = descriptions.replace(scenario.description);
            assert_eq!(repeated, None, "a description is told twice");
        }
        assert!(named.is_empty(), "nobody uses {:?}", named.keys());
    }

    /// `UPDATE_GOLDEN=1` writes them anew after the wire shape was changed on purpose.
    #[test]
    fn the_verdicts_on_record_keep_their_shape_byte_for_byte() {
        let mut recorded = BTreeSet::new();
        for decided in EVERYTHING.iter() {
            let Some(name) = &decided.scenario.golden else {
                continue;
            };
            assert!(recorded.insert(name.clone()), "{name} is recorded twice");
            let path = folder("tests/golden").join(format!("{name}.json"));
            let verdict = serde_json::to_string_pretty(&decided.verdict).unwrap() + "\n";
            if std::env::var_os("UPDATE_GOLDEN").is_some() {
                fs::write(&path, &verdict).unwrap();
            }
            let on_record = fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(on_record, verdict, "{name}, {}", decided.place());
            assert_eq!(read::<Verdict>(name, &verdict), decided.verdict);
        }
        assert_eq!(recorded, json_files("tests/golden"));
    }
}

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen_test::wasm_bindgen_test]
fn every_scenario_has_the_expected_verdict_in_the_browser() {
    every_verdict_is_the_expected_one();
}
