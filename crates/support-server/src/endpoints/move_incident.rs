//! POST /operator/incidents/{partner}/{incident}/status: the operator says where an incident stands.

use super::Reply;
use crate::Desk;
use crate::openapi::{Always, Change, Key, SignIn, callers};
use crate::posted::{At, Posted};
use axum::extract::State;
use axum::response::IntoResponse;
use support_api::desk::{DeskIncident, NewStatus};
use support_api::{PROBLEM_JSON, Problem, paths};

/// Say where an incident stands
///
/// What its partner took back stays so. When it no longer stands at `from`, somebody else was faster: nothing is changed.
#[utoipa::path(
    post,
    path = paths::templates::DESK_STATUS,
    operation_id = "move-incident",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(
        Key,
        ("partner" = String, Path, description = "Id of the partner account"),
        ("incident" = String, Path, description = "Its id"),
    ),
    request_body = NewStatus,
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
    posted: Posted<NewStatus>,
) -> Reply {
    posted.person.demand_operator()?;
    let NewStatus { status, from } = posted.body;
    let now = desk.clock.now();
    let statuses = (from.into(), status.into());
    let answer = desk
        .store
        .move_incident(posted.once, posted.person, now, which, statuses)
        .await?;
    Ok(answer.into_response())
}
