//! S32: without the Admin agent role, the way to a customer's request is closed (L87).

use super::prelude::*;
use super::s31_admin_agents_way::is_customers_cloud_request;

pub(super) const SEED: &[u16] = &[87];

pub(super) fn check(case: &Case<'_>) -> Finding {
    if let Some(incident) = case.incident()
        && incident.beneficiary.is_none()
        && case.placement() == Ok(Placement::Cloud)
    {
        return Finding::needs(Need::Beneficiary);
    }
    if !is_customers_cloud_request(case) {
        return Finding::not_applicable();
    }
    let roles = case.programme.policy().customer_roles.clone();
    Finding::pass_if(case.has_role_of(&roles))
        .with("roles", Value::Ids(case.facts.viewer.roles.clone()))
        .with("needed", Value::Ids(roles.clone()))
        .else_try(NextStep::AskForRole { roles })
}
