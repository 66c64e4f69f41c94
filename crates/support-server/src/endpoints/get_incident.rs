//! GET /incidents/{incident}: one incident; somebody else's does not exist.

use super::{Reply, digested};
use crate::Desk;
use crate::auth::SignedIn;
use crate::openapi::{Always, Copy, SignIn, callers};
use crate::posted::At;
use crate::problem::Trouble;
use axum::extract::State;
use axum::http::HeaderMap;
use support_api::{Incident, PROBLEM_JSON, Problem, ProblemCode, paths};

/// One incident
#[utoipa::path(
    get,
    path = paths::templates::INCIDENT,
    operation_id = "get-incident",
    tag = callers::SIGNED_IN,
    security(("bearer" = [])),
    params(Copy, ("incident" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The incident", body = Incident,
            headers(("ETag" = String, description = "Changes with every change of it"))),
        (status = 304, description = "The caller's copy is the current one"),
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
    headers: HeaderMap,
) -> Reply {
    match desk.store.incident(person, id).await? {
        Some(incident) => digested(&headers, &incident),
        None => Err(Trouble::new(ProblemCode::NotFound)),
    }
}
