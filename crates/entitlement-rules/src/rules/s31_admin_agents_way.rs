//! S31: for a customer, the Admin agent's way leads from the list of customers over service management to a new
//! request (L87).

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(&[87], Asks::INCIDENT).with(|programme| {
    vec![parameter(
        "roles",
        Value::Ids(programme.policy().customer_roles.clone()),
    )]
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    if is_customers_cloud_request(case) && case.standing.helps_customers {
        trace
            .pass()
            .with("roles", || Seen::Ids(&case.facts.viewer.roles))
    } else {
        trace.not_applicable()
    }
}

/// A cloud request for a customer: the only one that needs the Admin agent. The partner's own tenant, and on-premises
/// products for whomever, do not (S28).
pub(super) fn is_customers_cloud_request(case: &Case<'_>) -> bool {
    case.incident
        .is_some_and(|incident| incident.is_for_a_customer())
        && case.placement() == Ok(Placement::Cloud)
}

#[cfg(test)]
mod tests {
    use crate::testing::{customers, incident, member, status};
    use crate::{RuleId, Status};

    #[test]
    fn an_admin_agent_has_the_way_to_a_customers_request() {
        let world = member().associations(&["csp"]).roles(&["admin-agent"]);
        let verdict = world.creates(customers("azure-virtual-machines"));
        assert_eq!(status(&verdict, RuleId::S31), Status::Pass);
    }

    #[test]
    fn the_own_tenant_does_not_need_it() {
        let world = member().associations(&["csp"]).roles(&["admin-agent"]);
        let verdict = world.creates(incident("azure-virtual-machines", None));
        assert_eq!(status(&verdict, RuleId::S31), Status::NotApplicable);
    }
}
