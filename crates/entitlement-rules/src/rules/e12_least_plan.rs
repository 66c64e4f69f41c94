//! E12: for some workloads, Dynamics 365 among them, the incident of a reseller's customer needs a paid plan of at least
//! the named level.

use super::prelude::*;
use crate::programme::CustomerPlan;

pub(super) const RULE: Rule = Rule::extension(Asks::INCIDENT, |programme| {
    super::on(&programme.policy().extensions.customer_plan).is_some()
})
.with(
    |programme| match &programme.policy().extensions.customer_plan {
        Some(least) => vec![
            parameter("workloads", Value::Ids(least.workloads.clone())),
            parameter("least-plan", Value::Id(least.plan.clone())),
        ],
        None => Vec::new(),
    },
);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let (Some(incident), Some(least)) = (
        case.incident,
        super::on(&case.programme.policy().extensions.customer_plan),
    ) else {
        return trace.not_applicable();
    };
    let enough = match case.paid_plan() {
        Some((_, Some(plan))) => plan.level >= least_level(case, least),
        _ => false,
    };
    let product = match (incident.asked.beneficiary, incident.product) {
        _ if !case.standing.reseller => return trace.not_applicable(),
        (Some(Beneficiary::OwnCompany), _) => return trace.not_applicable(),
        (_, None) if enough => return trace.not_applicable(),
        (_, None) => return trace.needs(Need::Product),
        (_, Some(product)) if !least.workloads.contains(&product.workload) => {
            return trace.not_applicable();
        }
        (None, Some(_)) if enough => return trace.not_applicable(),
        (None, Some(_)) => return trace.needs(Need::Beneficiary),
        (Some(Beneficiary::Customer), Some(product)) => product,
    };
    trace
        .pass_if(enough)
        .with("workload", || Seen::Id(&product.workload))
        .with("least-plan", || Seen::Id(&least.plan))
        .else_try(|| NextStep::ComparePlans {
            plans: case
                .programme
                .paid_plans()
                .filter(|plan| plan.level >= least_level(case, least))
                .map(|plan| plan.id.clone())
                .collect(),
        })
}

fn least_level(case: &Case<'_>, least: &CustomerPlan) -> Option<u32> {
    case.programme.plan(&least.plan).and_then(|plan| plan.level)
}

#[cfg(test)]
mod tests {
    use crate::testing::{SIGNATURE, World, customers, member, reasons};
    use crate::{Allotment, Funding, NextStep};

    fn reseller() -> World {
        let world = member()
            .associations(&["mpn", "csp"])
            .offer("gold", Some("security"));
        world.active(SIGNATURE, Allotment::Unlimited)
    }

    #[test]
    fn the_least_plan_is_enough() {
        let world = reseller().plan("advanced");
        let verdict = world.creates(customers("dynamics-365-field-service"));
        assert!(verdict.is_allowed(), "{:?}", reasons(&verdict));
        assert_eq!(
            verdict.funding,
            Some(Funding::PaidPlan {
                plan: "advanced".into()
            })
        );
    }

    #[test]
    fn a_benefit_is_not_and_the_plans_that_are_get_named() {
        let verdict = reseller().creates(customers("dynamics-365-field-service"));
        assert_eq!(reasons(&verdict), ["E12"]);
        let plans = vec!["advanced".to_owned(), "premier".to_owned()];
        assert!(
            verdict
                .next_steps
                .contains(&NextStep::ComparePlans { plans })
        );
    }

    #[test]
    fn other_workloads_do_not_need_it() {
        assert!(
            reseller()
                .creates(customers("microsoft-teams"))
                .is_allowed()
        );
    }
}
