//! S7: the page is meant for Global admins, MPN partner admins and Admin agents (L21-L25). With E2 in force any other
//! member of the partner may open it to read, which is said as a warning.

use super::prelude::*;

pub(super) const SEED: &[u16] = &[21, 23, 24, 25];

pub(super) fn check(case: &Case<'_>) -> Finding {
    if !case.is_on_benefits_page() || !case.is_member() {
        return Finding::not_applicable();
    }
    let policy = case.programme.policy();
    let in_audience = case.has_role_of(&policy.page_audience);
    let reads = policy.extensions.any_member_views.as_ref().is_some_and(|switch| switch.on)
        && case.facts.partner.is_some();
    let finding = if in_audience || !reads {
        Finding::pass_if(in_audience)
    } else {
        Finding::pass().by(ExtensionId::E2).warn()
    };
    finding
        .with("roles", Value::Ids(case.facts.viewer.roles.clone()))
        .with("audience", Value::Ids(policy.page_audience.clone()))
        .else_try(NextStep::AskForRole { roles: policy.page_audience.clone() })
}

#[cfg(test)]
mod tests {
    use crate::testing::{member, reasons};
    use crate::{ExtensionId, Outcome, RuleId};

    #[test]
    fn each_role_of_the_audience_passes() {
        for role in ["global-admin", "mpn-partner-admin", "admin-agent"] {
            let verdict = member().offer("action-pack", None).roles(&[role]).opens_benefits();
            assert!(verdict.is_allowed(), "{role}");
            assert!(!verdict.rule(RuleId::S7).unwrap().warning, "{role}");
        }
    }

    #[test]
    fn a_member_without_a_role_reads_with_a_warning_while_e2_is_on() {
        let verdict = member().offer("action-pack", None).roles(&[]).opens_benefits();
        assert!(verdict.is_allowed());
        let result = verdict.rule(RuleId::S7).unwrap();
        assert_eq!(result.extension, Some(ExtensionId::E2));
        assert!(result.warning);
    }

    #[test]
    fn a_member_without_a_role_is_refused_when_e2_is_off() {
        let world = member().offer("action-pack", None).roles(&[]);
        let world = world.policy(|policy| policy.extensions.any_member_views = None);
        let verdict = world.opens_benefits();
        assert_eq!(reasons(&verdict), ["S7"]);
        assert_eq!(verdict.outcome, Outcome::Refused);
    }
}
