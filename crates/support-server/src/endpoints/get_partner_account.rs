//! GET /operator/partners/{partner}/account: all facts of a partner account, as the law takes them.

use super::{Reply, json};
use crate::Desk;
use crate::auth::Operator;
use crate::openapi::{Always, SignIn, callers};
use crate::posted::At;
use crate::problem::Trouble;
use axum::extract::State;
use entitlement_rules::AccountFacts;
use support_api::{PROBLEM_JSON, Problem, ProblemCode, paths};

/// The facts of a partner account
///
/// All of its offers, activations and contracts with their balances; the two IDs masked. The viewer is the operator.
#[utoipa::path(
    get,
    path = paths::templates::PARTNER_ACCOUNT,
    operation_id = "get-partner-account",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(("partner" = String, Path, description = "Id of the partner account")),
    responses(
        (status = 200, description = "The facts", body = AccountFacts),
        (status = 404, description = "There is no such partner account",
            body = Problem, content_type = PROBLEM_JSON),
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    Operator(operator): Operator,
    At(partner): At<String>,
) -> Reply {
    let today = desk.clock.now().date();
    let found = desk.store.partner_account(operator, partner, today).await?;
    match found {
        Some(facts) => json(&facts),
        None => Err(Trouble::new(ProblemCode::NotFound)),
    }
}
