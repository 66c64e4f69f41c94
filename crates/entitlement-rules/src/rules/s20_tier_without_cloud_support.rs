//! S20: the tier that carries no Signature Cloud Support: the table's cell is empty (L65).

use super::prelude::*;
use crate::programme::AllotmentCondition;

pub(super) const SEED: &[u16] = &[65];

pub(super) fn check(case: &Case<'_>) -> Finding {
    let finding = super::states_amount(case, super::RuleId::S20);
    let Some(entitlement) = case.subject.entitlement else { return finding };
    let for_cloud_competencies = entitlement
        .benefit
        .allotments
        .iter()
        .any(|row| row.when == AllotmentCondition::CloudCompetency);
    let finding = match for_cloud_competencies {
        true => finding.else_try(super::s23_cloud_competencies::earn_one(case)),
        false => finding,
    };
    finding.else_try(NextStep::ComparePlans {
        plans: case.paid_plans_for(entitlement.benefit.scope),
    })
}
