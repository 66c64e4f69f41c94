//! The browser and the server give the same verdict: the same worlds, decided natively and in WebAssembly, have the same
//! digest. `UPDATE_DIGEST=1 cargo test -p entitlement-rules --test same_everywhere` writes it anew after a rule changed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may stop at the first surprise, and this one prints its digest for runs over more worlds"
)]

mod worlds;

use entitlement_rules::decide;
use worlds::{Chance, Digest, account, how_many, programmes, questions};

/// On record for the usual number of worlds; a run over more hands on what the native one found.
const DIGEST: &str = match option_env!("DIGEST") {
    Some(digest) => digest,
    None => include_str!("same_everywhere.digest"),
};

/// Of the JSON of every verdict.
fn digest_of_all_verdicts() -> String {
    let programmes = programmes();
    let mut digest = Digest::default();
    let mut verdicts = 0_u32;
    for (seed, programme) in (0..how_many(1_500)).zip(programmes.iter().cycle()) {
        let mut chance = Chance::of(seed);
        let facts = account(programme, &mut chance);
        for question in questions(programme, &mut chance) {
            let verdict = decide(programme, &facts, &question, facts.as_of);
            digest.add(&serde_json::to_string(&verdict).unwrap());
            verdicts += 1;
        }
    }
    format!("{verdicts} verdicts, FNV-1a {digest}")
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn the_server_gives_the_verdicts_on_record() {
    let digest = digest_of_all_verdicts();
    eprintln!("{digest}");
    if std::env::var_os("UPDATE_DIGEST").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/same_everywhere.digest");
        std::fs::write(path, format!("{digest}\n")).unwrap();
    } else {
        assert_eq!(digest, DIGEST.trim());
    }
}

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen_test::wasm_bindgen_test]
fn the_browser_gives_the_same_verdicts_as_the_server() {
    assert_eq!(digest_of_all_verdicts(), DIGEST.trim());
}
