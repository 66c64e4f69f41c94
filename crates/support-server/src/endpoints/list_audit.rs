//! GET /operator/audit: who did what, and when.

use super::{Reply, cut, json, no_cursor, page_length};
use crate::Desk;
use crate::auth::Operator;
use crate::openapi::{Always, SignIn, callers};
use crate::problem::Trouble;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;
use support_api::desk::AuditPage;
use support_api::{PROBLEM_JSON, Problem, ProblemCode, paths};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// Entries on the page.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// The `next` of the page before.
    #[param(nullable = false, format = "uuid")]
    after: Option<String>,
    /// Only those about the partner account with this id.
    #[param(nullable = false)]
    partner: Option<String>,
}

/// The audit trail, newest first
///
/// Every change that somebody made, and every time that the two IDs of a contract were shown. Never the IDs.
#[utoipa::path(
    get,
    path = paths::AUDIT,
    operation_id = "list-audit",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(Asked),
    responses(
        (status = 200, description = "The page", body = AuditPage),
        (status = 400, description = "A parameter is unknown or malformed",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 422, description = "`after` is no cursor of this list",
            body = Problem, content_type = PROBLEM_JSON),
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    _: Operator,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Reply {
    let Ok(Query(asked)) = asked else {
        return Err(Trouble::new(ProblemCode::BadRequest)
            .detail("the parameters are limit, after and partner"));
    };
    let limit = page_length(asked.limit)?;
    if let Some(after) = &asked.after
        && uuid::Uuid::try_parse(after).is_err()
    {
        return Err(no_cursor());
    }
    // PostgreSQL has no text with this character, so nothing is called like that.
    if asked.partner.as_ref().is_some_and(|it| it.contains('\0')) {
        return json(&AuditPage {
            entries: Vec::new(),
            next: None,
        });
    }
    let found = desk.store.trail(asked.partner, limit + 1, asked.after);
    let (entries, next) = cut(found.await?, limit, |last| last.id.clone());
    json(&AuditPage { entries, next })
}
