//! POST /desk-calls: what the vendor's system tells, signed by Standard Webhooks.

use super::{Reply, fulfil_activation, json, trimmed};
use crate::Desk;
use crate::clock::Moment;
use crate::handover::inbound::{self, Verified};
use crate::openapi::{Always, callers};
use crate::posted::received;
use crate::problem::Trouble;
use axum::extract::{Request, State};
use entitlement_rules::AccountFacts;
use serde_json::json;
use support_api::handover::{DESK_CALL_LENGTH, DeskCall};
use support_api::{PROBLEM_JSON, Problem, ProblemCode, paths};

/// What the vendor's system tells
///
/// Signed by Standard Webhooks; see docs/webhooks.md. `timestamp` stands beside `type` and `data`. An id counts once.
#[utoipa::path(
    post,
    path = paths::DESK_CALLS,
    operation_id = "desk-call",
    tag = callers::VENDOR,
    request_body = DeskCall,
    responses(
        (status = 200, description = "It was acted on, now or before"),
        (status = 400, description = "No JSON of the expected shape",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 401, description = "No signature of the call holds, or it is not of now",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 404, description = "What it is about is not here; or no calls are taken",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 409, description = "What it is about does not stand so that it can be done",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 413, description = "The body is longer than 64 KiB",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 422, description = "A value is not valid",
            body = Problem, content_type = PROBLEM_JSON),
        Always,
    ),
)]
pub(crate) async fn handle(State(desk): State<Desk>, request: Request) -> Reply {
    // Who takes no calls has no such address.
    let secrets = desk.inbound.as_ref();
    let secrets = secrets.ok_or_else(|| Trouble::new(ProblemCode::NotFound))?;
    let (parts, body) = request.into_parts();
    let body = received(&parts, body, DESK_CALL_LENGTH).await?;
    let Verified { id, mut call } =
        inbound::receive(secrets, &parts.headers, &body, Moment::real())?;
    let mut benefit = None;
    if let DeskCall::ActivationFulfilled(fulfilled) = &mut call {
        fulfilled.contract.ids = trimmed(&fulfilled.contract.ids, "data.contract.ids")?;
        benefit = Some(fulfilled.benefit.clone());
    }
    let programme = desk.programme.programme;
    let judge = move |account: &AccountFacts| match &benefit {
        Some(benefit) => fulfil_activation::judge(&programme, account, benefit),
        None => Err(Trouble::new(ProblemCode::Internal)),
    };
    let now = desk.clock.now();
    desk.store.desk_call(id, now, call, judge).await?;
    json(&json!({}))
}
