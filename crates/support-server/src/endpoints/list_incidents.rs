//! GET /incidents: those of the person's partner and those that they created, newest first.

use super::{Reply, json};
use crate::Desk;
use crate::auth::SignedIn;
use crate::problem::Trouble;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;
use support_api::{IncidentPage, ProblemCode};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    limit: Option<u32>,
    after: Option<String>,
}

/// Incidents on a page when the request does not say.
const USUAL: u32 = 50;
const MOST: u32 = 100;

pub(crate) async fn handle(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Reply {
    let bad = || Trouble::new(ProblemCode::BadRequest);
    let Ok(Query(asked)) = asked else {
        return Err(bad().detail("limit (1 to 100) and after are the only parameters"));
    };
    let limit = asked.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(bad().field("limit").detail("limit is 1 to 100"));
    }
    if let Some(after) = &asked.after
        && uuid::Uuid::try_parse(after).is_err()
    {
        return Err(bad()
            .field("after")
            .detail("after is not a cursor of this list"));
    }
    // One more than asked for tells whether the list goes on.
    let mut incidents = desk.store.incidents(person, limit + 1, asked.after).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let goes_on = incidents.len() > wanted;
    incidents.truncate(wanted);
    let next = if goes_on {
        incidents.last().map(|last| last.id.clone())
    } else {
        None
    };
    json(&IncidentPage { incidents, next })
}
