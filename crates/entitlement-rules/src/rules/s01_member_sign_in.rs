//! S1: the technical benefits page needs a sign-in that is associated with the partner network (L35, L37).

use super::prelude::*;

pub(super) const SEED: &[u16] = &[35, 37];

pub(super) fn check(case: &Case<'_>) -> Finding {
    if !case.is_on_benefits_page() {
        return Finding::not_applicable();
    }
    let policy = case.programme.policy();
    Finding::pass_if(case.is_member())
        .with("associations", Value::Ids(case.facts.viewer.associations.clone()))
        .with("needed", Value::Id(policy.member_association.clone()))
        .else_try(NextStep::SignInWithAnotherAccount {
            association: Some(policy.member_association.clone()),
        })
}
