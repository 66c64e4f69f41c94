//! POST /incidents/{incident}/severity: makes an incident more or less urgent, as far as the law justifies it (E18). What
//! the incident consumed is not asked about again.

use super::{Reply, refused};
use crate::Desk;
use crate::openapi::{Always, Change, Key, SignIn, callers};
use crate::posted::{At, Posted};
use crate::problem::Trouble;
use axum::extract::State;
use axum::response::IntoResponse;
use entitlement_rules::{AccountFacts, Programme, Question, RuleId, Status, decide};
use support_api::{Incident, NewIncident, NewSeverity, PROBLEM_JSON, Problem, ProblemCode, paths};

/// Make an incident more or less urgent
///
/// As far as its effect on the business justifies it.
#[utoipa::path(
    post,
    path = paths::templates::INCIDENT_SEVERITY,
    operation_id = "change-severity",
    tag = callers::SIGNED_IN,
    security(("bearer" = [])),
    params(Key, ("incident" = String, Path, description = "Its id")),
    request_body = NewSeverity,
    responses(
        (status = 200, description = "The incident", body = Incident),
        (status = 404, description = "There is none, or it is somebody else's",
            body = Problem, content_type = PROBLEM_JSON),
        Change,
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    At(incident): At<String>,
    posted: Posted<NewSeverity>,
) -> Reply {
    let NewSeverity { severity, impact } = posted.body;
    let programme = desk.programme.programme;
    let judge =
        move |account: &AccountFacts, incident: &NewIncident| judge(&programme, account, incident);
    let now = desk.clock.now();
    let answer = desk
        .store
        .change_severity(
            posted.once,
            posted.person,
            now,
            incident,
            (severity, impact),
            judge,
        )
        .await?;
    Ok(answer.into_response())
}

/// The question of its creation with the new severity; only the rule on severities counts, the rest was decided then.
fn judge(
    programme: &Programme,
    account: &AccountFacts,
    incident: &NewIncident,
) -> Result<(), Trouble> {
    let question = Question::CreateIncident(incident.question());
    let verdict = decide(programme, account, &question, account.as_of);
    let severity = verdict.rule(RuleId::E18);
    match severity.is_some_and(|rule| rule.status == Status::Fail) {
        true => Err(refused(ProblemCode::Refused, verdict, account)),
        false => Ok(()),
    }
}
