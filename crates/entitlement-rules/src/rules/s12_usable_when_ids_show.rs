//! S12: a benefit is usable exactly when both IDs are shown; a pending one is not usable (L48).

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(
    &[48],
    Asks::of(&[
        QuestionKind::ViewIds,
        QuestionKind::Link,
        QuestionKind::CreateIncident,
    ]),
);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    if let Some(contract) = case.subject.contract {
        return trace
            .pass_if(contract.shows_both_ids())
            .with("access-id-shown", || {
                Seen::Flag(contract.access_id_masked.is_some())
            })
            .with("contract-id-shown", || {
                Seen::Flag(contract.contract_id_masked.is_some())
            })
            .else_try(|| NextStep::ContactProgramme);
    }
    match (case.incident, case.subject.entitlement) {
        (Some(_), Some(entitlement)) => match &entitlement.activation {
            Activation::Pending { .. } => super::s10_request_is_pending::wait(
                case,
                trace.fail().with("activation", || Seen::Id("pending")),
            ),
            // The account says active, but its contract did not come with it: nothing can be used.
            Activation::Active { .. } => trace
                .fail()
                .with("contract", || Seen::Missing)
                .else_try(|| NextStep::ContactProgramme),
            Activation::NotActivated | Activation::Failed { .. } => trace.not_applicable(),
        },
        _ => trace.not_applicable(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, incident, member, reasons, status};
    use crate::{Allotment, NextStep, RuleId, Status};

    #[test]
    fn two_ids_make_a_benefit_usable() {
        let world = member().offer("gold", Some("datacenter"));
        let world = world.active(PRODUCT_SUPPORT, Allotment::Finite(20));
        let verdict = world.creates(incident("windows-server", Some("2019")));
        assert_eq!(status(&verdict, RuleId::S12), Status::Pass);
    }

    #[test]
    fn a_pending_benefit_is_not_usable() {
        let world = member()
            .offer("gold", Some("datacenter"))
            .pending(PRODUCT_SUPPORT);
        let verdict = world.creates(incident("windows-server", Some("2019")));
        assert_eq!(reasons(&verdict), ["S12"]);
        assert!(matches!(
            verdict.next_steps.first(),
            Some(NextStep::Wait { .. })
        ));
    }

    #[test]
    fn one_id_of_the_two_is_not_enough() {
        let world = member().offer("gold", Some("datacenter"));
        let world = world
            .active(PRODUCT_SUPPORT, Allotment::Finite(20))
            .contract(|contract| contract.contract_id_masked = None);
        let verdict = world.creates(incident("windows-server", Some("2019")));
        assert_eq!(reasons(&verdict), ["S12"]);
    }
}
