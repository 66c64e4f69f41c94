//! S15: after the first use the benefit is tied to that user account, and the IDs are not asked for again (L73, L83).

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(
    &[73, 83],
    Asks::of(&[QuestionKind::Link, QuestionKind::CreateIncident]),
);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let Some(linked_on) = case
        .subject
        .contract
        .and_then(|contract| contract.linked_on)
    else {
        return trace.not_applicable();
    };
    let finding = match (case.question, super::e04_linked_twice::does_no_harm(case)) {
        (Question::Link { .. }, true) => trace.pass().by(RuleId::E4).warn(),
        (Question::Link { contract }, false) => trace.fail().else_try(|| NextStep::UseContract {
            contract: contract.clone(),
        }),
        _ => trace.pass(),
    };
    finding.with("linked-on", || Seen::Date(linked_on))
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, bare_account, incident, reasons, status};
    use crate::{Allotment, RuleId, Status};

    #[test]
    fn a_linked_contract_is_not_asked_for_again() {
        let world = bare_account().linked_from_elsewhere(PRODUCT_SUPPORT, Allotment::Finite(15));
        let verdict = world.creates(incident("windows-server", Some("2019")));
        assert!(verdict.is_allowed(), "{:?}", reasons(&verdict));
        assert_eq!(status(&verdict, RuleId::S15), Status::Pass);
    }

    #[test]
    fn before_the_first_use_there_is_no_tie() {
        let verdict = bare_account().creates(incident("windows-server", Some("2019")));
        assert_eq!(status(&verdict, RuleId::S15), Status::NotApplicable);
    }
}
