//! S19: Product Support carries 10, 15 or 20 incidents by tier (L64). The amounts are the programme's data; of several
//! tiers in one package the highest counts.

use super::prelude::*;

pub(super) const SEED: &[u16] = &[64];

pub(super) fn check(case: &Case<'_>) -> Finding {
    super::states_amount(case, super::RuleId::S19)
}
