//! S5: when the company has active offers that this account cannot see, the wrong account may be in use: say so and
//! offer "Sign in with another account" (L42).

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(&[42], Asks::PAGE);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    if !case.standing.member {
        return trace.not_applicable();
    }
    let Some(partner) = &case.facts.partner else {
        return trace.not_applicable();
    };
    trace
        .pass_if(!partner.offers_hidden)
        .with("offers-hidden", || Seen::Flag(partner.offers_hidden))
        .with("partner", || Seen::Name(&partner.name))
        .else_try(|| NextStep::SignInWithAnotherAccount { association: None })
}

#[cfg(test)]
mod tests {
    use crate::testing::{member, reasons, status};
    use crate::{NextStep, Outcome, RuleId, Status};

    #[test]
    fn an_account_that_sees_the_offers_passes() {
        let verdict = member()
            .offer("silver", Some("datacenter"))
            .opens_benefits();
        assert_eq!(status(&verdict, RuleId::S5), Status::Pass);
    }

    #[test]
    fn offers_that_this_account_cannot_see_point_to_another_account() {
        let mut world = member();
        world.partner().offers_hidden = true;
        let verdict = world.opens_benefits();
        assert_eq!(verdict.outcome, Outcome::Refused);
        assert_eq!(reasons(&verdict), ["S5"]);
        let step = NextStep::SignInWithAnotherAccount { association: None };
        assert_eq!(verdict.next_steps, [step]);
    }
}
