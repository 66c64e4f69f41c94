//! S27: creating a covered incident consumes one from a finite allotment; at 0 it is refused. Unlimited only counts
//! (L73).

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(
    &[73],
    Asks::of(&[QuestionKind::Refund, QuestionKind::CreateIncident]),
);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    if matches!(case.question, Question::Refund { .. }) {
        // Only what was consumed can be given back.
        let used = case
            .subject
            .contract
            .map(|contract| contract.balance.used());
        return trace
            .pass_if(used.is_some_and(|used| used > 0))
            .with("used", || used.map_or(Seen::Missing, Seen::Count))
            .else_try(|| NextStep::ContactProgramme);
    }
    let Some(contract) = case.subject.contract else {
        return trace.not_applicable();
    };
    let remaining = contract.remaining();
    trace
        .pass_if(remaining.has_one_left())
        .with("remaining", || Seen::Amount(remaining))
        .with("used", || Seen::Count(contract.balance.used()))
        .else_try(|| when_spent(case))
}

/// What helps when nothing is left.
pub(super) fn when_spent(case: &Case<'_>) -> NextStep {
    let side = case
        .subject
        .benefit
        .map_or(Placement::Hybrid, |benefit| benefit.scope);
    NextStep::ComparePlans {
        plans: case.paid_plans_for(side),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, incident, member, status};
    use crate::{Allotment, Outcome, RuleId, Status};

    fn gold() -> crate::testing::World {
        let world = member().offer("gold", Some("datacenter"));
        world.active(PRODUCT_SUPPORT, Allotment::Finite(20))
    }

    #[test]
    fn a_covered_incident_consumes_one() {
        let verdict = gold()
            .consumed(19)
            .creates(incident("windows-server", Some("2019")));
        assert!(verdict.is_allowed());
        assert_eq!(verdict.consumes, 1);
    }

    #[test]
    fn at_zero_it_is_refused() {
        let verdict = gold()
            .consumed(20)
            .creates(incident("windows-server", Some("2019")));
        assert_eq!(verdict.outcome, Outcome::Refused);
        assert_eq!(status(&verdict, RuleId::S27), Status::Fail);
    }
}
