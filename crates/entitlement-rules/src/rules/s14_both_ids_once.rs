//! S14: a user's first use of a benefit needs its Access ID **and** its Contract ID; one of them is not enough (L50,
//! L73, L83). With E6 in force, products that ask for no IDs are left out.

use super::prelude::*;
use crate::question::Funding;

pub(super) const SEED: &[u16] = &[50, 73, 83];

pub(super) fn check(case: &Case<'_>) -> Finding {
    if case.incident().is_none() {
        return Finding::not_applicable();
    }
    let without_ids =
        case.programme.policy().extensions.products_without_ids.as_ref().is_some_and(|it| it.on)
            && case.product().is_some_and(|product| !product.ids_needed);
    match (case.subject.contract, case.subject.funding) {
        (Some(contract), _) if without_ids && contract.own => {
            Finding::not_applicable().by(ExtensionId::E6)
        }
        (Some(contract), _) => Finding::pass_if(contract.linked_on.is_some())
            .with("linked", Value::Flag(contract.linked_on.is_some()))
            .else_try(NextStep::Link { contract: Some(contract.reference.clone()) }),
        (None, Some(Funding::HeldIds)) => Finding::fail()
            .with("linked", Value::Flag(false))
            .else_try(NextStep::Link { contract: None }),
        _ => Finding::not_applicable(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{incident, member, reasons, status, PRODUCT_SUPPORT, SIGNATURE};
    use crate::{Allotment, ExtensionId, NextStep, RuleId, Status};

    #[test]
    fn an_account_that_entered_both_ids_passes() {
        let world = member().offer("gold", Some("datacenter"));
        let world = world.active(PRODUCT_SUPPORT, Allotment::Finite(20));
        let verdict = world.creates(incident("windows-server", Some("2019")));
        assert_eq!(status(&verdict, RuleId::S14), Status::Pass);
    }

    #[test]
    fn the_first_use_asks_for_both_ids() {
        let world = member().offer("gold", Some("datacenter"));
        let world = world
            .active(PRODUCT_SUPPORT, Allotment::Finite(20))
            .contract(|contract| contract.linked_on = None);
        let verdict = world.creates(incident("windows-server", Some("2019")));
        assert_eq!(reasons(&verdict), ["S14"]);
        let contract = Some("c-product-support.competency".to_owned());
        assert_eq!(verdict.next_steps.first(), Some(&NextStep::Link { contract }));
    }

    #[test]
    fn a_product_that_needs_no_ids_is_left_out_while_e6_is_on() {
        let world = member().offer("gold", Some("cloud-platform"));
        let world = world
            .active(SIGNATURE, Allotment::Unlimited)
            .contract(|contract| contract.linked_on = None);
        let verdict = world.creates(incident("microsoft-teams", None));
        assert!(verdict.is_allowed(), "{:?}", reasons(&verdict));
        assert_eq!(verdict.rule(RuleId::S14).unwrap().extension, Some(ExtensionId::E6));
        let verdict = world.creates(incident("azure-virtual-machines", None));
        assert_eq!(reasons(&verdict), ["S14"]);
    }
}
