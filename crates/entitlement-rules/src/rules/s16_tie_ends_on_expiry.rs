//! S16: the tie, and with it the use of the benefit, ends when the benefit expires (L73, L83). With E7 in force a
//! contract stays usable during its grace days, with a warning.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(
    &[73, 83],
    Asks::of(&[QuestionKind::Link, QuestionKind::CreateIncident]),
);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let Some(contract) = case.subject.contract else {
        return trace.not_applicable();
    };
    let last_usable = case.programme.last_usable_day(contract.end);
    let in_time = contract.start <= case.as_of && case.as_of <= last_usable;
    let finding = trace
        .pass_if(in_time)
        .with("start", || Seen::Date(contract.start))
        .with("end", || Seen::Date(contract.end));
    if in_time && contract.end < case.as_of {
        finding
            .with("last-usable-day", || Seen::Date(last_usable))
            .by(RuleId::E7)
            .warn()
    } else {
        finding.else_try(|| NextStep::RenewMembership)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, incident, member, reasons};
    use crate::{Allotment, NextStep, RuleId};

    fn contract_until_june() -> crate::testing::World {
        let world = member().offer("gold", Some("datacenter"));
        world.active(PRODUCT_SUPPORT, Allotment::Finite(20))
    }

    #[test]
    fn a_contract_is_usable_on_its_last_day() {
        let verdict = contract_until_june()
            .on("2021-06-30")
            .creates(incident("windows-server", Some("2019")));
        assert!(verdict.is_allowed());
        assert!(!verdict.rule(RuleId::S16).unwrap().warning);
    }

    #[test]
    fn in_the_grace_days_it_is_usable_with_a_warning() {
        let verdict = contract_until_june()
            .on("2021-07-30")
            .creates(incident("windows-server", Some("2019")));
        assert!(verdict.is_allowed());
        let result = verdict.rule(RuleId::S16).unwrap();
        assert!(result.warning);
        assert_eq!(result.extension, Some(RuleId::E7));
    }

    #[test]
    fn after_the_grace_days_it_is_refused() {
        let verdict = contract_until_june()
            .on("2021-07-31")
            .creates(incident("windows-server", Some("2019")));
        assert_eq!(reasons(&verdict), ["S16"]);
        assert!(verdict.next_steps.contains(&NextStep::RenewMembership));
    }
}
