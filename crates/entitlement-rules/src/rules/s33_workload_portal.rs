//! S33: choosing the workload opens that workload's own portal, where the contract is added and the request made (L87).

use super::prelude::*;

pub(super) const SEED: &[u16] = &[87];

pub(super) fn check(case: &Case<'_>) -> Finding {
    if case.incident().is_none() || case.placement() != Ok(Placement::Cloud) {
        return Finding::not_applicable();
    }
    let workload = case.product().and_then(|product| case.programme.workload(&product.workload));
    let Some(workload) = workload else { return Finding::not_applicable() };
    Finding::pass()
        .with("workload", Value::Id(workload.id.clone()))
        .with("portal", Value::Id(workload.portal.clone()))
}
