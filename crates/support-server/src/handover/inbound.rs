//! What the vendor's systems tell by signed calls: who sent it, and what it says. Acting on it, once for each id, is the
//! store's part.

use super::standard_webhooks::{Refusal, Secrets};
use crate::clock::Moment;
use crate::problem::Trouble;
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Map, Value};
use support_api::COMMENT_LENGTH;
use support_api::ProblemCode;
use support_api::handover::{DESK_CALL_LENGTH, DeskCall};

/// A genuine call of the vendor's system.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// Its `webhook-id`. The store remembers it in the transaction of the call's effect: a second call with the same id
    /// changes nothing and is answered like the first.
    pub id: String,
    /// What it says.
    pub call: DeskCall,
}

/// Reads a call: first its signature over the bytes as they came, only then the bytes.
///
/// # Errors
/// 401 for a call that is not genuine or not of now, 400 and 422 for one that is, and cannot be understood.
pub fn receive(
    secrets: &Secrets,
    headers: &HeaderMap,
    body: &[u8],
    now: Moment,
) -> Result<Verified, Trouble> {
    if body.len() > DESK_CALL_LENGTH {
        return Err(Trouble::new(ProblemCode::TooLarge));
    }
    let id = secrets.verify(headers, body, now).map_err(|refusal| {
        Trouble::new(ProblemCode::NotSignedIn).detail(match refusal {
            Refusal::Malformed => "the three webhook headers are needed, each once",
            Refusal::Forged => "no signature of the call holds",
            Refusal::OutsideWindow => "the call's timestamp is too far from this server's clock",
        })
    })?;
    let call = read(body)?;
    Ok(Verified { id, call })
}

/// The body as Standard Webhooks has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    r#type: String,
    #[serde(rename = "timestamp")]
    _timestamp: String,
    data: Map<String, Value>,
}

/// The body of a call, with every text within its limits.
///
/// # Errors
/// 400 with the field that does not fit, 422 with the field whose value does not.
pub fn read(body: &[u8]) -> Result<DeskCall, Trouble> {
    let malformed = |path: &str, reason: String| {
        let trouble = Trouble::new(ProblemCode::BadRequest).detail(reason);
        match path {
            "." => trouble,
            path => trouble.field(path),
        }
    };
    let mut bytes = serde_json::Deserializer::from_slice(body);
    let envelope: Envelope = serde_path_to_error::deserialize(&mut bytes)
        .map_err(|error| malformed(&error.path().to_string(), place(error.inner())))?;
    bytes
        .end()
        .map_err(|_| malformed(".", "the body goes on after its end".into()))?;
    let data = Value::Object(envelope.data);
    let call = match envelope.r#type.as_str() {
        "activation.fulfilled" => typed(data).map(DeskCall::ActivationFulfilled),
        "activation.rejected" => typed(data).map(DeskCall::ActivationRejected),
        "incident.status-changed" => typed(data).map(DeskCall::StatusChanged),
        "incident.commented" => typed(data).map(DeskCall::Commented),
        "incident.severity-changed" => typed(data).map(DeskCall::SeverityChanged),
        _ => return Err(Trouble::invalid("type", "this desk knows no such call")),
    }
    .map_err(|path| malformed(&path, "it is missing, unknown, or not of its type".into()))?;
    checked(call)
}

/// Where the text stops being JSON, or which field of the envelope does not fit; never what stands there.
fn place(error: &serde_json::Error) -> String {
    match error.is_data() {
        true => "it is missing, unknown, or not of its type".into(),
        false => format!(
            "the body is not JSON at line {} column {}",
            error.line(),
            error.column()
        ),
    }
}

/// The error is the path of the field: what stands there may be one of the two IDs, and is not repeated.
fn typed<T: serde::de::DeserializeOwned>(data: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(data).map_err(|error| match error.path().to_string() {
        path if path == "." => "data".to_owned(),
        path => format!("data.{path}"),
    })
}

fn checked(call: DeskCall) -> Result<DeskCall, Trouble> {
    let within = |field: &str, text: &str, longest: usize, lines: bool| {
        let is_layout = |c: char| lines && matches!(c, '\n' | '\r' | '\t');
        let is_odd = |c: char| c.is_control() && !is_layout(c);
        let length = text.trim().chars().count();
        match length == 0 || length > longest || text.chars().any(is_odd) {
            true => Err(Trouble::invalid(
                field,
                &format!("1 to {longest} characters, no control characters"),
            )),
            false => Ok(()),
        }
    };
    const ID: usize = 64;
    match &call {
        DeskCall::ActivationFulfilled(it) => {
            within("data.partner", &it.partner, ID, false)?;
            if it.contract.end < it.contract.start {
                let reason = "the last day is before the first";
                return Err(Trouble::invalid("data.contract.end", reason));
            }
            let ids = &it.contract.ids;
            let longest = support_api::ID_LENGTH;
            within(
                "data.contract.ids.access_id",
                &ids.access_id,
                longest,
                false,
            )?;
            within(
                "data.contract.ids.contract_id",
                &ids.contract_id,
                longest,
                false,
            )?;
        }
        DeskCall::ActivationRejected(it) => within("data.partner", &it.partner, ID, false)?,
        DeskCall::StatusChanged(it) => within("data.incident", &it.incident, ID, false)?,
        DeskCall::SeverityChanged(it) => within("data.incident", &it.incident, ID, false)?,
        DeskCall::Commented(it) => {
            within("data.incident", &it.incident, ID, false)?;
            within("data.author", &it.author, 120, false)?;
            within("data.text", &it.text, COMMENT_LENGTH, true)?;
        }
    }
    Ok(call)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handover::standard_webhooks as signed;
    use axum::http::HeaderValue;
    use serde_json::json;

    const NOW: Moment = Moment(1_614_848_400_000);

    fn secrets() -> Secrets {
        Secrets::read("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=").unwrap()
    }

    fn body(kind: &str, data: Value) -> Vec<u8> {
        let timestamp = NOW.rfc3339();
        let body = json!({ "type": kind, "timestamp": timestamp, "data": data });
        body.to_string().into_bytes()
    }

    fn receive_at(now: Moment, body: &[u8]) -> Result<Verified, Trouble> {
        let mut headers = HeaderMap::new();
        headers.insert(signed::ID, HeaderValue::from_static("msg_1"));
        headers.insert(signed::TIMESTAMP, HeaderValue::from(NOW.0 / 1_000));
        let signature = secrets().sign("msg_1", NOW, body);
        headers.insert(signed::SIGNATURE, signature.parse().unwrap());
        receive(&secrets(), &headers, body, now)
    }

    fn fulfilled(access_id: &str) -> Vec<u8> {
        let ids = json!({ "access_id": access_id, "contract_id": "c-secret" });
        let contract = json!({ "ids": ids, "start": "2021-03-04", "end": "2022-03-03" });
        let data = json!({ "partner": "juniper", "benefit": "gold.product", "contract": contract });
        body("activation.fulfilled", data)
    }

    #[test]
    fn each_call_is_read_into_its_own_type() {
        let incident = "0177fc7a-5a80-7000-8000-00000000000a";
        let rejection = json!({ "reason": "already-held" });
        let data =
            json!({ "partner": "juniper", "benefit": "gold.product", "rejection": rejection });
        let mut calls = vec![fulfilled("a-secret"), body("activation.rejected", data)];
        for status in [
            "open",
            "in-progress",
            "waiting-for-partner",
            "resolved",
            "closed",
        ] {
            let data = json!({ "incident": incident, "status": status });
            calls.push(body("incident.status-changed", data));
        }
        let data =
            json!({ "incident": incident, "author": "Ada", "text": "Try again.\n\tThen call." });
        calls.push(body("incident.commented", data));
        let data = json!({ "incident": incident, "severity": "a" });
        calls.push(body("incident.severity-changed", data));
        for sent in calls {
            let received = receive_at(NOW, &sent).unwrap();
            assert_eq!(received.id, "msg_1");
            // As it is, it crosses the wire again.
            let sent: Value = serde_json::from_slice(&sent).unwrap();
            let again = json!(received.call);
            assert_eq!(
                (&again["type"], &again["data"]),
                (&sent["type"], &sent["data"])
            );
        }
    }

    #[test]
    fn what_is_not_genuine_or_not_of_now_is_not_even_read() {
        let forged = receive(&secrets(), &HeaderMap::new(), b"{", NOW).unwrap_err();
        assert_eq!(forged.problem.code, ProblemCode::NotSignedIn);
        let stale = receive_at(Moment(NOW.0 + 301_000), b"{").unwrap_err();
        assert_eq!(stale.problem.code, ProblemCode::NotSignedIn);
        let broken = receive_at(NOW, b"{").unwrap_err();
        assert_eq!(broken.problem.code, ProblemCode::BadRequest);
        let long = receive_at(NOW, &vec![b' '; DESK_CALL_LENGTH + 1]).unwrap_err();
        assert_eq!(long.problem.code, ProblemCode::TooLarge);
    }

    #[test]
    fn a_call_that_does_not_fit_is_refused_with_the_field_and_without_what_stands_there() {
        let comment = |text: &str| json!({ "incident": "1", "author": "Ada", "text": text });
        let long = "x".repeat(COMMENT_LENGTH + 1);
        for (sent, code, field) in [
            (
                body("incident.deleted", json!({})),
                ProblemCode::Invalid,
                Some("type"),
            ),
            (
                body("incident.commented", comment(" ")),
                ProblemCode::Invalid,
                Some("data.text"),
            ),
            (
                body("incident.commented", comment(&long)),
                ProblemCode::Invalid,
                Some("data.text"),
            ),
            (
                body("incident.commented", comment("\u{1b}[0m")),
                ProblemCode::Invalid,
                Some("data.text"),
            ),
            (
                body(
                    "incident.status-changed",
                    json!({ "incident": "1", "status": "hunter2" }),
                ),
                ProblemCode::BadRequest,
                Some("data.status"),
            ),
            (
                body(
                    "incident.commented",
                    json!({ "incident": "1", "hunter2": 1 }),
                ),
                ProblemCode::BadRequest,
                Some("data.hunter2"),
            ),
            (
                fulfilled(""),
                ProblemCode::Invalid,
                Some("data.contract.ids.access_id"),
            ),
            (
                br#"{"type":"x","timestamp":"","data":[]}"#.to_vec(),
                ProblemCode::BadRequest,
                Some("data"),
            ),
            (br#"{"type":"x"}"#.to_vec(), ProblemCode::BadRequest, None),
            (
                [fulfilled("a-secret"), b"{}".to_vec()].concat(),
                ProblemCode::BadRequest,
                None,
            ),
        ] {
            let problem = receive_at(NOW, &sent).unwrap_err().problem;
            assert_eq!((problem.code, problem.field.as_deref()), (code, field));
            let detail = problem.detail.unwrap();
            assert!(
                !detail.is_empty() && !detail.contains("hunter2"),
                "{detail}"
            );
        }
    }

    #[test]
    fn the_two_ids_of_a_fulfilment_are_never_shown() {
        let received = receive_at(NOW, &fulfilled("a-secret")).unwrap();
        let shown = format!("{received:?}");
        assert!(
            shown.contains("juniper") && !shown.contains("secret"),
            "{shown}"
        );
    }
}
