//! The issuer's public keys: found by OIDC discovery, kept while the issuer is away, fetched again when a token names a
//! key that is not known yet.

use crate::settings::is_safe_issuer;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// An unknown key is asked for at most this often.
const AT_MOST_EVERY: Duration = Duration::from_secs(10);
/// Keys are fetched again after this time, so that a withdrawn one goes.
const FRESH: Duration = Duration::from_secs(3_600);
/// How long the issuer may take for one answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest document of the issuer that is read, in bytes.
const LONGEST: u64 = 256 * 1_024;

/// A public key, with the one algorithm that it verifies. The token does not choose.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

/// Why there is no key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoKey {
    /// The issuer has no key of this id.
    Unknown,
    /// The issuer does not answer, so nobody knows.
    IssuerAway,
}

#[derive(Clone)]
struct Fetched {
    keys: HashMap<String, Key>,
    at: Instant,
}

struct LastTry {
    at: Instant,
    worked: bool,
}

/// The keys of one issuer.
pub(super) struct KeyRing {
    issuer: String,
    fetched: RwLock<Option<Arc<Fetched>>>,
    // Held while a fetch runs: whoever needs the same key waits for that one fetch.
    last_try: Mutex<Option<LastTry>>,
}

impl KeyRing {
    pub(super) fn new(issuer: String) -> KeyRing {
        KeyRing {
            issuer,
            fetched: RwLock::new(None),
            last_try: Mutex::new(None),
        }
    }

    /// A ring with the keys of a set, fetched just now.
    #[cfg(test)]
    pub(super) fn holding(set: &str) -> KeyRing {
        let keys = usable_keys(serde_json::from_str(set).unwrap());
        let ring = KeyRing::new(String::new());
        *ring.fetched.write().unwrap() = Some(Arc::new(Fetched {
            keys,
            at: Instant::now(),
        }));
        ring
    }

    /// The key with this id.
    pub(super) async fn key(&self, kid: &str) -> Result<Key, NoKey> {
        if let Some(key) = self.known(kid, true) {
            return Ok(key);
        }
        let mut last_try = self.last_try.lock().await;
        // Whoever held the lock may have fetched it.
        if let Some(key) = self.known(kid, true) {
            return Ok(key);
        }
        let rests = last_try
            .as_ref()
            .is_some_and(|last| last.at.elapsed() < AT_MOST_EVERY);
        if !rests {
            let issuer = self.issuer.clone();
            let fetched = tokio::task::spawn_blocking(move || fetch(&issuer)).await;
            let worked = match fetched {
                Ok(Ok(keys)) => {
                    let fetched = Some(Arc::new(Fetched {
                        keys,
                        at: Instant::now(),
                    }));
                    *self.fetched.write().unwrap_or_else(PoisonError::into_inner) = fetched;
                    true
                }
                Ok(Err(reason)) => {
                    tracing::warn!(%reason, issuer = %self.issuer, "the issuer's keys were not fetched");
                    false
                }
                Err(_) => false,
            };
            *last_try = Some(LastTry {
                at: Instant::now(),
                worked,
            });
        }
        // A key that was known stays in use while the issuer is away.
        match (self.known(kid, false), last_try.as_ref()) {
            (Some(key), _) => Ok(key),
            (None, Some(LastTry { worked: true, .. })) => Err(NoKey::Unknown),
            (None, _) => Err(NoKey::IssuerAway),
        }
    }

    fn known(&self, kid: &str, fresh: bool) -> Option<Key> {
        let fetched = self.fetched.read().unwrap_or_else(PoisonError::into_inner);
        let fetched = fetched.as_ref()?;
        if fresh && fetched.at.elapsed() > FRESH {
            return None;
        }
        fetched.keys.get(kid).cloned()
    }
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

/// One entry of a key set, as far as the server uses it.
#[derive(Deserialize)]
struct Entry {
    kid: String,
    kty: String,
    #[serde(default)]
    r#use: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
}

fn fetch(issuer: &str) -> Result<HashMap<String, Key>, String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .build()
        .into();
    let discovery = format!(
        "{}/.well-known/openid-configuration",
        issuer.trim_end_matches('/')
    );
    let discovery: Discovery = get(&agent, &discovery)?;
    if discovery.issuer != issuer {
        return Err("the discovery document names another issuer".into());
    }
    if !is_safe_issuer(&discovery.jwks_uri) {
        return Err("the discovery document names an unsafe address of keys".into());
    }
    let set: KeySet = get(&agent, &discovery.jwks_uri)?;
    Ok(usable_keys(set))
}

/// Keys of other kinds may stand beside those that count.
fn usable_keys(set: KeySet) -> HashMap<String, Key> {
    let entries = set
        .keys
        .into_iter()
        .filter_map(|value| serde_json::from_value(value).ok());
    entries.filter_map(usable).collect()
}

fn get<T: serde::de::DeserializeOwned>(agent: &ureq::Agent, address: &str) -> Result<T, String> {
    let mut response = agent
        .get(address)
        .call()
        .map_err(|error| error.to_string())?;
    let body = response
        .body_mut()
        .with_config()
        .limit(LONGEST)
        .read_to_vec()
        .map_err(|error| error.to_string())?;
    serde_json::from_slice(&body).map_err(|error| format!("{address} is not as expected: {error}"))
}

fn usable(entry: Entry) -> Option<(String, Key)> {
    if entry.r#use.is_some_and(|purpose| purpose != "sig") {
        return None;
    }
    let stated = entry.alg.as_deref();
    let key = match (entry.kty.as_str(), entry.crv.as_deref()) {
        ("EC", Some("P-256")) if stated.is_none_or(|alg| alg == "ES256") => Key {
            algorithm: Algorithm::ES256,
            key: DecodingKey::from_ec_components(&entry.x?, &entry.y?).ok()?,
        },
        ("RSA", _) if stated.is_none_or(|alg| alg == "RS256") => Key {
            algorithm: Algorithm::RS256,
            key: DecodingKey::from_rsa_components(&entry.n?, &entry.e?).ok()?,
        },
        _ => return None,
    };
    Some((entry.kid, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(json: &str) -> Option<(String, Key)> {
        usable(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn a_key_verifies_its_own_algorithm_and_no_other() {
        let ec = r#"{"kid":"1","kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#;
        assert_eq!(entry(ec).unwrap().1.algorithm, Algorithm::ES256);
        let rsa = r#"{"kid":"2","kty":"RSA","use":"sig","alg":"RS256","n":"AA","e":"AQAB"}"#;
        assert_eq!(entry(rsa).unwrap().1.algorithm, Algorithm::RS256);
        for other in [
            r#"{"kid":"3","kty":"oct","k":"AA"}"#,
            r#"{"kid":"4","kty":"EC","crv":"P-384","x":"AA","y":"AA"}"#,
            r#"{"kid":"5","kty":"RSA","use":"enc","n":"AA","e":"AQAB"}"#,
            r#"{"kid":"6","kty":"RSA","alg":"RS512","n":"AA","e":"AQAB"}"#,
            r#"{"kid":"7","kty":"RSA"}"#,
        ] {
            assert!(entry(other).is_none(), "{other}");
        }
    }
}
