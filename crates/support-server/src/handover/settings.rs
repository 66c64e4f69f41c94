//! The `[handover]` part of the settings: where events go, and who may tell us how they fared.

use super::reach::{Network, PrivateTargets};
use super::recipient::Recipient;
use super::request_tracker::RequestTracker;
use super::standard_webhooks::Secrets;
use super::webhook::Webhook;
use crate::settings::Fault;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `[handover]`. Secrets stand in files of their own; here are only their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct Settings {
    /// Where events go.
    pub target: Target,
    /// Most events that are being handed over at the same time, each of another partner; 1 to 64.
    pub at_once: u32,
    /// Hosts that may lie on private addresses, exactly as they stand in `url`; `http` is allowed for those of them that
    /// are this very machine.
    pub allow_private_targets: Vec<String>,
    /// Certificate authorities in PEM, in place of the usual ones.
    pub authorities_file: Option<PathBuf>,
    /// Needed for the target `webhook`.
    pub webhook: Option<WebhookSettings>,
    /// Needed for the target `request-tracker`.
    pub request_tracker: Option<RequestTrackerSettings>,
    /// Secrets of the calls that come in, one on each line; without it none are taken.
    pub inbound_secrets_file: Option<PathBuf>,
}

/// Where events go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Nowhere: they wait in the outbox.
    #[default]
    None,
    /// To an address that takes Standard Webhooks.
    Webhook,
    /// Into a queue of Request Tracker 5.
    RequestTracker,
}

/// `[handover.webhook]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// Where to post.
    pub url: String,
    /// Secrets that calls are signed with, one on each line.
    pub secrets_file: PathBuf,
}

/// `[handover.request_tracker]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestTrackerSettings {
    /// Address of the web interface.
    pub url: String,
    /// Name of the queue.
    pub queue: String,
    /// Name of the custom field that holds our id.
    #[serde(default = "id_field")]
    pub id_field: String,
    /// The authentication token.
    pub token_file: PathBuf,
}

fn id_field() -> String {
    "Partner Support Id".to_owned()
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            target: Target::None,
            at_once: 8,
            allow_private_targets: Vec::new(),
            authorities_file: None,
            webhook: None,
            request_tracker: None,
            inbound_secrets_file: None,
        }
    }
}

/// The settings with everything in place.
pub struct Handover {
    /// Where events go, if anywhere.
    pub recipient: Option<Arc<dyn Recipient>>,
    /// Most events that are being handed over at the same time.
    pub at_once: usize,
    /// The secrets of calls that come in, if any are taken.
    pub inbound: Option<Secrets>,
}

impl Settings {
    /// Reads the files that the settings name, and makes what they describe. Calls nobody.
    ///
    /// # Errors
    /// Everything that is wrong, each with its path inside the section.
    pub fn check(&self) -> Result<Handover, Vec<Fault>> {
        let mut faults = Faults(Vec::new());
        let at_once = match self.at_once {
            count @ 1..=64 => count as usize,
            count => faults
                .add("at_once", format!("{count} is not within 1 to 64"))
                .unwrap_or(1),
        };
        let recipient = self.recipient(&mut faults);
        let inbound = self.inbound_secrets_file.as_deref();
        let inbound = inbound.and_then(|file| faults.secrets("inbound_secrets_file", file));
        match faults.0.is_empty() {
            true => Ok(Handover {
                recipient,
                at_once,
                inbound,
            }),
            false => Err(faults.0),
        }
    }

    fn recipient(&self, faults: &mut Faults) -> Option<Arc<dyn Recipient>> {
        let private = PrivateTargets::new(&self.allow_private_targets);
        let authorities = self.authorities_file.as_deref();
        let authorities = authorities.map(|file| faults.bytes("authorities_file", file));
        let network = match authorities {
            Some(None) => None,
            authorities => {
                let authorities = authorities.flatten();
                Network::new(private.clone(), authorities.as_deref())
                    .or_else(|reason| faults.add("authorities_file", reason).ok_or(()))
                    .ok()
            }
        };
        match self.target {
            Target::None => None,
            Target::Webhook => {
                let Some(webhook) = &self.webhook else {
                    return faults.add("webhook", "the target needs it");
                };
                if let Err(reason) = private.check(&webhook.url) {
                    faults.add::<()>("webhook.url", reason);
                }
                let secrets = faults.secrets("webhook.secrets_file", &webhook.secrets_file);
                let url = webhook.url.clone();
                Some(Arc::new(Webhook::new(Box::new(network?), url, secrets?)))
            }
            Target::RequestTracker => {
                let Some(tracker) = &self.request_tracker else {
                    return faults.add("request_tracker", "the target needs it");
                };
                if let Err(reason) = private.check(&tracker.url) {
                    faults.add::<()>("request_tracker.url", reason);
                }
                if tracker.queue.is_empty() {
                    faults.add::<()>("request_tracker.queue", "it is empty");
                }
                if tracker.id_field.is_empty() || tracker.id_field.contains(['\'', '{', '}', '\\'])
                {
                    faults.add::<()>(
                        "request_tracker.id_field",
                        "a name without quotes, braces and backslashes is needed",
                    );
                }
                let token = faults.text("request_tracker.token_file", &tracker.token_file);
                let token = token.and_then(|text| match text.trim() {
                    token if !token.is_empty() && token.bytes().all(|it| it.is_ascii_graphic()) => {
                        Some(token.to_owned())
                    }
                    _ => faults.add("request_tracker.token_file", "it holds no token"),
                });
                let (queue, id_field) = (tracker.queue.clone(), tracker.id_field.clone());
                Some(Arc::new(RequestTracker::new(
                    Box::new(network?),
                    &tracker.url,
                    queue,
                    id_field,
                    token?,
                )))
            }
        }
    }
}

struct Faults(Vec<Fault>);

impl Faults {
    fn add<T>(&mut self, key: &'static str, reason: impl Into<String>) -> Option<T> {
        self.0.push(Fault::new(key, reason));
        None
    }

    fn bytes(&mut self, key: &'static str, file: &Path) -> Option<Vec<u8>> {
        match std::fs::read(file) {
            Ok(bytes) => Some(bytes),
            Err(error) => self.add(key, format!("{} cannot be read: {error}", file.display())),
        }
    }

    fn text(&mut self, key: &'static str, file: &Path) -> Option<String> {
        match String::from_utf8(self.bytes(key, file)?) {
            Ok(text) => Some(text),
            Err(_) => self.add(key, "it is not a text file"),
        }
    }

    fn secrets(&mut self, key: &'static str, file: &Path) -> Option<Secrets> {
        let text = self.text(key, file)?;
        match Secrets::read(&text) {
            Ok(secrets) => Some(secrets),
            Err(reason) => self.add(key, reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    /// A file of this test run.
    fn file(name: &str, text: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("handover-settings-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap();
        file
    }

    fn settings(value: Value) -> Settings {
        serde_json::from_value(value).unwrap()
    }

    fn faults(value: Value) -> Vec<Fault> {
        settings(value).check().err().unwrap()
    }

    #[test]
    fn without_settings_events_wait_and_no_calls_are_taken() {
        let handover = settings(json!({})).check().unwrap();
        assert!(handover.recipient.is_none() && handover.inbound.is_none());
        assert_eq!(handover.at_once, 8);
    }

    #[test]
    fn each_target_can_be_set() {
        let secrets = file("secrets", SECRET);
        let webhook = json!({ "url": "https://hooks.example/in", "secrets_file": secrets });
        let set =
            json!({ "target": "webhook", "webhook": webhook, "inbound_secrets_file": secrets });
        let handover = settings(set).check().unwrap();
        assert!(handover.recipient.is_some() && handover.inbound.is_some());
        let token = file("token", "1-27-0123\n");
        let tracker =
            json!({ "url": "https://rt.example", "queue": "Support", "token_file": token });
        let set = json!({ "target": "request-tracker", "request_tracker": tracker });
        assert!(settings(set).check().unwrap().recipient.is_some());
    }

    #[test]
    fn all_faults_come_at_once_and_none_shows_a_secret() {
        let bad = file("bad", "hunter2 hunter2");
        let webhook = json!({ "url": "http://hooks.example/in", "secrets_file": bad });
        let all = faults(json!({
            "target": "webhook", "at_once": 0, "webhook": webhook, "authorities_file": bad,
            "inbound_secrets_file": "/nowhere/at/all",
        }));
        let keys: Vec<&str> = all.iter().map(|it| it.at.as_str()).collect();
        let expected = [
            "at_once",
            "authorities_file",
            "webhook.url",
            "webhook.secrets_file",
            "inbound_secrets_file",
        ];
        assert_eq!(keys, expected);
        let tracker = json!({ "url": "rt", "queue": "", "id_field": "a'b", "token_file": bad });
        let more = faults(json!({ "target": "request-tracker", "request_tracker": tracker }));
        let keys: Vec<&str> = more.iter().map(|it| it.at.as_str()).collect();
        let expected = ["url", "queue", "id_field", "token_file"];
        assert_eq!(keys, expected.map(|key| format!("request_tracker.{key}")));
        let said = format!("{all:?}{more:?}");
        assert!(!said.contains("hunter2"), "{said}");
        for (target, key) in [
            ("webhook", "webhook"),
            ("request-tracker", "request_tracker"),
        ] {
            assert_eq!(faults(json!({ "target": target }))[0].at, key);
        }
    }
}
