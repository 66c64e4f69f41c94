//! GET /contracts/{contract}/ledger: the history of the balance of a contract in the person's account, newest first.

use super::{Part, Reply, cut, json, no_cursor, page_length, part_of};
use crate::Desk;
use crate::auth::{Person, SignedIn};
use crate::openapi::{Always, SignIn, callers};
use crate::posted::At;
use crate::problem::Trouble;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use support_api::{LedgerPage, PROBLEM_JSON, Problem, ProblemCode, paths};

/// The history of a contract's balance, newest first
#[utoipa::path(
    get,
    path = paths::templates::LEDGER,
    operation_id = "list-ledger",
    tag = callers::SIGNED_IN,
    security(("bearer" = [])),
    params(("contract" = String, Path, description = "Its reference"), Part),
    responses(
        (status = 200, description = "The page", body = LedgerPage),
        (status = 400, description = "A parameter is unknown or malformed",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 422, description = "`after` is no cursor of this list",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 404, description = "The account has no such contract",
            body = Problem, content_type = PROBLEM_JSON),
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    At(contract): At<String>,
    part: Result<Query<Part>, QueryRejection>,
) -> Reply {
    page(desk, person, None, contract, part).await
}

/// A page of the history of a contract in the person's account, or in that of the partner that an operator looks into.
pub(super) async fn page(
    desk: Desk,
    person: Person,
    partner: Option<String>,
    contract: String,
    part: Result<Query<Part>, QueryRejection>,
) -> Reply {
    let part = part_of(part)?;
    let limit = page_length(part.limit)?;
    let after = part.after.map(|after| after.parse::<i64>());
    let after = after.transpose().map_err(|_| no_cursor())?;
    let today = desk.clock.now().date();
    let found = desk
        .store
        .history(person, partner, today, contract, limit + 1, after)
        .await?;
    let found = found.ok_or_else(|| Trouble::new(ProblemCode::NotFound))?;
    let (lines, next) = cut(found, limit, |(number, _)| number.to_string());
    let lines = lines.into_iter().map(|(_, line)| line).collect();
    json(&LedgerPage { lines, next })
}
