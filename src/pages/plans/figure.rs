//! One figure of a plan, in words.

use super::comparison::{Grant, Held};
use crate::words::{self, Words};
use entitlement_rules::{Allotment, Confidence, Period, PlanValue};

/// The figure as a reader sees it.
pub(super) fn figure(words: Words, value: &PlanValue) -> String {
    let language = words.language();
    match value {
        PlanValue::Included => words::plans::included(words).to_owned(),
        PlanValue::NotIncluded => words::plans::not_included(words).to_owned(),
        PlanValue::OnRequest => words::plans::on_request(words).to_owned(),
        PlanValue::NotPublished => words::plans::not_published(words).to_owned(),
        PlanValue::Money {
            amount,
            currency,
            per,
            ..
        } => match per {
            Period::Month => words::plans::per_month(words, *amount, currency),
            Period::Year => words::plans::per_year(words, *amount, currency),
            Period::Incident => words::plans::per_incident(words, *amount, currency),
        },
        PlanValue::Hours { a, b, c } => words::plans::hours(words, *a, *b, *c),
        PlanValue::Text { words } => words.in_language(language).to_owned(),
    }
}

/// What restricts the figure.
pub(super) fn restriction(words: Words, value: &PlanValue) -> Option<String> {
    match value {
        PlanValue::Money {
            note: Some(note), ..
        } => Some(note.in_language(words.language()).to_owned()),
        PlanValue::Hours { .. } => Some(words::plans::hours_note(words).to_owned()),
        _ => None,
    }
}

/// How far a source can be trusted, where that must be said beside the figure.
pub(super) fn caution(words: Words, confidence: Confidence) -> Option<&'static str> {
    match confidence {
        Confidence::Vendor => None,
        Confidence::ThirdParty => Some(words::plans::unconfirmed(words)),
        Confidence::Inferred => Some(words::plans::inferred(words)),
    }
}

/// How far a source can be trusted, in the list of sources.
pub(super) fn standing(words: Words, confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Vendor => words::plans::source_vendor(words),
        Confidence::ThirdParty => words::plans::source_third_party(words),
        Confidence::Inferred => words::plans::source_inferred(words),
    }
}

/// What the account has of a plan, in a word or two.
pub(super) fn held(words: Words, held: &Held) -> &'static str {
    match held {
        Held::WithMembership(_) => words::plans::held_with_membership(words),
        Held::Outlasting { .. } => words::plans::held_outlasting(words),
        Held::NotWithMembership => words::plans::held_not_with_membership(words),
        Held::Bought => words::plans::held_bought(words),
        Held::Buyable => words::plans::held_buyable(words),
    }
}

/// What of a plan the account can use, line by line.
pub(super) fn usable(words: Words, held: &Held) -> Vec<String> {
    match held {
        Held::WithMembership(grants) => grants.iter().map(|one| grant(words, one)).collect(),
        Held::Outlasting {
            left: Allotment::Unlimited,
            last_day,
        } => vec![words::plans::outlasting_unlimited(words, *last_day)],
        Held::Outlasting {
            left: Allotment::Finite(left),
            last_day,
        } => vec![words::plans::outlasting(words, *left, *last_day)],
        Held::Outlasting { .. } | Held::NotWithMembership | Held::Bought | Held::Buyable => {
            Vec::new()
        }
    }
}

/// What an offer of the membership grants, and what is left of it.
fn grant(words: Words, grant: &Grant) -> String {
    let offer = grant.offer.as_str();
    match (grant.granted, grant.left) {
        (None, _) => words::plans::grant_unknown(words, offer),
        (Some(Allotment::Unlimited), _) => words::plans::grant_unlimited(words, offer),
        (Some(Allotment::None), _) => words::plans::grant(words, 0, offer),
        (Some(Allotment::Finite(count)), Some(Allotment::Finite(left))) => {
            words::plans::grant_left(words, count, offer, left)
        }
        (Some(Allotment::Finite(count)), _) => words::plans::grant(words, count, offer),
    }
}
