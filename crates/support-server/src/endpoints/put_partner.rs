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
use support_api::{PartnerData, PartnerRecord, paths};

/// Most entries of a list of a partner account.
const LIST_LENGTH: usize = 64;
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
    let revision = desk.store.put_partner(partner.clone()).await?;
    json(&record(partner, revision))
}

fn checked(programme: &Programme, id: &str, data: PartnerData) -> Result<NewPartner, Trouble> {
    let lists = [
        ("offers", data.offers.len()),
        ("plans", data.plans.len()),
        ("activators", data.activators.len()),
    ];
    if let Some((field, _)) = lists.iter().find(|(_, length)| *length > LIST_LENGTH) {
        return Err(Trouble::invalid(
            field,
            &format!("up to {LIST_LENGTH} entries"),
        ));
    }
    let region = text("region", &data.region, ID_LENGTH, false)?;
    // The programme names its regions where their contacts differ (E16).
    let contacts = programme.policy().extensions.legacy_contacts.as_ref();
    if contacts.is_some_and(|it| !it.contacts.contains_key(&region)) {
        return Err(Trouble::invalid(
            "region",
            "the programme has no such region",
        ));
    }
    for (at, offer) in data.offers.iter().enumerate() {
        check_offer(programme, at, offer)?;
    }
    for (at, plan) in data.plans.iter().enumerate() {
        if !programme.paid_plans().any(|paid| paid.id == *plan) {
            return Err(Trouble::invalid(
                &format!("plans[{at}]"),
                "the programme has no such paid plan",
            ));
        }
    }
    let activators = data.activators.iter().enumerate();
    let activators = activators
        .map(|(at, name)| text(&format!("activators[{at}]"), name, NAME_LENGTH, false))
        .collect::<Result<_, _>>()?;
    Ok(NewPartner {
        id: text("partner", id, ID_LENGTH, false)?,
        name: text("name", &data.name, NAME_LENGTH, false)?,
        region,
        portal: data.portal,
        offers: data.offers,
        plans: data.plans,
        reseller: data.reseller,
        activators,
    })
}

fn check_offer(programme: &Programme, at: usize, offer: &MembershipOffer) -> Result<(), Trouble> {
    let wrong =
        |field: &str, why: &str| Err(Trouble::invalid(&format!("offers[{at}].{field}"), why));
    let Some(known) = programme.offer(&offer.offer) else {
        return wrong("offer", "the programme has no such offer");
    };
    match &offer.competency {
        Some(competency) if programme.competency(competency).is_none() => {
            return wrong("competency", "the programme has no such competency");
        }
        None if known.needs_competency => {
            return wrong("competency", "the offer is earned with a competency");
        }
        Some(_) if !known.needs_competency => {
            return wrong("competency", "the offer is earned without a competency");
        }
        _ => {}
    }
    match offer.anniversary < offer.start {
        true => wrong("anniversary", "the anniversary is before the first day"),
        false => Ok(()),
    }
}
