//! GET /incidents: those of the person's partner and those that they created, newest first.

use super::{Reply, json};
use crate::Desk;
use crate::auth::SignedIn;
use crate::problem::Trouble;
use crate::store::{IncidentFilter, Order};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;
use support_api::{IncidentPage, IncidentStatus, ProblemCode, Severity};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    limit: Option<u32>,
    after: Option<String>,
    order: Option<SortOrder>,
    status: Option<IncidentStatus>,
    product: Option<String>,
    severity: Option<Severity>,
    text: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SortOrder {
    Newest,
    Oldest,
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
        return Err(bad()
            .detail("the parameters are limit, after, order, status, product, severity and text"));
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
    let filter = IncidentFilter {
        limit: limit + 1,
        after: asked.after,
        order: match asked.order {
            Some(SortOrder::Oldest) => Order::OldestFirst,
            Some(SortOrder::Newest) | None => Order::NewestFirst,
        },
        status: asked.status,
        product: asked.product,
        severity: asked.severity,
        text: asked.text.filter(|text| !text.trim().is_empty()),
    };
    let mut incidents = desk.store.incidents(person, filter).await?;
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
