//! S33: choosing the workload opens that workload's own portal, where the contract is added and the request made (L87).

use super::prelude::*;
use crate::programme::Programme;
use crate::verdict::Input;
use std::borrow::Cow;

pub(super) const RULE: Rule = Rule::of_the_seed(&[87], Asks::INCIDENT).with(portals);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    if case.placement() != Ok(Placement::Cloud) {
        return trace.not_applicable();
    }
    let workload = case
        .product()
        .and_then(|product| case.programme.workload(&product.workload));
    let Some(workload) = workload else {
        return trace.not_applicable();
    };
    trace
        .pass()
        .with("workload", || Seen::Id(&workload.id))
        .with("portal", || Seen::Id(&workload.portal))
}

/// The portal of each workload.
fn portals(programme: &Programme) -> Vec<Input> {
    let workloads = programme.data().workloads.iter();
    workloads
        .map(|workload| Input {
            name: Cow::Owned(workload.id.clone()),
            value: Value::Id(workload.portal.clone()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, SIGNATURE, bare_account, incident, status};
    use crate::{Allotment, RuleId, Status, Value};

    #[test]
    fn a_cloud_request_opens_its_workloads_portal() {
        let world = bare_account().linked_from_elsewhere(SIGNATURE, Allotment::Finite(5));
        let verdict = world.creates(incident("azure-virtual-machines", None));
        let portal = verdict.rule(RuleId::S33).unwrap().input("portal").cloned();
        assert_eq!(portal, Some(Value::Id("azure-portal".into())));
    }

    #[test]
    fn an_on_premises_request_does_not() {
        let world = bare_account().linked_from_elsewhere(PRODUCT_SUPPORT, Allotment::Finite(5));
        let verdict = world.creates(incident("windows-server", Some("2019")));
        assert_eq!(status(&verdict, RuleId::S33), Status::NotApplicable);
    }
}
