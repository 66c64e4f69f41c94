//! GET /incidents: those of the person's partner and those that they created, newest first.

use super::{Reply, cut, digested, no_cursor, page_length};
use crate::Desk;
use crate::auth::SignedIn;
use crate::clock::Moment;
use crate::openapi::{Always, Copy, SignIn, callers};
use crate::problem::Trouble;
use crate::store::{IncidentFilter, Order};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
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
    /// Only those that are neither resolved, nor closed, nor cancelled.
    #[param(nullable = false, default = false)]
    unfinished: Option<bool>,
    /// Only those that stand there.
    #[param(nullable = false)]
    status: Option<IncidentStatus>,
    /// Only those of the product with this id.
    #[param(nullable = false)]
    product: Option<String>,
    /// Only those that are so bad.
    #[param(nullable = false)]
    severity: Option<Severity>,
    /// Only those that the benefit or the plan with this id pays.
    #[param(nullable = false)]
    paid_by: Option<String>,
    /// Only those created at this point in time or later.
    #[param(nullable = false, format = "date-time")]
    created_from: Option<String>,
    /// Only those created at this point in time or earlier.
    #[param(nullable = false, format = "date-time")]
    created_until: Option<String>,
    /// Only those whose number, title or customer has it.
    #[param(nullable = false)]
    text: Option<String>,
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
enum SortOrder {
    Newest,
    Oldest,
}

/// A page of incidents, without their descriptions
///
/// Those of the own partner account and those that the person created.
#[utoipa::path(
    get,
    path = paths::INCIDENTS,
    operation_id = "list-incidents",
    tag = callers::SIGNED_IN,
    security(("bearer" = [])),
    params(Asked, Copy),
    responses(
        (status = 200, description = "The page", body = IncidentPage,
            headers(("ETag" = String, description = "Changes with every change of it"))),
        (status = 304, description = "The caller's copy is the current one"),
        (status = 400, description = "A parameter is unknown or malformed",
            body = Problem, content_type = PROBLEM_JSON),
        (status = 422, description = "`after` is no cursor of this list",
            body = Problem, content_type = PROBLEM_JSON),
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Reply {
    let Ok(Query(asked)) = asked else {
        return Err(Trouble::new(ProblemCode::BadRequest).detail(
            "the parameters are limit, after, order, unfinished, status, product, severity, paid_by, created_from, \
             created_until and text",
        ));
    };
    let limit = page_length(asked.limit)?;
    let after = asked.after.as_deref().map(uuid::Uuid::try_parse);
    let after = after.transpose().map_err(|_| no_cursor())?;
    let created_from = moment("created_from", asked.created_from.as_deref())?;
    let created_until = moment("created_until", asked.created_until.as_deref())?;
    // PostgreSQL has no text with this character, so no incident has it either.
    if [&asked.product, &asked.paid_by, &asked.text]
        .into_iter()
        .flatten()
        .any(|text| text.contains('\0'))
    {
        return digested(
            &headers,
            &IncidentPage {
                incidents: Vec::new(),
                next: None,
            },
        );
    }
    // One more than asked for tells whether the list goes on.
    let filter = IncidentFilter {
        limit: limit + 1,
        after: after.map(|after| after.to_string()),
        order: match asked.order {
            Some(SortOrder::Oldest) => Order::OldestFirst,
            Some(SortOrder::Newest) | None => Order::NewestFirst,
        },
        unfinished: asked.unfinished.unwrap_or_default(),
        status: asked.status,
        product: asked.product,
        severity: asked.severity,
        paid_by: asked.paid_by,
        created_from,
        created_until,
        text: asked.text.filter(|text| !text.trim().is_empty()),
    };
    let found = desk.store.incidents(person, filter).await?;
    let (incidents, next) = cut(found, limit, |last| last.id.clone());
    digested(&headers, &IncidentPage { incidents, next })
}

/// The point in time that a parameter names.
fn moment(parameter: &str, text: Option<&str>) -> Result<Option<Moment>, Trouble> {
    let Some(text) = text else { return Ok(None) };
    let moment = Moment::parse(text).ok_or_else(|| {
        Trouble::new(ProblemCode::BadRequest)
            .field(parameter)
            .detail(format!(
                "{parameter} is a point in time as RFC 3339 writes it"
            ))
    })?;
    Ok(Some(moment))
}
