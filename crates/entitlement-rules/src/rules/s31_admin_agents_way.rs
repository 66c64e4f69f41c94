//! S31: for a customer, the Admin agent's way leads from the list of customers over service management to a new
//! request (L87).

use super::prelude::*;

pub(super) const SEED: &[u16] = &[87];

pub(super) fn check(case: &Case<'_>) -> Finding {
    let roles = &case.programme.policy().customer_roles;
    if is_customers_cloud_request(case) && case.has_role_of(roles) {
        Finding::pass().with("roles", Value::Ids(case.facts.viewer.roles.clone()))
    } else {
        Finding::not_applicable()
    }
}

/// A cloud request for a customer: the only one that needs the Admin agent. The partner's own tenant, and on-premises
/// products for whomever, do not (S28).
pub(super) fn is_customers_cloud_request(case: &Case<'_>) -> bool {
    case.incident().is_some_and(|incident| incident.beneficiary == Some(Beneficiary::Customer))
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
