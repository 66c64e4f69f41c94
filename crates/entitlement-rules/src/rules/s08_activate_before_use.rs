//! S8: a benefit must be activated before it is used (L44, L57).

use super::prelude::*;
use crate::entitlement::Entitlement;

pub(super) const RULE: Rule = Rule::of_the_seed(&[44, 57], Asks::INCIDENT);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let Some(entitlement) = case.subject.entitlement else {
        return trace.not_applicable();
    };
    if !can_be_activated(entitlement) {
        return trace.not_applicable();
    }
    let finding = trace
        .pass_if(is_requested(entitlement))
        .with("benefit", || Seen::Key(&entitlement.key))
        .with("activation", || {
            Seen::Id(state_code(&entitlement.activation))
        });
    if super::s38_legacy_portal::is_legacy(case) {
        super::s38_legacy_portal::other_path(case, finding)
    } else if case.standing.may_activate && case.standing.member {
        finding.else_try(|| NextStep::Activate {
            benefit: entitlement.key.clone(),
        })
    } else {
        let names = super::e03_activators_named::names(case);
        let finding = match asks_a_colleague(case) && !names.is_empty() {
            true => finding.by(RuleId::E3),
            false => finding,
        };
        finding.else_try(|| super::s09_who_may_activate::ask_a_colleague(case, &entitlement.key))
    }
}

/// What the tier does not carry cannot be activated: S13 and S20 say so.
fn can_be_activated(entitlement: &Entitlement<'_>) -> bool {
    let amount = entitlement.allotment();
    entitlement.contract.is_some() || amount.is_some_and(|amount| amount > Allotment::None)
}

fn is_requested(entitlement: &Entitlement<'_>) -> bool {
    matches!(
        entitlement.activation,
        Activation::Pending { .. } | Activation::Active { .. }
    )
}

/// The benefit is to be activated first, and the viewer is not the one who may.
pub(super) fn asks_a_colleague(case: &Case<'_>) -> bool {
    !(case.standing.may_activate && case.standing.member)
        && case
            .subject
            .entitlement
            .is_some_and(|held| can_be_activated(held) && !is_requested(held))
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

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, incident, member, reasons, status};
    use crate::{Allotment, NextStep, RuleId, Status};

    #[test]
    fn an_activated_benefit_passes() {
        let world = member().offer("gold", Some("datacenter"));
        let world = world.active(PRODUCT_SUPPORT, Allotment::Finite(20));
        let verdict = world.creates(incident("windows-server", Some("2019")));
        assert!(verdict.is_allowed(), "{:?}", reasons(&verdict));
        assert_eq!(status(&verdict, RuleId::S8), Status::Pass);
    }

    #[test]
    fn a_benefit_that_nobody_activated_is_refused_with_who_may_activate() {
        let world = member().offer("gold", Some("datacenter"));
        let verdict = world.creates(incident("windows-server", Some("2019")));
        assert_eq!(reasons(&verdict), ["S8"]);
        let benefit = crate::BenefitKey::parse(PRODUCT_SUPPORT).unwrap();
        assert_eq!(
            verdict.next_steps.first(),
            Some(&NextStep::Activate { benefit })
        );

        let verdict = world
            .roles(&["admin-agent"])
            .creates(incident("windows-server", Some("2019")));
        assert!(matches!(
            verdict.next_steps.first(),
            Some(NextStep::AskToActivate { .. })
        ));
    }
}
