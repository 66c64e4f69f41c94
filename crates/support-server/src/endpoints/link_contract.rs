//! POST /contract-links: a person ties a contract to their account with both its IDs. Anybody may, whoever they are
//! (S28); what the tie is good for the law says afterwards.

use super::{Reply, trimmed};
use crate::Desk;
use crate::posted::Posted;
use axum::extract::State;
use axum::response::IntoResponse;
use support_api::SupportIds;

pub(crate) async fn handle(State(desk): State<Desk>, posted: Posted<SupportIds>) -> Reply {
    let ids = trimmed(&posted.body, "")?;
    let now = desk.clock.now();
    let answer = desk
        .store
        .link_contract(posted.once, posted.person, now, ids)
        .await?;
    Ok(answer.into_response())
}
