//! POST /operator/contracts/{partner}/{contract}/correction: raises or lowers what a contract was granted.

use super::{Reply, text};
use crate::Desk;
use crate::openapi::{Always, Change, Key, SignIn, callers};
use crate::posted::{At, Posted};
use crate::problem::Trouble;
use axum::extract::State;
use axum::response::IntoResponse;
use entitlement_rules::AccountFacts;
use support_api::{Correction, PROBLEM_JSON, Problem, REASON_LENGTH, paths};

/// Raise or lower what a contract was granted
///
/// Never below what was used.
#[utoipa::path(
    post,
    path = paths::templates::CORRECTION,
    operation_id = "correct-balance",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(
        Key,
        ("partner" = String, Path, description = "Id of the partner account"),
        ("contract" = String, Path, description = "Its reference"),
    ),
    request_body = Correction,
    responses(
        (status = 200, description = "The partner's facts after it", body = AccountFacts),
        (status = 404, description = "The partner has no such contract",
            body = Problem, content_type = PROBLEM_JSON),
        Change,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    At((partner, contract)): At<(String, String)>,
    posted: Posted<Correction>,
) -> Reply {
    posted.person.demand_operator()?;
    let by = posted.body.by;
    if by == 0 || !(-1_000..=1_000).contains(&by) {
        return Err(Trouble::invalid("by", "-1000 to 1000, not 0"));
    }
    let reason = text("reason", &posted.body.reason, REASON_LENGTH, false)?;
    let correction = Correction { by, reason };
    let now = desk.clock.now();
    let answer = desk
        .store
        .correct(
            posted.once,
            posted.person,
            now,
            partner,
            contract,
            correction,
        )
        .await?;
    Ok(answer.into_response())
}
