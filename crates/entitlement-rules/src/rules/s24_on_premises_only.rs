//! S24: Product Support covers on-premises products only (L64, L71).

use super::prelude::*;
use crate::programme::Programme;
use crate::verdict::Input;

pub(super) const RULE: Rule = Rule::of_the_seed(&[64, 71], Asks::INCIDENT)
    .with(|programme| benefits_of(programme, Placement::OnPremises));

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    scope(case, trace, Placement::OnPremises)
}

/// The incident is on the side that a benefit of this scope covers; not applicable for benefits of another scope.
pub(super) fn scope<'a, 't, T: Trace<'a>>(
    case: &Case<'a>,
    trace: &'t mut T,
    scope: Placement,
) -> Finding<'t, T> {
    if case
        .subject
        .benefit
        .is_none_or(|benefit| benefit.scope != scope)
    {
        return trace.not_applicable();
    }
    let placement = match case.placement() {
        Ok(placement) => placement,
        Err(need) => return trace.needs(need),
    };
    let finding = trace
        .pass_if(placement == scope)
        .with("product", || product_id(case))
        .with("placement", || Seen::Id(code(placement)))
        .with("scope", || Seen::Id(code(scope)));
    let fitting = case
        .programme
        .data()
        .benefits
        .iter()
        .filter(|other| other.scope == placement);
    let finding = fitting.fold(finding, |finding, other| {
        finding.else_try(|| NextStep::UseBenefit {
            benefit: other.id.clone(),
        })
    });
    finding.else_try(|| NextStep::ComparePlans {
        plans: case.paid_plans_for(placement),
    })
}

/// The benefits of a scope.
pub(super) fn benefits_of(programme: &Programme, scope: Placement) -> Vec<Input> {
    let benefits = programme
        .data()
        .benefits
        .iter()
        .filter(|benefit| benefit.scope == scope);
    vec![parameter(
        "benefits",
        Value::Ids(benefits.map(|it| it.id.clone()).collect()),
    )]
}

/// The product as an input.
pub(super) fn product_id<'a>(case: &Case<'a>) -> Seen<'a> {
    case.product()
        .map_or(Seen::Missing, |product| Seen::Id(&product.id))
}

/// The stable code of a side.
pub(super) fn code(placement: Placement) -> &'static str {
    match placement {
        Placement::OnPremises => "on-premises",
        Placement::Cloud => "cloud",
        Placement::Hybrid => "hybrid",
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, incident, member, reasons, status};
    use crate::{Allotment, Need, NextStep, RuleId, Status, Verdict};

    fn gold() -> crate::testing::World {
        let world = member().offer("gold", Some("datacenter"));
        world.active(PRODUCT_SUPPORT, Allotment::Finite(20))
    }

    fn by_product_support(mut question: crate::IncidentQuestion) -> Verdict {
        let contract = "c-product-support.competency".into();
        question.funding = Some(crate::Funding::Contract { contract });
        gold().creates(question)
    }

    #[test]
    fn an_on_premises_product_passes() {
        let verdict = by_product_support(incident("windows-server", Some("2019")));
        assert_eq!(status(&verdict, RuleId::S24), Status::Pass);
    }

    #[test]
    fn a_cloud_product_is_refused_and_pointed_to_the_other_benefit() {
        let verdict = by_product_support(incident("azure-virtual-machines", None));
        assert_eq!(reasons(&verdict), ["S24"]);
        let benefit = "signature-cloud-support".into();
        assert_eq!(
            verdict.next_steps.first(),
            Some(&NextStep::UseBenefit { benefit })
        );
    }

    #[test]
    fn a_hybrid_product_asks_which_side_fails() {
        let mut question = incident("azure-stack-hub", None);
        let verdict = by_product_support(question.clone());
        assert_eq!(verdict.needs, [Need::FailingSide]);
        question.failing_side = Some(crate::FailingSide::OnPremises);
        assert!(by_product_support(question.clone()).is_allowed());
        question.failing_side = Some(crate::FailingSide::Cloud);
        assert_eq!(reasons(&by_product_support(question)), ["S24"]);
    }
}
