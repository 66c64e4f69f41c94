//! GET /session/start: leaves for the identity provider, where the server itself signs people in.

use super::Reply;
use crate::Desk;
use crate::auth::SignIn;
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
    /// The provider asks who it is, also whoever it knows
    #[param(nullable = false)]
    another: Option<bool>,
}

/// Leaves for the identity provider
///
/// Opened by a page of the site, not fetched. Whoever signs in comes back to `back` with the cookie of a session; whoever does not
/// comes back with `partner-support-sign-in` in the query: `refused`, `unreachable` or `failed`.
#[utoipa::path(
    get,
    path = paths::SESSION_START,
    operation_id = "start-session",
    tag = callers::BROWSER,
    params(Asked),
    responses(
        (status = 303, description = "To the provider, or back when it cannot be reached",
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
    let redirect = sign_in.start(back, asked.another == Some(true)).await;
    Ok(redirect.into_response())
}

/// Where somebody comes back to whom a page of ours has leave for the provider.
pub(super) fn way_back<'a>(
    sign_in: &SignIn,
    headers: &HeaderMap,
    back: Option<&'a str>,
) -> Result<&'a str, Trouble> {
    if !sign_in.may_start(headers) {
        return Err(Trouble::new(ProblemCode::Forbidden));
    }
    let back = back.unwrap_or("/");
    match sign_in.is_way_back(back) {
        true => Ok(back),
        false => Err(Trouble::invalid(
            "back",
            "a path of this site, or an address of another of its pages",
        )),
    }
}
