//! S17: the tie ends when no incidents remain, never for Unlimited (L73, L83). It is derived, not cut: after a refund
//! in time the same tie is there again without asking for the IDs.

use super::prelude::*;

pub(super) const SEED: &[u16] = &[73, 83];

pub(super) fn check(case: &Case<'_>) -> Finding {
    let (Some(_), Some(contract)) = (case.incident(), case.subject.contract) else {
        return Finding::not_applicable();
    };
    let remaining = contract.remaining();
    if contract.linked_on.is_none() || remaining == Allotment::Unlimited {
        return Finding::not_applicable();
    }
    Finding::pass_if(remaining.has_one_left())
        .with("remaining", Value::Amount(remaining))
        .else_try(super::s27_one_is_consumed::when_spent(case))
}
