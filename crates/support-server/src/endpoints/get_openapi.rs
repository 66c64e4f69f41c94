//! GET /openapi.json: the document of this API.

use super::{JSON, Reply};
use crate::openapi::{Always, callers, document};
use crate::problem::Trouble;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use std::sync::LazyLock;
use support_api::{ProblemCode, paths};

static DOCUMENT: LazyLock<Option<String>> = LazyLock::new(|| document().ok());

/// This document
#[utoipa::path(
    get,
    path = paths::OPENAPI,
    operation_id = "get-openapi",
    tag = callers::ANYBODY,
    responses(
        (status = 200, description = "The document", body = Object),
        Always,
    ),
)]
pub(crate) async fn handle() -> Reply {
    let document = DOCUMENT.as_deref();
    let document = document.ok_or_else(|| Trouble::new(ProblemCode::Internal))?;
    Ok(([(CONTENT_TYPE, JSON)], document).into_response())
}
