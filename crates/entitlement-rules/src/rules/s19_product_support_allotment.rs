//! S19: Product Support carries 10, 15 or 20 incidents by tier (L64). The amounts are the programme's data; of several
//! tiers in one package the highest counts.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(
    &[64],
    Asks::of(&[QuestionKind::Activate, QuestionKind::CreateIncident]),
)
.with(|programme| super::stated_amounts(programme, RuleId::S19));

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    super::states_amount(case, trace, RuleId::S19)
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, SIGNATURE, member, status};
    use crate::{Allotment, RuleId, Status, Value};

    #[test]
    fn each_tier_grants_its_number_and_two_tiers_grant_the_higher() {
        let amount = |world: crate::testing::World, benefit: &str| {
            let verdict = world.activates(benefit);
            verdict
                .rule(RuleId::S19)
                .unwrap()
                .input("allotment")
                .cloned()
        };
        let is = |count: u32| Some(Value::Amount(Allotment::Finite(count)));
        let pack = member().offer("action-pack", None);
        assert_eq!(amount(pack, "product-support.action-pack"), is(10));
        let silver = member().offer("silver", Some("datacenter"));
        assert_eq!(amount(silver, PRODUCT_SUPPORT), is(15));
        let both = member()
            .offer("silver", Some("datacenter"))
            .offer("gold", Some("messaging"));
        assert_eq!(amount(both, PRODUCT_SUPPORT), is(20));
    }

    #[test]
    fn it_says_nothing_about_cloud_support() {
        let verdict = member()
            .offer("silver", Some("datacenter"))
            .activates(SIGNATURE);
        assert_eq!(status(&verdict, RuleId::S19), Status::NotApplicable);
    }
}
