//! POST /contracts/{contract}/revealed-ids: shows the two IDs of a contract of the person's own company.

use super::{Reply, json, refused};
use crate::Desk;
use crate::openapi::{Always, Change, Key, SignIn, callers};
use crate::posted::{At, Nothing, Posted};
use axum::extract::State;
use entitlement_rules::{AccountFacts, Question, decide};
use support_api::{PROBLEM_JSON, Problem, ProblemCode, SupportIds, paths};

/// Show the two IDs of a contract of the own company
///
/// Nobody keeps the answer, so that the Idempotency-Key has no further effect.
#[utoipa::path(
    post,
    path = paths::templates::REVEALED_IDS,
    operation_id = "reveal-ids",
    tag = callers::PARTNER,
    security(("bearer" = [])),
    params(Key, ("contract" = String, Path, description = "The contract's reference")),
    request_body(content = Option<Nothing>, description = "Nothing, or `{}`"),
    responses(
        (status = 200, description = "The IDs", body = SupportIds),
        (status = 404, description = "There is no such contract, or it is another company's",
            body = Problem, content_type = PROBLEM_JSON),
        Change,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    At(contract): At<String>,
    posted: Posted<Nothing>,
) -> Reply {
    let programme = desk.programme.programme;
    let question = Question::ViewIds {
        contract: contract.clone(),
    };
    let judge = move |account: &AccountFacts| {
        let verdict = decide(&programme, account, &question, account.as_of);
        match verdict.is_allowed() {
            true => Ok(()),
            false => Err(refused(ProblemCode::Refused, verdict, account)),
        }
    };
    let now = desk.clock.now();
    let subject = posted.person.subject.clone();
    let ids = desk
        .store
        .reveal_ids(posted.person, now, contract.clone(), judge)
        .await?;
    tracing::info!(contract, subject, "the IDs of a contract were shown");
    json(&ids)
}
