//! GET /operator/dead-letters: events that could not be handed over and were given up.

use super::{Part, Reply, cut, json, no_cursor, page_length, part_of};
use crate::Desk;
use crate::auth::Operator;
use crate::openapi::{Always, SignIn, callers};
use crate::problem::Trouble;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use support_api::{DeadLetterPage, PROBLEM_JSON, Problem, paths};

/// Events that were given up, by partner, oldest first
#[utoipa::path(
    get,
    path = paths::DEAD_LETTERS,
    operation_id = "list-dead-letters",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(Part),
    responses(
        (status = 200, description = "The page", body = DeadLetterPage),
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
    part: Result<Query<Part>, QueryRejection>,
) -> Reply {
    let part = part_of(part)?;
    let limit = page_length(part.limit)?;
    let after = part.after.map(|after| -> Result<_, Trouble> {
        let (partner, id) = after.rsplit_once('/').ok_or_else(no_cursor)?;
        Ok((partner.to_owned(), id.to_owned()))
    });
    let found = desk
        .store
        .dead_letters(limit + 1, after.transpose()?)
        .await?;
    let (letters, next) = cut(found, limit, |it| format!("{}/{}", it.partner, it.id));
    json(&DeadLetterPage { letters, next })
}
