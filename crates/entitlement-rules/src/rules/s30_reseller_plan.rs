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
