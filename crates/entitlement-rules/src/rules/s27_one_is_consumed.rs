//! S27: creating a covered incident consumes one from a finite allotment; at 0 it is refused. Unlimited only counts
//! (L73).

use super::prelude::*;

pub(super) const SEED: &[u16] = &[73];

pub(super) fn check(case: &Case<'_>) -> Finding {
    let (Some(_), Some(contract)) = (case.incident(), case.subject.contract) else {
        return Finding::not_applicable();
    };
    let remaining = contract.remaining();
    Finding::pass_if(remaining.has_one_left())
        .with("remaining", Value::Amount(remaining))
        .with("used", Value::Count(contract.balance.used()))
        .else_try(when_spent(case))
}

/// What helps when nothing is left.
pub(super) fn when_spent(case: &Case<'_>) -> NextStep {
    let side = case.benefit().map_or(Placement::Hybrid, |benefit| benefit.scope);
    NextStep::ComparePlans { plans: case.paid_plans_for(side) }
}
