//! POST /operator/incidents/{partner}/{incident}/refund: gives back what an incident consumed, where the law does (E9).

use super::{Reply, refused, text};
use crate::Desk;
use crate::openapi::{Always, Change, Key, SignIn, callers};
use crate::posted::{At, Posted};
use axum::extract::State;
use axum::response::IntoResponse;
use entitlement_rules::{AccountFacts, Question, decide};
use support_api::{NewRefund, PROBLEM_JSON, Problem, ProblemCode, REASON_LENGTH, paths};

/// Give back what an incident consumed
///
/// Once, for the reasons that the programme names.
#[utoipa::path(
    post,
    path = paths::templates::REFUND,
    operation_id = "refund-incident",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(
        Key,
        ("partner" = String, Path, description = "Id of the partner account"),
        ("incident" = String, Path, description = "Its id"),
    ),
    request_body = NewRefund,
    responses(
        (status = 200, description = "The partner's facts after it", body = AccountFacts),
        (status = 404, description = "The partner has no such incident",
            body = Problem, content_type = PROBLEM_JSON),
        Change,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    At((partner, incident)): At<(String, String)>,
    posted: Posted<NewRefund>,
) -> Reply {
    posted.person.demand_operator()?;
    let note = posted.body.note.as_deref();
    let note = note.map(|note| text("note", note, REASON_LENGTH, true));
    let refund = NewRefund {
        note: note.transpose()?,
        ..posted.body
    };
    let (programme, because) = (desk.programme.programme, refund.reason);
    let judge = move |account: &AccountFacts, contract: &str| {
        let question = Question::Refund {
            contract: contract.to_owned(),
            because,
        };
        let verdict = decide(&programme, account, &question, account.as_of);
        match verdict.is_allowed() {
            true => Ok(()),
            false => Err(refused(ProblemCode::Refused, verdict, account)),
        }
    };
    let now = desk.clock.now();
    let answer = desk
        .store
        .refund(
            posted.once,
            posted.person,
            now,
            partner,
            incident,
            refund,
            judge,
        )
        .await?;
    Ok(answer.into_response())
}
