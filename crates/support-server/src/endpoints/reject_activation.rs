//! POST /operator/activations/{partner}/{benefit}/rejection: the operator refuses a request.

use super::{Reply, benefit};
use crate::Desk;
use crate::auth::Person;
use crate::posted::{At, Posted};
use crate::problem::Trouble;
use axum::extract::State;
use axum::response::IntoResponse;
use support_api::{ProblemCode, Rejection};

pub(crate) async fn handle(
    State(desk): State<Desk>,
    At((partner, name)): At<(String, String)>,
    posted: Posted<Rejection>,
) -> Reply {
    demand_operator(&posted.person)?;
    let key = benefit(&name)?;
    let now = desk.clock.now();
    let reason = posted.body.reason;
    let answer = desk
        .store
        .reject(posted.once, posted.person, now, partner, key, reason)
        .await?;
    Ok(answer.into_response())
}

/// Only the programme's operator may.
pub(super) fn demand_operator(person: &Person) -> Result<(), Trouble> {
    match person.operator {
        true => Ok(()),
        false => {
            Err(Trouble::new(ProblemCode::Forbidden).detail("this is for the programme's operator"))
        }
    }
}
