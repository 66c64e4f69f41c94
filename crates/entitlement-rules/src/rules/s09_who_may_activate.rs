//! S9: only a Global admin **or** an MPN partner admin may activate a benefit; an Admin agent alone may not (L46).
//! With E3 in force the refusal names the colleagues who can.

use super::prelude::*;
use crate::account::BenefitKey;

pub(super) const SEED: &[u16] = &[46];

pub(super) fn check(case: &Case<'_>) -> Finding {
    let Question::Activate { benefit } = case.question else { return Finding::not_applicable() };
    let policy = case.programme.policy();
    let finding = Finding::pass_if(case.has_role_of(&policy.activation_roles))
        .with("roles", Value::Ids(case.facts.viewer.roles.clone()))
        .with("needed", Value::Ids(policy.activation_roles.clone()));
    let people = activators(case);
    let finding = match people.is_empty() {
        true => finding,
        false => finding.with("activators", Value::Names(people)).by(ExtensionId::E3),
    };
    finding.else_try(ask_a_colleague(case, benefit))
}

/// The step that names who may activate.
pub(super) fn ask_a_colleague(case: &Case<'_>, benefit: &BenefitKey) -> NextStep {
    NextStep::AskToActivate {
        benefit: benefit.clone(),
        roles: case.programme.policy().activation_roles.clone(),
        people: activators(case),
    }
}

fn activators(case: &Case<'_>) -> Vec<String> {
    let named =
        case.programme.policy().extensions.name_activators.as_ref().is_some_and(|switch| switch.on);
    match &case.facts.partner {
        Some(partner) if named => partner.activators.clone(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{member, reasons, PRODUCT_SUPPORT};
    use crate::{NextStep};

    #[test]
    fn a_global_admin_or_a_partner_admin_may_activate() {
        for role in ["global-admin", "mpn-partner-admin"] {
            let world = member().offer("gold", Some("datacenter")).roles(&[role]);
            assert!(world.activates(PRODUCT_SUPPORT).is_allowed(), "{role}");
        }
    }

    #[test]
    fn an_admin_agent_alone_is_refused_and_told_whom_to_ask() {
        let world = member().offer("gold", Some("datacenter")).roles(&["admin-agent"]);
        let verdict = world.activates(PRODUCT_SUPPORT);
        assert_eq!(reasons(&verdict), ["S9"]);
        let Some(NextStep::AskToActivate { people, .. }) = verdict.next_steps.first() else {
            panic!("{:?}", verdict.next_steps)
        };
        assert_eq!(people, &["Ada"]);
    }
}
