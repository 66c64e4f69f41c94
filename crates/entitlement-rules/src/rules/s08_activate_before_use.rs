//! S8: a benefit must be activated before it is used (L44, L57).

use super::prelude::*;

pub(super) const SEED: &[u16] = &[44, 57];

pub(super) fn check(case: &Case<'_>) -> Finding {
    let (Some(_), Some(entitlement)) = (case.incident(), case.subject.entitlement) else {
        return Finding::not_applicable();
    };
    // What the tier does not carry cannot be activated: S13 and S20 say so.
    if !entitlement.allotment().is_some_and(|amount| amount > Allotment::None)
        && entitlement.contract.is_none()
    {
        return Finding::not_applicable();
    }
    let requested =
        matches!(entitlement.activation, Activation::Pending { .. } | Activation::Active { .. });
    let finding = Finding::pass_if(requested)
        .with("benefit", Value::Id(entitlement.key.to_string()))
        .with("activation", Value::Id(state_code(&entitlement.activation).into()));
    let policy = case.programme.policy();
    if case.has_role_of(&policy.activation_roles) && case.is_member() {
        finding.else_try(NextStep::Activate { benefit: entitlement.key.clone() })
    } else {
        finding.else_try(super::s09_who_may_activate::ask_a_colleague(case, &entitlement.key))
    }
}

/// The stable code of an activation's state.
pub(super) fn state_code(activation: &Activation) -> &'static str {
    match activation {
        Activation::NotActivated => "not-activated",
        Activation::Pending { .. } => "pending",
        Activation::Active { .. } => "active",
        Activation::Failed { .. } => "failed",
    }
}
