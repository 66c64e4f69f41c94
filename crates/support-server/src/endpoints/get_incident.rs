//! GET /incidents/{incident}: one incident; somebody else's does not exist.

use super::{Reply, json};
use crate::Desk;
use crate::auth::SignedIn;
use crate::openapi::{Always, SignIn, callers};
use crate::posted::At;
use crate::problem::Trouble;
use axum::extract::State;
use support_api::{Incident, PROBLEM_JSON, Problem, ProblemCode, paths};

/// One incident
#[utoipa::path(
    get,
    path = paths::templates::INCIDENT,
    operation_id = "get-incident",
    tag = callers::SIGNED_IN,
    security(("bearer" = [])),
    params(("incident" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The incident", body = Incident),
        (status = 404, description = "There is none, or it is somebody else's",
            body = Problem, content_type = PROBLEM_JSON),
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    At(id): At<String>,
) -> Reply {
    match desk.store.incident(person, id).await? {
        Some(incident) => json(&incident),
        None => Err(Trouble::new(ProblemCode::NotFound)),
    }
}
