//! POST /incidents/{incident}/comments: writes on an incident.

use super::{Reply, text};
use crate::Desk;
use crate::openapi::{Always, Change, Key, SignIn, callers};
use crate::posted::{At, Posted};
use axum::extract::State;
use axum::response::IntoResponse;
use support_api::{COMMENT_LENGTH, Incident, NewComment, PROBLEM_JSON, Problem, paths};

/// Write on an incident
///
/// Not on one that is closed or cancelled.
#[utoipa::path(
    post,
    path = paths::templates::INCIDENT_COMMENTS,
    operation_id = "comment-incident",
    tag = callers::SIGNED_IN,
    security(("bearer" = [])),
    params(Key, ("incident" = String, Path, description = "Its id")),
    request_body = NewComment,
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
    posted: Posted<NewComment>,
) -> Reply {
    let comment = text("text", &posted.body.text, COMMENT_LENGTH, true)?;
    let now = desk.clock.now();
    let answer = desk
        .store
        .comment_incident(posted.once, posted.person, now, incident, comment)
        .await?;
    Ok(answer.into_response())
}
