//! S9: only a Global admin **or** an MPN partner admin may activate a benefit; an Admin agent alone may not (L46).
//! With E3 in force the refusal names the colleagues who can.

use super::prelude::*;
use crate::account::BenefitKey;

pub(super) const RULE: Rule =
    Rule::of_the_seed(&[46], Asks::of(&[QuestionKind::Activate])).with(|programme| {
        vec![parameter(
            "needed",
            Value::Ids(programme.policy().activation_roles.clone()),
        )]
    });

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let Question::Activate { benefit } = case.question else {
        return trace.not_applicable();
    };
    let policy = case.programme.policy();
    let finding = trace
        .pass_if(case.standing.may_activate)
        .with("roles", || Seen::Ids(&case.facts.viewer.roles))
        .with("needed", || Seen::Ids(&policy.activation_roles));
    let people = super::e03_activators_named::names(case);
    let finding = match case.standing.may_activate || people.is_empty() {
        true => finding,
        false => finding
            .with("activators", || Seen::Names(people))
            .by(RuleId::E3),
    };
    match super::s38_legacy_portal::is_legacy(case) {
        // Nobody can activate here: S38 shows the other path.
        true => finding.else_try(|| NextStep::AskForRole {
            roles: policy.activation_roles.clone(),
        }),
        false => finding.else_try(|| ask_a_colleague(case, benefit)),
    }
}

/// The step that names who may activate.
pub(super) fn ask_a_colleague(case: &Case<'_>, benefit: &BenefitKey) -> NextStep {
    NextStep::AskToActivate {
        benefit: benefit.clone(),
        roles: case.programme.policy().activation_roles.clone(),
        people: super::e03_activators_named::names(case).to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use crate::NextStep;
    use crate::testing::{PRODUCT_SUPPORT, member, reasons};

    #[test]
    fn a_global_admin_or_a_partner_admin_may_activate() {
        for role in ["global-admin", "mpn-partner-admin"] {
            let world = member().offer("gold", Some("datacenter")).roles(&[role]);
            assert!(world.activates(PRODUCT_SUPPORT).is_allowed(), "{role}");
        }
    }

    #[test]
    fn an_admin_agent_alone_is_refused_and_told_whom_to_ask() {
        let world = member()
            .offer("gold", Some("datacenter"))
            .roles(&["admin-agent"]);
        let verdict = world.activates(PRODUCT_SUPPORT);
        assert_eq!(reasons(&verdict), ["S9"]);
        let Some(NextStep::AskToActivate { people, .. }) = verdict.next_steps.first() else {
            panic!("{:?}", verdict.next_steps)
        };
        assert_eq!(people, &["Ada"]);
    }
}
