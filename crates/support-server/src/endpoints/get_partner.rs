//! GET /operator/partners/{partner}: a partner account as the vendor's master data says.

use super::{Reply, json};
use crate::Desk;
use crate::auth::Operator;
use crate::openapi::{Always, SignIn, callers};
use crate::posted::At;
use crate::problem::Trouble;
use crate::store::NewPartner;
use axum::extract::State;
use support_api::{PROBLEM_JSON, PartnerData, PartnerRecord, Problem, ProblemCode, paths};

/// A partner account as it was entered
#[utoipa::path(
    get,
    path = paths::templates::PARTNER,
    operation_id = "get-partner",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(("partner" = String, Path, description = "Id of the partner account")),
    responses(
        (status = 200, description = "What the master data says", body = PartnerRecord),
        (status = 404, description = "There is no such partner account",
            body = Problem, content_type = PROBLEM_JSON),
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(State(desk): State<Desk>, _: Operator, At(id): At<String>) -> Reply {
    match desk.store.partner(id).await? {
        Some((partner, revision)) => json(&record(partner, revision)),
        None => Err(Trouble::new(ProblemCode::NotFound)),
    }
}

pub(super) fn record(partner: NewPartner, revision: u64) -> PartnerRecord {
    PartnerRecord {
        id: partner.id,
        revision,
        data: PartnerData {
            name: partner.name,
            region: partner.region,
            portal: partner.portal,
            offers: partner.offers,
            plans: partner.plans,
            reseller: partner.reseller,
            activators: partner.activators,
        },
    }
}
