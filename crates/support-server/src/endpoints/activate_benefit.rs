//! POST /benefits/{benefit}/activation: a partner asks for a benefit.

use super::{Reply, benefit, granted, refused};
use crate::Desk;
use crate::openapi::{Always, Change, Key, SignIn, callers};
use crate::posted::{At, Nothing, Posted};
use crate::problem::Trouble;
use axum::extract::State;
use axum::response::IntoResponse;
use entitlement_rules::{
    AccountFacts, Allotment, BenefitKey, Programme, Question, RuleId, Status, decide,
};
use support_api::{PROBLEM_JSON, Problem, ProblemCode, paths};

/// Ask for a benefit
///
/// The operator answers the request, usually on one of the next business days.
#[utoipa::path(
    post,
    path = paths::templates::ACTIVATION,
    operation_id = "activate-benefit",
    tag = callers::PARTNER,
    security(("bearer" = [])),
    params(Key, ("benefit" = BenefitKey, Path, description = "Which benefit of which package")),
    request_body(content = Option<Nothing>, description = "Nothing, or `{}`"),
    responses(
        (status = 202, description = "It waits for the operator: the facts after it", body = AccountFacts),
        (status = 404, description = "The programme has no such benefit",
            body = Problem, content_type = PROBLEM_JSON),
        Change,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    At(name): At<String>,
    posted: Posted<Nothing>,
) -> Reply {
    let key = benefit(&name)?;
    let programme = desk.programme.programme;
    if programme.benefit(&key.benefit).is_none() {
        return Err(Trouble::new(ProblemCode::NotFound));
    }
    let (asked, now) = (key.clone(), desk.clock.now());
    let judge = move |account: &AccountFacts| judge(&programme, account, &asked);
    let answer = desk
        .store
        .request_activation(posted.once, posted.person, now, key, judge)
        .await?;
    Ok(answer.into_response())
}

/// How many incidents the membership grants now, if the law allows to ask for them; a role that may not activate (S9) is forbidden, everything else is a refusal on the facts.
pub(crate) fn judge(
    programme: &Programme,
    account: &AccountFacts,
    benefit: &BenefitKey,
) -> Result<Option<Allotment>, Trouble> {
    let question = Question::Activate {
        benefit: benefit.clone(),
    };
    let verdict = decide(programme, account, &question, account.as_of);
    if verdict.is_allowed() {
        return Ok(granted(programme, account, benefit));
    }
    let wrong_role = verdict
        .rule(RuleId::S9)
        .is_some_and(|rule| rule.status == Status::Fail);
    let code = if wrong_role {
        ProblemCode::Forbidden
    } else {
        ProblemCode::Refused
    };
    Err(refused(code, verdict, account))
}
