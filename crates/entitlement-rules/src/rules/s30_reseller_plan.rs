//! S30: a reseller who raises a request for one of the plan's workloads (Azure) may use the resellers' plan with **no**
//! contract; it consumes nothing (L85). With E10 in force it does not cover the reseller's own tenant.

use super::prelude::*;

pub(super) const SEED: &[u16] = &[85];

pub(super) fn check(case: &Case<'_>) -> Finding {
    let (Some(incident), true) = (case.incident(), case.is_by_reseller_plan()) else {
        return Finding::not_applicable();
    };
    if !case.is_reseller() {
        return Finding::fail()
            .with("associations", Value::Ids(case.facts.viewer.associations.clone()))
            .else_try(NextStep::SignInWithAnotherAccount {
                association: Some(case.programme.policy().reseller_association.clone()),
            });
    }
    let policy = case.programme.policy();
    let Some(product) = case.product() else { return Finding::needs(Need::Product) };
    if !policy.reseller_plan.workloads.contains(&product.workload) {
        return Finding::fail()
            .with("workload", Value::Id(product.workload.clone()))
            .with("plan-workloads", Value::Ids(policy.reseller_plan.workloads.clone()))
            .else_try(NextStep::ComparePlans { plans: case.paid_plans_for(product.placement) });
    }
    let customers_only =
        policy.extensions.reseller_plan_customers_only.as_ref().is_some_and(|switch| switch.on);
    match incident.beneficiary {
        None => Finding::needs(Need::Beneficiary),
        Some(Beneficiary::OwnCompany) if customers_only => Finding::fail()
            .by(ExtensionId::E10)
            .with("beneficiary", Value::Id("own-company".into()))
            .else_try(NextStep::ChooseCustomer),
        Some(_) => Finding::pass()
            .with("plan", Value::Id(policy.reseller_plan.id.clone()))
            .with("workload", Value::Id(product.workload.clone())),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{customers, incident, member, reasons};
    use crate::{ExtensionId, RuleId};

    fn reseller() -> crate::testing::World {
        member().associations(&["csp"]).roles(&["admin-agent"])
    }

    #[test]
    fn a_customers_azure_machine_is_covered_without_a_contract_and_consumes_nothing() {
        let verdict = reseller().creates(customers("azure-virtual-machines"));
        assert!(verdict.is_allowed(), "{:?}", reasons(&verdict));
        assert!(matches!(verdict.funding, Some(crate::Funding::ResellerPlan { .. })));
        assert_eq!(verdict.consumes, 0);
    }

    #[test]
    fn other_workloads_and_the_own_tenant_are_refused() {
        assert_eq!(reasons(&reseller().creates(customers("microsoft-teams"))), ["S30"]);
        let verdict = reseller().creates(incident("azure-virtual-machines", None));
        assert_eq!(reasons(&verdict), ["S30"]);
        assert_eq!(verdict.rule(RuleId::S30).unwrap().extension, Some(ExtensionId::E10));
    }

    #[test]
    fn an_account_that_is_no_reseller_cannot_choose_it() {
        let mut question = customers("azure-virtual-machines");
        let plan = member().programme.policy().reseller_plan.id.clone();
        question.funding = Some(crate::Funding::ResellerPlan { plan });
        assert_eq!(reasons(&member().creates(question)), ["S30"]);
    }
}
