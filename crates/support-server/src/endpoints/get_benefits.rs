//! GET /benefits: where everything stands that the account has, by the law.

use super::{Reply, get_account};
use crate::Desk;
use crate::auth::SignedIn;
use crate::openapi::{Always, Copy, SignIn, callers};
use axum::extract::State;
use axum::http::HeaderMap;
use entitlement_rules::BenefitsPage;
use support_api::paths;

/// Where the account's benefits stand
///
/// What the law makes of the facts on the server's own date: of each benefit its state, what is left of it and until when,
/// who may activate it, and what changes next. A program that has the law itself needs the facts alone.
#[utoipa::path(
    get,
    path = paths::BENEFITS,
    operation_id = "get-benefits",
    tag = callers::SIGNED_IN,
    security(("bearer" = [])),
    params(Copy),
    responses(
        (status = 200, description = "Where they stand", body = BenefitsPage,
            headers(("ETag" = String, description = "Changes with every change of the facts, and with the programme"))),
        (status = 304, description = "The caller's copy is the current one"),
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
    headers: HeaderMap,
) -> Reply {
    let law = &desk.programme.programme;
    let page = |facts| BenefitsPage::of(law, &facts);
    get_account::answered(&desk, person, &headers, &desk.programme.etag, page).await
}
