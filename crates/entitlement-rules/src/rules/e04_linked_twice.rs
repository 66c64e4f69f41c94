//! E4: linking the same contract a second time is harmless, and that is said. It is S15 that passes by it, with a
//! warning.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::extension(Asks::of(&[QuestionKind::Link]), |programme| {
    super::on(&programme.policy().extensions.link_again).is_some()
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let linked_on = case
        .subject
        .contract
        .and_then(|contract| contract.linked_on);
    match linked_on {
        Some(on) if does_no_harm(case) => trace.pass().with("linked-on", || Seen::Date(on)),
        _ => trace.not_applicable(),
    }
}

/// Whether a second link is harmless.
pub(super) fn does_no_harm(case: &Case<'_>) -> bool {
    super::on(&case.programme.policy().extensions.link_again).is_some()
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, bare_account, reasons, status};
    use crate::{Allotment, NextStep, Question, RuleId, Status};

    fn again() -> Question {
        Question::Link {
            contract: "c-elsewhere".into(),
        }
    }

    #[test]
    fn a_second_link_does_no_harm_and_says_so() {
        let world = bare_account().linked_from_elsewhere(PRODUCT_SUPPORT, Allotment::Finite(5));
        let verdict = world.ask(&again());
        assert!(verdict.is_allowed(), "{:?}", reasons(&verdict));
        assert!(verdict.rule(RuleId::S15).unwrap().warning);
        assert_eq!(status(&verdict, RuleId::E4), Status::Pass);
    }

    #[test]
    fn without_it_a_second_link_is_refused_with_the_contract_to_use() {
        let world = bare_account().linked_from_elsewhere(PRODUCT_SUPPORT, Allotment::Finite(5));
        let world = world.policy(|policy| policy.extensions.link_again = None);
        let verdict = world.ask(&again());
        assert_eq!(reasons(&verdict), ["S15"]);
        let contract = "c-elsewhere".to_owned();
        assert_eq!(verdict.next_steps, [NextStep::UseContract { contract }]);
    }
}
