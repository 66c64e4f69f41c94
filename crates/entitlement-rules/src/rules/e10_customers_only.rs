//! E10: the resellers' plan is for customers: it does not cover the reseller's own tenant. S30 alone would.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::extension(Asks::INCIDENT, |programme| {
    super::on(&programme.policy().extensions.reseller_plan_customers_only).is_some()
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let beneficiary = case
        .incident
        .and_then(|incident| incident.asked.beneficiary);
    let extension = super::on(
        &case
            .programme
            .policy()
            .extensions
            .reseller_plan_customers_only,
    );
    match beneficiary {
        None if case.is_by_reseller_plan() && extension.is_some() => trace.needs(Need::Beneficiary),
        Some(beneficiary) if case.is_by_reseller_plan() && extension.is_some() => {
            let own = beneficiary == Beneficiary::OwnCompany;
            trace
                .pass_if(!own)
                .with("own-company", || Seen::Flag(own))
                .else_try(|| NextStep::ChooseCustomer)
        }
        _ => trace.not_applicable(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{World, customers, incident, member, reasons, status};
    use crate::{RuleId, Status};

    fn reseller() -> World {
        member().associations(&["csp"]).roles(&["admin-agent"])
    }

    #[test]
    fn a_customers_tenant_is_covered() {
        let verdict = reseller().creates(customers("azure-virtual-machines"));
        assert!(verdict.is_allowed());
        assert_eq!(status(&verdict, RuleId::E10), Status::Pass);
    }

    #[test]
    fn the_own_tenant_is_refused_while_it_is_in_force() {
        let own = incident("azure-virtual-machines", None);
        assert_eq!(reasons(&reseller().creates(own.clone())), ["E10"]);
        let world =
            reseller().policy(|policy| policy.extensions.reseller_plan_customers_only = None);
        assert!(world.creates(own).is_allowed());
    }
}
