//! What is derived from the rules is on record: the remedies, the days on which an answer changes, the matrix of coverage
//! and the forecast of chance worlds, and the rule book, have these digests, natively and in the browser.
//! `UPDATE_DIGEST=1 cargo test -p entitlement-rules --test derived_everywhere` writes it anew after it was meant to change.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod worlds;

use entitlement_rules::{IncidentQuestion, changes, forecast, matrix, remedies, rule_book};
use worlds::{Chance, Digest, account, programmes, questions};

const DIGEST: &str = include_str!("derived_everywhere.digest");
const WORLDS: u64 = 600;

fn digests() -> String {
    let programmes = programmes();
    let mut all = ["remedies", "days", "matrix", "forecast", "rule book"]
        .map(|name| (name, Digest::default(), 0_usize));
    for (seed, programme) in (0..WORLDS).zip(programmes.iter().cycle()) {
        let mut chance = Chance::of(seed);
        let facts = account(programme, &mut chance);
        let today = facts.as_of;
        let later = today.plus_days(800);
        for question in questions(programme, &mut chance) {
            let found = remedies(programme, &facts, &question, today);
            all[0].1.add(&format!("{found:?}"));
            all[0].2 += found.len();
            let days = changes(programme, &facts, &question, today, later);
            all[1].1.add(&format!("{days:?}"));
            all[1].2 += days.len();
        }
        let of_all = matrix(programme, &facts, &IncidentQuestion::default(), today);
        all[2].1.add(&format!("{of_all:?}"));
        all[2].2 += of_all.rows.len();
        for contract in &facts.contracts {
            all[3].1.add(&format!("{:?}", forecast(contract, today)));
            all[3].2 += 1;
        }
    }
    for programme in &programmes {
        let pages = rule_book(programme);
        all[4].1.add(&format!("{pages:?}"));
        all[4].2 += pages.len();
    }
    all.map(|(name, digest, count)| format!("{name}: {count}, FNV-1a {digest}\n"))
        .concat()
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn the_server_derives_what_is_on_record() {
    let digests = digests();
    if std::env::var_os("UPDATE_DIGEST").is_some() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/derived_everywhere.digest"
        );
        std::fs::write(path, digests).unwrap();
    } else {
        assert_eq!(digests, DIGEST);
    }
}

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen_test::wasm_bindgen_test]
fn the_browser_derives_the_same() {
    assert_eq!(digests(), DIGEST);
}
