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
