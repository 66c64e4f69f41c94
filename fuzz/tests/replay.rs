//! The fuzz targets' promises on every seed, and on some thousands of texts that grow out of them: the same on every
//! machine.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "../../crates/entitlement-rules/tests/worlds/mod.rs"]
mod worlds;

use entitlement_rules::decide;
use partner_support_fuzz::{
    claims_mapping, light_json, programme_file, settings, verdict_body, webhook_signature,
};
use serde_json::{Value, json};
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;
use support_api::{Problem, ProblemCode};
use worlds::Chance;

/// Texts tried of each kind; the environment variable of the same name asks for more.
const MUTANTS: u64 = 1_000;

/// Every file of a folder of the project, by name; none when there is no such folder.
fn files(folder: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(folder);
    let mut paths: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|file| file.unwrap().path())
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// The promise on the seeds as they are and on what grows out of them; a failure names the seed of the chance.
fn replay(seeds: &[Vec<u8>], promise: fn(&[u8])) {
    for seed in seeds {
        promise(seed);
    }
    // What a fuzzer found need not be JSON.
    let trees: Vec<Value> = seeds
        .iter()
        .filter_map(|seed| serde_json::from_slice(seed).ok())
        .collect();
    let mutants = std::env::var("MUTANTS").map_or(MUTANTS, |asked| asked.parse().unwrap());
    for number in 0..mutants {
        let mut chance = Chance::of(number);
        let text = match trees.is_empty() || chance.once_in(3) {
            true => other_bytes(seeds, &mut chance),
            false => other_values(&trees, &mut chance),
        };
        assert!(
            catch_unwind(|| promise(&text)).is_ok(),
            "broken by mutant {number}: {}",
            String::from_utf8_lossy(&text)
        );
    }
}

/// A seed with some bytes changed, taken away, repeated, or brought in from another.
fn other_bytes(seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut text = chance.pick(seeds).clone();
    for _ in 0..=chance.below(3) {
        let from = chance.below(text.len() as u32 + 1) as usize;
        let to = (from + chance.below(40) as usize).min(text.len());
        match chance.below(4) {
            0 if from < text.len() => text[from] ^= 1 << chance.below(8),
            1 => drop(text.drain(from..to)),
            2 => {
                let again = text[from..to].to_vec();
                text.splice(from..from, again);
            }
            _ => {
                let other = chance.pick(seeds);
                let at = chance.below(other.len() as u32) as usize;
                let length = chance.below(200) as usize;
                text.splice(from..to, other[at..].iter().take(length).copied());
            }
        }
    }
    text
}

/// A seed that is still JSON, with some of its values changed for others.
fn other_values(trees: &[Value], chance: &mut Chance) -> Vec<u8> {
    let mut tree = chance.pick(trees).clone();
    for _ in 0..=chance.below(3) {
        let other = match chance.below(3) {
            0 => some_value(&mut chance.pick(trees).clone(), chance).clone(),
            1 => some_value(&mut tree, chance).clone(),
            _ => chance
                .pick(&[
                    json!(null),
                    json!(true),
                    json!(-1),
                    json!(0),
                    json!(u32::MAX),
                    json!(u64::MAX),
                    json!(1e300),
                    json!(""),
                    json!("9999-12-31"),
                    json!("0001-01-01"),
                    json!("unlimited"),
                    json!("a.b.c"),
                    json!("x".repeat(300)),
                    json!([]),
                    json!({}),
                ])
                .clone(),
        };
        let place = some_value(&mut tree, chance);
        match place {
            Value::Object(fields) if chance.once_in(3) => {
                let names: Vec<String> = fields.keys().cloned().collect();
                match names.is_empty() || chance.once_in(2) {
                    true => drop(fields.insert("unheard-of".into(), other)),
                    false => drop(fields.remove(chance.pick(&names))),
                }
            }
            Value::Array(entries) if chance.once_in(2) => entries.push(other),
            _ => *place = other,
        }
    }
    serde_json::to_vec(&tree).unwrap()
}

/// Goes down from the root, at every step by chance; seldom all the way.
fn some_value<'a>(tree: &'a mut Value, chance: &mut Chance) -> &'a mut Value {
    let inside = match tree {
        Value::Array(entries) => entries.len() as u32,
        Value::Object(fields) => fields.len() as u32,
        _ => 0,
    };
    if inside == 0 || chance.once_in(5) {
        return tree;
    }
    let at = chance.below(inside) as usize;
    match tree {
        Value::Array(entries) => some_value(&mut entries[at], chance),
        Value::Object(fields) => some_value(fields.values_mut().nth(at).unwrap(), chance),
        leaf => leaf,
    }
}

#[test]
fn whatever_a_programme_file_holds_it_answers_or_every_fault_has_its_place() {
    let mut seeds = files("programmes");
    seeds.extend(files("fuzz/seeds/programme_file"));
    replay(&seeds, programme_file);
}

#[test]
fn whatever_a_question_holds_it_gets_a_verdict_or_a_problem_with_its_place() {
    replay(&files("fuzz/seeds/verdict_body"), verdict_body);
}

#[test]
fn whatever_a_token_claims_nobody_gets_more_than_the_rules_give() {
    replay(&files("fuzz/seeds/claims_mapping"), claims_mapping);
}

#[test]
fn whatever_a_settings_file_holds_it_is_used_or_every_fault_has_its_place_and_no_password_is_shown()
{
    let mut seeds = files("fuzz/seeds/settings");
    seeds.push(include_bytes!("../../deploy/settings.toml").to_vec());
    replay(&seeds, settings);
}

#[test]
fn whatever_is_sent_as_a_signed_call_counts_only_with_our_signature_of_just_now() {
    replay(&files("fuzz/seeds/webhook_signature"), webhook_signature);
}

#[test]
fn whatever_the_browser_is_answered_it_reads_as_the_server_would() {
    let mut seeds = files("fuzz/seeds/light_json");
    seeds.extend(files("programmes"));
    let examples = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/api.md"));
    for part in examples.unwrap().split("```json\n").skip(1) {
        seeds.push(part.split("```").next().unwrap().into());
    }
    for (seed, programme) in (0..60).zip(worlds::programmes().iter().cycle()) {
        let mut chance = Chance::of(seed);
        let facts = worlds::account(programme, &mut chance);
        for question in worlds::questions(programme, &mut chance) {
            let verdict = decide(programme, &facts, &question, facts.as_of);
            let mut problem = Problem::new(ProblemCode::Refused);
            problem.verdict = Some(Box::new(verdict));
            problem.account = Some(Box::new(facts.clone()));
            let answer = serde_json::to_string(&problem).unwrap();
            assert_eq!(light_json::from_str(&answer), Ok(problem));
            let asked = serde_json::to_string(&question).unwrap();
            assert_eq!(light_json::from_str(&asked), Ok(question));
        }
    }
    replay(&seeds, light_json);
}

#[test]
fn the_fuzzers_know_every_field_and_word_of_the_seeds() {
    let dictionary = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/json.dict")).unwrap();
    let mut seeds = files("programmes");
    seeds.extend(files("fuzz/seeds/verdict_body"));
    seeds.extend(files("fuzz/seeds/claims_mapping"));
    for seed in seeds {
        for field in fields(&serde_json::from_slice(&seed).unwrap()) {
            let entry = format!("\"\\\"{field}\\\"\"");
            assert!(
                dictionary.lines().any(|line| line == entry),
                "json.dict lacks {entry}"
            );
        }
    }
}

/// The names of all fields that are written in lower case: others are ids.
fn fields(tree: &Value) -> Vec<String> {
    match tree {
        Value::Array(entries) => entries.iter().flat_map(fields).collect(),
        Value::Object(entries) => entries
            .iter()
            .flat_map(|(name, value)| {
                let mut below = fields(value);
                below.push(name.clone());
                below
            })
            .collect(),
        _ => Vec::new(),
    }
}
