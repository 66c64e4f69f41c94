//! The name of a request in the logs: the caller's own when it has one that can hold nothing else, else a new one.

use crate::store::to_hex;
use axum::http::{HeaderMap, HeaderName};
use ring::rand::{SecureRandom, SystemRandom};

/// Names a request, in and out.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// W3C Trace Context.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The name of a request.
#[must_use]
pub fn of(headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    text(REQUEST_ID)
        .filter(|id| is_plain(id))
        .or_else(|| text(TRACEPARENT).and_then(trace_id))
        .map_or_else(new, str::to_owned)
}

/// 16 to 36 hexadecimal digits and hyphens, as a UUID has: text of a person or a contract does not fit.
fn is_plain(id: &str) -> bool {
    (16..=36).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// The trace that a `traceparent` of version 00 names.
fn trace_id(traceparent: &str) -> Option<&str> {
    let mut parts = traceparent.split('-');
    let [version, trace, parent, flags] =
        [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    let hex = |part: &str, length: usize| {
        part.len() == length
            && part
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let named = |part: &str| part.bytes().any(|byte| byte != b'0');
    let valid = version == "00"
        && hex(trace, 32)
        && named(trace)
        && hex(parent, 16)
        && named(parent)
        && hex(flags, 2)
        && parts.next().is_none();
    valid.then_some(trace)
}

fn new() -> String {
    let mut bytes = [0; 8];
    // Without random bytes the id is dull, and nothing else is wrong.
    let _ = SystemRandom::new().fill(&mut bytes);
    to_hex(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn id(name: HeaderName, value: &'static str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        of(&headers)
    }

    #[test]
    fn a_callers_own_id_is_kept_when_it_can_hold_nothing_else() {
        let uuid = "0192f0c1-5f9e-7cc3-9a41-0123456789ab";
        assert_eq!(id(REQUEST_ID, uuid), uuid);
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(
            id(
                TRACEPARENT,
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            ),
            trace
        );
        for (name, other) in [
            (REQUEST_ID, "ada.lovelace@example.com"),
            (REQUEST_ID, "SECRETACCESS77xx"),
            (REQUEST_ID, "abc"),
            (REQUEST_ID, "0123456789abcdef0123456789abcdef01234"),
            (
                TRACEPARENT,
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            ),
            (
                TRACEPARENT,
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            ),
            (
                TRACEPARENT,
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            ),
            (
                TRACEPARENT,
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            ),
            (
                TRACEPARENT,
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            ),
        ] {
            let made = id(name, other);
            assert_ne!(made, other);
            assert_eq!(made.len(), 16, "one of our own: {made}");
        }
    }
}
