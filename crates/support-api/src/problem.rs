//! The body of every error (RFC 9457).

use entitlement_rules::{AccountFacts, Verdict};
use light_json::FromJson;
use serde::{Deserialize, Serialize};

/// Media type of the problem body.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong: a stable code for programs, a title for engineers. The app shows its own sentences, by code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI reference that names the kind of problem: `/problems/` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code.
    pub code: ProblemCode,
    /// The HTTP status, 400 to 599.
    pub status: u16,
    /// The kind of problem in a few English words.
    pub title: String,
    /// What is wrong with this very request; never an Access ID, a Contract ID or a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The field that is wrong, as a JSON path, when one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The request's id, to find it in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The law's answer, when the law refused: which rules, with which facts, and what would help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Box<Verdict>>,
    /// The account as it is now, when the law refused: the browser's facts were older.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Box<AccountFacts>>,
}

/// What went wrong, as a stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    /// 400: not JSON, not the expected shape, or a bad parameter.
    BadRequest,
    /// 400: a POST without its idempotency key, or with a malformed one.
    IdempotencyKeyMissing,
    /// 401: no token, or one that does not hold (signature, issuer, audience, time).
    NotSignedIn,
    /// 403: signed in, but the role does not allow it.
    Forbidden,
    /// 403: signed in, but in more groups than the access token can name; the detail says what an administrator can do.
    GroupsOverage,
    /// 404: no such thing, or not one of yours.
    NotFound,
    /// 404: no contract has this pair of IDs. It does not tell which of the two is wrong.
    UnknownIds,
    /// 404: the server does not know the programme that was asked about; the detail lists those that it knows.
    UnknownProgramme,
    /// 405: the path is there, the method is not.
    MethodNotAllowed,
    /// 409: the law says no; the verdict and fresh facts are with it.
    Refused,
    /// 409: the request with the same idempotency key still runs.
    StillRunning,
    /// 409: the thing is no longer in the state that this step needs.
    StateChanged,
    /// 413: the body, or one of its lists or texts, is too large.
    TooLarge,
    /// 415: the body is not `application/json`.
    UnsupportedMediaType,
    /// 422: the shape is right, a value is not.
    Invalid,
    /// 422: the idempotency key was used with another body.
    IdempotencyKeyReused,
    /// 429: too many tries; see `Retry-After`.
    TooManyRequests,
    /// 500: our fault.
    Internal,
    /// 503: the store or the identity provider does not answer; see `Retry-After`.
    Unavailable,
}

impl ProblemCode {
    /// The HTTP status that goes with the code.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            ProblemCode::BadRequest | ProblemCode::IdempotencyKeyMissing => 400,
            ProblemCode::NotSignedIn => 401,
            ProblemCode::Forbidden | ProblemCode::GroupsOverage => 403,
            ProblemCode::NotFound | ProblemCode::UnknownIds | ProblemCode::UnknownProgramme => 404,
            ProblemCode::MethodNotAllowed => 405,
            ProblemCode::Refused | ProblemCode::StillRunning | ProblemCode::StateChanged => 409,
            ProblemCode::TooLarge => 413,
            ProblemCode::UnsupportedMediaType => 415,
            ProblemCode::Invalid | ProblemCode::IdempotencyKeyReused => 422,
            ProblemCode::TooManyRequests => 429,
            ProblemCode::Internal => 500,
            ProblemCode::Unavailable => 503,
        }
    }

    /// The code as it is written on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            ProblemCode::BadRequest => "bad-request",
            ProblemCode::IdempotencyKeyMissing => "idempotency-key-missing",
            ProblemCode::NotSignedIn => "not-signed-in",
            ProblemCode::Forbidden => "forbidden",
            ProblemCode::GroupsOverage => "groups-overage",
            ProblemCode::NotFound => "not-found",
            ProblemCode::UnknownIds => "unknown-ids",
            ProblemCode::UnknownProgramme => "unknown-programme",
            ProblemCode::MethodNotAllowed => "method-not-allowed",
            ProblemCode::Refused => "refused",
            ProblemCode::StillRunning => "still-running",
            ProblemCode::StateChanged => "state-changed",
            ProblemCode::TooLarge => "too-large",
            ProblemCode::UnsupportedMediaType => "unsupported-media-type",
            ProblemCode::Invalid => "invalid",
            ProblemCode::IdempotencyKeyReused => "idempotency-key-reused",
            ProblemCode::TooManyRequests => "too-many-requests",
            ProblemCode::Internal => "internal",
            ProblemCode::Unavailable => "unavailable",
        }
    }

    /// The kind of problem in a few English words, for engineers.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            ProblemCode::BadRequest => "The request is malformed",
            ProblemCode::IdempotencyKeyMissing => {
                "The Idempotency-Key header is missing or malformed"
            }
            ProblemCode::NotSignedIn => "A valid access token is needed",
            ProblemCode::Forbidden => "Your role does not allow this",
            ProblemCode::GroupsOverage => "The access token cannot name all groups",
            ProblemCode::NotFound => "There is no such thing here",
            ProblemCode::UnknownIds => "No contract has this pair of IDs",
            ProblemCode::UnknownProgramme => "This server does not know the programme",
            ProblemCode::MethodNotAllowed => "The method is not allowed here",
            ProblemCode::Refused => "The rules of the programme refuse this",
            ProblemCode::StillRunning => "The same request is still running",
            ProblemCode::StateChanged => "Somebody else was faster",
            ProblemCode::TooLarge => "The body is too large",
            ProblemCode::UnsupportedMediaType => "The body must be application/json",
            ProblemCode::Invalid => "A value is not valid",
            ProblemCode::IdempotencyKeyReused => "The Idempotency-Key was used with another body",
            ProblemCode::TooManyRequests => "Too many tries",
            ProblemCode::Internal => "The server failed",
            ProblemCode::Unavailable => "The server cannot answer right now",
        }
    }
}

impl Problem {
    /// A problem with nothing but its code.
    #[must_use]
    pub fn new(code: ProblemCode) -> Problem {
        Problem {
            kind: format!("/problems/{}", code.code()),
            code,
            status: code.status(),
            title: code.title().to_owned(),
            detail: None,
            field: None,
            request_id: None,
            verdict: None,
            account: None,
        }
    }
}
