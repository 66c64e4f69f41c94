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
