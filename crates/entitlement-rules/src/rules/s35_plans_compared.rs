//! S35: the support plans can be compared (L93), by anybody.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(&[93], Asks::of(&[QuestionKind::ComparePlans]))
    .with(|programme| {
        let attributes = programme
            .data()
            .plan_attributes
            .iter()
            .map(|it| it.id.clone());
        vec![parameter("attributes", Value::Ids(attributes.collect()))]
    });

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let plans = &case.programme.data().plans;
    trace
        .pass_if(!plans.is_empty())
        .with("plans", || {
            Seen::List(plans.iter().map(|plan| plan.id.clone()).collect())
        })
        .else_try(|| NextStep::ContactProgramme)
}

#[cfg(test)]
mod tests {
    use crate::Question;
    use crate::testing::{bare_account, reasons};

    #[test]
    fn anybody_may_compare_the_plans() {
        assert!(bare_account().ask(&Question::ComparePlans).is_allowed());
    }

    #[test]
    fn a_programme_without_plans_has_nothing_to_compare() {
        let world = bare_account().programme(|data| {
            data.plans.clear();
            data.policy.extensions.customer_plan = None;
        });
        assert_eq!(reasons(&world.ask(&Question::ComparePlans)), ["S35"]);
    }
}
