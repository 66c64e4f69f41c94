//! S34: paid support plans exist beside the benefits: technical support, and further services with it (L91). A plan pays
//! for the incidents of the company that bought it, whichever of its people asks.

use super::prelude::*;
use crate::programme::Programme;
use crate::verdict::Input;

pub(super) const RULE: Rule = Rule::of_the_seed(&[91], Asks::INCIDENT).with(|programme| {
    let plans = programme.paid_plans().map(|plan| plan.id.clone());
    vec![parameter("paid-plans", Value::Ids(plans.collect()))]
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let Some((id, plan)) = case.paid_plan() else {
        return trace.not_applicable();
    };
    let bought = case
        .facts
        .partner
        .as_ref()
        .is_some_and(|partner| partner.plans.iter().any(|it| it == id));
    trace
        .pass_if(bought && plan.is_some())
        .with("plan", || Seen::Id(id))
        .with("bought", || Seen::Flag(bought))
        .else_try(|| NextStep::ComparePlans {
            plans: match plan {
                Some(plan) => vec![plan.id.clone()],
                None => case
                    .programme
                    .paid_plans()
                    .map(|plan| plan.id.clone())
                    .collect(),
            },
        })
}

/// Which side each plan covers, for those that match.
pub(super) fn scopes(programme: &Programme, top: bool) -> Vec<Input> {
    let plans = programme
        .paid_plans()
        .filter(|plan| programme.is_top_plan(plan) == top);
    plans
        .map(|plan| Input {
            name: plan.id.clone().into(),
            value: Value::Id(super::s24_on_premises_only::code(plan.scope).into()),
        })
        .collect()
}

/// Whether the paid plan covers the incident's side; not applicable unless it is the top plan, or is not, as asked.
pub(super) fn covers<'a, 't, T: Trace<'a>>(
    case: &Case<'a>,
    trace: &'t mut T,
    top: bool,
) -> Finding<'t, T> {
    let Some((_, Some(plan))) = case.paid_plan() else {
        return trace.not_applicable();
    };
    if case.programme.is_top_plan(plan) != top {
        return trace.not_applicable();
    }
    let finding = match (plan.scope, case.placement()) {
        (Placement::Hybrid, _) => trace.pass(),
        (_, Err(need)) => return trace.needs(need),
        (scope, Ok(side)) => trace
            .pass_if(scope == side)
            .with("placement", || {
                Seen::Id(super::s24_on_premises_only::code(side))
            })
            .else_try(|| NextStep::ComparePlans {
                plans: case.paid_plans_for(side),
            }),
    };
    finding
        .with("plan", || Seen::Id(&plan.id))
        .with("scope", || {
            Seen::Id(super::s24_on_premises_only::code(plan.scope))
        })
}

#[cfg(test)]
mod tests {
    use crate::testing::{by_plan, member, reasons};
    use crate::{Funding, NextStep, Outcome};

    #[test]
    fn a_plan_that_was_bought_pays_and_consumes_nothing() {
        let verdict =
            member()
                .plan("premier")
                .creates(by_plan("premier", "windows-server", Some("2012-r2")));
        assert!(verdict.is_allowed(), "{:?}", reasons(&verdict));
        assert_eq!(verdict.consumes, 0);
        assert_eq!(
            verdict.funding,
            Some(Funding::PaidPlan {
                plan: "premier".into()
            })
        );
    }

    #[test]
    fn a_plan_that_was_not_bought_is_refused_and_named() {
        let verdict = member().creates(by_plan("premier", "windows-server", Some("2019")));
        assert_eq!(reasons(&verdict), ["S34"]);
        assert!(verdict.next_steps.contains(&NextStep::ComparePlans {
            plans: vec!["premier".into()]
        }));
    }

    #[test]
    fn a_plan_that_nobody_sells_is_refused() {
        let verdict =
            member()
                .plan("platinum")
                .creates(by_plan("platinum", "windows-server", None));
        assert_eq!(verdict.outcome, Outcome::Refused);
        assert_eq!(reasons(&verdict), ["S34"]);
    }
}
