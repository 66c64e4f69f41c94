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

#[cfg(test)]
mod tests {
    use crate::testing::{bare_account, customers, member, reasons, status, PRODUCT_SUPPORT};
    use crate::{Allotment, NextStep, RuleId, Status};

    #[test]
    fn an_admin_agent_passes() {
        let world = member().associations(&["csp"]).roles(&["admin-agent"]);
        let verdict = world.creates(customers("azure-virtual-machines"));
        assert_eq!(status(&verdict, RuleId::S32), Status::Pass);
    }

    #[test]
    fn without_the_role_a_customers_cloud_request_is_refused() {
        let world = member().associations(&["csp"]).roles(&["global-admin"]);
        let verdict = world.creates(customers("azure-virtual-machines"));
        assert_eq!(reasons(&verdict), ["S32"]);
        let roles = vec!["admin-agent".to_owned()];
        assert!(verdict.next_steps.contains(&NextStep::AskForRole { roles }));
    }

    #[test]
    fn a_customers_on_premises_product_needs_no_role() {
        let mut question = customers("windows-server");
        question.version = Some("2019".into());
        let world = bare_account().linked_from_elsewhere(PRODUCT_SUPPORT, Allotment::Finite(15));
        assert!(world.creates(question).is_allowed());
    }
}
