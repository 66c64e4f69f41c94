//! The issuer's public keys: found by OIDC discovery, fetched again by a timer and when a token names a key that is not
//! known yet, kept while the issuer is away.

use crate::observe::metrics;
use crate::settings::is_safe_issuer;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;
use ureq::http::StatusCode;
use ureq::http::header::CACHE_CONTROL;

/// Tokens with keys that the issuer does not have make the server ask at most this often.
const AT_MOST_EVERY: Duration = Duration::from_secs(10);
/// Keys are fetched again after this time, so that a withdrawn one goes.
const FRESH: Duration = Duration::from_secs(3_600);
/// The issuer may wish another time than that, within these bounds.
const WISHES: RangeInclusive<Duration> = Duration::from_secs(300)..=Duration::from_secs(86_400);
/// The timer tries again after this time while the issuer is away.
const AGAIN: Duration = Duration::from_secs(60);
/// How long the issuer may take for one answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// Longest document of the issuer that is read, in bytes.
const LONGEST: u64 = 256 * 1_024;

/// A public key, with the one algorithm that it verifies. The token does not choose.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
    /// The issuer that the key signs for, where one set of keys serves several; may hold the tenant's placeholder.
    pub(super) issuer: Option<String>,
}

/// Keys by their id.
pub(super) type Keys = HashMap<String, Key>;

/// Why there is no key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoKey {
    /// The issuer has no key of this id.
    Unknown,
    /// The issuer does not answer, or was asked about another key a moment ago: nobody knows. Ask again after this time.
    Undecided(Duration),
}

/// The last time that the server asked about a key and did not get it.
struct InVain {
    kid: String,
    at: Instant,
    answered: bool,
}

/// The keys of one issuer.
pub(super) struct KeyRing {
    issuer: String,
    discovery: String,
    keys: RwLock<Arc<Keys>>,
    // Held while a fetch runs: whoever needs the same key waits for that one fetch.
    last_in_vain: Mutex<Option<InVain>>,
}

impl KeyRing {
    /// An empty ring for an issuer that calls itself so and describes itself there.
    pub(super) fn new(issuer: String, discovery: String) -> KeyRing {
        KeyRing {
            issuer,
            discovery,
            keys: RwLock::default(),
            last_in_vain: Mutex::new(None),
        }
    }

    /// A ring with the keys of a set.
    #[cfg(test)]
    pub(super) fn holding(set: &str) -> KeyRing {
        let ring = KeyRing::new(String::new(), String::new());
        ring.hold(usable_keys(serde_json::from_str(set).unwrap()));
        ring
    }

    /// The key with this id. One that is not known is asked for; a known one never waits for the issuer.
    pub(super) async fn key(self: &Arc<Self>, kid: &str) -> Result<Key, NoKey> {
        if let Some(key) = self.known(kid) {
            return Ok(key);
        }
        // On a task of its own: whoever sent the token may hang up, and the next one must not ask all over again.
        let (ring, wanted) = (Arc::clone(self), kid.to_owned());
        let asking = tokio::spawn(async move { ring.ask_for(&wanted).await });
        asking.await.unwrap_or(Err(NoKey::Undecided(AT_MOST_EVERY)))
    }

    async fn ask_for(&self, kid: &str) -> Result<Key, NoKey> {
        let mut last_in_vain = self.last_in_vain.lock().await;
        // Whoever held the lock may have fetched it.
        if let Some(key) = self.known(kid) {
            return Ok(key);
        }
        if let Some(last) = &*last_in_vain
            && let Some(rest) = AT_MOST_EVERY.checked_sub(last.at.elapsed())
        {
            return Err(match last.answered && last.kid == kid {
                true => NoKey::Unknown,
                false => NoKey::Undecided(rest),
            });
        }
        let answered = self.fetch().await.is_some();
        if let Some(key) = self.known(kid) {
            // Nobody can make up the id of a key that is there: no need to rest.
            return Ok(key);
        }
        *last_in_vain = Some(InVain {
            kid: kid.to_owned(),
            at: Instant::now(),
            answered,
        });
        Err(match answered {
            true => NoKey::Unknown,
            false => NoKey::Undecided(AT_MOST_EVERY),
        })
    }

    /// Fetches the keys now and whenever they are no longer fresh, for ever.
    pub(super) async fn keep_fresh(&self) {
        loop {
            let asking = self.last_in_vain.lock().await;
            let fresh = self.fetch().await;
            drop(asking);
            tokio::time::sleep(fresh.unwrap_or(AGAIN)).await;
        }
    }

    /// Fetches the keys and says how long they are fresh; those that were known stay in use when it fails.
    async fn fetch(&self) -> Option<Duration> {
        let (issuer, discovery) = (self.issuer.clone(), self.discovery.clone());
        let fetched = tokio::task::spawn_blocking(move || fetch(&issuer, &discovery)).await;
        metrics::key_fetch(matches!(fetched, Ok(Ok(_))));
        match fetched {
            Ok(Ok((keys, fresh))) => {
                self.hold(keys);
                Some(fresh)
            }
            Ok(Err(reason)) => {
                tracing::warn!(%reason, issuer = %self.issuer, "the issuer's keys were not fetched");
                None
            }
            Err(_) => None,
        }
    }

    /// Whether there are keys, which are fetched when there were none yet.
    pub(super) async fn ready(self: &Arc<Self>) -> bool {
        let has_keys = || !self.keys().is_empty();
        // No key has this id.
        has_keys() || self.key("").await.is_ok() || has_keys()
    }

    fn known(&self, kid: &str) -> Option<Key> {
        self.keys().get(kid).cloned()
    }

    /// The keys that are known now.
    pub(super) fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn hold(&self, keys: Keys) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
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
    #[serde(default)]
    issuer: Option<String>,
}

/// What asks the issuer.
pub(super) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        // What a redirect leads to was not configured.
        .max_redirects(0)
        .build()
        .into()
}

/// Whether an address of the issuer's documents is safe, and no less so than the issuer's own.
pub(super) fn is_as_safe_as(address: &str, issuer: &str) -> bool {
    is_safe_issuer(address) && (address.starts_with("https://") || issuer.starts_with("http://"))
}

fn fetch(issuer: &str, discovery: &str) -> Result<(Keys, Duration), String> {
    let agent = agent();
    let (discovery, _): (Discovery, _) = get(&agent, discovery)?;
    if discovery.issuer != issuer {
        return Err("the discovery document names another issuer".into());
    }
    if !is_as_safe_as(&discovery.jwks_uri, issuer) {
        return Err("the discovery document names an unsafe address of keys".into());
    }
    let (set, fresh) = get(&agent, &discovery.jwks_uri)?;
    let keys = usable_keys(set);
    match keys.is_empty() {
        true => Err("the issuer's set has no key for ES256 or RS256 with a kid".into()),
        false => Ok((keys, fresh)),
    }
}

/// Keys of other kinds may stand beside those that count.
fn usable_keys(set: KeySet) -> Keys {
    let entries = set
        .keys
        .into_iter()
        .filter_map(|value| serde_json::from_value(value).ok());
    entries.filter_map(usable).collect()
}

/// A document, and how long it is fresh.
pub(super) fn get<T: serde::de::DeserializeOwned>(
    agent: &ureq::Agent,
    address: &str,
) -> Result<(T, Duration), String> {
    let mut response = agent
        .get(address)
        .call()
        .map_err(|error| format!("{address}: {error}"))?;
    if response.status() != StatusCode::OK {
        return Err(format!("{address} answers with {}", response.status()));
    }
    let cached = response.headers().get(CACHE_CONTROL);
    let fresh = cached.and_then(|value| max_age(value.to_str().ok()?));
    let body = response
        .body_mut()
        .with_config()
        .limit(LONGEST)
        .read_to_vec()
        .map_err(|error| format!("{address}: {error}"))?;
    let document = serde_json::from_slice(&body)
        .map_err(|error| format!("{address} is not as expected: {error}"))?;
    let fresh = fresh.map_or(FRESH, |wish| wish.clamp(*WISHES.start(), *WISHES.end()));
    Ok((document, fresh))
}

/// The `max-age` of a Cache-Control header.
fn max_age(cache_control: &str) -> Option<Duration> {
    let mut directives = cache_control.split(',').map(str::trim);
    let seconds = directives.find_map(|directive| {
        let (name, value) = directive.split_once('=')?;
        name.eq_ignore_ascii_case("max-age").then_some(value)
    })?;
    seconds.parse().ok().map(Duration::from_secs)
}

fn usable(entry: Entry) -> Option<(String, Key)> {
    if entry.r#use.is_some_and(|purpose| purpose != "sig") {
        return None;
    }
    let stated = entry.alg.as_deref();
    let (algorithm, key) = match (entry.kty.as_str(), entry.crv.as_deref()) {
        ("EC", Some("P-256")) if stated.is_none_or(|alg| alg == "ES256") => (
            Algorithm::ES256,
            DecodingKey::from_ec_components(&entry.x?, &entry.y?).ok()?,
        ),
        ("RSA", _) if stated.is_none_or(|alg| alg == "RS256") => (
            Algorithm::RS256,
            DecodingKey::from_rsa_components(&entry.n?, &entry.e?).ok()?,
        ),
        _ => return None,
    };
    let key = Key {
        algorithm,
        key,
        issuer: entry.issuer,
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

    #[test]
    fn the_issuers_wish_for_how_long_its_keys_are_fresh_is_found() {
        let seconds = |text| max_age(text).map(|age| age.as_secs());
        assert_eq!(seconds("max-age=86400, private"), Some(86_400));
        assert_eq!(seconds("public, Max-Age=60"), Some(60));
        assert_eq!(seconds("no-store"), None);
        assert_eq!(seconds("max-age=soon"), None);
    }
}
