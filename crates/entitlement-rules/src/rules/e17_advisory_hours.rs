//! E17: the membership carries hours of advice, by offer; the most that one of the active offers carries counts. S18
//! still refuses advice as an incident, and names the hours by this extension.

use super::prelude::*;
use crate::verdict::Input;

pub(super) const RULE: Rule = Rule::extension(Asks::INCIDENT, |programme| {
    super::on(&programme.policy().extensions.advisory_hours).is_some()
})
.with(|programme| {
    let hours = programme
        .policy()
        .extensions
        .advisory_hours
        .iter()
        .flat_map(|it| &it.hours);
    hours
        .map(|(offer, hours)| Input {
            name: offer.clone().into(),
            value: Value::Count(*hours),
        })
        .collect()
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let kind = case.incident.and_then(|incident| incident.asked.kind);
    match kind {
        Some(IncidentKind::Advisory) => match held(case) {
            Some(hours) => trace.pass().with("advisory-hours", || Seen::Count(hours)),
            None => trace.not_applicable(),
        },
        _ => trace.not_applicable(),
    }
}

/// The most hours of advice that one of the partner's active offers carries.
pub(super) fn held(case: &Case<'_>) -> Option<u32> {
    let extension = super::on(&case.programme.policy().extensions.advisory_hours)?;
    let held = case
        .entitlements
        .iter()
        .flat_map(|entitlement| &entitlement.offers);
    held.filter_map(|offer| extension.hours.get(&offer.id))
        .max()
        .copied()
}

#[cfg(test)]
mod tests {
    use crate::testing::{World, incident, member, reasons, status};
    use crate::{IncidentKind, IncidentQuestion, NextStep, RuleId, Status, Verdict};

    fn asks_advice(world: &World) -> Verdict {
        let kind = Some(IncidentKind::Advisory);
        world.creates(IncidentQuestion {
            kind,
            ..incident("windows-server", Some("2019"))
        })
    }

    #[test]
    fn advice_is_refused_with_the_hours_that_the_offer_carries() {
        let verdict = asks_advice(&member().offer("gold", Some("devops")));
        assert!(reasons(&verdict).contains(&"S18"));
        assert_eq!(status(&verdict, RuleId::E17), Status::Pass);
        assert!(
            verdict
                .next_steps
                .contains(&NextStep::UseAdvisoryHours { hours: 50 })
        );
    }

    #[test]
    fn who_holds_no_offer_is_not_promised_any() {
        let verdict = asks_advice(&member());
        assert_eq!(status(&verdict, RuleId::E17), Status::NotApplicable);
        let hours = |step: &NextStep| matches!(step, NextStep::UseAdvisoryHours { .. });
        assert!(!verdict.next_steps.iter().any(hours));
    }
}
