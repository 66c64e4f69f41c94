//! GET /operator/activations: what waits at the operator's desk.

use super::{Part, Reply, cut, granted, json, no_cursor, page_length, part_of};
use crate::Desk;
use crate::auth::Operator;
use crate::clock::Moment;
use crate::openapi::{Always, SignIn, callers};
use crate::problem::Trouble;
use crate::store::{AfterWaiting, Waiting};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use entitlement_rules::BenefitKey;
use support_api::{ActivationQueue, PROBLEM_JSON, PendingActivation, Problem, paths};

/// The requests for activation that wait, oldest first
#[utoipa::path(
    get,
    path = paths::ACTIVATION_QUEUE,
    operation_id = "list-activations",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(Part),
    responses(
        (status = 200, description = "What waits", body = ActivationQueue),
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
    Operator(operator): Operator,
    part: Result<Query<Part>, QueryRejection>,
) -> Reply {
    let part = part_of(part)?;
    // The operator's page asks for all that fits.
    let limit = page_length(part.limit.or(Some(super::MOST)))?;
    let after = part.after.as_deref().map(read).transpose()?;
    let as_of = desk.clock.now().date();
    let waiting = desk
        .store
        .waiting_activations(operator, as_of, limit + 1, after)
        .await?;
    let (waiting, next) = cut(waiting, limit, written);
    let pending = waiting.into_iter().map(|waiting| {
        let programme = &desk.programme.programme;
        let allotment = granted(programme, &waiting.account, &waiting.benefit);
        let (partner, partner_name) = match &waiting.account.partner {
            Some(partner) => (partner.id.clone(), partner.name.clone()),
            None => Default::default(),
        };
        PendingActivation {
            partner,
            partner_name,
            benefit: waiting.benefit,
            allotment,
            requested_on: waiting.requested_on,
            requested_by: waiting.requested_by,
        }
    });
    json(&ActivationQueue {
        as_of,
        pending: pending.collect(),
        next,
    })
}

/// The cursor after a request.
fn written(waiting: &Waiting) -> String {
    let partner = waiting.account.partner.as_ref();
    let partner = partner.map_or("", |partner| partner.id.as_str());
    format!("{}/{}/{partner}", waiting.requested_at.0, waiting.benefit)
}

fn read(cursor: &str) -> Result<AfterWaiting, Trouble> {
    let mut parts = cursor.splitn(3, '/');
    let mut next = || parts.next().ok_or_else(no_cursor);
    let (at, benefit, partner) = (next()?, next()?, next()?);
    Ok(AfterWaiting {
        requested_at: Moment(at.parse().map_err(|_| no_cursor())?),
        partner: partner.to_owned(),
        benefit: BenefitKey::parse(benefit).ok_or_else(no_cursor)?,
    })
}
