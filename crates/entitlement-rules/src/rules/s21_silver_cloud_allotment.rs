//! S21: Signature Cloud Support at Silver is unlimited with any cloud competency, otherwise 5 incidents (L65).

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(
    &[65],
    Asks::of(&[QuestionKind::Activate, QuestionKind::CreateIncident]),
)
.with(|programme| super::stated_amounts(programme, RuleId::S21));

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    super::states_amount(case, trace, RuleId::S21)
}

#[cfg(test)]
mod tests {
    use crate::testing::{SIGNATURE, member, status};
    use crate::{Allotment, RuleId, Status, Value};

    fn amount(world: &crate::testing::World) -> Option<Value> {
        let verdict = world.activates(SIGNATURE);
        verdict
            .rule(RuleId::S21)
            .unwrap()
            .input("allotment")
            .cloned()
    }

    #[test]
    fn silver_grants_five_and_any_cloud_competency_lifts_it_to_unlimited() {
        let silver = member().offer("silver", Some("datacenter"));
        assert_eq!(amount(&silver), Some(Value::Amount(Allotment::Finite(5))));
        let silver = silver.offer("silver", Some("security"));
        assert_eq!(amount(&silver), Some(Value::Amount(Allotment::Unlimited)));
    }

    #[test]
    fn gold_is_none_of_its_business() {
        let gold = member().offer("gold", Some("datacenter"));
        assert_eq!(
            status(&gold.activates(SIGNATURE), RuleId::S21),
            Status::NotApplicable
        );
    }
}
