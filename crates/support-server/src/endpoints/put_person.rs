//! PUT /operator/people: which partner account a person belongs to.

use super::{Reply, json, text};
use crate::Desk;
use crate::openapi::{Always, Replacement, SignIn, callers};
use crate::posted::Put;
use axum::extract::State;
use support_api::{PersonBinding, paths};

/// Longest issuer, subject or directory, in characters.
pub(super) const NAME_LENGTH: usize = 255;

/// Say which partner account a person belongs to
#[utoipa::path(
    put,
    path = paths::PEOPLE,
    operation_id = "put-person",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    request_body = PersonBinding,
    responses(
        (status = 200, description = "The binding", body = PersonBinding),
        Replacement,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(State(desk): State<Desk>, put: Put<PersonBinding>) -> Reply {
    put.person.demand_operator()?;
    let binding = PersonBinding {
        issuer: text("issuer", &put.body.issuer, NAME_LENGTH, false)?,
        subject: text("subject", &put.body.subject, NAME_LENGTH, false)?,
        ..put.body
    };
    let PersonBinding {
        issuer,
        subject,
        partner,
        sees_offers,
    } = binding.clone();
    let by = (put.person, desk.clock.now());
    desk.store
        .bind(by, issuer, subject, partner, sees_offers)
        .await?;
    json(&binding)
}
