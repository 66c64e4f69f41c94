//! E7: a contract lasts a fixed number of years, and stays usable for some days of grace after its end. S16 passes by it
//! during those days, with a warning.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::extension(
    Asks::of(&[QuestionKind::Link, QuestionKind::CreateIncident]),
    |programme| super::on(&programme.policy().extensions.contract_term).is_some(),
)
.with(
    |programme| match &programme.policy().extensions.contract_term {
        Some(term) => vec![
            parameter("years", Value::Count(term.years)),
            parameter("grace-days", Value::Count(term.grace_days)),
        ],
        None => Vec::new(),
    },
);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let Some(contract) = case.subject.contract else {
        return trace.not_applicable();
    };
    let last = case.programme.last_usable_day(contract.end);
    if contract.end < case.as_of && case.as_of <= last {
        trace.pass().with("last-usable-day", || Seen::Date(last))
    } else {
        trace.not_applicable()
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, World, incident, member, reasons, status};
    use crate::{Allotment, RuleId, Status};

    fn day_20_of_grace() -> World {
        let world = member()
            .offer("gold", Some("devops"))
            .active(PRODUCT_SUPPORT, Allotment::Finite(20));
        world.on("2021-07-20")
    }

    #[test]
    fn a_contract_is_usable_in_its_days_of_grace() {
        let verdict = day_20_of_grace().creates(incident("windows-server", Some("2019")));
        assert!(verdict.is_allowed(), "{:?}", reasons(&verdict));
        assert!(verdict.rule(RuleId::S16).unwrap().warning);
        assert_eq!(status(&verdict, RuleId::E7), Status::Pass);
    }

    #[test]
    fn without_it_the_last_day_is_the_end() {
        let world = day_20_of_grace().policy(|policy| {
            policy.extensions.contract_term = None;
            policy.extensions.renewal_reminders = None;
        });
        assert_eq!(
            reasons(&world.creates(incident("windows-server", Some("2019")))),
            ["S16"]
        );
    }
}
