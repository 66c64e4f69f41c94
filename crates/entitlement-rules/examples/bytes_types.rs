//! What the WebAssembly holds with the law's types alone: programme, facts, question and verdict are read as the app reads
//! them, a verdict is written, and nothing is decided. `cargo xtask size` takes the differences to `bytes_without` and `bytes_with`.

use entitlement_rules::{AccountFacts, ProgrammeData, Question, Verdict};
use light_json::{FromJson, from_str};
use std::hint::black_box;

const PROGRAMME: &str = include_str!("../../../programmes/mpn-2021.json");
const FACTS: &str = include_str!("bytes.facts.json");

#[derive(FromJson)]
#[allow(dead_code, reason = "read, so that reading is in the module")]
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
    black_box((&data, &asked.is_some()));
    let verdict: Option<Verdict> = from_str(black_box("{}")).ok();
    serde_json::to_string(&verdict).map_or(0, |json| json.len())
}
