//! What the WebAssembly holds with the law: what `bytes_types` reads and writes, and the programme is checked and the question decided.
//! `cargo xtask size` takes the difference.

use entitlement_rules::{AccountFacts, Programme, ProgrammeData, Question, Verdict, decide};
use light_json::{FromJson, from_str};
use std::hint::black_box;

const PROGRAMME: &str = include_str!("../../../programmes/mpn-2021.json");
const FACTS: &str = include_str!("bytes.facts.json");

#[derive(FromJson)]
struct Asked {
    facts: AccountFacts,
    question: Question,
}

/// Called by nobody: it keeps what it calls in the module.
#[allow(unsafe_code, reason = "an exported name")]
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> usize {
    let data: Option<ProgrammeData> = from_str(black_box(PROGRAMME)).ok();
    let asked: Option<Asked> = from_str(black_box(FACTS)).ok();
    let (Some(data), Some(asked)) = (data, asked) else {
        return 0;
    };
    let Ok(programme) = Programme::check(data) else {
        return 0;
    };
    let read: Option<Verdict> = from_str(black_box("{}")).ok();
    let verdict = decide(&programme, &asked.facts, &asked.question, asked.facts.as_of);
    serde_json::to_string(&read.unwrap_or(verdict)).map_or(0, |json| json.len())
}
