//! What every POST goes through before its endpoint sees it: who, how large, what kind, which key, which shape.

use crate::Desk;
use crate::auth::{Person, SignedIn};
use crate::idempotency::{Once, fingerprint, is_key};
use crate::problem::Trouble;
use axum::body::{Body, Bytes};
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
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

impl<T: DeserializeOwned> FromRequest<Desk> for Posted<T> {
    type Rejection = Trouble;

    async fn from_request(request: Request, desk: &Desk) -> Result<Posted<T>, Trouble> {
        let (parts, person, bytes) = from_somebody(request, desk).await?;
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

/// A PUT whose sender is known and whose body has the expected shape. It says how something is to be, so that repeating
/// it is harmless.
pub(crate) struct Put<T> {
    pub(crate) person: Person,
    pub(crate) body: T,
}

impl<T: DeserializeOwned> FromRequest<Desk> for Put<T> {
    type Rejection = Trouble;

    async fn from_request(request: Request, desk: &Desk) -> Result<Put<T>, Trouble> {
        let (_, person, bytes) = from_somebody(request, desk).await?;
        let body = read(&bytes)?;
        Ok(Put { person, body })
    }
}

/// A request with its sender and its body, which is empty or JSON.
async fn from_somebody(request: Request, desk: &Desk) -> Result<(Parts, Person, Bytes), Trouble> {
    let (mut parts, body) = request.into_parts();
    let SignedIn(person) = SignedIn::from_request_parts(&mut parts, desk).await?;
    let bytes = received(&parts, body, LONGEST_BODY).await?;
    // What is empty has no type; everything else must be JSON.
    match bytes.is_empty() || is_json(&parts) {
        true => Ok((parts, person, bytes)),
        false => Err(Trouble::new(ProblemCode::UnsupportedMediaType)),
    }
}

/// The bytes of a body that is no longer than `longest` bytes.
pub(crate) async fn received(parts: &Parts, body: Body, longest: usize) -> Result<Bytes, Trouble> {
    if content_length(parts).is_some_and(|length| length > longest) {
        return Err(Trouble::new(ProblemCode::TooLarge));
    }
    axum::body::to_bytes(body, longest).await.map_err(|error| {
        match error
            .source()
            .is_some_and(|cause| cause.is::<http_body_util::LengthLimitError>())
        {
            true => Trouble::new(ProblemCode::TooLarge),
            false => Trouble::new(ProblemCode::BadRequest).detail("the body broke off"),
        }
    })
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

/// The body is said to be JSON, which no plain HTML form can say.
pub(crate) fn is_json(parts: &Parts) -> bool {
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
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Trouble> {
    // An array of a message's values in their order would pass for the message.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Trouble::new(ProblemCode::BadRequest).detail("the body is not an object"));
    }
    read_as_written(bytes).or_else(|trouble| {
        let whole = without_empty_fractions(bytes);
        let has_fractions = whole.len() < bytes.len();
        let again = has_fractions.then(|| read_as_written(&whole));
        again.and_then(Result::ok).ok_or(trouble)
    })
}

/// The same JSON with 2 for 2.0. JSON knows one kind of numbers, and some senders write whole ones so.
fn without_empty_fractions(json: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(json.len());
    let (mut in_text, mut is_escaped) = (false, false);
    let mut rest = json;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => in_text = !in_text,
            b'.' if !in_text => {
                let digits = after.iter().take_while(|it| it.is_ascii_digit()).count();
                let (fraction, behind) = after.split_at(digits);
                let is_empty = fraction.iter().all(|digit| *digit == b'0');
                if digits > 0 && is_empty && !matches!(behind, [b'e' | b'E' | b'.', ..]) {
                    rest = behind;
                    continue;
                }
            }
            _ => {}
        }
        kept.push(byte);
    }
    kept
}

fn read_as_written<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Trouble> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let body = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = shown(error.path());
        let cause = error.inner();
        if cause.classify() != Category::Data {
            return not_json(cause);
        }
        let said = cause.to_string();
        let named = |prefix: &str| said.strip_prefix(prefix)?.split('`').next();
        let (path, detail) = if let Some(name) = named("missing field `") {
            (joined(&path, name), "is missing".to_owned())
        } else if let Some(name) = named("unknown field `") {
            // Inside a tagged value the path ends before the field.
            let is_last =
                matches!(error.path().iter().next_back(), Some(Segment::Map { key }) if key == name);
            let path = if is_last {
                path
            } else {
                joined(&path, plain(name))
            };
            (path, "is not a field of this message".to_owned())
        } else {
            let hint = expected(&said).map(|what| format!("; expected: {what}"));
            let detail = "has not the expected type or value";
            (path, format!("{detail}{}", hint.unwrap_or_default()))
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

/// What stands after the last "expected" of a message: the server's own words, always behind those of the sender.
fn expected(said: &str) -> Option<&str> {
    let own = said.strip_prefix("expected ");
    let rest = own.or_else(|| Some(said.rsplit_once(", expected ")?.1))?;
    let what = rest.rsplit_once(" at line ").map_or(rest, |(what, _)| what);
    Some(what.strip_prefix("one of ").unwrap_or(what))
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
            Segment::Map { key } => shown = joined(&shown, plain(key)),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    shown
}

/// The path of a field inside what a path names.
pub(crate) fn joined(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        _ => format!("{path}.{name}"),
    }
}

/// The name of a field, or a question mark for what no field is called like.
pub(crate) fn plain(key: &str) -> &str {
    let is_plain = key.len() <= 32
        && key
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if is_plain { key } else { "?" }
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
        // PostgreSQL has no text with this character, so nothing can be called like that.
        if parts.uri.path().contains("%00") {
            return Err(Trouble::new(ProblemCode::NotFound));
        }
        let Path(parts) = Path::<T>::from_request_parts(parts, state)
            .await
            .map_err(|_| Trouble::new(ProblemCode::NotFound))?;
        Ok(At(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entitlement_rules::Funding;
    use support_api::{Correction, SupportIds};

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
        let (field, detail) = complaint(r#"{"access_id":7,"contract_id":"B"}"#);
        assert_eq!(field.as_deref(), Some("access_id"));
        assert!(detail.ends_with("; expected: a string"), "{detail}");
        assert!(complaint("{").1.contains("not JSON"));
        assert!(
            complaint(r#"{"access_id":"A","contract_id":"B"} x"#)
                .1
                .contains("not JSON")
        );
    }

    #[test]
    fn a_whole_number_may_be_written_with_an_empty_fraction() {
        let by = |body: &str| read::<Correction>(body.as_bytes()).map(|it| (it.by, it.reason));
        let body = |by: &str| format!(r#"{{"reason":"a \"1.0\" and 2.0","by":{by}}}"#);
        for (written, number) in [("364", 364), ("364.0", 364), ("-7.00", -7)] {
            let (read, reason) = by(&body(written)).ok().unwrap();
            assert_eq!((read, reason.as_str()), (number, r#"a "1.0" and 2.0"#));
        }
        for wrong in ["364.5", "364.", "364.0e1", "3.0.0", ".0", r#""364.0""#] {
            assert!(by(&body(wrong)).is_err(), "{wrong}");
        }
        assert!(by(r#"{"reason":"twice","by":1.0,"by":2.0}"#).is_err());
    }

    #[test]
    fn an_array_is_no_message() {
        assert_eq!(complaint(r#" ["A", "B"]"#).1, "the body is not an object");
    }

    #[test]
    fn a_wrong_field_inside_a_tagged_value_is_named_too() {
        let Err(trouble) = read::<Funding>(br#"{"by":"contract","contract":"c","twice":true}"#)
        else {
            panic!("it was read")
        };
        assert_eq!(trouble.problem.field.as_deref(), Some("twice"));
    }

    #[test]
    fn no_complaint_repeats_what_stood_in_the_body() {
        for body in [
            r#""SECRET-1""#,
            r#"{"access_id":["SECRET-1"],"contract_id":"B"}"#,
            r#"{"access_id":"A","contract_id":"B","x, expected SECRET-1":1}"#,
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
