//! POST /contract-links: a person ties a contract to their account with both its IDs. Anybody may, whoever they are
//! (S28), while the contract can be tied (S16, S17).

use super::{Reply, refused, trimmed};
use crate::Desk;
use crate::client::Client;
use crate::openapi::{Always, Change, Key, SignIn, callers};
use crate::posted::Posted;
use crate::problem::Trouble;
use axum::extract::State;
use axum::response::IntoResponse;
use entitlement_rules::{AccountFacts, Question, decide};
use support_api::{PROBLEM_JSON, Problem, ProblemCode, SupportIds, paths};

/// Tie a contract to the own account with both its IDs
///
/// Anybody who holds them may, while the contract can be tied. Tries with wrong IDs are limited.
#[utoipa::path(
    post,
    path = paths::CONTRACT_LINKS,
    operation_id = "link-contract",
    tag = callers::SIGNED_IN,
    security(("bearer" = [])),
    params(Key),
    request_body = SupportIds,
    responses(
        (status = 200, description = "It was tied already: the facts as they are", body = AccountFacts),
        (status = 201, description = "It is tied now: the facts after it", body = AccountFacts),
        (status = 404, description = "No contract has this pair of IDs; which of the two is wrong is not told",
            body = Problem, content_type = PROBLEM_JSON),
        Change,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    client: Client,
    posted: Posted<SupportIds>,
) -> Reply {
    let ids = trimmed(&posted.body, "")?;
    desk.limits.may_link(client)?;
    let programme = desk.programme.programme;
    let judge = move |account: &AccountFacts, contract: &str| {
        let contract = contract.to_owned();
        let verdict = decide(
            &programme,
            account,
            &Question::Link { contract },
            account.as_of,
        );
        match verdict.is_allowed() {
            true => Ok(()),
            false => Err(refused(ProblemCode::Refused, verdict, account)),
        }
    };
    let now = desk.clock.now();
    let linked = desk
        .store
        .link_contract(posted.once, posted.person, now, ids, judge)
        .await;
    let linked = linked.map_err(Trouble::from).inspect_err(|trouble| {
        if trouble.problem.code == ProblemCode::UnknownIds {
            desk.limits.ids_unknown(client);
        }
    });
    Ok(linked?.into_response())
}
