//! GET /operator/activations: what waits at the operator's desk.

use super::{Reply, granted, json};
use crate::Desk;
use crate::auth::Operator;
use crate::openapi::{Always, SignIn, callers};
use axum::extract::State;
use support_api::{ActivationQueue, PendingActivation, paths};

/// The requests for activation that wait, oldest first
#[utoipa::path(
    get,
    path = paths::ACTIVATION_QUEUE,
    operation_id = "list-activations",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    responses(
        (status = 200, description = "What waits", body = ActivationQueue),
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(State(desk): State<Desk>, Operator(operator): Operator) -> Reply {
    let as_of = desk.clock.now().date();
    let waiting = desk.store.waiting_activations(operator, as_of).await?;
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
    })
}
