//! POST /session/end: the session is over.

use super::{Reply, json};
use crate::Desk;
use crate::openapi::{Always, SessionHeader, callers};
use crate::problem::Trouble;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use support_api::{PROBLEM_JSON, Problem, ProblemCode, SessionEnded, paths};

/// Ends the session
///
/// For whoever has one or has none. It is over at once, in every tab and on every server. Where the provider can sign the person out
/// too, the answer says what to open for that within a minute; else it goes on remembering them.
#[utoipa::path(
    post,
    path = paths::SESSION_END,
    operation_id = "end-session",
    tag = callers::BROWSER,
    params(SessionHeader),
    responses(
        (status = 200, description = "There is no session any more here; there is one at the provider", body = SessionEnded,
            headers(("Set-Cookie" = String))),
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
    let (cookies, can_leave) = sign_in.end(&method, &headers, &desk.store).await?;
    let cookies = AppendHeaders(cookies.into_iter().map(|it| (header::SET_COOKIE, it)));
    Ok(match can_leave {
        true => {
            let leave = format!("{}{}", paths::BASE, paths::SESSION_LEAVE);
            (cookies, json(&SessionEnded { leave })?).into_response()
        }
        false => (StatusCode::NO_CONTENT, cookies).into_response(),
    })
}
