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
