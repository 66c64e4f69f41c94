//! S24: Product Support covers on-premises products only (L64, L71).

use super::prelude::*;

pub(super) const SEED: &[u16] = &[64, 71];

pub(super) fn check(case: &Case<'_>) -> Finding {
    scope(case, Placement::OnPremises)
}

/// The incident is on the side that a benefit of this scope covers; not applicable for benefits of another scope.
pub(super) fn scope(case: &Case<'_>, scope: Placement) -> Finding {
    let (Some(_), Some(benefit)) = (case.incident(), case.benefit()) else {
        return Finding::not_applicable();
    };
    if benefit.scope != scope {
        return Finding::not_applicable();
    }
    let placement = match case.placement() {
        Ok(placement) => placement,
        Err(need) => return Finding::needs(need),
    };
    let finding = Finding::pass_if(placement == scope)
        .with("product", product_id(case))
        .with("placement", Value::Id(code(placement).into()))
        .with("scope", Value::Id(code(scope).into()));
    let fitting = case.programme.data().benefits.iter().filter(|other| other.scope == placement);
    let finding = fitting.fold(finding, |finding, other| {
        finding.else_try(NextStep::UseBenefit { benefit: other.id.clone() })
    });
    finding.else_try(NextStep::ComparePlans { plans: case.paid_plans_for(placement) })
}

/// The product as an input.
pub(super) fn product_id(case: &Case<'_>) -> Value {
    case.product().map_or(Value::Missing, |product| Value::Id(product.id.clone()))
}

/// The stable code of a side.
pub(super) fn code(placement: Placement) -> &'static str {
    match placement {
        Placement::OnPremises => "on-premises",
        Placement::Cloud => "cloud",
        Placement::Hybrid => "hybrid",
    }
}
