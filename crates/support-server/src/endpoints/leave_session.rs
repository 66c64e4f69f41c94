//! GET /session/leave: signs a person out at the identity provider, whose session has just ended here.

use super::Reply;
use super::start_session::way_back;
use crate::Desk;
use crate::openapi::{Always, callers};
use crate::problem::Trouble;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use serde::Deserialize;
use support_api::{PROBLEM_JSON, Problem, ProblemCode, paths};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// Where to come back to: a path of the site, with its query and its fragment, or such an address of another of its pages
    #[param(nullable = false, max_length = 1000)]
    back: Option<String>,
}

/// Signs out at the identity provider
///
/// Opened by a page of the site, not fetched, within a minute of the session's end and in the same browser. The provider sends the
/// person back to `back`; whoever has ended no session is there at once.
#[utoipa::path(
    get,
    path = paths::SESSION_LEAVE,
    operation_id = "leave-session",
    tag = callers::BROWSER,
    params(Asked),
    responses(
        (status = 303, description = "To the provider, or back",
            headers(("Location" = String), ("Set-Cookie" = String))),
        (status = 400, description = "A parameter is unknown or malformed",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 403, description = "A page of another site opens it",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 404, description = "The server signs nobody in",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 422, description = "`back` leads to no page of the site",
            body = Problem, content_type = PROBLEM_JSON),
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Reply {
    let sign_in = desk.sign_in.as_ref();
    let sign_in = sign_in.ok_or_else(|| Trouble::new(ProblemCode::NotFound))?;
    let Query(asked) = asked.map_err(|_| Trouble::new(ProblemCode::BadRequest))?;
    let back = way_back(sign_in, &headers, asked.back.as_deref())?;
    let redirect = sign_in.leave(back, &headers, &desk.store).await?;
    Ok(redirect.into_response())
}
