//! E11: the response targets by severity are a reference: no source states them for these benefits. A paid plan has its
//! own.

use super::prelude::*;
use crate::question::Severity;

pub(super) const RULE: Rule = Rule::extension(Asks::INCIDENT, |programme| {
    super::on(&programme.policy().extensions.severity_targets).is_some()
})
.with(
    |programme| match &programme.policy().extensions.severity_targets {
        Some(hours) => vec![
            parameter("a", Value::Count(hours.a)),
            parameter("b", Value::Count(hours.b)),
            parameter("c", Value::Count(hours.c)),
        ],
        None => Vec::new(),
    },
);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let severity = case.incident.and_then(|incident| incident.asked.severity);
    let targets = super::on(&case.programme.policy().extensions.severity_targets);
    match (severity, targets) {
        (Some(severity), Some(hours)) if case.paid_plan().is_none() => {
            trace.pass().with("reference-target-hours", || {
                Seen::Count(match severity {
                    Severity::A => hours.a,
                    Severity::B => hours.b,
                    Severity::C => hours.c,
                })
            })
        }
        _ => trace.not_applicable(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, World, by_plan, incident, member, status};
    use crate::{Allotment, IncidentQuestion, RuleId, Severity, Status, Value};

    fn silver() -> World {
        let world = member().offer("silver", Some("datacenter")).plan("premier");
        world.active(PRODUCT_SUPPORT, Allotment::Finite(15))
    }

    #[test]
    fn the_reference_of_the_severity_is_named() {
        let severity = Some(Severity::B);
        let question = IncidentQuestion {
            severity,
            ..incident("windows-server", Some("2019"))
        };
        let verdict = silver().creates(question);
        let hours = verdict
            .rule(RuleId::E11)
            .unwrap()
            .input("reference-target-hours")
            .cloned();
        assert_eq!(hours, Some(Value::Count(4)));
    }

    #[test]
    fn a_paid_plan_has_its_own() {
        let severity = Some(Severity::B);
        let question = IncidentQuestion {
            severity,
            ..by_plan("premier", "windows-server", None)
        };
        assert_eq!(
            status(&silver().creates(question), RuleId::E11),
            Status::NotApplicable
        );
    }
}
