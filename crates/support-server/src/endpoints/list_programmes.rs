//! GET /programmes: the programmes that this server knows. Needs no sign-in.

use super::{Reply, digested};
use crate::Desk;
use crate::openapi::{Always, Copy, callers};
use axum::extract::State;
use axum::http::HeaderMap;
use support_api::{ProgrammeList, ProgrammeSummary, paths};

/// The programmes that this server knows
///
/// First the one that it decides by. The others can be read and asked for verdicts.
#[utoipa::path(
    get,
    path = paths::PROGRAMMES,
    operation_id = "list-programmes",
    tag = callers::ANYBODY,
    params(Copy),
    responses(
        (status = 200, description = "The programmes", body = ProgrammeList,
            headers(("ETag" = String, description = "Names this edition of the list"))),
        (status = 304, description = "The caller's copy is the current one"),
        Always,
    ),
)]
pub(crate) async fn handle(State(desk): State<Desk>, headers: HeaderMap) -> Reply {
    let programmes = desk.programmes.all().map(|data| ProgrammeSummary {
        id: data.id.clone(),
        name: data.name.clone(),
        as_of: data.as_of,
    });
    let list = ProgrammeList {
        programmes: programmes.collect(),
    };
    digested(&headers, &list)
}
