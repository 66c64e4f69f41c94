//! The rules can be read as data, and two programmes laid side by side.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use entitlement_rules::{
    Programme, QuestionKind, RuleDifference, RuleId, RulePage, Switch, difference, rule_book,
};

fn mpn() -> Programme {
    Programme::read(include_bytes!("../../../programmes/mpn-2021.json")).unwrap()
}

fn maicpp() -> Programme {
    Programme::read(include_bytes!("../../../programmes/maicpp-2025.json")).unwrap()
}

fn page(rule: RuleId) -> RulePage {
    let mut pages = rule_book(&mpn()).into_iter();
    pages.find(|page| page.rule == rule).unwrap()
}

#[test]
fn every_rule_has_a_page_with_a_statement_of_its_own() {
    let book = rule_book(&mpn());
    let rules: Vec<RuleId> = book.iter().map(|page| page.rule).collect();
    assert_eq!(rules, RuleId::ALL);
    for page in &book {
        let words = &page.statement;
        assert!(words.len() >= 20, "{words}");
        assert!(
            words.starts_with(|first: char| first.is_uppercase()),
            "{words}"
        );
        assert!(!words.starts_with(page.rule.code()), "{words}");
        assert!(words.ends_with('.'), "{words}");
        assert!(!words.contains("//") && !words.contains("**"), "{words}");
        assert!(!words.contains("(L") && !words.contains("  "), "{words}");
        let same = book.iter().filter(|other| other.statement == *words);
        assert_eq!(same.count(), 1, "{words}");
    }
}

#[test]
fn a_statement_is_the_first_paragraph_of_the_rules_file() {
    assert_eq!(
        page(RuleId::S7).statement,
        "The page is meant for Global admins, MPN partner admins and Admin agents. With E2 in force any other member \
         of the partner may open it to read, which is said as a warning."
    );
    assert_eq!(
        page(RuleId::S36).statement,
        "One paid plan is the top level of support, Premier Support for Partners in 2021: the plan of the highest \
         level covers whatever its scope says, and nothing stands above it."
    );
    // What stands in brackets without naming lines stays.
    assert!(
        page(RuleId::S13)
            .statement
            .contains("(a tier without its competency)")
    );
}

#[test]
fn a_page_says_where_the_rule_comes_from_and_what_it_speaks_to() {
    let seeds = page(RuleId::S9);
    assert_eq!((&*seeds.seed_lines, seeds.extension), (&[46][..], false));
    assert_eq!(seeds.speaks_to, [QuestionKind::Activate]);
    let extension = page(RuleId::E9);
    assert!(extension.seed_lines.is_empty() && extension.extension && extension.in_force);
    assert_eq!(extension.parameters[0].name, "reasons");
}

#[test]
fn a_programme_does_not_differ_from_itself() {
    assert_eq!(difference(&mpn(), &mpn()), []);
}

#[test]
fn a_switched_extension_is_a_difference_even_without_parameters() {
    let mut data = mpn().data().clone();
    data.policy.extensions.one_issue = Some(Switch {
        on: false,
        source: "reading".into(),
    });
    let found = difference(&mpn(), &Programme::check(data).unwrap());
    let [only] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(only.rule, RuleId::E14);
    assert!(only.before.in_force && !only.after.in_force);
}

/// `UPDATE_DIFFERENCE=1 cargo test -p entitlement-rules --test rule_book` writes it anew after a programme changed.
#[test]
fn what_the_programme_of_2025_changed_is_on_record() {
    let found = difference(&mpn(), &maicpp());
    if std::env::var_os("UPDATE_DIFFERENCE").is_some() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/rule_book.difference.json"
        );
        let text = serde_json::to_string_pretty(&found).unwrap();
        std::fs::write(path, text + "\n").unwrap();
    } else {
        let record = include_str!("rule_book.difference.json");
        let record: Vec<RuleDifference> = serde_json::from_str(record).unwrap();
        assert_eq!(found, record);
    }
}

#[test]
fn a_rule_book_survives_the_wire() {
    let book = rule_book(&maicpp());
    let text = serde_json::to_string(&book).unwrap();
    assert_eq!(serde_json::from_str::<Vec<RulePage>>(&text).unwrap(), book);
}
