//! S18: support is troubleshooting of a specific problem, an error message, or a feature that does not work as
//! expected; advice on how to do something is outside (L54). With E17 in force the hours of advice that come with the
//! membership are named instead.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(&[54], Asks::INCIDENT);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let Some(kind) = case.incident.and_then(|incident| incident.asked.kind) else {
        return trace.needs(Need::Kind);
    };
    let (code, covered) = match kind {
        IncidentKind::BreakFix => ("break-fix", true),
        IncidentKind::Advisory => ("advisory", false),
        IncidentKind::Billing => ("billing", false),
    };
    let mut finding = trace.pass_if(covered).with("kind", || Seen::Id(code));
    if kind == IncidentKind::Advisory
        && let Some(hours) = super::e17_advisory_hours::held(case)
    {
        finding = finding
            .with("advisory-hours", || Seen::Count(hours))
            .by(RuleId::E17)
            .else_try(|| NextStep::UseAdvisoryHours { hours });
    }
    finding.else_try(|| NextStep::DescribeProblem)
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, incident, member, reasons, status};
    use crate::{Allotment, IncidentKind, Need, NextStep, Outcome, RuleId, Status};

    fn gold() -> crate::testing::World {
        let world = member().offer("gold", Some("datacenter"));
        world.active(PRODUCT_SUPPORT, Allotment::Finite(20))
    }

    #[test]
    fn a_specific_problem_passes() {
        let verdict = gold().creates(incident("windows-server", Some("2019")));
        assert_eq!(status(&verdict, RuleId::S18), Status::Pass);
    }

    #[test]
    fn a_request_for_advice_is_pointed_to_the_advisory_hours() {
        let mut question = incident("windows-server", Some("2019"));
        question.kind = Some(IncidentKind::Advisory);
        let verdict = gold().creates(question);
        assert_eq!(reasons(&verdict), ["S18"]);
        assert_eq!(
            verdict.next_steps.first(),
            Some(&NextStep::UseAdvisoryHours { hours: 50 })
        );
    }

    #[test]
    fn without_a_kind_the_answer_stays_open() {
        let mut question = incident("windows-server", Some("2019"));
        question.kind = None;
        let verdict = gold().creates(question);
        assert_eq!(verdict.outcome, Outcome::Incomplete);
        assert_eq!(verdict.needs, [Need::Kind]);
    }
}
