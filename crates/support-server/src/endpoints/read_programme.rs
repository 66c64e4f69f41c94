//! GET /programmes/{programme}: the data of any programme that this server knows, byte for byte. Needs no sign-in.

use super::{Reply, tagged};
use crate::Desk;
use crate::openapi::{Always, Copy, callers};
use crate::posted::At;
use crate::problem::Trouble;
use axum::extract::State;
use axum::http::HeaderMap;
use entitlement_rules::ProgrammeData;
use support_api::{PROBLEM_JSON, Problem, ProblemCode, paths};

/// The data of a programme
///
/// Of any that the server knows: what two of them set differently can be read from both.
#[utoipa::path(
    get,
    path = paths::templates::PROGRAMME,
    operation_id = "read-programme",
    tag = callers::ANYBODY,
    params(("programme" = String, Path, description = "Id of the programme"), Copy),
    responses(
        (status = 200, description = "The programme", body = ProgrammeData,
            headers(("ETag" = String, description = "Names this edition of the data"))),
        (status = 304, description = "The caller's copy is the current one"),
        (status = 404, description = "The server knows no such programme",
            body = Problem, content_type = PROBLEM_JSON),
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    headers: HeaderMap,
    At(id): At<String>,
) -> Reply {
    let file = desk.programmes.of(&id);
    let file = file.ok_or_else(|| Trouble::new(ProblemCode::NotFound))?;
    tagged(&headers, &file.etag, "no-cache", file.bytes.clone())
}
