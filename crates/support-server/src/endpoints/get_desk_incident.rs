//! GET /operator/incidents/{partner}/{incident}: a partner's incident, with its timeline.

use super::{Reply, json};
use crate::Desk;
use crate::auth::Operator;
use crate::openapi::{Always, SignIn, callers};
use crate::posted::At;
use crate::problem::Trouble;
use axum::extract::State;
use support_api::desk::DeskIncident;
use support_api::{PROBLEM_JSON, Problem, ProblemCode, paths};

/// An incident of a partner
#[utoipa::path(
    get,
    path = paths::templates::DESK_INCIDENT,
    operation_id = "get-desk-incident",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(
        ("partner" = String, Path, description = "Id of the partner account"),
        ("incident" = String, Path, description = "Its id"),
    ),
    responses(
        (status = 200, description = "The incident", body = DeskIncident),
        (status = 404, description = "The partner has no such incident",
            body = Problem, content_type = PROBLEM_JSON),
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    _: Operator,
    At((partner, incident)): At<(String, String)>,
) -> Reply {
    match desk.store.desk_incident(partner, incident).await? {
        Some(incident) => json(&incident),
        None => Err(Trouble::new(ProblemCode::NotFound)),
    }
}
