//! S36: one paid plan is the top level of support, Premier Support for Partners in 2021 (L95): the plan of the highest
//! level covers whatever its scope says, and nothing stands above it.

use super::prelude::*;
use super::s34_paid_plans::{covers, scopes};

pub(super) const RULE: Rule =
    Rule::of_the_seed(&[95], Asks::INCIDENT).with(|programme| scopes(programme, true));

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    covers(case, trace, true)
}

#[cfg(test)]
mod tests {
    use crate::testing::{by_plan, member, reasons, status};
    use crate::{Placement, RuleId, Status};

    #[test]
    fn the_top_plan_covers_every_product_and_every_version() {
        for (product, version) in [
            ("windows-server", Some("2012-r2")),
            ("microsoft-teams", None),
        ] {
            let verdict = member()
                .plan("premier")
                .creates(by_plan("premier", product, version));
            assert!(verdict.is_allowed(), "{:?}", reasons(&verdict));
            assert_eq!(status(&verdict, RuleId::S36), Status::Pass);
        }
    }

    #[test]
    fn a_top_plan_that_covers_one_side_only_is_refused_on_the_other() {
        let world = member().plan("premier").programme(|data| {
            let premier = data
                .plans
                .iter_mut()
                .find(|plan| plan.id == "premier")
                .unwrap();
            premier.scope = Placement::Cloud;
        });
        let verdict = world.creates(by_plan("premier", "windows-server", Some("2019")));
        assert_eq!(reasons(&verdict), ["S36"]);
    }
}
