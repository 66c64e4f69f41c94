//! S23: which competencies are cloud competencies: exactly those that the programme lists (L67). One of them, at
//! whatever level, makes the difference that S21 and S22 state; gaining one never reduces cover.

use super::prelude::*;
use crate::entitlement::competencies;
use crate::programme::AllotmentCondition;

pub(super) const RULE: Rule = Rule::of_the_seed(
    &[67],
    Asks::of(&[QuestionKind::Activate, QuestionKind::CreateIncident]),
)
.with(|programme| {
    let cloud = programme
        .data()
        .competencies
        .iter()
        .filter(|competency| competency.is_cloud);
    vec![parameter(
        "cloud-competencies",
        Value::Ids(cloud.map(|it| it.id.clone()).collect()),
    )]
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let (Some(entitlement), Some(partner)) = (case.subject.entitlement, &case.facts.partner) else {
        return trace.not_applicable();
    };
    if !entitlement
        .row
        .is_some_and(|row| row.when != AllotmentCondition::Always)
    {
        return trace.not_applicable();
    }
    let held = |cloud: bool| {
        let held = competencies(partner, case.as_of).into_iter().filter(|id| {
            case.programme
                .competency(id)
                .is_some_and(|competency| competency.is_cloud)
                == cloud
        });
        Seen::List(held.map(str::to_owned).collect())
    };
    trace
        .pass()
        .with("cloud-competencies", || held(true))
        .with("other-competencies", || held(false))
}

/// The step that names the competencies which would lift the allotment.
pub(super) fn earn_one(case: &Case<'_>) -> NextStep {
    let cloud = case
        .programme
        .data()
        .competencies
        .iter()
        .filter(|competency| competency.is_cloud);
    NextStep::EarnCompetency {
        competencies: cloud.map(|competency| competency.id.clone()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, SIGNATURE, member, status};
    use crate::{RuleId, Status, Value};

    #[test]
    fn exactly_six_competencies_are_cloud_competencies() {
        let cloud: Vec<String> = crate::testing::mpn()
            .data()
            .competencies
            .iter()
            .filter(|competency| {
                let world = member().offer("silver", Some(&competency.id));
                let verdict = world.activates(SIGNATURE);
                let result = verdict.rule(RuleId::S23).unwrap();
                result.input("cloud-competencies") == Some(&Value::Ids(vec![competency.id.clone()]))
            })
            .map(|competency| competency.name.in_language("en").to_owned())
            .collect();
        assert_eq!(cloud.len(), 6, "{cloud:?}");
    }

    #[test]
    fn it_says_nothing_where_competencies_make_no_difference() {
        let verdict = member()
            .offer("silver", Some("security"))
            .activates(PRODUCT_SUPPORT);
        assert_eq!(status(&verdict, RuleId::S23), Status::NotApplicable);
    }
}
