//! S21: Signature Cloud Support at Silver is unlimited with any cloud competency, otherwise 5 incidents (L65).

use super::prelude::*;

pub(super) const SEED: &[u16] = &[65];

pub(super) fn check(case: &Case<'_>) -> Finding {
    super::states_amount(case, super::RuleId::S21)
}
