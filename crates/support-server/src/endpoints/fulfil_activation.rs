//! POST /operator/activations/{partner}/{benefit}/fulfilment: the operator hands over a contract.

use super::{Reply, benefit, trimmed};
use crate::Desk;
use crate::openapi::{Always, Change, Key, SignIn, callers};
use crate::posted::{At, Posted};
use crate::problem::Trouble;
use crate::store::{Fulfilled, Handover};
use axum::extract::State;
use axum::response::IntoResponse;
use entitlement_rules::{
    AccountFacts, Allotment, BenefitActivation, BenefitKey, FailureReason, Programme, entitlements,
};
use support_api::{Fulfilment, PROBLEM_JSON, Problem, ProblemCode, paths};

/// Hand over a contract for a request that waits
///
/// It grants what the membership grants now; when the offer has lapsed meanwhile, the activation has failed.
#[utoipa::path(
    post,
    path = paths::templates::FULFILMENT,
    operation_id = "fulfil-activation",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(
        Key,
        ("partner" = String, Path, description = "Id of the partner account"),
        ("benefit" = BenefitKey, Path, description = "Which benefit of which package"),
    ),
    request_body = Fulfilment,
    responses(
        (status = 200, description = "The activation as it then stands", body = BenefitActivation),
        (status = 404, description = "There is no such partner, or it never asked for the benefit",
            body = Problem, content_type = PROBLEM_JSON),
        Change,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    At((partner, name)): At<(String, String)>,
    posted: Posted<Fulfilment>,
) -> Reply {
    posted.person.demand_operator()?;
    let key = benefit(&name)?;
    let Fulfilment { ids, start, end } = posted.body;
    if end < start {
        return Err(Trouble::invalid("end", "the last day is before the first"));
    }
    let ids = trimmed(&ids, "ids")?;
    if ids.access_id == ids.contract_id {
        return Err(Trouble::invalid(
            "ids.contract_id",
            "the Contract ID is the same as the Access ID",
        ));
    }
    let handover = Handover { ids, start, end };
    let programme = desk.programme.programme;
    let granted = key.clone();
    let judge = move |account: &AccountFacts| judge(&programme, account, &granted);
    let now = desk.clock.now();
    let answer = desk
        .store
        .fulfil(
            posted.once,
            posted.person,
            now,
            partner,
            key,
            handover,
            judge,
        )
        .await?;
    Ok(answer.into_response())
}

/// What the membership grants now. A membership that lapsed since the request ends it.
pub(crate) fn judge(
    programme: &Programme,
    account: &AccountFacts,
    benefit: &BenefitKey,
) -> Result<Fulfilled, Trouble> {
    let held = entitlements(programme, account, account.as_of);
    match held.iter().find(|entitlement| entitlement.key == *benefit) {
        Some(entitlement) if !entitlement.offers.is_empty() => match entitlement.allotment() {
            Some(allotment) if allotment > Allotment::None => Ok(Fulfilled::Granted(allotment)),
            _ => Err(Trouble::new(ProblemCode::StateChanged)
                .detail("the account does not say what the membership grants")),
        },
        _ => Ok(Fulfilled::Ended(FailureReason::OfferLapsed)),
    }
}
