//! GET /session/callback: the provider's answer.

use super::Reply;
use crate::Desk;
use crate::auth::ProvidersAnswer;
use crate::openapi::{Always, callers};
use crate::problem::Trouble;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use support_api::{PROBLEM_JSON, Problem, ProblemCode, paths};

/// The provider's answer
///
/// Opened by the provider's redirect. Begins a session under a new id, and goes back to where the person came from.
#[utoipa::path(
    get,
    path = paths::SESSION_CALLBACK,
    operation_id = "finish-session",
    tag = callers::BROWSER,
    params(ProvidersAnswer),
    responses(
        (status = 303, description = "Back to the page", headers(("Location" = String), ("Set-Cookie" = String))),
        (status = 400, description = "The query cannot be read", body = Problem, content_type = PROBLEM_JSON),
        (status = 404, description = "The server signs nobody in", body = Problem, content_type = PROBLEM_JSON),
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    headers: HeaderMap,
    answer: Result<Query<ProvidersAnswer>, QueryRejection>,
) -> Reply {
    let sign_in = desk.sign_in.as_ref();
    let sign_in = sign_in.ok_or_else(|| Trouble::new(ProblemCode::NotFound))?;
    let Query(answer) = answer.map_err(|_| Trouble::new(ProblemCode::BadRequest))?;
    let redirect = sign_in.finish(answer, &headers, &desk.verifier, &desk.store);
    Ok(redirect.await.into_response())
}
