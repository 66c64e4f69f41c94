//! S22: Signature Cloud Support at Gold is unlimited with any cloud competency, otherwise 10 incidents (L65).

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(
    &[65],
    Asks::of(&[QuestionKind::Activate, QuestionKind::CreateIncident]),
)
.with(|programme| super::stated_amounts(programme, RuleId::S22));

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    super::states_amount(case, trace, RuleId::S22)
}

#[cfg(test)]
mod tests {
    use crate::testing::{SIGNATURE, member, status};
    use crate::{Allotment, RuleId, Status, Value};

    fn amount(world: &crate::testing::World) -> Option<Value> {
        let verdict = world.activates(SIGNATURE);
        let stated = [RuleId::S21, RuleId::S22].into_iter();
        stated
            .filter_map(|rule| verdict.rule(rule).unwrap().input("allotment").cloned())
            .next()
    }

    #[test]
    fn two_gold_competencies_grant_ten_once() {
        let gold = member()
            .offer("gold", Some("datacenter"))
            .offer("gold", Some("messaging"));
        assert_eq!(amount(&gold), Some(Value::Amount(Allotment::Finite(10))));
    }

    #[test]
    fn a_cloud_competency_at_the_lower_level_lifts_it_to_unlimited() {
        let gold = member()
            .offer("gold", Some("datacenter"))
            .offer("silver", Some("security"));
        assert_eq!(amount(&gold), Some(Value::Amount(Allotment::Unlimited)));
    }

    #[test]
    fn silver_alone_is_none_of_its_business() {
        let silver = member().offer("silver", Some("datacenter"));
        assert_eq!(
            status(&silver.activates(SIGNATURE), RuleId::S22),
            Status::NotApplicable
        );
    }

    #[test]
    fn of_two_levels_that_grant_the_same_the_higher_is_named() {
        let both = member()
            .offer("silver", Some("messaging"))
            .offer("gold", Some("security"));
        let verdict = both.activates(SIGNATURE);
        let offer = verdict.rule(RuleId::S22).unwrap().input("offer").cloned();
        assert_eq!(offer, Some(Value::Id("gold".into())));
        assert_eq!(status(&verdict, RuleId::S21), Status::NotApplicable);
    }
}
