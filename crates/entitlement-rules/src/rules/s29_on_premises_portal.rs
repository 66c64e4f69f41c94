//! S29: on-premises requests go through the programme's portal for them (L77).

use super::prelude::*;

pub(super) const SEED: &[u16] = &[77];

pub(super) fn check(case: &Case<'_>) -> Finding {
    if case.incident().is_none() || case.placement() != Ok(Placement::OnPremises) {
        return Finding::not_applicable();
    }
    Finding::pass()
        .with("portal", Value::Id(case.programme.policy().on_premises_portal.clone()))
}
