//! GET /incidents: those of the person's partner and those that they created, newest first.

use super::{Reply, json};
use crate::Desk;
use crate::auth::SignedIn;
use crate::openapi::{Always, SignIn, callers};
use crate::problem::Trouble;
use crate::store::{IncidentFilter, Order};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;
use support_api::{
    IncidentPage, IncidentStatus, PROBLEM_JSON, Problem, ProblemCode, Severity, paths,
};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// Incidents on the page.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// The `next` of the page before.
    #[param(nullable = false, format = "uuid")]
    after: Option<String>,
    /// Which come first; `newest` when it does not say.
    #[param(nullable = false, inline)]
    order: Option<SortOrder>,
    /// Only those that stand there.
    #[param(nullable = false)]
    status: Option<IncidentStatus>,
    /// Only those of the product with this id.
    #[param(nullable = false)]
    product: Option<String>,
    /// Only those that are so bad.
    #[param(nullable = false)]
    severity: Option<Severity>,
    /// Only those whose number, title or description has it.
    #[param(nullable = false)]
    text: Option<String>,
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
enum SortOrder {
    Newest,
    Oldest,
}

/// Incidents on a page when the request does not say.
const USUAL: u32 = 50;
const MOST: u32 = 100;

/// A page of incidents, without their descriptions
///
/// Those of the own partner account and those that the person created.
#[utoipa::path(
    get,
    path = paths::INCIDENTS,
    operation_id = "list-incidents",
    tag = callers::SIGNED_IN,
    security(("bearer" = [])),
    params(Asked),
    responses(
        (status = 200, description = "The page", body = IncidentPage),
        (status = 400, description = "A parameter is unknown or malformed",
            body = Problem, content_type = PROBLEM_JSON),
        SignIn,
        Always,
    ),
)]
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
    // PostgreSQL has no text with this character, so no incident has it either.
    if [&asked.product, &asked.text]
        .into_iter()
        .flatten()
        .any(|text| text.contains('\0'))
    {
        return json(&IncidentPage {
            incidents: Vec::new(),
            next: None,
        });
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
