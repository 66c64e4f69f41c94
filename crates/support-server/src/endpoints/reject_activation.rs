//! POST /operator/activations/{partner}/{benefit}/rejection: the operator refuses a request.

use super::{Reply, benefit};
use crate::Desk;
use crate::posted::{At, Posted};
use axum::extract::State;
use axum::response::IntoResponse;
use support_api::Rejection;

pub(crate) async fn handle(
    State(desk): State<Desk>,
    At((partner, name)): At<(String, String)>,
    posted: Posted<Rejection>,
) -> Reply {
    posted.person.demand_operator()?;
    let key = benefit(&name)?;
    let now = desk.clock.now();
    let reason = posted.body.reason;
    let answer = desk
        .store
        .reject(posted.once, posted.person, now, partner, key, reason)
        .await?;
    Ok(answer.into_response())
}
