//! E3: a disabled Activate names the colleagues whose role lets them activate. It completes what S9 says.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::extension(
    Asks::of(&[QuestionKind::Activate, QuestionKind::CreateIncident]),
    |programme| super::on(&programme.policy().extensions.name_activators).is_some(),
);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let lacks_the_role = match case.incident {
        Some(_) => super::s08_activate_before_use::asks_a_colleague(case),
        None => !case.standing.may_activate,
    };
    match names(case) {
        names if lacks_the_role && !names.is_empty() => {
            trace.pass().with("activators", || Seen::Names(names))
        }
        _ => trace.not_applicable(),
    }
}

/// The colleagues who may activate; none while the extension is off, or where nobody can activate on this page (S38).
pub(super) fn names<'a>(case: &Case<'a>) -> &'a [String] {
    let named = super::on(&case.programme.policy().extensions.name_activators).is_some()
        && !super::s38_legacy_portal::is_legacy(case);
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
