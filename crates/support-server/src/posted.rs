//! What every POST goes through before its endpoint sees it: who, how large, what kind, which key, which shape.

use crate::Desk;
use crate::auth::{Person, SignedIn};
use crate::idempotency::{Once, fingerprint, is_key};
use crate::problem::Trouble;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::Segment;
use std::error::Error;
use support_api::{IDEMPOTENCY_KEY, ProblemCode};

/// Longest body, in bytes.
pub(crate) const LONGEST_BODY: usize = 64 * 1_024;

/// A POST whose sender is known and whose body has the expected shape.
pub(crate) struct Posted<T> {
    pub(crate) person: Person,
    pub(crate) once: Once,
    pub(crate) body: T,
}

/// The body of a POST that says everything by its address: nothing, or `{}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

impl<T: DeserializeOwned> FromRequest<Desk> for Posted<T> {
    type Rejection = Trouble;

    async fn from_request(request: Request, desk: &Desk) -> Result<Posted<T>, Trouble> {
        let (mut parts, body) = request.into_parts();
        let SignedIn(person) = SignedIn::from_request_parts(&mut parts, desk).await?;
        if content_length(&parts).is_some_and(|length| length > LONGEST_BODY) {
            return Err(Trouble::new(ProblemCode::TooLarge));
        }
        let bytes = axum::body::to_bytes(body, LONGEST_BODY)
            .await
            .map_err(|error| {
                match error
                    .source()
                    .is_some_and(|cause| cause.is::<http_body_util::LengthLimitError>())
                {
                    true => Trouble::new(ProblemCode::TooLarge),
                    false => Trouble::new(ProblemCode::BadRequest).detail("the body broke off"),
                }
            })?;
        // A body-less POST has no type; everything else must be JSON, which no plain HTML form can send.
        if !(bytes.is_empty() || is_json(&parts)) {
            return Err(Trouble::new(ProblemCode::UnsupportedMediaType));
        }
        let key = parts
            .headers
            .get(IDEMPOTENCY_KEY)
            .and_then(|value| value.to_str().ok())
            .filter(|key| is_key(key))
            .ok_or_else(|| Trouble::new(ProblemCode::IdempotencyKeyMissing))?
            .to_owned();
        let once = Once {
            issuer: person.issuer.clone(),
            subject: person.subject.clone(),
            key,
            fingerprint: fingerprint(parts.method.as_str(), parts.uri.path(), &bytes),
        };
        let body = read(if bytes.is_empty() { b"{}" } else { &bytes })?;
        Ok(Posted { person, once, body })
    }
}

fn content_length(parts: &Parts) -> Option<usize> {
    parts
        .headers
        .get(CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

fn is_json(parts: &Parts) -> bool {
    let value = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = value
        .and_then(|value| value.split(';').next())
        .unwrap_or("");
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// Reads a body. What is said about a wrong one never repeats what stood in it: it may hold the IDs.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Trouble> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let body = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = shown(error.path());
        let cause = error.inner();
        if cause.classify() != Category::Data {
            return not_json(cause);
        }
        // The names of missing fields are the server's own words.
        let said = cause.to_string();
        let missing = said
            .strip_prefix("missing field `")
            .and_then(|rest| rest.split('`').next());
        let (path, detail) = match missing {
            Some(name) if path.is_empty() => (name.to_owned(), "is missing"),
            Some(name) => (format!("{path}.{name}"), "is missing"),
            None if said.starts_with("unknown field") => (path, "is not a field of this message"),
            None => (path, "has not the expected type or value"),
        };
        let trouble = Trouble::new(ProblemCode::BadRequest);
        match path.is_empty() {
            true => trouble.detail(format!("the body {detail}")),
            false => trouble.detail(format!("{path} {detail}")).field(path),
        }
    })?;
    json.end().map_err(|error| not_json(&error))?;
    Ok(body)
}

fn not_json(error: &serde_json::Error) -> Trouble {
    let (line, column) = (error.line(), error.column());
    Trouble::new(ProblemCode::BadRequest).detail(format!(
        "the body is not JSON: line {line}, column {column}"
    ))
}

/// A path of plain field names and positions; whatever looks otherwise came from the sender and is left out.
fn shown(path: &serde_path_to_error::Path) -> String {
    let mut shown = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => shown.push_str(&format!("[{index}]")),
            Segment::Map { key } => {
                let plain = key.len() <= 32
                    && key
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
                if !shown.is_empty() {
                    shown.push('.');
                }
                shown.push_str(if plain { key } else { "?" });
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    shown
}

/// The variable parts of the address. One that cannot be read names nothing that is here.
pub(crate) struct At<T>(pub(crate) T);

impl<T, S> FromRequestParts<S> for At<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<At<T>, Trouble> {
        let Path(parts) = Path::<T>::from_request_parts(parts, state)
            .await
            .map_err(|_| Trouble::new(ProblemCode::NotFound))?;
        Ok(At(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use support_api::SupportIds;

    fn complaint(body: &str) -> (Option<String>, String) {
        let Err(trouble) = read::<SupportIds>(body.as_bytes()) else {
            panic!("{body} was read")
        };
        assert_eq!(trouble.problem.status, 400);
        (
            trouble.problem.field.clone(),
            trouble.problem.detail.clone().unwrap_or_default(),
        )
    }

    #[test]
    fn a_wrong_body_is_explained_by_its_path() {
        let (field, detail) = complaint(r#"{"access_id":"A"}"#);
        assert_eq!(
            (field.as_deref(), detail.as_str()),
            (Some("contract_id"), "contract_id is missing")
        );
        let (field, _) = complaint(r#"{"access_id":"A","contract_id":"B","colour":1}"#);
        assert_eq!(field.as_deref(), Some("colour"));
        let (field, _) = complaint(r#"{"access_id":7,"contract_id":"B"}"#);
        assert_eq!(field.as_deref(), Some("access_id"));
        assert!(complaint("{").1.contains("not JSON"));
        assert!(
            complaint(r#"{"access_id":"A","contract_id":"B"} x"#)
                .1
                .contains("not JSON")
        );
    }

    #[test]
    fn no_complaint_repeats_what_stood_in_the_body() {
        for body in [
            r#""SECRET-1""#,
            r#"{"access_id":["SECRET-1"],"contract_id":"B"}"#,
            r#"{"SECRET-1":"A"}"#,
            r#"{"access_id":"SECRET-1","contract_id":9999}"#,
            r#"{"access_id":"SECRET-1"#,
            r#"{"access_id":"A","contract_id":"B"} "SECRET-1""#,
        ] {
            let (field, detail) = complaint(body);
            let said = format!("{field:?} {detail}");
            assert!(!said.contains("SECRET") && !said.contains("9999"), "{said}");
        }
    }
}
