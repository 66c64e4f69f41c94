//! S3: an account that is associated with both programmes is not refused by S2 (L37).

use super::prelude::*;

pub(super) const SEED: &[u16] = &[37];

pub(super) fn check(case: &Case<'_>) -> Finding {
    if case.is_on_benefits_page() && case.is_member() && case.is_reseller() {
        Finding::pass().with("associations", Value::Ids(case.facts.viewer.associations.clone()))
    } else {
        Finding::not_applicable()
    }
}
