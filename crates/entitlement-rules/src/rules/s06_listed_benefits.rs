//! S6: the page lists the support benefits of the partner's offers (L39).

use super::prelude::*;

pub(super) const SEED: &[u16] = &[39];

pub(super) fn check(case: &Case<'_>) -> Finding {
    if *case.question != Question::OpenBenefits || case.entitlements.is_empty() {
        return Finding::not_applicable();
    }
    let listed = case.entitlements.iter().map(|held| held.key.to_string()).collect();
    Finding::pass().with("benefits", Value::Ids(listed))
}
