//! S29: on-premises requests go through the programme's portal for them (L77).

use super::prelude::*;

pub(super) const SEED: &[u16] = &[77];

pub(super) fn check(case: &Case<'_>) -> Finding {
    if case.incident().is_none() || case.placement() != Ok(Placement::OnPremises) {
        return Finding::not_applicable();
    }
    Finding::pass()
        .with("portal", Value::Id(case.programme.policy().on_premises_portal.clone()))
}

#[cfg(test)]
mod tests {
    use crate::testing::{bare_account, incident, status, PRODUCT_SUPPORT, SIGNATURE};
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
