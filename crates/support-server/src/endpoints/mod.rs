//! One endpoint per file: what it takes, what it asks the law, which step of the store it is.

pub(crate) mod activate_benefit;
pub(crate) mod ask_verdict;
pub(crate) mod cancel_incident;
pub(crate) mod change_severity;
pub(crate) mod comment_at_desk;
pub(crate) mod comment_incident;
pub(crate) mod correct_balance;
pub(crate) mod create_incident;
pub(crate) mod desk_calls;
pub(crate) mod end_session;
pub(crate) mod finish_session;
pub(crate) mod follow_account;
pub(crate) mod fulfil_activation;
pub(crate) mod get_account;
pub(crate) mod get_benefits;
pub(crate) mod get_desk_incident;
pub(crate) mod get_incident;
pub(crate) mod get_openapi;
pub(crate) mod get_partner;
pub(crate) mod get_partner_account;
pub(crate) mod get_partner_people;
pub(crate) mod get_programme;
pub(crate) mod import_partners;
pub(crate) mod leave_session;
pub(crate) mod link_contract;
pub(crate) mod list_activations;
pub(crate) mod list_audit;
pub(crate) mod list_dead_letters;
pub(crate) mod list_desk_incidents;
pub(crate) mod list_incidents;
pub(crate) mod list_ledger;
pub(crate) mod list_partner_ledger;
pub(crate) mod list_partners;
pub(crate) mod list_programmes;
pub(crate) mod move_incident;
pub(crate) mod put_partner;
pub(crate) mod put_person;
pub(crate) mod put_tenant;
pub(crate) mod read_programme;
pub(crate) mod refund_incident;
pub(crate) mod reject_activation;
pub(crate) mod reopen_incident;
pub(crate) mod replay_dead_letters;
pub(crate) mod resume_handover;
pub(crate) mod reveal_ids;
pub(crate) mod start_session;

use crate::idempotency::Answer;
use crate::problem::Trouble;
use crate::store::to_hex;
use axum::body::Bytes;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use entitlement_rules::{AccountFacts, Allotment, BenefitKey, Programme, Verdict, entitlements};
use ring::digest;
use serde::{Deserialize, Serialize};
use support_api::{Problem, ProblemCode, SupportIds};

/// What an endpoint returns.
pub(crate) type Reply = Result<Response, Trouble>;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A 200 with a JSON body.
fn json(body: &impl Serialize) -> Reply {
    let body = serde_json::to_vec(body).map_err(|_| Trouble::new(ProblemCode::Internal))?;
    Ok(([(header::CONTENT_TYPE, JSON)], body).into_response())
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = (status, [(header::CONTENT_TYPE, JSON)], self.body).into_response();
        if let Some(location) = self.location.and_then(|it| HeaderValue::from_str(&it).ok()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

/// The law says no: its verdict, and the facts that it was given on.
fn refused(code: ProblemCode, verdict: Verdict, account: &AccountFacts) -> Trouble {
    let mut problem = Problem::new(code);
    problem.verdict = Some(Box::new(verdict));
    problem.account = Some(Box::new(account.clone()));
    problem.into()
}

/// How many incidents of a benefit the membership grants now; `None` when the account's data has a hole.
pub(crate) fn granted(
    programme: &Programme,
    account: &AccountFacts,
    benefit: &BenefitKey,
) -> Option<Allotment> {
    let held = entitlements(programme, account, account.as_of);
    held.iter()
        .find(|entitlement| entitlement.key == *benefit)
        .and_then(|entitlement| entitlement.allotment())
}

/// The benefit that an address names.
fn benefit(text: &str) -> Result<BenefitKey, Trouble> {
    BenefitKey::parse(text).ok_or_else(|| Trouble::new(ProblemCode::NotFound))
}

/// A text of the body, trimmed, with 1 to so many characters; line breaks and tabs only where it may have `lines`.
fn text(field: &str, text: &str, longest: usize, lines: bool) -> Result<String, Trouble> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > longest {
        return Err(Trouble::invalid(
            field,
            &format!("1 to {longest} characters"),
        ));
    }
    let is_layout = |c: char| lines && matches!(c, '\n' | '\r' | '\t');
    if text.chars().any(|c| c.is_control() && !is_layout(c)) {
        return Err(Trouble::invalid(field, "no control characters"));
    }
    Ok(text.to_owned())
}

/// Which part of a list is asked for.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    /// How many entries at most
    #[param(nullable = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// The `next` of the page before
    #[param(nullable = false)]
    after: Option<String>,
}

fn part_of(asked: Result<Query<Part>, QueryRejection>) -> Result<Part, Trouble> {
    match asked {
        Ok(Query(part)) => Ok(part),
        Err(_) => {
            Err(Trouble::new(ProblemCode::BadRequest).detail("the parameters are limit and after"))
        }
    }
}

/// Entries on a page when the request does not say.
const USUAL: u32 = 50;
const MOST: u32 = 100;

/// How many entries a page is to have, within the bounds.
fn page_length(limit: Option<u32>) -> Result<u32, Trouble> {
    match limit.unwrap_or(USUAL) {
        limit @ 1..=MOST => Ok(limit),
        _ => Err(Trouble::new(ProblemCode::BadRequest)
            .field("limit")
            .detail("limit is 1 to 100")),
    }
}

/// A cursor that this list did not give out.
fn no_cursor() -> Trouble {
    Trouble::invalid("after", "after is not a cursor of this list")
}

/// A page of at most `limit` entries, and the cursor to go on with when there is one entry more.
fn cut<T>(
    mut found: Vec<T>,
    limit: u32,
    cursor: impl Fn(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let goes_on = found.len() > wanted;
    found.truncate(wanted);
    let next = found.last().filter(|_| goes_on).map(cursor);
    (found, next)
}

/// Whether the browser's copy is the current one.
fn is_current(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// A 200 with a tagged JSON body, or a 304 when the browser has it.
fn tagged(headers: &HeaderMap, etag: &str, cache: &'static str, body: impl Into<Bytes>) -> Reply {
    let tag = HeaderValue::from_str(etag).map_err(|_| Trouble::new(ProblemCode::Internal))?;
    let about = [
        (header::ETAG, tag),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
    ];
    Ok(match is_current(headers, etag) {
        true => (StatusCode::NOT_MODIFIED, about).into_response(),
        false => (about, [(header::CONTENT_TYPE, JSON)], body.into()).into_response(),
    })
}

/// A 200 with a JSON body tagged by its own digest, or a 304 when the browser has it.
fn digested(headers: &HeaderMap, body: &impl Serialize) -> Reply {
    let body = serde_json::to_vec(body).map_err(|_| Trouble::new(ProblemCode::Internal))?;
    let digest = digest::digest(&digest::SHA256, &body);
    let tag = to_hex(digest.as_ref().get(..16).unwrap_or_default());
    tagged(headers, &format!("\"{tag}\""), "private, no-cache", body)
}

/// Both IDs, without the blanks that copying adds around them.
fn trimmed(ids: &SupportIds, field: &str) -> Result<SupportIds, Trouble> {
    let one = |id: &str, name: &str| -> Result<String, Trouble> {
        let id = id.trim();
        let length = id.chars().count();
        if length == 0 || length > support_api::ID_LENGTH || id.chars().any(char::is_control) {
            let path = if field.is_empty() {
                name.to_owned()
            } else {
                format!("{field}.{name}")
            };
            let limit = support_api::ID_LENGTH;
            return Err(Trouble::invalid(
                &path,
                &format!("1 to {limit} visible characters"),
            ));
        }
        Ok(id.to_owned())
    };
    Ok(SupportIds {
        access_id: one(&ids.access_id, "access_id")?,
        contract_id: one(&ids.contract_id, "contract_id")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_recognised_by_any_of_its_tags() {
        let mut headers = HeaderMap::new();
        assert!(!is_current(&headers, "\"a\""));
        headers.insert(
            header::IF_NONE_MATCH,
            HeaderValue::from_static("\"b\", W/\"a\""),
        );
        assert!(is_current(&headers, "\"a\""));
        assert!(!is_current(&headers, "\"c\""));
    }
}
