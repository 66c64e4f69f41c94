//! S14: a user's first use of a benefit needs its Access ID **and** its Contract ID; one of them is not enough (L50,
//! L73, L83). With E6 in force, products that ask for no IDs are left out.

use super::prelude::*;
use crate::question::Funding;

pub(super) const RULE: Rule = Rule::of_the_seed(
    &[50, 73, 83],
    Asks::of(&[QuestionKind::Link, QuestionKind::CreateIncident]),
);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let linking = matches!(case.question, Question::Link { .. });
    match (case.subject.contract, case.subject.payer) {
        // Both IDs are being entered: they are checked where they are kept.
        (Some(_), _) if linking => trace.pass(),
        (Some(_), _) if super::e06_products_without_ids::exempts(case) => {
            trace.not_applicable().by(RuleId::E6)
        }
        (Some(contract), _)
            if contract.linked_on.is_none()
                && super::e06_products_without_ids::may_exempt(case) =>
        {
            trace.needs(Need::Product)
        }
        (Some(contract), _) => trace
            .pass_if(contract.linked_on.is_some())
            .with("linked", || Seen::Flag(contract.linked_on.is_some()))
            .else_try(|| NextStep::Link {
                contract: Some(contract.reference.clone()),
            }),
        // A contract that nobody has entered, or that this account does not know.
        (None, payer)
            if linking
                || matches!(payer, Payer::HeldIds)
                || matches!(case.names_what_it_lacks(), Some(Funding::Contract { .. })) =>
        {
            trace
                .fail()
                .with("linked", || Seen::Flag(false))
                .else_try(|| NextStep::Link { contract: None })
        }
        _ => trace.not_applicable(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, SIGNATURE, incident, member, reasons, status};
    use crate::{Allotment, NextStep, RuleId, Status};

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
        assert_eq!(
            verdict.next_steps.first(),
            Some(&NextStep::Link { contract })
        );
    }

    #[test]
    fn a_product_that_needs_no_ids_is_left_out_while_e6_is_on() {
        let world = member().offer("gold", Some("cloud-platform"));
        let world = world
            .active(SIGNATURE, Allotment::Unlimited)
            .contract(|contract| contract.linked_on = None);
        let verdict = world.creates(incident("microsoft-teams", None));
        assert!(verdict.is_allowed(), "{:?}", reasons(&verdict));
        assert_eq!(
            verdict.rule(RuleId::S14).unwrap().extension,
            Some(RuleId::E6)
        );
        let verdict = world.creates(incident("azure-virtual-machines", None));
        assert_eq!(reasons(&verdict), ["S14"]);
    }
}
