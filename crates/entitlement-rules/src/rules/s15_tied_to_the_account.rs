//! S15: after the first use the benefit is tied to that user account, and the IDs are not asked for again (L73, L83).

use super::prelude::*;

pub(super) const SEED: &[u16] = &[73, 83];

pub(super) fn check(case: &Case<'_>) -> Finding {
    let Some(linked_on) = case.subject.contract.and_then(|contract| contract.linked_on) else {
        return Finding::not_applicable();
    };
    if case.incident().is_none() {
        return Finding::not_applicable();
    }
    Finding::pass().with("linked-on", Value::Date(linked_on))
}
