//! POST /operator/dead-letters/replay: tries events again that were given up. Sent twice, it finds none left to try.

use super::{Reply, json};
use crate::Desk;
use crate::clock::Moment;
use crate::handover::queue::{DeadLetters, Queue};
use crate::openapi::{Always, Change, Key, SignIn, callers};
use crate::posted::Posted;
use crate::problem::Trouble;
use axum::extract::State;
use support_api::{Replay, Replayed, paths};

/// Try events again that were given up
///
/// All of them when the body names none, or is absent.
#[utoipa::path(
    post,
    path = paths::DEAD_LETTER_REPLAY,
    operation_id = "replay-dead-letters",
    tag = callers::OPERATOR,
    security(("bearer" = [])),
    params(Key),
    request_body = Option<Replay>,
    responses(
        (status = 200, description = "How many are due again", body = Replayed),
        Change,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(State(desk): State<Desk>, posted: Posted<Replay>) -> Reply {
    posted.person.demand_operator()?;
    let which = match (posted.body.partner, posted.body.id) {
        (Some(partner), Some(id)) => DeadLetters::One { partner, id },
        (Some(partner), None) => DeadLetters::Of(partner),
        (None, None) => DeadLetters::All,
        (None, Some(_)) => return Err(Trouble::invalid("partner", "whose event it is")),
    };
    let replayed = desk.store.replay(&which, Moment::real()).await;
    let count = replayed.map_err(|_| Trouble::unavailable())?;
    desk.store.written().notify_one();
    json(&Replayed { count })
}
