//! POST /verdicts: the law's answer on facts that the sender states. Needs no sign-in: nothing of anybody's is looked at.

use super::{Reply, json};
use crate::Desk;
use crate::posted::{is_json, received};
use crate::problem::Trouble;
use axum::extract::{Request, State};
use support_api::{ProblemCode, VERDICT_REQUEST_LENGTH};

pub(crate) async fn handle(State(desk): State<Desk>, request: Request) -> Reply {
    let (parts, body) = request.into_parts();
    desk.limits.verdict(&parts)?;
    if !is_json(&parts) {
        return Err(Trouble::new(ProblemCode::UnsupportedMediaType));
    }
    let question = received(&parts, body, VERDICT_REQUEST_LENGTH).await?;
    json(&desk.programmes.answer(&question, desk.clock.now().date())?)
}
