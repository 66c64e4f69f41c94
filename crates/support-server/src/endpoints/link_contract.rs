//! POST /contract-links: a person ties a contract to their account with both its IDs. Anybody may, whoever they are
//! (S28); what the tie is good for the law says afterwards.

use super::{Reply, trimmed};
use crate::Desk;
use crate::openapi::{Always, Change, Key, SignIn, callers};
use crate::posted::Posted;
use axum::extract::State;
use axum::response::IntoResponse;
use entitlement_rules::AccountFacts;
use support_api::{PROBLEM_JSON, Problem, SupportIds, paths};

/// Tie a contract to the own account with both its IDs
///
/// Anybody who holds them may; what the tie is good for the law says afterwards. Tries with wrong IDs are limited.
#[utoipa::path(
    post,
    path = paths::CONTRACT_LINKS,
    operation_id = "link-contract",
    tag = callers::SIGNED_IN,
    security(("bearer" = [])),
    params(Key),
    request_body = SupportIds,
    responses(
        (status = 200, description = "It was tied already: the facts as they are", body = AccountFacts),
        (status = 201, description = "It is tied now: the facts after it", body = AccountFacts),
        (status = 404, description = "No contract has this pair of IDs; which of the two is wrong is not told",
            body = Problem, content_type = PROBLEM_JSON),
        Change,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(State(desk): State<Desk>, posted: Posted<SupportIds>) -> Reply {
    let ids = trimmed(&posted.body, "")?;
    let now = desk.clock.now();
    let answer = desk
        .store
        .link_contract(posted.once, posted.person, now, ids)
        .await?;
    Ok(answer.into_response())
}
