//! GET /operator/activations: what waits at the operator's desk.

use super::{Reply, json};
use crate::Desk;
use crate::auth::Operator;
use axum::extract::State;
use entitlement_rules::entitlements;
use support_api::{ActivationQueue, PendingActivation};

pub(crate) async fn handle(State(desk): State<Desk>, Operator(operator): Operator) -> Reply {
    let as_of = desk.clock.now().date();
    let waiting = desk.store.waiting_activations(operator, as_of).await?;
    let pending = waiting.into_iter().map(|waiting| {
        let held = entitlements(&desk.programme.programme, &waiting.account, as_of);
        let allotment = held
            .iter()
            .find(|entitlement| entitlement.key == waiting.benefit)
            .and_then(|entitlement| entitlement.allotment());
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
