//! S18: support is troubleshooting of a specific problem, an error message, or a feature that does not work as
//! expected; advice on how to do something is outside (L54). With E17 in force the hours of advice that come with the
//! membership are named instead.

use super::prelude::*;

pub(super) const SEED: &[u16] = &[54];

pub(super) fn check(case: &Case<'_>) -> Finding {
    let Some(incident) = case.incident() else { return Finding::not_applicable() };
    let Some(kind) = incident.kind else { return Finding::needs(Need::Kind) };
    let (code, covered) = match kind {
        IncidentKind::BreakFix => ("break-fix", true),
        IncidentKind::Advisory => ("advisory", false),
        IncidentKind::Billing => ("billing", false),
    };
    let mut finding = Finding::pass_if(covered).with("kind", Value::Id(code.into()));
    if kind == IncidentKind::Advisory
        && let Some(hours) = advisory_hours(case)
    {
        finding = finding
            .with("advisory-hours", Value::Count(hours))
            .by(ExtensionId::E17)
            .else_try(NextStep::UseAdvisoryHours { hours });
    }
    finding.else_try(NextStep::DescribeProblem)
}

/// The most hours of advice that one of the partner's active offers carries.
fn advisory_hours(case: &Case<'_>) -> Option<u32> {
    let extension = case.programme.policy().extensions.advisory_hours.as_ref()?;
    if !extension.on {
        return None;
    }
    let held = case.entitlements.iter().flat_map(|entitlement| &entitlement.offers);
    held.filter_map(|offer| extension.hours.get(&offer.id)).max().copied()
}

#[cfg(test)]
mod tests {
    use crate::testing::{incident, member, reasons, status, PRODUCT_SUPPORT};
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
        assert_eq!(verdict.next_steps.first(), Some(&NextStep::UseAdvisoryHours { hours: 50 }));
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
