//! GET /programme: the programme's data, byte for byte as the server decides on it. Needs no sign-in.

use super::{Reply, tagged};
use crate::Desk;
use crate::openapi::{Always, Copy, callers};
use axum::extract::State;
use axum::http::HeaderMap;
use entitlement_rules::ProgrammeData;
use support_api::paths;

/// The programme's data
///
/// Byte for byte what the server decides on.
#[utoipa::path(
    get,
    path = paths::PROGRAMME,
    operation_id = "get-programme",
    tag = callers::ANYBODY,
    params(Copy),
    responses(
        (status = 200, description = "The programme", body = ProgrammeData,
            headers(("ETag" = String, description = "Names this edition of the data"))),
        (status = 304, description = "The caller's copy is the current one"),
        Always,
    ),
)]
pub(crate) async fn handle(State(desk): State<Desk>, headers: HeaderMap) -> Reply {
    let file = &desk.programme;
    tagged(&headers, &file.etag, "no-cache", file.bytes.clone())
}
