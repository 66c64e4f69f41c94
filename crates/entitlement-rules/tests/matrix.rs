//! The matrix of coverage says in every cell what the law says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod worlds;

use entitlement_rules::{
    Answer, Beneficiary, FailingSide, Funding, IncidentKind, IncidentQuestion, Matrix, Outcome,
    Placement, Programme, Question, RuleId, RuleSet, Status, decide, matrix, turning_days,
};
use std::cell::Cell;
use worlds::{Chance, account, incident, programme};

/// Matrices of accounts and incidents made by chance.
fn in_every_world(worlds: u64, law: impl Fn(&Programme, &entitlement_rules::AccountFacts, Matrix)) {
    let programme = programme();
    for seed in 0..worlds {
        let mut chance = Chance::of(seed);
        let facts = account(&programme, &mut chance);
        let about = incident(&programme, &mut chance);
        let found = matrix(&programme, &facts, &about, facts.as_of);
        law(&programme, &facts, found);
    }
}

#[test]
fn every_cell_is_what_the_law_says_to_that_product_paid_that_way() {
    in_every_world(12, |programme, facts, matrix| {
        for row in 0..matrix.rows.len() {
            for column in 0..matrix.columns.len() {
                let question = matrix.question(row, column).unwrap();
                let verdict = decide(
                    programme,
                    facts,
                    &Question::CreateIncident(question.clone()),
                    matrix.as_of,
                );
                let cell = matrix.cell(row, column).unwrap();
                assert_eq!(cell.outcome, verdict.outcome, "{question:?}");
                let failed = verdict.rules.iter().filter(|it| it.status == Status::Fail);
                let reasons: RuleSet = failed.map(|it| it.rule).collect();
                assert_eq!(cell.reasons, reasons, "{question:?}");
            }
        }
    });
}

#[test]
fn the_columns_are_the_ways_to_pay_that_the_law_looks_at() {
    in_every_world(500, |programme, facts, matrix| {
        let verdict = decide(
            programme,
            facts,
            &Question::CreateIncident(matrix.about.clone()),
            matrix.as_of,
        );
        assert_eq!(matrix.columns.len(), verdict.candidates.len());
        for candidate in verdict.candidates {
            let column = matrix
                .columns
                .iter()
                .find(|column| column.funding == candidate.funding)
                .unwrap();
            assert_eq!(column.benefit, candidate.benefit);
        }
    });
}

#[test]
fn every_version_and_both_sides_of_every_product_have_a_row() {
    in_every_world(1, |programme, _, matrix| {
        let products = &programme.data().products;
        let groups: Vec<_> = matrix.products().collect();
        assert_eq!(groups.len(), products.len());
        for (product, rows) in products.iter().zip(groups) {
            let rows = &matrix.rows[rows];
            assert!(rows.iter().all(|row| row.product == product.id));
            let hybrid = product.placement == Placement::Hybrid;
            let (in_the_cloud, on_premises): (Vec<_>, Vec<_>) =
                rows.iter().partition(|row| match product.placement {
                    Placement::Cloud => true,
                    Placement::OnPremises => false,
                    Placement::Hybrid => row.side == Some(FailingSide::Cloud),
                });
            assert_eq!(
                in_the_cloud.len(),
                usize::from(product.placement != Placement::OnPremises)
            );
            if product.placement != Placement::Cloud {
                let versions: Vec<_> = on_premises
                    .iter()
                    .filter_map(|row| row.version.as_deref())
                    .collect();
                let all: Vec<_> = product.versions.iter().map(|it| it.id.as_str()).collect();
                assert_eq!(versions, all);
                assert_eq!(on_premises.len(), all.len().max(1));
            }
            assert!(rows.iter().all(|row| row.side.is_some() == hybrid));
        }
    });
}

#[test]
fn nothing_is_left_open_once_product_version_and_side_are_chosen() {
    in_every_world(200, |_, _, matrix| {
        assert!(
            matrix
                .answers
                .iter()
                .all(|answer| answer.outcome != Outcome::Incomplete)
        );
    });
}

#[test]
fn without_more_it_asks_about_a_problem_of_the_own_company() {
    let programme = programme();
    let facts = account(&programme, &mut Chance::of(1));
    let asked = IncidentQuestion {
        product: Some("no such product".into()),
        failing_side: Some(FailingSide::Cloud),
        funding: Some(Funding::HeldIds),
        ..IncidentQuestion::default()
    };
    let matrix = matrix(&programme, &facts, &asked, facts.as_of);
    let expected = IncidentQuestion {
        beneficiary: Some(Beneficiary::OwnCompany),
        kind: Some(IncidentKind::BreakFix),
        ..IncidentQuestion::default()
    };
    assert_eq!(matrix.about, expected);
}

#[test]
fn outside_the_matrix_there_is_no_cell() {
    in_every_world(20, |_, _, matrix| {
        let (rows, columns) = (matrix.rows.len(), matrix.columns.len());
        for (row, column) in [(rows, 0), (0, columns), (usize::MAX, usize::MAX)] {
            assert_eq!(matrix.cell(row, column), None);
            assert_eq!(matrix.question(row, column), None);
        }
    });
}

#[test]
fn a_matrix_survives_the_wire_and_its_cells_are_small_there() {
    in_every_world(20, |_, _, matrix| {
        let text = serde_json::to_string(&matrix).unwrap();
        assert_eq!(serde_json::from_str::<Matrix>(&text).unwrap(), matrix);
        let cells = serde_json::to_string(&matrix.cells).unwrap();
        assert!(cells.len() <= matrix.cells.len() * 3 + 2, "{cells}");
    });
}

#[test]
fn from_one_turning_day_to_the_next_no_cell_changes_and_on_some_of_them_one_does() {
    let turned = Cell::new(0);
    in_every_world(8, |programme, facts, found| {
        let days = turning_days(programme, Some(facts), &programme.data().products);
        let on = |day| Matrix {
            as_of: found.as_of,
            ..matrix(programme, facts, &found.about, day)
        };
        for pair in days.windows(2) {
            assert!(pair[0] < pair[1]);
            let now = on(pair[0]);
            assert_eq!(now, on(pair[1].plus_days(-1)), "{} to {}", pair[0], pair[1]);
            turned.set(turned.get() + usize::from(now != on(pair[0].plus_days(-1))));
        }
    });
    assert!(turned.get() > 20, "{}", turned.get());
}

#[test]
fn an_answer_depends_on_the_account_when_nothing_else_stands_against_it() {
    let answer = |outcome, reasons: &[RuleId]| Answer {
        outcome,
        reasons: reasons.iter().copied().collect(),
    };
    assert!(answer(Outcome::Refused, &[RuleId::S8]).is_conditional());
    assert!(answer(Outcome::Refused, &[RuleId::S12, RuleId::S14]).is_conditional());
    assert!(answer(Outcome::Incomplete, &[]).is_conditional());
    assert!(!answer(Outcome::Refused, &[RuleId::S12, RuleId::S25]).is_conditional());
    assert!(!answer(Outcome::Refused, &[]).is_conditional());
    assert!(!answer(Outcome::Allowed, &[]).is_conditional());
}
