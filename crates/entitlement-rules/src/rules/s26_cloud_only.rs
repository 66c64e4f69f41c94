//! S26: Signature Cloud Support covers cloud products only (L65, L79-L81). A product that was retired is covered until
//! its last day.

use super::prelude::*;

pub(super) const SEED: &[u16] = &[65, 79, 81];

pub(super) fn check(case: &Case<'_>) -> Finding {
    let finding = super::s24_on_premises_only::scope(case, Placement::Cloud);
    let retired = case.product().and_then(|product| product.retired);
    match retired {
        Some(last) if finding.status == crate::verdict::Status::Pass && last < case.as_of => {
            Finding::fail()
                .with("product", super::s24_on_premises_only::product_id(case))
                .with("retired", Value::Date(last))
                .else_try(NextStep::ComparePlans { plans: case.paid_plans_for(Placement::Cloud) })
        }
        _ => finding,
    }
}
