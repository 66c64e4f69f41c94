//! S11: the Access ID and the Contract ID appear only after a successful activation (L44).

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(&[44], Asks::of(&[QuestionKind::ViewIds]));

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let own = case.subject.contract.is_some_and(|contract| contract.own);
    trace
        .pass_if(own)
        .with("own-contract", || Seen::Flag(own))
        .else_try(|| NextStep::SignInWithAnotherAccount { association: None })
}

#[cfg(test)]
mod tests {
    use crate::Allotment;
    use crate::testing::{PRODUCT_SUPPORT, member, reasons};

    #[test]
    fn the_ids_of_an_own_contract_may_be_seen() {
        let world = member().offer("gold", Some("datacenter"));
        let world = world.active(PRODUCT_SUPPORT, Allotment::Finite(20));
        assert!(world.views_ids("c-product-support.competency").is_allowed());
    }

    #[test]
    fn without_activation_there_are_no_ids() {
        let world = member()
            .offer("gold", Some("datacenter"))
            .pending(PRODUCT_SUPPORT);
        let verdict = world.views_ids("c-product-support.competency");
        assert_eq!(reasons(&verdict), ["S11"]);
    }
}
