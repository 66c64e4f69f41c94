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
