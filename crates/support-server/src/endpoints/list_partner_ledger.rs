//! GET /operator/contracts/{partner}/{contract}/ledger: the history of the balance of a partner's contract, newest first.

use super::list_ledger::page;
use super::{Part, Reply};
use crate::Desk;
use crate::auth::Operator;
use crate::openapi::{Always, SignIn, callers};
use crate::posted::At;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use support_api::{LedgerPage, PROBLEM_JSON, Problem, paths};

/// The history of the balance of a partner's contract, newest first
#[utoipa::path(
    get,
    path = paths::templates::PARTNER_LEDGER,
    operation_id = "list-partner-ledger",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(
        ("partner" = String, Path, description = "Id of the partner account"),
        ("contract" = String, Path, description = "Its reference"),
        Part,
    ),
    responses(
        (status = 200, description = "The page", body = LedgerPage),
        (status = 400, description = "A parameter is unknown or malformed",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 422, description = "`after` is no cursor of this list",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 404, description = "The partner has no such contract",
            body = Problem, content_type = PROBLEM_JSON),
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    Operator(operator): Operator,
    At((partner, contract)): At<(String, String)>,
    part: Result<Query<Part>, QueryRejection>,
) -> Reply {
    page(desk, operator, Some(partner), contract, part).await
}
