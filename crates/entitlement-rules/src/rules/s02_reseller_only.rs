//! S2: an account associated with the reseller programme **only** is refused with "You are not authorized for this
//! action" (L37). It closes the benefits page alone: the customers' way (S30, S31) stays open.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(&[37], Asks::PAGE).with(|programme| {
    vec![parameter(
        "not-enough",
        Value::Id(programme.policy().reseller_association.clone()),
    )]
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    if !case.standing.reseller {
        return trace.not_applicable();
    }
    let policy = case.programme.policy();
    trace
        .pass_if(case.standing.member)
        .with("associations", || {
            Seen::Ids(&case.facts.viewer.associations)
        })
        .else_try(|| NextStep::SignInWithAnotherAccount {
            association: Some(policy.member_association.clone()),
        })
}

#[cfg(test)]
mod tests {
    use crate::testing::{member, reasons, status};
    use crate::{Outcome, RuleId, Status};

    #[test]
    fn a_member_who_is_a_reseller_too_passes() {
        let verdict = member().associations(&["csp", "mpn"]).opens_benefits();
        assert_eq!(status(&verdict, RuleId::S2), Status::Pass);
    }

    #[test]
    fn a_reseller_who_is_no_member_is_not_authorized() {
        let verdict = member().associations(&["csp"]).opens_benefits();
        assert_eq!(verdict.outcome, Outcome::Refused);
        assert_eq!(reasons(&verdict), ["S1", "S2"]);
    }
}
