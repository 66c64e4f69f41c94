//! S10: a request for activation is pending until it is answered, which can take a few days (L46). No number of days
//! is documented: the request's date is shown, and the unit the policy gives, never a promise. Asking a second time
//! changes nothing, so it is refused, until the contract is over: a renewed membership asks anew.

use super::prelude::*;
use super::s08_activate_before_use::state_code;
use crate::programme::ActivationEstimate;

pub(super) const RULE: Rule =
    Rule::of_the_seed(&[46], Asks::of(&[QuestionKind::Activate])).with(|programme| {
        let unit = match programme.policy().activation_takes {
            ActivationEstimate::Minutes => "minutes",
            ActivationEstimate::Days => "days",
        };
        vec![parameter("usually-takes", Value::Id(unit.into()))]
    });

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let Some(entitlement) = case.subject.entitlement else {
        return trace.not_applicable();
    };
    let open = match &entitlement.activation {
        Activation::NotActivated | Activation::Failed { .. } => true,
        Activation::Pending { .. } => false,
        Activation::Active { .. } => entitlement
            .contract
            .is_some_and(|contract| case.is_over(contract)),
    };
    let finding = trace
        .pass_if(open)
        .with("benefit", || Seen::Key(&entitlement.key))
        .with("activation", || {
            Seen::Id(state_code(&entitlement.activation))
        });
    match &entitlement.activation {
        Activation::Pending { .. } => wait(case, finding),
        Activation::Active { contract } => finding.else_try(|| NextStep::Link {
            contract: Some(contract.clone()),
        }),
        Activation::NotActivated | Activation::Failed { .. } => finding,
    }
}

/// Adds since when the request waits, and the step to wait.
pub(super) fn wait<'a, 't, T: Trace<'a>>(
    case: &Case<'a>,
    finding: Finding<'t, T>,
) -> Finding<'t, T> {
    let Some(entitlement) = case.subject.entitlement else {
        return finding;
    };
    let Activation::Pending {
        requested_on,
        requested_by,
    } = &entitlement.activation
    else {
        return finding;
    };
    finding
        .with("requested-on", || Seen::Date(*requested_on))
        .with("requested-by", || Seen::Name(requested_by))
        .else_try(|| NextStep::Wait {
            benefit: entitlement.key.clone(),
            requested_on: *requested_on,
            requested_by: requested_by.clone(),
            usually: case.programme.policy().activation_takes,
        })
}

#[cfg(test)]
mod tests {
    use crate::testing::{SIGNATURE, member, reasons, status};
    use crate::{NextStep, RuleId, Status, Value};

    #[test]
    fn a_first_request_passes() {
        let verdict = member()
            .offer("silver", Some("datacenter"))
            .activates(SIGNATURE);
        assert_eq!(status(&verdict, RuleId::S10), Status::Pass);
    }

    #[test]
    fn a_second_request_is_refused_with_the_date_of_the_first() {
        let world = member()
            .offer("silver", Some("datacenter"))
            .pending(SIGNATURE);
        let verdict = world.activates(SIGNATURE);
        assert_eq!(reasons(&verdict), ["S10"]);
        let result = verdict.rule(RuleId::S10).unwrap();
        let requested = crate::testing::day("2021-03-01");
        assert_eq!(result.input("requested-on"), Some(&Value::Date(requested)));
        assert!(matches!(
            verdict.next_steps.first(),
            Some(NextStep::Wait { .. })
        ));
    }

    #[test]
    fn a_contract_that_still_runs_is_not_asked_for_again_and_one_that_is_over_may_be() {
        let world = || {
            let world = member().offer("gold", Some("datacenter"));
            world.active(
                crate::testing::PRODUCT_SUPPORT,
                crate::Allotment::Finite(20),
            )
        };
        let activates =
            |world: crate::testing::World| world.activates(crate::testing::PRODUCT_SUPPORT);
        assert_eq!(reasons(&activates(world())), ["S10"]);
        let over = world().contract(|contract| contract.end = crate::testing::day("2021-02-02"));
        assert_eq!(
            reasons(&activates(over)),
            ["S10"],
            "the last of the grace days"
        );
        let over = world().contract(|contract| contract.end = crate::testing::day("2021-02-02"));
        assert!(activates(over.on("2021-03-05")).is_allowed());
    }
}
