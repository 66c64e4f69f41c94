//! S20: the tier that carries no Signature Cloud Support: the table's cell is empty (L65).

use super::prelude::*;
use crate::programme::AllotmentCondition;

pub(super) const RULE: Rule = Rule::of_the_seed(
    &[65],
    Asks::of(&[QuestionKind::Activate, QuestionKind::CreateIncident]),
)
.with(|programme| super::stated_amounts(programme, RuleId::S20));

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let finding = super::states_amount(case, trace, RuleId::S20);
    let Some(entitlement) = case.subject.entitlement else {
        return finding;
    };
    let for_cloud_competencies = entitlement
        .benefit
        .allotments
        .iter()
        .any(|row| row.when == AllotmentCondition::CloudCompetency);
    let finding = match for_cloud_competencies {
        true => finding.else_try(|| super::s23_cloud_competencies::earn_one(case)),
        false => finding,
    };
    finding.else_try(|| NextStep::ComparePlans {
        plans: case.paid_plans_for(entitlement.benefit.scope),
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{SIGNATURE, incident, member, reasons, status};
    use crate::{Allotment, NextStep, RuleId, Status};

    #[test]
    fn a_tier_with_cloud_support_is_none_of_its_business() {
        let verdict = member()
            .offer("silver", Some("datacenter"))
            .activates(SIGNATURE);
        assert_eq!(status(&verdict, RuleId::S20), Status::NotApplicable);
    }

    #[test]
    fn an_action_pack_partners_own_azure_machine_is_refused() {
        let world = member().offer("action-pack", None);
        let world = world.active("product-support.action-pack", Allotment::Finite(10));
        let verdict = world.creates(incident("azure-virtual-machines", None));
        assert_eq!(reasons(&verdict), ["S13", "S20"]);
        let helps = |step: &NextStep| matches!(step, NextStep::EarnCompetency { competencies } if competencies.len() == 6);
        assert!(verdict.next_steps.iter().any(helps));
        let paid = |step: &NextStep| matches!(step, NextStep::ComparePlans { plans } if *plans == ["advanced", "premier"]);
        assert!(verdict.next_steps.iter().any(paid));
    }
}
