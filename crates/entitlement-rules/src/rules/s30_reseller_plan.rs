//! S30: a reseller who raises a request for one of the plan's workloads (Azure) may use the resellers' plan with **no**
//! contract; it consumes nothing (L85). E10 restricts it to customers.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(&[85], Asks::INCIDENT).with(|programme| {
    let plan = &programme.policy().reseller_plan;
    vec![
        parameter("plan", Value::Id(plan.id.clone())),
        parameter("plan-workloads", Value::Ids(plan.workloads.clone())),
    ]
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let Payer::ResellerPlan(id) = case.subject.payer else {
        return trace.not_applicable();
    };
    if id != case.programme.policy().reseller_plan.id {
        return trace
            .fail()
            .with("plan", || Seen::Id(id))
            .else_try(|| NextStep::ContactProgramme);
    }
    if !case.standing.reseller {
        return trace
            .fail()
            .with("associations", || {
                Seen::Ids(&case.facts.viewer.associations)
            })
            .else_try(|| NextStep::SignInWithAnotherAccount {
                association: Some(case.programme.policy().reseller_association.clone()),
            });
    }
    let policy = case.programme.policy();
    let Some(product) = case.product() else {
        return trace.needs(Need::Product);
    };
    if !policy.reseller_plan.workloads.contains(&product.workload) {
        return trace
            .fail()
            .with("workload", || Seen::Id(&product.workload))
            .with("plan-workloads", || {
                Seen::Ids(&policy.reseller_plan.workloads)
            })
            .else_try(|| NextStep::ComparePlans {
                plans: case.paid_plans_for(product.placement),
            });
    }
    trace
        .pass()
        .with("plan", || Seen::Id(&policy.reseller_plan.id))
        .with("workload", || Seen::Id(&product.workload))
}

#[cfg(test)]
mod tests {
    use crate::testing::{customers, member, reasons};

    fn reseller() -> crate::testing::World {
        member().associations(&["csp"]).roles(&["admin-agent"])
    }

    #[test]
    fn a_customers_azure_machine_is_covered_without_a_contract_and_consumes_nothing() {
        let verdict = reseller().creates(customers("azure-virtual-machines"));
        assert!(verdict.is_allowed(), "{:?}", reasons(&verdict));
        assert!(matches!(
            verdict.funding,
            Some(crate::Funding::ResellerPlan { .. })
        ));
        assert_eq!(verdict.consumes, 0);
    }

    #[test]
    fn other_workloads_are_refused() {
        assert_eq!(
            reasons(&reseller().creates(customers("microsoft-teams"))),
            ["S30"]
        );
    }

    #[test]
    fn an_account_that_is_no_reseller_cannot_choose_it() {
        let mut question = customers("azure-virtual-machines");
        let plan = member().programme.policy().reseller_plan.id.clone();
        question.funding = Some(crate::Funding::ResellerPlan { plan });
        assert_eq!(reasons(&member().creates(question)), ["S30"]);
    }
}
