//! S17: the tie ends when no incidents remain, never for Unlimited (L73, L83). It is derived, not cut: after a refund
//! in time the same tie is there again without asking for the IDs.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(
    &[73, 83],
    Asks::of(&[QuestionKind::Link, QuestionKind::CreateIncident]),
);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let Some(contract) = case.subject.contract else {
        return trace.not_applicable();
    };
    let remaining = contract.remaining();
    let tied = contract.linked_on.is_some() || matches!(case.question, Question::Link { .. });
    if !tied || remaining == Allotment::Unlimited {
        return trace.not_applicable();
    }
    trace
        .pass_if(remaining.has_one_left())
        .with("remaining", || Seen::Amount(remaining))
        .else_try(|| super::s27_one_is_consumed::when_spent(case))
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, SIGNATURE, bare_account, incident, reasons, status};
    use crate::{Allotment, RuleId, Status};

    #[test]
    fn a_tie_with_incidents_left_holds() {
        let world = bare_account().linked_from_elsewhere(PRODUCT_SUPPORT, Allotment::Finite(1));
        let verdict = world.creates(incident("windows-server", Some("2019")));
        assert_eq!(status(&verdict, RuleId::S17), Status::Pass);
    }

    #[test]
    fn a_tie_ends_with_the_last_incident_and_returns_with_a_refund() {
        let world = bare_account().linked_from_elsewhere(PRODUCT_SUPPORT, Allotment::Finite(1));
        let world = world.consumed(1);
        let verdict = world.creates(incident("windows-server", Some("2019")));
        assert_eq!(reasons(&verdict), ["S17", "S27"]);
        let world = world.contract(|contract| {
            contract.balance = contract
                .balance
                .with(crate::EntryKind::Refund, Allotment::Finite(1));
        });
        assert!(
            world
                .creates(incident("windows-server", Some("2019")))
                .is_allowed()
        );
    }

    #[test]
    fn it_never_ends_for_unlimited() {
        let world = bare_account().linked_from_elsewhere(SIGNATURE, Allotment::Unlimited);
        let verdict = world
            .consumed(1_000)
            .creates(incident("azure-virtual-machines", None));
        assert!(verdict.is_allowed());
        assert_eq!(status(&verdict, RuleId::S17), Status::NotApplicable);
    }
}
