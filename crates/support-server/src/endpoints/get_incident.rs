//! GET /incidents/{incident}: one incident; somebody else's does not exist.

use super::{Reply, json};
use crate::Desk;
use crate::auth::SignedIn;
use crate::posted::At;
use crate::problem::Trouble;
use axum::extract::State;
use support_api::ProblemCode;

pub(crate) async fn handle(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    At(id): At<String>,
) -> Reply {
    match desk.store.incident(person, id).await? {
        Some(incident) => json(&incident),
        None => Err(Trouble::new(ProblemCode::NotFound)),
    }
}
