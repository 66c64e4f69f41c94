//! GET /account: the facts that the browser decides on.

use super::{Reply, tagged};
use crate::Desk;
use crate::auth::SignedIn;
use crate::problem::Trouble;
use crate::store::to_hex;
use axum::extract::State;
use axum::http::HeaderMap;
use ring::digest;
use support_api::ProblemCode;

pub(crate) async fn handle(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    headers: HeaderMap,
) -> Reply {
    let account = desk.store.account(person, desk.clock.now().date()).await?;
    let internal = |_| Trouble::new(ProblemCode::Internal);
    // The viewer comes from the token and has no revision of its own.
    let viewer = serde_json::to_vec(&account.viewer).map_err(internal)?;
    let digest = digest::digest(&digest::SHA256, &viewer);
    let viewer = to_hex(digest.as_ref().get(..8).unwrap_or_default());
    let etag = format!("\"{}-{}-{viewer}\"", account.revision, account.as_of);
    let body = serde_json::to_vec(&account).map_err(internal)?;
    tagged(&headers, &etag, "private, no-cache", body)
}
