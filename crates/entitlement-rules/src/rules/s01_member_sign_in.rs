//! S1: the technical benefits page needs a sign-in that is associated with the partner network (L35, L37).

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(&[35, 37], Asks::PAGE).with(|programme| {
    vec![parameter(
        "needed",
        Value::Id(programme.policy().member_association.clone()),
    )]
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let policy = case.programme.policy();
    trace
        .pass_if(case.standing.member)
        .with("associations", || {
            Seen::Ids(&case.facts.viewer.associations)
        })
        .with("needed", || Seen::Id(&policy.member_association))
        .else_try(|| NextStep::SignInWithAnotherAccount {
            association: Some(policy.member_association.clone()),
        })
}

#[cfg(test)]
mod tests {
    use crate::testing::{bare_account, member, reasons, status};
    use crate::{NextStep, Outcome, RuleId, Status};

    #[test]
    fn a_member_may_open_the_page() {
        let verdict = member().offer("gold", Some("datacenter")).opens_benefits();
        assert_eq!(status(&verdict, RuleId::S1), Status::Pass);
        assert!(verdict.is_allowed());
    }

    #[test]
    fn a_bare_account_is_told_to_sign_in_with_a_member_account() {
        let verdict = bare_account().opens_benefits();
        assert_eq!(verdict.outcome, Outcome::Refused);
        assert_eq!(reasons(&verdict), ["S1"]);
        let step = NextStep::SignInWithAnotherAccount {
            association: Some("mpn".into()),
        };
        assert_eq!(verdict.next_steps, [step]);
    }
}
