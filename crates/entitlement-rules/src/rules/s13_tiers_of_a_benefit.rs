//! S13: Product Support belongs to every tier, Signature Cloud Support to Gold and Silver only (L48, L62-L65, L81). An
//! account whose data does not say what its offer grants (a tier without its competency) is refused aloud: missing is
//! not "none". A benefit that was activated keeps its contract when the offers change.

use super::prelude::*;

pub(super) const SEED: &[u16] = &[48, 62, 63, 64, 65, 81];

pub(super) fn check(case: &Case<'_>) -> Finding {
    let Some(entitlement) = case.subject.entitlement else {
        return match case.question {
            Question::Activate { benefit } => Finding::fail()
                .with("benefit", Value::Id(benefit.to_string()))
                .with("allotment", Value::Missing)
                .else_try(NextStep::GetOffer { offers: carrying(case, &benefit.benefit) }),
            _ => Finding::not_applicable(),
        };
    };
    if matches!(case.question, Question::ViewIds { .. }) {
        return Finding::not_applicable();
    }
    let offers = Value::Ids(entitlement.offers.iter().map(|offer| offer.id.clone()).collect());
    let benefit = Value::Id(entitlement.key.to_string());
    match entitlement.allotment() {
        Some(amount) => {
            Finding::pass_if(amount > Allotment::None || entitlement.contract.is_some())
                .with("benefit", benefit)
                .with("offers", offers)
                .with("allotment", Value::Amount(amount))
                .else_try(NextStep::GetOffer { offers: carrying(case, &entitlement.key.benefit) })
        }
        None if entitlement.contract.is_some() => {
            Finding::pass().with("benefit", benefit).with("offers", offers)
        }
        None if entitlement.offers.is_empty() => Finding::fail()
            .with("benefit", benefit)
            .with("offers", offers)
            .else_try(NextStep::RenewMembership),
        None => Finding::fail()
            .with("benefit", benefit)
            .with("offers", offers)
            .with("allotment", Value::Missing)
            .else_try(NextStep::ContactProgramme),
    }
}

/// Ids of the offers that grant something of the benefit.
fn carrying(case: &Case<'_>, benefit: &str) -> Vec<String> {
    let mut offers: Vec<String> = Vec::new();
    for row in case.programme.benefit(benefit).iter().flat_map(|benefit| &benefit.allotments) {
        if row.amount > Allotment::None && !offers.contains(&row.offer) {
            offers.push(row.offer.clone());
        }
    }
    offers
}
