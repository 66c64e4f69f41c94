//! E5: a contract that cannot be used now is listed with its reason, never hidden. Without it a benefit disappears from
//! the list once its offers and its contract are over.

use super::prelude::*;
use crate::account::Contract;

pub(super) const RULE: Rule =
    Rule::extension(Asks::of(&[QuestionKind::OpenBenefits]), |programme| {
        super::on(&programme.policy().extensions.list_unusable).is_some()
    });

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let unusable = || {
        case.facts
            .contracts
            .iter()
            .filter(|contract| !is_usable(case, contract))
    };
    if super::on(&case.programme.policy().extensions.list_unusable).is_none()
        || unusable().next().is_none()
    {
        return trace.not_applicable();
    }
    trace.pass().with("unusable", || {
        Seen::List(
            unusable()
                .map(|contract| contract.reference.clone())
                .collect(),
        )
    })
}

fn is_usable(case: &Case<'_>, contract: &Contract) -> bool {
    contract.shows_both_ids()
        && contract.start <= case.as_of
        && !case.is_over(contract)
        && contract.remaining().has_one_left()
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, World, day, member, status};
    use crate::{Allotment, RuleId, Status, Value};

    fn over() -> World {
        let world = member()
            .offer("gold", Some("devops"))
            .active(PRODUCT_SUPPORT, Allotment::Finite(20));
        world
            .contract(|contract| contract.end = day("2020-12-31"))
            .on("2021-08-01")
    }

    #[test]
    fn a_contract_that_is_over_is_listed() {
        let verdict = over().opens_benefits();
        let listed = verdict.rule(RuleId::E5).unwrap().input("unusable").cloned();
        assert_eq!(
            listed,
            Some(Value::Ids(vec!["c-product-support.competency".into()]))
        );
        assert_eq!(status(&verdict, RuleId::S6), Status::Pass);
        // Nothing but this keeps the page from being empty, and it says so.
        let s4 = verdict.rule(RuleId::S4).unwrap();
        assert_eq!((s4.status, s4.extension), (Status::Pass, Some(RuleId::E5)));
    }

    #[test]
    fn without_it_what_is_over_is_not_listed() {
        let world = over().policy(|policy| policy.extensions.list_unusable = None);
        let verdict = world.opens_benefits();
        assert_eq!(status(&verdict, RuleId::E5), Status::NotApplicable);
        assert_eq!(status(&verdict, RuleId::S6), Status::NotApplicable);
    }
}
