//! POST /verdicts: the law's answer on facts that the sender states. Needs no sign-in: nothing of anybody's is looked at.

use super::{Reply, json};
use crate::Desk;
use crate::openapi::{Always, callers};
use crate::posted::{is_json, received};
use crate::problem::Trouble;
use axum::extract::{Request, State};
use support_api::{
    PROBLEM_JSON, Problem, ProblemCode, VERDICT_REQUEST_LENGTH, VerdictAnswer, VerdictRequest,
    paths,
};

/// The law's answer on facts that the sender states
///
/// A refusal is an answer: 200 whatever the outcome. Nothing is looked up or changed. No list may have more than 64
/// entries, no text more than 256 characters.
#[utoipa::path(
    post,
    path = paths::VERDICTS,
    operation_id = "ask-verdict",
    tag = callers::ANYBODY,
    request_body = VerdictRequest,
    responses(
        (status = 200, description = "The verdict", body = VerdictAnswer),
        (status = 400, description = "No JSON of the expected shape",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 404, description = "The server does not know the programme; the detail lists those that it knows",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 413, description = "The body is longer than 256 KiB, or a list or text in it is too long",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 415, description = "The body is not `application/json`",
            body = Problem, content_type = PROBLEM_JSON),
        Always,
    ),
)]
pub(crate) async fn handle(State(desk): State<Desk>, request: Request) -> Reply {
    let (parts, body) = request.into_parts();
    desk.limits.verdict(&parts)?;
    if !is_json(&parts) {
        return Err(Trouble::new(ProblemCode::UnsupportedMediaType));
    }
    let question = received(&parts, body, VERDICT_REQUEST_LENGTH).await?;
    json(&desk.programmes.answer(&question, desk.clock.now().date())?)
}
