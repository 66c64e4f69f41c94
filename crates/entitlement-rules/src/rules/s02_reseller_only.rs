//! S2: an account associated with the reseller programme **only** is refused with "You are not authorized for this
//! action" (L37). It closes the benefits page alone: the customers' way (S30, S31) stays open.

use super::prelude::*;

pub(super) const SEED: &[u16] = &[37];

pub(super) fn check(case: &Case<'_>) -> Finding {
    if !case.is_on_benefits_page() || !case.is_reseller() {
        return Finding::not_applicable();
    }
    let policy = case.programme.policy();
    Finding::pass_if(case.is_member())
        .with("associations", Value::Ids(case.facts.viewer.associations.clone()))
        .else_try(NextStep::SignInWithAnotherAccount {
            association: Some(policy.member_association.clone()),
        })
}
