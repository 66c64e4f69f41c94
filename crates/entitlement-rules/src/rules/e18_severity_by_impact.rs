//! E18: the severity follows what the incident does to the business: none more urgent than the impact justifies.

use super::prelude::*;
use crate::question::{Impact, Severity};

pub(super) const RULE: Rule = Rule::extension(Asks::INCIDENT, |programme| {
    super::on(&programme.policy().extensions.severity_by_impact).is_some()
})
.with(
    |programme| match &programme.policy().extensions.severity_by_impact {
        Some(table) => vec![
            parameter("critical", Value::Id(code(table.critical).into())),
            parameter("moderate", Value::Id(code(table.moderate).into())),
            parameter("minimal", Value::Id(code(table.minimal).into())),
        ],
        None => Vec::new(),
    },
);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let table = super::on(&case.programme.policy().extensions.severity_by_impact);
    let asked = case.incident.map(|incident| incident.asked);
    let (Some(table), Some(asked)) = (table, asked) else {
        return trace.not_applicable();
    };
    let (Some(severity), Some(impact)) = (asked.severity, asked.impact) else {
        return trace.not_applicable();
    };
    let justified = match impact {
        Impact::Critical => table.critical,
        Impact::Moderate => table.moderate,
        Impact::Minimal => table.minimal,
    };
    // A comes first: a smaller letter is more urgent.
    trace
        .pass_if(severity >= justified)
        .with("severity", || Seen::Id(code(severity)))
        .with("justified", || Seen::Id(code(justified)))
        .else_try(|| NextStep::ChooseSeverity {
            severity: justified,
        })
}

fn code(severity: Severity) -> &'static str {
    match severity {
        Severity::A => "a",
        Severity::B => "b",
        Severity::C => "c",
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, World, incident, member, reasons};
    use crate::{Allotment, Impact, IncidentQuestion, NextStep, Severity};

    fn silver() -> World {
        let world = member().offer("silver", Some("datacenter"));
        world.active(PRODUCT_SUPPORT, Allotment::Finite(15))
    }

    fn with(severity: Severity, impact: Impact) -> IncidentQuestion {
        IncidentQuestion {
            severity: Some(severity),
            impact: Some(impact),
            ..incident("windows-server", Some("2019"))
        }
    }

    #[test]
    fn a_critical_impact_justifies_the_highest_severity_and_any_lower_one() {
        assert!(
            silver()
                .creates(with(Severity::A, Impact::Critical))
                .is_allowed()
        );
        assert!(
            silver()
                .creates(with(Severity::C, Impact::Critical))
                .is_allowed()
        );
    }

    #[test]
    fn a_moderate_impact_does_not_and_the_one_that_fits_is_named() {
        let verdict = silver().creates(with(Severity::A, Impact::Moderate));
        assert_eq!(reasons(&verdict), ["E18"]);
        let severity = Severity::B;
        assert!(
            verdict
                .next_steps
                .contains(&NextStep::ChooseSeverity { severity })
        );
    }
}
