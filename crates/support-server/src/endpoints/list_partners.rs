//! GET /operator/partners: the partner accounts.

use super::{Reply, cut, json, page_length};
use crate::Desk;
use crate::auth::Operator;
use crate::openapi::{Always, SignIn, callers};
use crate::problem::Trouble;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;
use support_api::desk::PartnerPage;
use support_api::{PROBLEM_JSON, Problem, ProblemCode, paths};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// Accounts on the page.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// The `next` of the page before.
    #[param(nullable = false)]
    after: Option<String>,
    /// Only those whose id or name has it.
    #[param(nullable = false)]
    text: Option<String>,
}

/// A page of the partner accounts, by id
#[utoipa::path(
    get,
    path = paths::PARTNERS,
    operation_id = "list-partners",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(Asked),
    responses(
        (status = 200, description = "The page", body = PartnerPage),
        (status = 400, description = "A parameter is unknown or malformed",
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
            .detail("the parameters are limit, after and text"));
    };
    let limit = page_length(asked.limit)?;
    let text = asked.text.filter(|text| !text.trim().is_empty());
    // PostgreSQL has no text with this character, so nothing is called like that.
    if [&asked.after, &text]
        .into_iter()
        .flatten()
        .any(|text| text.contains('\0'))
    {
        return json(&PartnerPage {
            partners: Vec::new(),
            next: None,
        });
    }
    let found = desk.store.partners(text, limit + 1, asked.after).await?;
    let (partners, next) = cut(found, limit, |last| last.id.clone());
    json(&PartnerPage { partners, next })
}
