//! PUT /operator/partners/{partner}: enters a partner account, or replaces what was entered. Nothing is taken that the
//! programme does not know.

use super::get_partner::record;
use super::{Reply, json, text};
use crate::Desk;
use crate::openapi::{Always, Replacement, SignIn, callers};
use crate::posted::{At, Put};
use crate::problem::Trouble;
use crate::store::NewPartner;
use axum::extract::State;
use entitlement_rules::{MembershipOffer, Programme};
use support_api::desk::{Fault, ImportFault};
use support_api::{PartnerData, PartnerRecord, paths};

/// Most entries of a list of a partner account.
pub(super) const LIST_LENGTH: usize = 64;
/// Longest id of a partner account, in characters.
const ID_LENGTH: usize = 64;
/// Longest name, in characters.
const NAME_LENGTH: usize = 120;

/// Enter a partner account, or replace what was entered
///
/// Nothing is taken that the programme does not know.
#[utoipa::path(
    put,
    path = paths::templates::PARTNER,
    operation_id = "put-partner",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(("partner" = String, Path, description = "Id of the partner account")),
    request_body = PartnerData,
    responses(
        (status = 200, description = "What the master data says now", body = PartnerRecord),
        Replacement,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    At(id): At<String>,
    put: Put<PartnerData>,
) -> Reply {
    put.person.demand_operator()?;
    let partner = checked(&desk.programme.programme, &id, put.body)?;
    let now = desk.clock.now();
    let revision = desk
        .store
        .put_partner(put.person, now, partner.clone())
        .await?;
    json(&record(partner, revision))
}

/// The partner account that a body says, unless something is wrong with it: then the first of that.
fn checked(programme: &Programme, id: &str, data: PartnerData) -> Result<NewPartner, Trouble> {
    let activators = data.activators.iter().map(|name| name.trim().to_owned());
    let partner = NewPartner {
        id: id.trim().to_owned(),
        name: data.name.trim().to_owned(),
        region: data.region.trim().to_owned(),
        portal: data.portal,
        activators: activators.collect(),
        offers: data.offers,
        plans: data.plans,
        reseller: data.reseller,
    };
    match faults(programme, &partner).into_iter().next() {
        None => Ok(partner),
        Some(ImportFault { field, fault }) => {
            let field = if field == "id" { "partner" } else { &field };
            Err(Trouble::invalid(field, &sentence(field, fault)))
        }
    }
}

/// Everything that is wrong with a partner account whose fields have the right shapes.
pub(super) fn faults(programme: &Programme, partner: &NewPartner) -> Vec<ImportFault> {
    let mut found = Vec::new();
    let mut wrong = |field: String, fault: Fault| found.push(ImportFault { field, fault });
    let texts = [
        ("id", &partner.id, ID_LENGTH),
        ("name", &partner.name, NAME_LENGTH),
        ("region", &partner.region, ID_LENGTH),
    ];
    for (field, value, longest) in texts {
        if text(field, value, longest, false).is_err() {
            wrong(field.to_owned(), Fault::Text);
        }
    }
    // The programme names its regions where their contacts differ (E16).
    let contacts = programme.policy().extensions.legacy_contacts.as_ref();
    if contacts.is_some_and(|it| !it.contacts.contains_key(&partner.region)) {
        wrong("region".to_owned(), Fault::UnknownRegion);
    }
    let lists = [
        ("offers", partner.offers.len()),
        ("plans", partner.plans.len()),
        ("activators", partner.activators.len()),
    ];
    for (field, length) in lists {
        if length > LIST_LENGTH {
            wrong(field.to_owned(), Fault::TooMany);
        }
    }
    for (at, offer) in partner.offers.iter().take(LIST_LENGTH).enumerate() {
        if let Some((field, fault)) = offer_fault(programme, offer) {
            wrong(format!("offers[{at}].{field}"), fault);
        }
        if offer.anniversary < offer.start {
            wrong(format!("offers[{at}].anniversary"), Fault::EndsBeforeStart);
        }
    }
    for (at, plan) in partner.plans.iter().take(LIST_LENGTH).enumerate() {
        if !programme.paid_plans().any(|paid| paid.id == *plan) {
            wrong(format!("plans[{at}]"), Fault::UnknownPlan);
        }
    }
    for (at, name) in partner.activators.iter().take(LIST_LENGTH).enumerate() {
        if text("activators", name, NAME_LENGTH, false).is_err() {
            wrong(format!("activators[{at}]"), Fault::Text);
        }
    }
    found
}

/// What is wrong with an offer and its competency.
fn offer_fault(programme: &Programme, offer: &MembershipOffer) -> Option<(&'static str, Fault)> {
    let Some(known) = programme.offer(&offer.offer) else {
        return Some(("offer", Fault::UnknownOffer));
    };
    let fault = match &offer.competency {
        Some(competency) if programme.competency(competency).is_none() => Fault::UnknownCompetency,
        None if known.needs_competency => Fault::NeedsCompetency,
        Some(_) if !known.needs_competency => Fault::NeedsNoCompetency,
        _ => return None,
    };
    Some(("competency", fault))
}

/// What is wrong, for engineers.
fn sentence(field: &str, fault: Fault) -> String {
    let what = match fault {
        Fault::Missing => "is missing",
        Fault::UnknownField => "is not a field of this message",
        Fault::Malformed => "has not the expected type or value",
        Fault::Text if field == "partner" || field == "region" => {
            return format!("1 to {ID_LENGTH} characters, no control characters");
        }
        Fault::Text => return format!("1 to {NAME_LENGTH} characters, no control characters"),
        Fault::TooMany => return format!("up to {LIST_LENGTH} entries"),
        Fault::UnknownRegion => "the programme has no such region",
        Fault::UnknownOffer => "the programme has no such offer",
        Fault::UnknownCompetency => "the programme has no such competency",
        Fault::NeedsCompetency => "the offer is earned with a competency",
        Fault::NeedsNoCompetency => "the offer is earned without a competency",
        Fault::EndsBeforeStart => "the anniversary is before the first day",
        Fault::UnknownPlan => "the programme has no such paid plan",
        Fault::Twice => "another row is about the same account",
    };
    what.to_owned()
}
