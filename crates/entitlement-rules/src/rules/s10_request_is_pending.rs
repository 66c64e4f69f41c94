//! S10: a request for activation is pending until it is answered, which can take a few days (L46). No number of days
//! is documented: the request's date is shown, and the unit the policy gives, never a promise. Asking a second time
//! changes nothing, so it is refused.

use super::prelude::*;
use super::s08_activate_before_use::state_code;

pub(super) const SEED: &[u16] = &[46];

pub(super) fn check(case: &Case<'_>) -> Finding {
    let (Question::Activate { .. }, Some(entitlement)) = (case.question, case.subject.entitlement)
    else {
        return Finding::not_applicable();
    };
    let open = matches!(entitlement.activation, Activation::NotActivated | Activation::Failed { .. });
    let finding = Finding::pass_if(open)
        .with("benefit", Value::Id(entitlement.key.to_string()))
        .with("activation", Value::Id(state_code(&entitlement.activation).into()));
    match &entitlement.activation {
        Activation::Pending { .. } => wait(case, finding),
        Activation::Active { contract } => {
            finding.else_try(NextStep::Link { contract: Some(contract.clone()) })
        }
        Activation::NotActivated | Activation::Failed { .. } => finding,
    }
}

/// Adds since when the request waits, and the step to wait.
pub(super) fn wait(case: &Case<'_>, finding: Finding) -> Finding {
    let Some(entitlement) = case.subject.entitlement else { return finding };
    let Activation::Pending { requested_on, requested_by } = &entitlement.activation else {
        return finding;
    };
    finding
        .with("requested-on", Value::Date(*requested_on))
        .with("requested-by", Value::Name(requested_by.clone()))
        .else_try(NextStep::Wait {
            benefit: entitlement.key.clone(),
            requested_on: *requested_on,
            requested_by: requested_by.clone(),
            usually: case.programme.policy().activation_takes,
        })
}

#[cfg(test)]
mod tests {
    use crate::testing::{member, reasons, status, SIGNATURE};
    use crate::{NextStep, RuleId, Status, Value};

    #[test]
    fn a_first_request_passes() {
        let verdict = member().offer("silver", Some("datacenter")).activates(SIGNATURE);
        assert_eq!(status(&verdict, RuleId::S10), Status::Pass);
    }

    #[test]
    fn a_second_request_is_refused_with_the_date_of_the_first() {
        let world = member().offer("silver", Some("datacenter")).pending(SIGNATURE);
        let verdict = world.activates(SIGNATURE);
        assert_eq!(reasons(&verdict), ["S10"]);
        let result = verdict.rule(RuleId::S10).unwrap();
        let requested = crate::testing::day("2021-03-01");
        assert_eq!(result.input("requested-on"), Some(&Value::Date(requested)));
        assert!(matches!(verdict.next_steps.first(), Some(NextStep::Wait { .. })));
    }
}
