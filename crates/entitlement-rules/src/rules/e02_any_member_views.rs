//! E2: any member of the partner may open the benefits page to read, and view the two IDs after activation, beside the
//! audience that S7 names. It is S7 that passes by it, with a warning.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::extension(Asks::PAGE, |programme| {
    super::on(&programme.policy().extensions.any_member_views).is_some()
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    if lets_in(case) {
        trace.pass()
    } else {
        trace.not_applicable()
    }
}

/// The viewer is a member of the partner, outside the audience, and the extension lets them in.
pub(super) fn lets_in(case: &Case<'_>) -> bool {
    case.standing.member
        && !case.standing.in_audience
        && case.facts.partner.is_some()
        && super::on(&case.programme.policy().extensions.any_member_views).is_some()
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, member, reasons, status};
    use crate::{Allotment, RuleId, Status};

    fn colleague() -> crate::testing::World {
        let world = member().roles(&[]).offer("silver", Some("datacenter"));
        world.active(PRODUCT_SUPPORT, Allotment::Finite(15))
    }

    #[test]
    fn a_colleague_without_a_role_may_view_the_ids() {
        let verdict = colleague().views_ids("c-product-support.competency");
        assert!(verdict.is_allowed());
        assert_eq!(status(&verdict, RuleId::E2), Status::Pass);
    }

    #[test]
    fn without_it_only_the_audience_may() {
        let world = colleague().policy(|policy| policy.extensions.any_member_views = None);
        assert_eq!(
            reasons(&world.views_ids("c-product-support.competency")),
            ["S7"]
        );
    }
}
