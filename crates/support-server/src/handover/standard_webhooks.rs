//! Signatures of Standard Webhooks 1.0.0, symmetric (`v1`): HMAC-SHA256 over `id.timestamp.body`.
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>

use crate::clock::Moment;
use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

/// Names the event; the same on every try.
pub const ID: &str = "webhook-id";
/// When this try was signed, in seconds since 1970-01-01 UTC.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// One signature for each secret, with a space between them.
pub const SIGNATURE: &str = "webhook-signature";

/// How far the sender's clock may be from ours, in seconds, and how old a call may be.
pub const WINDOW: i64 = 5 * 60;
/// Longest id, in bytes.
pub const LONGEST_ID: usize = 128;
/// Signatures that are looked at: a sender has few secrets, and each costs a pass over the body.
const MOST_SIGNATURES: usize = 8;

const PREFIX: &str = "whsec_";
const VERSION: &str = "v1,";

/// The secrets that both sides share; more than one while they change to a new one.
#[derive(Clone)]
pub struct Secrets(Vec<hmac::Key>);

/// Secrets are never printed.
impl std::fmt::Debug for Secrets {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Secrets({} hidden)", self.0.len())
    }
}

impl Secrets {
    /// Reads secrets, one on each line: `whsec_` and 24 to 64 bytes in base64. Empty lines do not count.
    ///
    /// # Errors
    /// What is wrong with which line; never the line itself.
    pub fn read(text: &str) -> Result<Secrets, String> {
        let lines = (1..).zip(text.lines().map(str::trim));
        let keys = lines
            .filter(|(_, line)| !line.is_empty())
            .map(|(number, line)| {
                let bytes = line
                    .strip_prefix(PREFIX)
                    .and_then(|encoded| STANDARD.decode(encoded).ok())
                    .ok_or_else(|| format!("line {number} is not whsec_ followed by base64"))?;
                match bytes.len() {
                    24..=64 => Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes)),
                    length => Err(format!(
                        "the secret in line {number} has {length} bytes; 24 to 64 are needed"
                    )),
                }
            })
            .collect::<Result<Vec<_>, String>>()?;
        match keys.is_empty() {
            true => Err("it holds no secret".into()),
            false => Ok(Secrets(keys)),
        }
    }

    /// The signature header's value: signed with every secret.
    #[must_use]
    pub fn sign(&self, id: &str, now: Moment, body: &[u8]) -> String {
        let content = content(id, &seconds(now).to_string(), body);
        let signatures = self.0.iter().map(|key| {
            let signature = hmac::sign(key, &content);
            format!("{VERSION}{}", STANDARD.encode(signature))
        });
        signatures.collect::<Vec<_>>().join(" ")
    }

    /// Whether somebody who knows one of the secrets sent this body just now, and under which id. A replay inside the
    /// window passes: whoever acts on the call remembers its id together with what it did.
    ///
    /// # Errors
    /// Why the call does not count.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8], now: Moment) -> Result<String, Refusal> {
        let id = the_one(headers, ID)?;
        if id.is_empty() || id.len() > LONGEST_ID {
            return Err(Refusal::Malformed);
        }
        let timestamp = the_one(headers, TIMESTAMP)?;
        let is_number = (1..=18).contains(&timestamp.len())
            && timestamp.bytes().all(|byte| byte.is_ascii_digit());
        let signed_at: i64 = match timestamp.parse() {
            Ok(seconds) if is_number => seconds,
            _ => return Err(Refusal::Malformed),
        };
        let signatures: Vec<Vec<u8>> = the_one(headers, SIGNATURE)?
            .split(' ')
            .filter_map(|signature| STANDARD.decode(signature.strip_prefix(VERSION)?).ok())
            .take(MOST_SIGNATURES)
            .collect();
        // Signature before time: who does not know a secret learns nothing about our clock.
        let content = content(id, timestamp, body);
        let is_genuine = signatures.iter().any(|signature| {
            let mut keys = self.0.iter();
            // Compares in constant time.
            keys.any(|key| hmac::verify(key, &content, signature).is_ok())
        });
        if !is_genuine {
            return Err(Refusal::Forged);
        }
        match signed_at.abs_diff(seconds(now)) <= WINDOW.unsigned_abs() {
            true => Ok(id.to_owned()),
            false => Err(Refusal::OutsideWindow),
        }
    }
}

/// Why a call does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// One of the three headers is absent, repeated, or not of its form.
    Malformed,
    /// No signature in it was made with one of the secrets over this id, timestamp and body.
    Forged,
    /// It is genuine, but older or newer than the window allows.
    OutsideWindow,
}

pub(super) fn seconds(moment: Moment) -> i64 {
    moment.0.div_euclid(1_000)
}

/// The value of a header that is there exactly once, in visible ASCII and spaces.
fn the_one<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Refusal> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().map_err(|_| Refusal::Malformed),
        _ => Err(Refusal::Malformed),
    }
}

/// What is signed.
fn content(id: &str, timestamp: &str, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    const FIRST: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    const SECOND: &str = "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=";
    const OTHER: &str = "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";
    const NOW: Moment = Moment(1_614_848_400_123);

    fn secrets(lines: &[&str]) -> Secrets {
        Secrets::read(&lines.join("\n")).unwrap()
    }

    fn headers(id: &str, timestamp: &str, signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [(ID, id), (TIMESTAMP, timestamp), (SIGNATURE, signature)] {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            headers.insert(HeaderName::from_static(name), value);
        }
        headers
    }

    fn signed(by: &Secrets, id: &str, at: Moment, body: &[u8]) -> HeaderMap {
        headers(id, &seconds(at).to_string(), &by.sign(id, at, body))
    }

    #[test]
    fn the_reference_implementation_makes_the_same_signature() {
        let oracle = standardwebhooks::Webhook::new(FIRST).unwrap();
        for (id, body) in [("msg_1", "{}"), ("0177", r#"{"type":"é"}"#), ("a.b", "")] {
            let theirs = oracle.sign(id, seconds(NOW), body.as_bytes()).unwrap();
            assert_eq!(secrets(&[FIRST]).sign(id, NOW, body.as_bytes()), theirs);
            let theirs = headers(id, &seconds(NOW).to_string(), &theirs);
            let read = secrets(&[FIRST]).verify(&theirs, body.as_bytes(), NOW);
            assert_eq!(read.as_deref(), Ok(id));
        }
    }

    #[test]
    fn while_secrets_change_either_side_may_be_first() {
        let (old, both, new) = (
            secrets(&[FIRST]),
            secrets(&[SECOND, FIRST]),
            secrets(&[SECOND]),
        );
        for (sender, receiver) in [(&old, &both), (&both, &old), (&both, &new), (&new, &both)] {
            let headers = signed(sender, "1", NOW, b"{}");
            assert!(receiver.verify(&headers, b"{}", NOW).is_ok());
        }
        let headers = signed(&old, "1", NOW, b"{}");
        assert_eq!(new.verify(&headers, b"{}", NOW), Err(Refusal::Forged));
    }

    #[test]
    fn ten_thousand_forged_changed_stale_and_early_calls_are_refused() {
        let ours = secrets(&[FIRST, SECOND]);
        let body = br#"{"type":"incident.commented","timestamp":"","data":{}}"#;
        let mut refused = 0;
        for number in 0_i64..2_500 {
            let id = format!("msg_{number}");
            let genuine = signed(&ours, &id, NOW, body);
            assert_eq!(ours.verify(&genuine, body, NOW), Ok(id.clone()));

            let forged = signed(&secrets(&[OTHER]), &id, NOW, body);
            assert_eq!(ours.verify(&forged, body, NOW), Err(Refusal::Forged));

            // One bit of the body, the id, the time or the signature is another.
            let at = number.unsigned_abs() as usize;
            let mut changed = body.to_vec();
            changed[at % body.len()] ^= 1 << (at % 8);
            assert_eq!(ours.verify(&genuine, &changed, NOW), Err(Refusal::Forged));
            let mut moved = genuine.clone();
            let (name, value) = match number % 3 {
                0 => (ID, format!("msg_{number}x")),
                1 => (TIMESTAMP, (seconds(NOW) + 1 + number % 200).to_string()),
                _ => {
                    let mut value = genuine[SIGNATURE].as_bytes().to_vec();
                    let second = value.iter().position(|byte| *byte == b' ').unwrap();
                    for start in [3, second + 4] {
                        let byte = &mut value[start + at % 42];
                        *byte = if *byte == b'A' { b'B' } else { b'A' };
                    }
                    (SIGNATURE, String::from_utf8(value).unwrap())
                }
            };
            moved.insert(name, HeaderValue::from_str(&value).unwrap());
            assert_eq!(ours.verify(&moved, body, NOW), Err(Refusal::Forged));

            let away = (WINDOW + 1 + number) * 1_000 * if number % 2 == 0 { 1 } else { -1 };
            let stale = signed(&ours, &id, Moment(NOW.0 + away), body);
            assert_eq!(ours.verify(&stale, body, NOW), Err(Refusal::OutsideWindow));
            refused += 4;
        }
        assert_eq!(refused, 10_000);
    }

    #[test]
    fn the_window_is_five_minutes_to_both_sides() {
        let ours = secrets(&[FIRST]);
        for (away, counts) in [(-300, true), (300, true), (-301, false), (301, false)] {
            let headers = signed(&ours, "1", Moment(NOW.0 + away * 1_000), b"{}");
            assert_eq!(
                ours.verify(&headers, b"{}", NOW).is_ok(),
                counts,
                "{away} s"
            );
        }
    }

    #[test]
    fn headers_that_are_absent_repeated_or_odd_are_refused() {
        let ours = secrets(&[FIRST]);
        let good = signed(&ours, "1", NOW, b"{}");
        let verify = |headers: &HeaderMap| ours.verify(headers, b"{}", NOW);
        for name in [ID, TIMESTAMP, SIGNATURE] {
            let mut headers = good.clone();
            headers.append(HeaderName::from_static(name), good[name].clone());
            assert_eq!(verify(&headers), Err(Refusal::Malformed), "{name} twice");
            headers.remove(name);
            assert_eq!(verify(&headers), Err(Refusal::Malformed), "no {name}");
        }
        let timestamp = seconds(NOW).to_string();
        for odd in [
            "",
            " ",
            "+1614848400",
            "-1",
            "1614848400.0",
            "0x1",
            "99999999999999999999",
        ] {
            let headers = headers("1", odd, &ours.sign("1", NOW, b"{}"));
            assert_eq!(verify(&headers), Err(Refusal::Malformed), "{odd}");
        }
        for odd in ["", &"x".repeat(LONGEST_ID + 1), "é"] {
            let headers = headers(odd, &timestamp, &ours.sign(odd, NOW, b"{}"));
            assert_eq!(verify(&headers), Err(Refusal::Malformed), "{odd}");
        }
        let signature = ours.sign("1", NOW, b"{}");
        for odd in [
            "",
            "v1",
            "v1,",
            &signature[3..],
            &signature.replace("v1", "v1a"),
            "v1,!",
        ] {
            let headers = headers("1", &timestamp, odd);
            assert_eq!(verify(&headers), Err(Refusal::Forged), "{odd}");
        }
        // Other versions may stand beside ours.
        let headers = headers("1", &timestamp, &format!("v1a,AAAA {signature} v2,x"));
        assert!(verify(&headers).is_ok());
    }

    #[test]
    fn a_secret_is_24_to_64_bytes_and_is_never_shown() {
        let of = |bytes: usize| format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
        for bytes in [24, 32, 64] {
            assert!(Secrets::read(&of(bytes)).is_ok());
        }
        for (text, reason) in [
            (
                of(23),
                "the secret in line 1 has 23 bytes; 24 to 64 are needed",
            ),
            (
                format!("{FIRST}\n\n{}", of(65)),
                "the secret in line 3 has 65 bytes; 24 to 64 are needed",
            ),
            ("hunter2".into(), "line 1 is not whsec_ followed by base64"),
            ("\n \n".into(), "it holds no secret"),
        ] {
            assert_eq!(Secrets::read(&text).unwrap_err(), reason);
        }
        assert_eq!(
            format!("{:?}", secrets(&[FIRST, SECOND])),
            "Secrets(2 hidden)"
        );
    }
}
