//! POST /incidents/{incident}/reopening: sends an incident back that was resolved or closed.

use super::Reply;
use crate::Desk;
use crate::openapi::{Always, Change, Key, SignIn, callers};
use crate::posted::{At, Nothing, Posted};
use axum::extract::State;
use axum::response::IntoResponse;
use support_api::{Incident, PROBLEM_JSON, Problem, paths};

/// Reopen an incident that was resolved or closed
///
/// For 14 days. It consumes nothing.
#[utoipa::path(
    post,
    path = paths::templates::INCIDENT_REOPENING,
    operation_id = "reopen-incident",
    tag = callers::SIGNED_IN,
    security(("bearer" = [])),
    params(Key, ("incident" = String, Path, description = "Its id")),
    request_body = Option<Nothing>,
    responses(
        (status = 200, description = "The incident", body = Incident),
        (status = 404, description = "There is none, or it is somebody else's",
            body = Problem, content_type = PROBLEM_JSON),
        Change,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    At(incident): At<String>,
    posted: Posted<Nothing>,
) -> Reply {
    let now = desk.clock.now();
    let answer = desk
        .store
        .reopen_incident(posted.once, posted.person, now, incident)
        .await?;
    Ok(answer.into_response())
}
