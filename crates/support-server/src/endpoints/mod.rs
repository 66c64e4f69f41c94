//! One endpoint per file: what it takes, what it asks the law, which step of the store it is.

pub(crate) mod activate_benefit;
pub(crate) mod ask_verdict;
pub(crate) mod create_incident;
pub(crate) mod fulfil_activation;
pub(crate) mod get_account;
pub(crate) mod get_incident;
pub(crate) mod get_openapi;
pub(crate) mod get_programme;
pub(crate) mod link_contract;
pub(crate) mod list_activations;
pub(crate) mod list_incidents;
pub(crate) mod reject_activation;
pub(crate) mod reveal_ids;

use crate::idempotency::Answer;
use crate::problem::Trouble;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use entitlement_rules::{AccountFacts, Allotment, BenefitKey, Programme, Verdict, entitlements};
use serde::Serialize;
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
