//! PUT /operator/tenants: which partner account the people of a directory belong to.

use super::put_person::NAME_LENGTH;
use super::{Reply, json, text};
use crate::Desk;
use crate::openapi::{Always, Replacement, SignIn, callers};
use crate::posted::Put;
use axum::extract::State;
use support_api::{TenantBinding, paths};

/// Say which partner account the people of a directory belong to
///
/// Those who have a binding of their own keep it.
#[utoipa::path(
    put,
    path = paths::TENANTS,
    operation_id = "put-tenant",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    request_body = TenantBinding,
    responses(
        (status = 200, description = "The binding", body = TenantBinding),
        Replacement,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(State(desk): State<Desk>, put: Put<TenantBinding>) -> Reply {
    put.person.demand_operator()?;
    let binding = TenantBinding {
        issuer: text("issuer", &put.body.issuer, NAME_LENGTH, false)?,
        tenant: text("tenant", &put.body.tenant, NAME_LENGTH, false)?,
        partner: put.body.partner,
    };
    let TenantBinding {
        issuer,
        tenant,
        partner,
    } = binding.clone();
    let by = (put.person, desk.clock.now());
    desk.store.bind_tenant(by, issuer, tenant, partner).await?;
    json(&binding)
}
