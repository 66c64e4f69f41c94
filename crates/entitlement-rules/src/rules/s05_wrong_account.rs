//! S5: when the company has active offers that this account cannot see, the wrong account may be in use: say so and
//! offer "Sign in with another account" (L42).

use super::prelude::*;

pub(super) const SEED: &[u16] = &[42];

pub(super) fn check(case: &Case<'_>) -> Finding {
    if !case.is_on_benefits_page() || !case.is_member() {
        return Finding::not_applicable();
    }
    let Some(partner) = &case.facts.partner else { return Finding::not_applicable() };
    Finding::pass_if(!partner.offers_hidden)
        .with("offers-hidden", Value::Flag(partner.offers_hidden))
        .with("partner", Value::Name(partner.name.clone()))
        .else_try(NextStep::SignInWithAnotherAccount { association: None })
}
