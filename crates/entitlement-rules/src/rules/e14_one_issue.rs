//! E14: an incident is about one issue.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::extension(Asks::INCIDENT, |programme| {
    super::on(&programme.policy().extensions.one_issue).is_some()
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let extension = super::on(&case.programme.policy().extensions.one_issue);
    let issues = case.incident.and_then(|incident| incident.asked.issues);
    match (issues, extension) {
        (Some(issues), Some(_)) => trace
            .pass_if(issues <= 1)
            .with("issues", || Seen::Count(issues))
            .else_try(|| NextStep::SplitIncident),
        _ => trace.not_applicable(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, World, incident, member, reasons};
    use crate::{Allotment, IncidentQuestion, NextStep};

    fn silver() -> World {
        let world = member().offer("silver", Some("datacenter"));
        world.active(PRODUCT_SUPPORT, Allotment::Finite(15))
    }

    fn with(issues: u32) -> IncidentQuestion {
        IncidentQuestion {
            issues: Some(issues),
            ..incident("windows-server", Some("2019"))
        }
    }

    #[test]
    fn one_issue_is_one_incident() {
        assert!(silver().creates(with(1)).is_allowed());
    }

    #[test]
    fn two_issues_are_two_incidents() {
        let verdict = silver().creates(with(2));
        assert_eq!(reasons(&verdict), ["E14"]);
        assert!(verdict.next_steps.contains(&NextStep::SplitIncident));
    }
}
