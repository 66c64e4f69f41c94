//! POST /operator/handover/resumption: this server hands events over again after the recipient said that it was gone.

use super::{Reply, json};
use crate::Desk;
use crate::openapi::{Always, Change, Key, SignIn, callers};
use crate::posted::{Nothing, Posted};
use axum::extract::State;
use support_api::paths;

/// Hand events over again after the recipient said that it was gone
///
/// On the server that is asked.
#[utoipa::path(
    post,
    path = paths::HANDOVER_RESUMPTION,
    operation_id = "resume-handover",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(Key),
    request_body = Option<Nothing>,
    responses(
        (status = 200, description = "It goes on"),
        Change,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(State(desk): State<Desk>, posted: Posted<Nothing>) -> Reply {
    posted.person.demand_operator()?;
    desk.resume.notify_one();
    json(&serde_json::json!({}))
}
