//! The generic recipient: any address that takes Standard Webhooks.

use super::queue::Event;
use super::reach::{Call, Reach};
use super::recipient::{Failure, Recipient, refusal};
use super::standard_webhooks::{self as signed, Secrets};
use crate::clock::Moment;
use serde_json::json;
use ureq::http::Method;

/// One address, and the secrets that it knows.
pub struct Webhook {
    reach: Box<dyn Reach>,
    url: String,
    secrets: Secrets,
}

impl Webhook {
    /// Posts to `url` by `reach`, signed with every secret.
    #[must_use]
    pub fn new(reach: Box<dyn Reach>, url: String, secrets: Secrets) -> Webhook {
        Webhook {
            reach,
            url,
            secrets,
        }
    }
}

/// The body of an event: the same bytes on every try.
#[must_use]
pub fn body(event: &Event) -> String {
    let (kind, timestamp) = (json!(event.kind), json!(event.at.rfc3339()));
    let data = &event.payload;
    format!(r#"{{"type":{kind},"timestamp":{timestamp},"data":{data}}}"#)
}

impl Recipient for Webhook {
    fn hand_over(&self, event: &Event, now: Moment) -> Result<Option<String>, Failure> {
        let body = body(event);
        let signature = self.secrets.sign(&event.id, now, body.as_bytes());
        let answer = self.reach.call(&Call {
            method: Method::POST,
            url: self.url.clone(),
            headers: vec![
                ("content-type", "application/json".into()),
                (signed::ID, event.id.clone()),
                (signed::TIMESTAMP, signed::seconds(now).to_string()),
                (signed::SIGNATURE, signature),
            ],
            body,
        })?;
        match answer.status {
            200..=299 => Ok(None),
            _ => Err(refusal(&answer)),
        }
    }
}
