//! GET /programme: the programme's data, byte for byte as the server decides on it. Needs no sign-in.

use super::{Reply, tagged};
use crate::Desk;
use axum::extract::State;
use axum::http::HeaderMap;

pub(crate) async fn handle(State(desk): State<Desk>, headers: HeaderMap) -> Reply {
    let file = &desk.programme;
    tagged(&headers, &file.etag, "no-cache", file.bytes.clone())
}
