//! S6: the page lists the support benefits of the partner's offers (L39).

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(&[39], Asks::of(&[QuestionKind::OpenBenefits]))
    .with(|programme| {
        let benefits = programme
            .data()
            .benefits
            .iter()
            .map(|benefit| benefit.id.clone());
        vec![parameter("benefits", Value::Ids(benefits.collect()))]
    });

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    if case.entitlements.is_empty() {
        return trace.not_applicable();
    }
    let listed = || {
        case.entitlements
            .iter()
            .map(|held| held.key.to_string())
            .collect()
    };
    trace.pass().with("benefits", || Seen::List(listed()))
}

#[cfg(test)]
mod tests {
    use crate::testing::{member, status};
    use crate::{RuleId, Status, Value};

    #[test]
    fn both_benefits_of_every_package_are_listed() {
        let world = member()
            .offer("silver", Some("datacenter"))
            .offer("action-pack", None);
        let verdict = world.opens_benefits();
        let listed = verdict.rule(RuleId::S6).unwrap().input("benefits").unwrap();
        let expected = [
            "product-support.action-pack",
            "signature-cloud-support.action-pack",
            "product-support.competency",
            "signature-cloud-support.competency",
        ];
        assert_eq!(*listed, Value::Ids(expected.map(String::from).to_vec()));
    }

    #[test]
    fn nothing_to_list_is_not_applicable() {
        assert_eq!(
            status(&member().opens_benefits(), RuleId::S6),
            Status::NotApplicable
        );
    }
}
