//! E3: a disabled Activate names the colleagues whose role lets them activate. It completes what S9 says.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::extension(Asks::of(&[QuestionKind::Activate]), |programme| {
    super::on(&programme.policy().extensions.name_activators).is_some()
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    match names(case) {
        [] => trace.not_applicable(),
        names => trace.pass().with("activators", || Seen::Names(names)),
    }
}

/// The colleagues who may activate; none while the extension is off.
pub(super) fn names<'a>(case: &Case<'a>) -> &'a [String] {
    let named = super::on(&case.programme.policy().extensions.name_activators).is_some();
    match &case.facts.partner {
        Some(partner) if named => &partner.activators,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, member, status};
    use crate::{RuleId, Status, Value};

    #[test]
    fn the_refusal_names_who_may() {
        let world = member()
            .roles(&["admin-agent"])
            .offer("gold", Some("devops"));
        let verdict = world.activates(PRODUCT_SUPPORT);
        let named = verdict
            .rule(RuleId::E3)
            .unwrap()
            .input("activators")
            .cloned();
        assert_eq!(named, Some(Value::Names(vec!["Ada".into()])));
    }

    #[test]
    fn without_it_nobody_is_named() {
        let world = member()
            .roles(&["admin-agent"])
            .offer("gold", Some("devops"));
        let world = world.policy(|policy| policy.extensions.name_activators = None);
        let verdict = world.activates(PRODUCT_SUPPORT);
        assert_eq!(status(&verdict, RuleId::E3), Status::NotApplicable);
        assert!(
            verdict
                .rule(RuleId::S9)
                .unwrap()
                .input("activators")
                .is_none()
        );
    }
}
