//! S28: on premises, **any** work or personal account may use the benefit if it has both IDs; no role and no
//! association is needed (L75).

use super::prelude::*;
use crate::account::AccountKind;

pub(super) const RULE: Rule = Rule::of_the_seed(&[75], Asks::INCIDENT);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let covers_on_premises = match (case.subject.benefit, case.subject.payer) {
        (Some(benefit), _) => benefit.scope == Placement::OnPremises,
        (None, Payer::HeldIds) => case.placement() != Ok(Placement::Cloud),
        _ => false,
    };
    if !covers_on_premises {
        return trace.not_applicable();
    }
    let has_both_ids = match case.subject.contract {
        // The partner's own IDs are there to be read (S11); another company's must have been entered.
        Some(contract) => contract.own || contract.linked_on.is_some(),
        None if matches!(case.subject.payer, Payer::HeldIds) => false,
        // Not activated: there are no IDs yet, which S8 and S12 say.
        None => return trace.not_applicable(),
    };
    let kind = match case.facts.viewer.kind {
        AccountKind::Work => "work",
        AccountKind::Personal => "personal",
    };
    trace
        .pass_if(has_both_ids)
        .with("account-kind", || Seen::Id(kind))
        .with("has-both-ids", || Seen::Flag(has_both_ids))
        .else_try(|| NextStep::Link { contract: None })
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, bare_account, incident, reasons, status};
    use crate::{Allotment, NextStep, RuleId, Status};

    #[test]
    fn a_personal_account_with_both_ids_may_use_it_without_any_role() {
        let world = bare_account().linked_from_elsewhere(PRODUCT_SUPPORT, Allotment::Finite(15));
        let verdict = world.creates(incident("windows-server", Some("2019")));
        assert!(verdict.is_allowed());
        assert_eq!(verdict.consumes, 1);
        assert_eq!(status(&verdict, RuleId::S28), Status::Pass);
    }

    #[test]
    fn an_account_without_them_is_asked_for_both() {
        let verdict = bare_account().creates(incident("windows-server", Some("2019")));
        assert_eq!(reasons(&verdict), ["S14", "S28"]);
        assert_eq!(verdict.next_steps, [NextStep::Link { contract: None }]);
    }
}
