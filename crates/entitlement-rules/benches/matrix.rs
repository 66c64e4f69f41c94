//! Milliseconds per matrix of coverage: 100 products against 10 entitlements, and the whole catalogue of a programme.
//! Natively `cargo bench -p entitlement-rules --bench matrix`; in a browser, with `wasm-bindgen-test-runner` as the
//! runner of the target, `cargo test --release -p entitlement-rules --bench matrix --target wasm32-unknown-unknown --
//! --nocapture`.
//!
//! Absolute figures say as much about the machine and its other tenants as about the law.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program: it prints, reads a clock, and ends where something is not as expected"
)]

#[allow(
    dead_code,
    reason = "a browser writes no file, and nobody gathers what a machine takes natively"
)]
#[path = "../../support-server/benches/goals/mod.rs"]
mod goals;
#[path = "../tests/worlds/mod.rs"]
mod worlds;

use entitlement_rules::{
    AccountFacts, Activation, Allotment, AllotmentCondition, AllotmentRow, Balance,
    BenefitActivation, BenefitKey, Contract, IncidentQuestion, MembershipOffer, Offer, OfferStatus,
    Placement, Programme, RuleId, Words, matrix,
};
use goals::Goal;
use worlds::{Chance, account};

const ROUNDS: usize = 9;

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    measure(|line| println!("{line}"));
}

#[cfg(not(target_arch = "wasm32"))]
fn milliseconds() -> f64 {
    static START: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed().as_secs_f64() * 1e3
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen_test::wasm_bindgen_test]
fn prints_the_figures() {
    measure(|line| wasm_bindgen_test::console_log!("{line}"));
}

#[cfg(target_arch = "wasm32")]
fn milliseconds() -> f64 {
    js_sys::Date::now()
}

fn measure(print: impl Fn(String)) {
    let (programme, facts) = ten_entitlements();
    let hundred = figure("100 products x 10 entitlements", &programme, &facts);
    print(hundred.to_string());
    let mut data = programme.data().clone();
    data.products = worlds::programme().data().products.clone();
    let programme = Programme::check(data).unwrap();
    print(figure("the whole catalogue", &programme, &facts).to_string());
    // What runs in a browser leaves no file: whoever gathers the goals finds them in the line after this mark.
    if cfg!(target_arch = "wasm32") {
        let goal = Goal {
            goal: "L2",
            text: "matrix of 100 x 10 in Chromium, ms".to_owned(),
            ours: hundred.median,
            peer: None,
            ratio: None,
            wanted: "<= 1 ms",
            reached: hundred.median <= 1.0,
        };
        print(format!("GOALS {}", goals::json(&[goal]).trim_end()));
    }
}

/// What a matrix takes, in milliseconds.
struct Figure {
    name: &'static str,
    median: f64,
    cells: usize,
}

impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Figure {
            name,
            median,
            cells,
        } = self;
        let per_cell = median * 1e6 / *cells as f64;
        write!(
            f,
            "{name}: {median:.3} ms per matrix of {cells} cells, {per_cell:.0} ns per cell"
        )
    }
}

/// The median of some rounds, each long enough for a clock of whole milliseconds. Every matrix is on another date, as
/// under a time slider.
fn figure(name: &'static str, programme: &Programme, facts: &AccountFacts) -> Figure {
    let about = IncidentQuestion::default();
    let mut cells = 0;
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = milliseconds();
            let mut matrices = 0;
            while milliseconds() - start < 250.0 {
                for day in 0..30 {
                    let on = facts.as_of.plus_days(day);
                    cells = matrix(programme, facts, &about, on).cells.len();
                }
                matrices += 30;
            }
            (milliseconds() - start) / f64::from(matrices)
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    Figure {
        name,
        median: rounds[ROUNDS / 2],
        cells,
    }
}

/// A hundred products of one row each, and a partner with both benefits of five packages active.
fn ten_entitlements() -> (Programme, AccountFacts) {
    let mut data = worlds::programme().data().clone();
    let known = data.products.clone();
    data.products = (known.iter().cycle().take(100).enumerate())
        .map(|(number, product)| {
            let mut product = product.clone();
            product.id = format!("{}-{number}", product.id);
            product.versions.truncate(1);
            if product.placement == Placement::Hybrid {
                product.placement = Placement::OnPremises;
            }
            product
        })
        .collect();
    let mut facts = (0..)
        .map(|seed| account(&worlds::programme(), &mut Chance::of(seed)))
        .find(|facts| facts.partner.is_some())
        .unwrap();
    let partner = facts.partner.as_mut().unwrap();
    partner.offers.clear();
    partner.activations.clear();
    facts.contracts.clear();
    for number in 0..5 {
        let id = format!("offer-{number}");
        data.offers.push(Offer {
            id: id.clone(),
            name: Words::Same(id.clone()),
            package: format!("package-{number}"),
            needs_competency: false,
        });
        for benefit in &mut data.benefits {
            benefit.allotments.push(AllotmentRow {
                offer: id.clone(),
                when: AllotmentCondition::Always,
                amount: Allotment::Finite(10),
                rule: RuleId::S19,
                source: data.sources[0].id.clone(),
            });
            let key = BenefitKey {
                benefit: benefit.id.clone(),
                package: format!("package-{number}"),
            };
            let reference = key.to_string();
            facts.contracts.push(Contract {
                reference: reference.clone(),
                benefit: key.clone(),
                holder: partner.name.clone(),
                own: true,
                access_id_masked: Some("••••01".into()),
                contract_id_masked: Some("••••02".into()),
                start: facts.as_of,
                end: facts.as_of.plus_years(1),
                balance: Balance::granted(Allotment::Finite(10)),
                linked_on: Some(facts.as_of),
            });
            partner.activations.push(BenefitActivation {
                benefit: key,
                activation: Activation::Active {
                    contract: reference,
                },
            });
        }
        partner.offers.push(MembershipOffer {
            offer: id,
            competency: None,
            start: facts.as_of.plus_days(-100),
            anniversary: facts.as_of.plus_days(200),
            status: OfferStatus::Active,
        });
    }
    (Programme::check(data).unwrap(), facts)
}
