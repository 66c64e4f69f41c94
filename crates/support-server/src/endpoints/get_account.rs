//! GET /account: the facts that the browser decides on.

use super::{Reply, is_current, tagged};
use crate::Desk;
use crate::auth::{Person, SignedIn};
use crate::openapi::{Always, Copy, SignIn, callers};
use crate::problem::Trouble;
use crate::store::to_hex;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::IF_NONE_MATCH;
use entitlement_rules::{AccountFacts, Date, Viewer};
use ring::digest;
use serde::Serialize;
use support_api::{ProblemCode, paths};

/// The facts that the law decides on
///
/// Those of the person who asks and of their partner account, on the server's own date.
#[utoipa::path(
    get,
    path = paths::ACCOUNT,
    operation_id = "get-account",
    tag = callers::SIGNED_IN,
    security(("bearer" = [])),
    params(Copy),
    responses(
        (status = 200, description = "The facts", body = AccountFacts,
            headers(("ETag" = String, description = "Changes with every change of the facts")),
            links(("first contract" = (operation_id = "reveal-ids",
                parameters(("contract" = "$response.body#/contracts/0/reference")))))),
        (status = 304, description = "The caller's copy is the current one"),
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    headers: HeaderMap,
) -> Reply {
    answered(&desk, person, &headers, "", |account| account).await
}

/// What `made` makes of the facts, unless the caller's copy is the current one. `edition` names what else it depends on.
pub(super) async fn answered<T: Serialize>(
    desk: &Desk,
    person: Person,
    headers: &HeaderMap,
    edition: &str,
    made: impl FnOnce(AccountFacts) -> T,
) -> Reply {
    // Most callers have a copy, and most copies are current: that is told without reading the facts.
    if headers.contains_key(IF_NONE_MATCH) {
        let tag = edition_of(&current_tag(desk, &person).await?, edition);
        if is_current(headers, &tag) {
            return tagged(headers, &tag, CACHED, Bytes::new());
        }
    }
    let account = desk.store.account(person, desk.clock.now().date()).await?;
    let tag = tag(account.revision, account.as_of, &account.viewer)?;
    let body =
        serde_json::to_vec(&made(account)).map_err(|_| Trouble::new(ProblemCode::Internal))?;
    tagged(headers, &edition_of(&tag, edition), CACHED, body)
}

const CACHED: &str = "private, no-cache";

/// Two tags as one.
fn edition_of(tag: &str, edition: &str) -> String {
    match edition {
        "" => tag.to_owned(),
        _ => format!(
            "{}-{}",
            tag.trim_end_matches('"'),
            edition.trim_start_matches('"')
        ),
    }
}

/// What changes with every change of the facts, as it is now.
pub(super) async fn current_tag(desk: &Desk, person: &Person) -> Result<String, Trouble> {
    let revision = desk.store.account_revision(person.clone()).await?;
    tag(revision, desk.clock.now().date(), &person.as_viewer())
}

fn tag(revision: u64, as_of: Date, viewer: &Viewer) -> Result<String, Trouble> {
    // The viewer comes from the token and has no revision of its own.
    let viewer = serde_json::to_vec(viewer).map_err(|_| Trouble::new(ProblemCode::Internal))?;
    let digest = digest::digest(&digest::SHA256, &viewer);
    let viewer = to_hex(digest.as_ref().get(..8).unwrap_or_default());
    Ok(format!("\"{revision}-{as_of}-{viewer}\""))
}
