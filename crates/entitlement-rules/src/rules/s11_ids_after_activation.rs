//! S11: the Access ID and the Contract ID appear only after a successful activation (L44).

use super::prelude::*;

pub(super) const SEED: &[u16] = &[44];

pub(super) fn check(case: &Case<'_>) -> Finding {
    if !matches!(case.question, Question::ViewIds { .. }) {
        return Finding::not_applicable();
    }
    let own = case.subject.contract.is_some_and(|contract| contract.own);
    Finding::pass_if(own)
        .with("own-contract", Value::Flag(own))
        .else_try(NextStep::SignInWithAnotherAccount { association: None })
}
