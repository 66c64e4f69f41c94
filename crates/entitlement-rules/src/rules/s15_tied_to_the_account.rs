//! S15: after the first use the benefit is tied to that user account, and the IDs are not asked for again (L73, L83).

use super::prelude::*;

pub(super) const SEED: &[u16] = &[73, 83];

pub(super) fn check(case: &Case<'_>) -> Finding {
    let Some(linked_on) = case.subject.contract.and_then(|contract| contract.linked_on) else {
        return Finding::not_applicable();
    };
    if case.incident().is_none() {
        return Finding::not_applicable();
    }
    Finding::pass().with("linked-on", Value::Date(linked_on))
}

#[cfg(test)]
mod tests {
    use crate::testing::{bare_account, incident, reasons, status, PRODUCT_SUPPORT};
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
