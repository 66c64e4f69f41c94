//! S29: on-premises requests go through the programme's portal for them (L77).

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(&[77], Asks::INCIDENT).with(|programme| {
    vec![parameter(
        "portal",
        Value::Id(programme.policy().on_premises_portal.clone()),
    )]
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    if case.placement() != Ok(Placement::OnPremises) {
        return trace.not_applicable();
    }
    trace.pass().with("portal", || {
        Seen::Id(&case.programme.policy().on_premises_portal)
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, SIGNATURE, bare_account, incident, status};
    use crate::{Allotment, RuleId, Status, Value};

    #[test]
    fn an_on_premises_request_goes_to_its_portal() {
        let world = bare_account().linked_from_elsewhere(PRODUCT_SUPPORT, Allotment::Finite(15));
        let verdict = world.creates(incident("windows-server", Some("2019")));
        let portal = verdict.rule(RuleId::S29).unwrap().input("portal").cloned();
        assert_eq!(portal, Some(Value::Id("support-for-business".into())));
    }

    #[test]
    fn a_cloud_request_does_not() {
        let world = bare_account().linked_from_elsewhere(SIGNATURE, Allotment::Finite(5));
        let verdict = world.creates(incident("azure-virtual-machines", None));
        assert_eq!(status(&verdict, RuleId::S29), Status::NotApplicable);
    }
}
