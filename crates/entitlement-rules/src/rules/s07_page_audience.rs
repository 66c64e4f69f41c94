//! S7: the page is meant for Global admins, MPN partner admins and Admin agents (L21-L25). With E2 in force any other
//! member of the partner may open it to read, which is said as a warning.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(&[21, 23, 24, 25], Asks::PAGE).with(|programme| {
    vec![parameter(
        "audience",
        Value::Ids(programme.policy().page_audience.clone()),
    )]
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    if !case.standing.member {
        return trace.not_applicable();
    }
    let policy = case.programme.policy();
    let finding = match super::e02_any_member_views::lets_in(case) {
        true => trace.pass().by(RuleId::E2).warn(),
        false => trace.pass_if(case.standing.in_audience),
    };
    finding
        .with("roles", || Seen::Ids(&case.facts.viewer.roles))
        .with("audience", || Seen::Ids(&policy.page_audience))
        .else_try(|| NextStep::AskForRole {
            roles: policy.page_audience.clone(),
        })
}

#[cfg(test)]
mod tests {
    use crate::testing::{member, reasons};
    use crate::{Outcome, RuleId};

    #[test]
    fn each_role_of_the_audience_passes() {
        for role in ["global-admin", "mpn-partner-admin", "admin-agent"] {
            let verdict = member()
                .offer("action-pack", None)
                .roles(&[role])
                .opens_benefits();
            assert!(verdict.is_allowed(), "{role}");
            assert!(!verdict.rule(RuleId::S7).unwrap().warning, "{role}");
        }
    }

    #[test]
    fn a_member_without_a_role_reads_with_a_warning_while_e2_is_on() {
        let verdict = member()
            .offer("action-pack", None)
            .roles(&[])
            .opens_benefits();
        assert!(verdict.is_allowed());
        let result = verdict.rule(RuleId::S7).unwrap();
        assert_eq!(result.extension, Some(RuleId::E2));
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
