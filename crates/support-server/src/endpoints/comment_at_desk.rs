//! POST /operator/incidents/{partner}/{incident}/comments: the operator writes on an incident.

use super::{Reply, text};
use crate::Desk;
use crate::openapi::{Always, Change, Key, SignIn, callers};
use crate::posted::{At, Posted};
use axum::extract::State;
use axum::response::IntoResponse;
use support_api::desk::DeskIncident;
use support_api::{COMMENT_LENGTH, NewComment, PROBLEM_JSON, Problem, paths};

/// Write on a partner's incident
///
/// Its partner reads it. Not on one that is closed or cancelled.
#[utoipa::path(
    post,
    path = paths::templates::DESK_COMMENTS,
    operation_id = "comment-at-desk",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(
        Key,
        ("partner" = String, Path, description = "Id of the partner account"),
        ("incident" = String, Path, description = "Its id"),
    ),
    request_body = NewComment,
    responses(
        (status = 200, description = "The incident", body = DeskIncident),
        (status = 404, description = "The partner has no such incident",
            body = Problem, content_type = PROBLEM_JSON),
        Change,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    At(which): At<(String, String)>,
    posted: Posted<NewComment>,
) -> Reply {
    posted.person.demand_operator()?;
    let comment = text("text", &posted.body.text, COMMENT_LENGTH, true)?;
    let now = desk.clock.now();
    let answer = desk
        .store
        .comment_at_desk(posted.once, posted.person, now, which, comment)
        .await?;
    Ok(answer.into_response())
}
