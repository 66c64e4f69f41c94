//! POST /operator/activations/{partner}/{benefit}/rejection: the operator refuses a request.

use super::{Reply, benefit};
use crate::Desk;
use crate::openapi::{Always, Change, Key, SignIn, callers};
use crate::posted::{At, Posted};
use axum::extract::State;
use axum::response::IntoResponse;
use entitlement_rules::{BenefitActivation, BenefitKey};
use support_api::{PROBLEM_JSON, Problem, Rejection, paths};

/// Refuse a request that waits
#[utoipa::path(
    post,
    path = paths::templates::REJECTION,
    operation_id = "reject-activation",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(
        Key,
        ("partner" = String, Path, description = "Id of the partner account"),
        ("benefit" = BenefitKey, Path, description = "Which benefit of which package"),
    ),
    request_body = Rejection,
    responses(
        (status = 200, description = "The activation as it then stands", body = BenefitActivation),
        (status = 404, description = "There is no such partner, or it never asked for the benefit",
            body = Problem, content_type = PROBLEM_JSON),
        Change,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    At((partner, name)): At<(String, String)>,
    posted: Posted<Rejection>,
) -> Reply {
    posted.person.demand_operator()?;
    let key = benefit(&name)?;
    let now = desk.clock.now();
    let reason = posted.body.reason;
    let answer = desk
        .store
        .reject(posted.once, posted.person, now, partner, key, reason)
        .await?;
    Ok(answer.into_response())
}
