//! S32: without the Admin agent role, the way to a customer's request is closed (L87).

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(&[87], Asks::INCIDENT).with(|programme| {
    vec![parameter(
        "needed",
        Value::Ids(programme.policy().customer_roles.clone()),
    )]
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let beneficiary = case
        .incident
        .and_then(|incident| incident.asked.beneficiary);
    match (beneficiary, case.placement()) {
        (Some(Beneficiary::OwnCompany), _) | (_, Ok(Placement::OnPremises)) => {
            return trace.not_applicable();
        }
        (Some(Beneficiary::Customer), Ok(_)) => {}
        // Whatever is still unknown, the role is there.
        _ if case.standing.helps_customers => return trace.not_applicable(),
        (_, Err(need)) => return trace.needs(need),
        (None, Ok(_)) => return trace.needs(Need::Beneficiary),
    }
    let roles = || case.programme.policy().customer_roles.clone();
    trace
        .pass_if(case.standing.helps_customers)
        .with("roles", || Seen::Ids(&case.facts.viewer.roles))
        .with("needed", || Seen::List(roles()))
        .else_try(|| NextStep::AskForRole { roles: roles() })
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, bare_account, customers, member, reasons, status};
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
