//! E9: an incident is given back when it turns out to be a duplicate of another, or a bug of the product. The seed knows
//! no refund, so without this extension there is none.

use super::prelude::*;
use crate::question::RefundReason;

pub(super) const RULE: Rule = Rule::extension(Asks::of(&[QuestionKind::Refund]), |programme| {
    super::on(&programme.policy().extensions.refunds).is_some()
})
.with(|programme| {
    let reasons = programme
        .policy()
        .extensions
        .refunds
        .iter()
        .flat_map(|it| &it.reasons);
    vec![parameter(
        "reasons",
        Value::Ids(reasons.map(|it| code(*it).to_owned()).collect()),
    )]
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let Question::Refund { because, .. } = case.question else {
        return trace.not_applicable();
    };
    let refunds = super::on(&case.programme.policy().extensions.refunds);
    trace
        .pass_if(refunds.is_some_and(|refunds| refunds.reasons.contains(because)))
        .with("because", || Seen::Id(code(*because)))
        .else_try(|| NextStep::ContactProgramme)
}

fn code(reason: RefundReason) -> &'static str {
    match reason {
        RefundReason::Duplicate => "duplicate",
        RefundReason::ProductBug => "product-bug",
        RefundReason::Withdrawn => "withdrawn",
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, World, member, reasons};
    use crate::{Allotment, Question, RefundReason, Verdict};

    fn asked(world: &World, because: RefundReason) -> Verdict {
        let contract = "c-product-support.competency".into();
        world.ask(&Question::Refund { contract, because })
    }

    fn silver() -> World {
        let world = member().offer("silver", Some("datacenter"));
        world.active(PRODUCT_SUPPORT, Allotment::Finite(15))
    }

    #[test]
    fn a_duplicate_and_a_product_bug_are_given_back() {
        let world = silver().consumed(1);
        assert!(asked(&world, RefundReason::Duplicate).is_allowed());
        assert!(asked(&world, RefundReason::ProductBug).is_allowed());
    }

    #[test]
    fn an_incident_that_was_given_up_is_not_and_without_the_extension_none_is() {
        let world = silver().consumed(1);
        assert_eq!(reasons(&asked(&world, RefundReason::Withdrawn)), ["E9"]);
        let world = world.policy(|policy| policy.extensions.refunds = None);
        assert_eq!(reasons(&asked(&world, RefundReason::Duplicate)), ["E9"]);
    }

    #[test]
    fn what_was_not_consumed_cannot_be_given_back() {
        assert_eq!(reasons(&asked(&silver(), RefundReason::Duplicate)), ["S27"]);
    }
}
