//! S37: a plan below the top level covers the side that it names, Advanced Support for Partners the cloud only (L96).

use super::prelude::*;
use super::s34_paid_plans::{covers, scopes};

pub(super) const RULE: Rule =
    Rule::of_the_seed(&[96], Asks::INCIDENT).with(|programme| scopes(programme, false));

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    covers(case, trace, false)
}

#[cfg(test)]
mod tests {
    use crate::testing::{by_plan, member, reasons};
    use crate::{Need, NextStep};

    #[test]
    fn the_cloud_plan_covers_a_cloud_product() {
        let world = member().plan("advanced");
        let verdict = world.creates(by_plan("advanced", "azure-virtual-machines", None));
        assert!(verdict.is_allowed(), "{:?}", reasons(&verdict));
    }

    #[test]
    fn an_on_premises_product_is_refused_and_the_plan_above_is_named() {
        let world = member().plan("advanced");
        let verdict = world.creates(by_plan("advanced", "windows-server", Some("2019")));
        assert_eq!(reasons(&verdict), ["S37"]);
        assert!(verdict.next_steps.contains(&NextStep::ComparePlans {
            plans: vec!["premier".into()]
        }));
    }

    #[test]
    fn a_hybrid_product_is_asked_which_side_fails() {
        let world = member().plan("advanced");
        let verdict = world.creates(by_plan("advanced", "azure-stack-hci", None));
        assert_eq!(verdict.needs, [Need::FailingSide]);
    }
}
