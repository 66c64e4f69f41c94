//! GET /operator/partners/{partner}/people: who belongs to a partner account.

use super::{Reply, json};
use crate::Desk;
use crate::auth::Operator;
use crate::openapi::{Always, SignIn, callers};
use crate::posted::At;
use crate::problem::Trouble;
use axum::extract::State;
use support_api::desk::PartnerPeople;
use support_api::{PROBLEM_JSON, Problem, ProblemCode, paths};

/// Who belongs to a partner account
///
/// Names and roles are not among it: each person's identity provider says them when they sign in.
#[utoipa::path(
    get,
    path = paths::templates::PARTNER_PEOPLE,
    operation_id = "get-partner-people",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(("partner" = String, Path, description = "Id of the partner account")),
    responses(
        (status = 200, description = "People and directories", body = PartnerPeople),
        (status = 404, description = "There is no such partner account",
            body = Problem, content_type = PROBLEM_JSON),
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    _: Operator,
    At(partner): At<String>,
) -> Reply {
    match desk.store.people(partner).await? {
        Some(people) => json(&people),
        None => Err(Trouble::new(ProblemCode::NotFound)),
    }
}
