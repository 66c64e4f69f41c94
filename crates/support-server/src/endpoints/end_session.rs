//! POST /session/end: the session is over.

use super::Reply;
use crate::Desk;
use crate::openapi::{Always, SessionHeader, callers};
use crate::problem::Trouble;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::IntoResponse;
use support_api::{PROBLEM_JSON, Problem, ProblemCode, paths};

/// Ends the session
///
/// For whoever has one or has none. The provider goes on remembering the person.
#[utoipa::path(
    post,
    path = paths::SESSION_END,
    operation_id = "end-session",
    tag = callers::BROWSER,
    params(SessionHeader),
    responses(
        (status = 204, description = "There is no session any more", headers(("Set-Cookie" = String))),
        (status = 403, description = "It comes from elsewhere, or without the header",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 404, description = "The server signs nobody in", body = Problem, content_type = PROBLEM_JSON),
        Always,
    ),
)]
pub(crate) async fn handle(State(desk): State<Desk>, method: Method, headers: HeaderMap) -> Reply {
    let sign_in = desk.sign_in.as_ref();
    let sign_in = sign_in.ok_or_else(|| Trouble::new(ProblemCode::NotFound))?;
    let taken_away = sign_in.end(&method, &headers, &desk.store).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, taken_away)]).into_response())
}
