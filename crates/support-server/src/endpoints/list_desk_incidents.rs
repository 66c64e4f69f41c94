//! GET /operator/incidents: incidents of every partner, the worst first.

use super::{Reply, cut, json, no_cursor, page_length};
use crate::Desk;
use crate::auth::Operator;
use crate::openapi::{Always, SignIn, callers};
use crate::problem::Trouble;
use crate::store::{DeskFilter, DeskOrder};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;
use support_api::desk::{DeskIncident, DeskIncidentPage};
use support_api::{IncidentStatus, PROBLEM_JSON, Problem, ProblemCode, Severity, paths};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// Incidents on the page.
    #[param(nullable = false, minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// The `next` of the page before, in the same order.
    #[param(nullable = false)]
    after: Option<String>,
    /// Which come first; `worst` when it does not say: by severity, and the oldest first of the same severity.
    #[param(nullable = false, inline)]
    order: Option<BoardOrder>,
    /// Only those of the partner account with this id.
    #[param(nullable = false)]
    partner: Option<String>,
    /// Only those that are neither resolved, nor closed, nor cancelled.
    #[param(nullable = false, default = false)]
    unfinished: Option<bool>,
    /// Only those that stand there.
    #[param(nullable = false)]
    status: Option<IncidentStatus>,
    /// Only those that are so bad.
    #[param(nullable = false)]
    severity: Option<Severity>,
    /// Only those whose number, title or customer has it.
    #[param(nullable = false)]
    text: Option<String>,
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
enum BoardOrder {
    Worst,
    Oldest,
    Newest,
}

/// A page of the incidents of every partner, without their descriptions
#[utoipa::path(
    get,
    path = paths::DESK_INCIDENTS,
    operation_id = "list-desk-incidents",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(Asked),
    responses(
        (status = 200, description = "The page", body = DeskIncidentPage),
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
    _: Operator,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Reply {
    let Ok(Query(asked)) = asked else {
        return Err(Trouble::new(ProblemCode::BadRequest).detail(
            "the parameters are limit, after, order, partner, unfinished, status, severity and text",
        ));
    };
    let limit = page_length(asked.limit)?;
    let after = asked.after.as_deref().map(read).transpose()?;
    // PostgreSQL has no text with this character, so nothing has it.
    if [&asked.partner, &asked.text]
        .into_iter()
        .flatten()
        .any(|text| text.contains('\0'))
    {
        return json(&DeskIncidentPage {
            incidents: Vec::new(),
            next: None,
        });
    }
    let filter = DeskFilter {
        limit: limit + 1,
        after,
        order: match asked.order {
            Some(BoardOrder::Worst) | None => DeskOrder::WorstFirst,
            Some(BoardOrder::Oldest) => DeskOrder::OldestFirst,
            Some(BoardOrder::Newest) => DeskOrder::NewestFirst,
        },
        partner: asked.partner,
        unfinished: asked.unfinished.unwrap_or_default(),
        status: asked.status,
        severity: asked.severity,
        text: asked.text.filter(|text| !text.trim().is_empty()),
    };
    let found = desk.store.board(filter).await?;
    let (incidents, next) = cut(found, limit, written);
    json(&DeskIncidentPage { incidents, next })
}

/// The cursor after an incident.
fn written(last: &DeskIncident) -> String {
    let severity = match last.incident.severity {
        Severity::A => 'a',
        Severity::B => 'b',
        Severity::C => 'c',
    };
    format!("{severity}/{}", last.incident.id)
}

fn read(cursor: &str) -> Result<(Severity, String), Trouble> {
    let (severity, id) = cursor.split_once('/').ok_or_else(no_cursor)?;
    let severity = match severity {
        "a" => Severity::A,
        "b" => Severity::B,
        "c" => Severity::C,
        _ => return Err(no_cursor()),
    };
    let id = uuid::Uuid::try_parse(id).map_err(|_| no_cursor())?;
    Ok((severity, id.hyphenated().to_string()))
}
