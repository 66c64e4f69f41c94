//! The whole catalogue at a glance: which way to pay covers which product, on a date.

use crate::account::{AccountFacts, BenefitKey};
use crate::case::Incident;
use crate::date::Date;
use crate::decide::{Account, Brief, Way};
use crate::programme::{Placement, Programme, Version};
use crate::question::{Beneficiary, FailingSide, Funding, IncidentKind, IncidentQuestion};
use crate::rule_set::RuleSet;
use crate::rules::RuleId;
use crate::verdict::Outcome;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Every product with its versions against every way of an account to pay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// The date that it holds for.
    pub as_of: Date,
    /// What every cell asks, beside the product of its row and the funding of its column.
    pub about: IncidentQuestion,
    /// The ways to pay.
    pub columns: Vec<Column>,
    /// What fails; the rows of one product stand together, in the programme's order.
    pub rows: Vec<Row>,
    /// The different answers, each once.
    pub answers: Vec<Answer>,
    /// Row by row, the position of each cell's answer in `answers`.
    pub cells: Vec<usize>,
}

/// A way to pay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// What pays.
    pub funding: Funding,
    /// The benefit behind it, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benefit: Option<BenefitKey>,
}

/// What fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Id of the product.
    pub product: String,
    /// Id of its version; absent where versions do not matter: in the cloud, and for a product that has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Which side of a hybrid product fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<FailingSide>,
}

/// The answer of a cell; [`Matrix::question`] is what to ask the law for its explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The answer.
    pub outcome: Outcome,
    /// The rules that say no.
    pub reasons: RuleSet,
}

impl Answer {
    /// Whether nothing about the product or the way to pay stands against it, and only something that the account can put in
    /// order: a benefit to activate (S8, S12), the two IDs to enter (S14, S28), a role to get (S32); or something about the
    /// incident that was not said.
    #[must_use]
    pub fn is_conditional(&self) -> bool {
        let can_be_put_in_order = |rule| {
            matches!(
                rule,
                RuleId::S8 | RuleId::S12 | RuleId::S14 | RuleId::S28 | RuleId::S32
            )
        };
        match self.outcome {
            Outcome::Incomplete => true,
            Outcome::Refused => {
                !self.reasons.is_empty() && self.reasons.iter().all(can_be_put_in_order)
            }
            Outcome::Allowed | Outcome::Empty => false,
        }
    }
}

/// Asks about every product, version and side with every way of the account to pay. `about` is what all these incidents
/// have in common: its product, version, failing side and funding are left aside, and where it does not say for whom, or
/// what is asked for, it is a specific problem of the own company.
#[must_use]
pub fn matrix(
    programme: &Programme,
    facts: &AccountFacts,
    about: &IncidentQuestion,
    as_of: Date,
) -> Matrix {
    let about = IncidentQuestion {
        beneficiary: about.beneficiary.or(Some(Beneficiary::OwnCompany)),
        product: None,
        version: None,
        failing_side: None,
        kind: about.kind.or(Some(IncidentKind::BreakFix)),
        funding: None,
        ..about.clone()
    };
    let failing = |side| IncidentQuestion {
        failing_side: Some(side),
        ..about.clone()
    };
    let (on_premises, cloud) = (
        failing(FailingSide::OnPremises),
        failing(FailingSide::Cloud),
    );
    let account = Account::on(programme, facts, as_of);
    let (columns, ways): (Vec<Column>, Vec<Way<'_>>) = account
        .ways()
        .into_iter()
        .filter_map(|way| Some((Column::paid_by(way.funding()?, facts), way)))
        .unzip();
    let mut rows = Vec::new();
    let mut answers = Vec::new();
    let mut cells = Vec::new();
    for product in &programme.data().products {
        let mut row = |asked, side, version: Option<&Version>| {
            rows.push(Row {
                product: product.id.clone(),
                version: version.map(|version| version.id.clone()),
                side,
            });
            let incident = Incident::about(asked, Some(product), version);
            for way in &ways {
                let brief = account.covers(&incident, way);
                cells.push(position(&mut answers, brief));
            }
        };
        let (local_side, cloud_side) = match product.placement {
            Placement::OnPremises => (Some(None), None),
            Placement::Cloud => (None, Some(None)),
            Placement::Hybrid => (
                Some(Some(FailingSide::OnPremises)),
                Some(Some(FailingSide::Cloud)),
            ),
        };
        if let Some(side) = local_side {
            for version in &product.versions {
                row(&on_premises, side, Some(version));
            }
            if product.versions.is_empty() {
                row(&on_premises, side, None);
            }
        }
        if let Some(side) = cloud_side {
            row(&cloud, side, None);
        }
    }
    Matrix {
        as_of,
        about,
        columns,
        rows,
        answers,
        cells,
    }
}

/// Where the answer stands among those found so far; there are few, and neighbours are mostly alike.
fn position(answers: &mut Vec<Answer>, brief: Brief) -> usize {
    let answer = Answer {
        outcome: brief.outcome,
        reasons: brief.reasons,
    };
    let known = answers.iter().position(|known| *known == answer);
    known.unwrap_or_else(|| {
        answers.push(answer);
        answers.len() - 1
    })
}

impl Column {
    fn paid_by(funding: Funding, facts: &AccountFacts) -> Column {
        let benefit = match &funding {
            Funding::Benefit { benefit } => Some(benefit),
            Funding::Contract { contract } => facts
                .contracts
                .iter()
                .find(|held| held.reference == *contract)
                .map(|held| &held.benefit),
            Funding::HeldIds | Funding::ResellerPlan { .. } | Funding::PaidPlan { .. } => None,
        };
        Column {
            benefit: benefit.cloned(),
            funding,
        }
    }
}

impl Matrix {
    /// The answer where a row and a column meet; `None` outside the matrix.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> Option<Answer> {
        if column >= self.columns.len() {
            return None;
        }
        let position = row.checked_mul(self.columns.len())?.checked_add(column)?;
        self.answers.get(*self.cells.get(position)?).copied()
    }

    /// What a cell asks: [`decide`](crate::decide) explains its answer. `None` outside the matrix.
    #[must_use]
    pub fn question(&self, row: usize, column: usize) -> Option<IncidentQuestion> {
        let row = self.rows.get(row)?;
        Some(IncidentQuestion {
            product: Some(row.product.clone()),
            version: row.version.clone(),
            failing_side: row.side,
            funding: Some(self.columns.get(column)?.funding.clone()),
            ..self.about.clone()
        })
    }

    /// The rows of each product, so that its versions can be folded.
    pub fn products(&self) -> impl Iterator<Item = Range<usize>> {
        let mut next = 0;
        self.rows
            .chunk_by(|row, below| row.product == below.product)
            .map(move |rows| {
                let first = next;
                next += rows.len();
                first..next
            })
    }
}
