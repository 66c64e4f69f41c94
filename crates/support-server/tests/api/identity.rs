//! Tokens of any provider, under the rules that the operator of the server has written down.

use crate::desk::*;
use crate::log::{log, logged_here};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entitlement_rules::{AccountKind, Programme};
use ring::hmac;
use ring::signature::{EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support_api::ProblemCode;
use support_server::auth::{IdentityRules, Person, Verifier};
use support_server::problem::Trouble;
use support_server::{programme_file, settings};
use tokio::sync::{oneshot, watch};

const KEYS: &str = "/keys";
const DISCOVERY: &str = "/.well-known/openid-configuration";
const TENANT: &str = "8f3d1c1e-0000-4000-8000-00000000000a";
const OTHER_TENANT: &str = "8f3d1c1e-0000-4000-8000-00000000000b";

/// What a provider answers at one of its addresses.
#[derive(Clone)]
struct Page {
    status: StatusCode,
    headers: Vec<(header::HeaderName, String)>,
    body: String,
}

fn page(body: &Value) -> Page {
    Page {
        status: StatusCode::OK,
        headers: Vec::new(),
        body: body.to_string(),
    }
}

fn redirect(to: &str) -> Page {
    Page {
        status: StatusCode::FOUND,
        headers: vec![(header::LOCATION, to.to_owned())],
        body: String::new(),
    }
}

#[derive(Default)]
struct Pages(Mutex<HashMap<String, Page>>);

/// A provider whose every answer a test can change, on a thread of its own. Its asked-for addresses are counted.
struct Provider {
    address: String,
    pages: Arc<Pages>,
    asked: watch::Receiver<Vec<String>>,
    running: Option<(oneshot::Sender<()>, std::thread::JoinHandle<()>)>,
}

impl Provider {
    fn start() -> Provider {
        let mut provider = Provider {
            address: String::new(),
            pages: Arc::default(),
            asked: watch::channel(Vec::new()).1,
            running: None,
        };
        provider.listen("127.0.0.1:0");
        provider.describe(DISCOVERY, &provider.address, KEYS);
        provider
    }

    fn listen(&mut self, address: &str) {
        let listener = std::net::TcpListener::bind(address).unwrap();
        listener.set_nonblocking(true).unwrap();
        self.address = format!("http://{}", listener.local_addr().unwrap());
        let (asked, asked_so_far) = watch::channel(self.asked.borrow().clone());
        self.asked = asked_so_far;
        let pages = Arc::clone(&self.pages);
        let answer = async move |State(pages): State<Arc<Pages>>, uri: Uri| -> Response {
            let page = pages.0.lock().unwrap().get(uri.path()).cloned();
            asked.send_modify(|all| all.push(uri.path().to_owned()));
            let Some(page) = page else {
                return StatusCode::NOT_FOUND.into_response();
            };
            let mut response = (page.status, page.body).into_response();
            for (name, value) in page.headers {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            response
        };
        let (stop, stopping) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let routes = Router::new().fallback(answer).with_state(pages);
                tokio::select! {
                    _ = axum::serve(listener, routes) => {}
                    _ = stopping => {}
                }
            });
        });
        self.running = Some((stop, thread));
    }

    fn leave(&mut self) {
        let (stop, thread) = self.running.take().unwrap();
        drop(stop);
        thread.join().unwrap();
    }

    fn come_back(&mut self) {
        let address = self.address.strip_prefix("http://").unwrap().to_owned();
        self.listen(&address);
    }

    fn set(&self, path: &str, page: Page) {
        self.pages.0.lock().unwrap().insert(path.to_owned(), page);
    }

    fn describe(&self, path: &str, issuer: &str, keys: &str) {
        let keys = match keys.starts_with('/') {
            true => format!("{}{keys}", self.address),
            false => keys.to_owned(),
        };
        self.set(path, page(&json!({ "issuer": issuer, "jwks_uri": keys })));
    }

    fn publish(&self, keys: &[(&str, &EcdsaKeyPair)]) {
        self.set(KEYS, page(&set_of(keys)));
    }

    fn times_asked(&self, path: &str) -> usize {
        let asked = self.asked.borrow();
        asked.iter().filter(|it| *it == path).count()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.leave();
        }
    }
}

fn set_of(keys: &[(&str, &EcdsaKeyPair)]) -> Value {
    let keys: Vec<Value> = keys.iter().map(|(kid, key)| jwk(kid, key)).collect();
    json!({ "keys": keys })
}

fn jwk(kid: &str, key: &EcdsaKeyPair) -> Value {
    let point = key.public_key().as_ref();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "kid": kid,
        "x": text(&point[1..33]), "y": text(&point[33..65]),
    })
}

fn programme() -> Arc<Programme> {
    programme_file::read(&programme_path()).unwrap().programme
}

fn rules(json: &Value) -> IdentityRules {
    serde_json::from_value(json.clone()).unwrap()
}

fn verifier(json: &Value) -> Verifier {
    Verifier::new(rules(json), &programme()).unwrap()
}

fn plain(provider: &Provider) -> Value {
    json!({ "issuers": [{ "issuer": provider.address, "audiences": ["desk"] }] })
}

fn claims(issuer: &str) -> Value {
    json!({
        "iss": issuer, "aud": "desk", "sub": "ada", "iat": now(), "nbf": now(), "exp": now() + 600,
        "account_kind": "work", "roles": ["global-admin"], "associations": ["mpn"],
    })
}

fn with(claims: &Value, changes: &Value) -> Value {
    let mut claims = claims.clone();
    for (name, value) in changes.as_object().unwrap() {
        match value.is_null() {
            true => drop(claims.as_object_mut().unwrap().remove(name)),
            false => claims[name] = value.clone(),
        }
    }
    claims
}

fn token(key: &EcdsaKeyPair, kid: &str, claims: &Value) -> String {
    sign(key, &json!({ "alg": "ES256", "kid": kid }), claims)
}

#[track_caller]
fn refused(outcome: Result<Person, Trouble>, code: ProblemCode) -> Trouble {
    let trouble = outcome.unwrap_err();
    assert_eq!(trouble.problem.code, code);
    trouble
}

/// Lets the time of the rings of keys go on, and nothing else.
async fn later(by: Duration) {
    tokio::time::pause();
    tokio::time::advance(by).await;
    tokio::time::resume();
}

#[tokio::test]
async fn every_token_that_does_not_hold_is_refused_and_only_the_log_says_why() {
    log();
    let (provider, key, forger) = (Provider::start(), signing_key(), signing_key());
    provider.publish(&[("k", &key)]);
    let mut rules = plain(&provider);
    rules["issuers"][0]["authorised_parties"] = json!(["portal"]);
    rules["issuers"][0]["scopes"] = json!(["support.use"]);
    let verifier = verifier(&rules);
    let good = with(
        &claims(&provider.address),
        &json!({ "azp": "portal", "scp": "openid support.use" }),
    );
    let ada = verifier.verify(&token(&key, "k", &good)).await.unwrap();
    assert_eq!((ada.subject.as_str(), ada.kind), ("ada", AccountKind::Work));
    assert_eq!(ada.roles, ["global-admin"]);

    let header = json!({ "alg": "ES256", "kid": "k" });
    let changed = |changes: Value| token(&key, "k", &with(&good, &changes));
    let with_secret = |secret: &[u8]| {
        let header = json!({ "alg": "HS256", "kid": "k" }).to_string();
        let [header, body] = [header, good.to_string()].map(|part| URL_SAFE_NO_PAD.encode(part));
        let secret = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let tag = hmac::sign(&secret, format!("{header}.{body}").as_bytes());
        format!("{header}.{body}.{}", URL_SAFE_NO_PAD.encode(tag))
    };
    let unsigned = |algorithm: &str| {
        let header = json!({ "alg": algorithm, "kid": "k" });
        let whole = sign(&key, &header, &good);
        format!("{}.", whole.rsplit_once('.').unwrap().0)
    };
    use ProblemCode::{Forbidden, NotSignedIn};
    let cases = [
        (
            "audience",
            changed(json!({ "aud": "another" })),
            NotSignedIn,
        ),
        (
            "required claim",
            changed(json!({ "aud": null })),
            NotSignedIn,
        ),
        (
            "issuer",
            changed(json!({ "iss": "https://evil.example" })),
            NotSignedIn,
        ),
        (
            "issuer",
            changed(json!({ "iss": format!("{}/", provider.address) })),
            NotSignedIn,
        ),
        (
            "issuer",
            changed(json!({ "iss": [provider.address] })),
            NotSignedIn,
        ),
        ("issuer", changed(json!({ "iss": null })), NotSignedIn),
        (
            "expired",
            changed(json!({ "exp": now() - 62 })),
            NotSignedIn,
        ),
        (
            "required claim",
            changed(json!({ "exp": null })),
            NotSignedIn,
        ),
        (
            "not valid yet",
            changed(json!({ "nbf": now() + 90 })),
            NotSignedIn,
        ),
        ("malformed", changed(json!({ "nbf": "soon" })), NotSignedIn),
        (
            "in the future",
            changed(json!({ "iat": now() + 90 })),
            NotSignedIn,
        ),
        (
            "in the future",
            changed(json!({ "iat": "yesterday" })),
            NotSignedIn,
        ),
        (
            "names the person",
            changed(json!({ "sub": null })),
            NotSignedIn,
        ),
        (
            "names the person",
            changed(json!({ "sub": "" })),
            NotSignedIn,
        ),
        (
            "names the person",
            changed(json!({ "sub": "x".repeat(201) })),
            NotSignedIn,
        ),
        (
            "kind of account",
            changed(json!({ "account_kind": null })),
            NotSignedIn,
        ),
        (
            "kind of account",
            changed(json!({ "account_kind": "robot" })),
            NotSignedIn,
        ),
        (
            "authorised party",
            changed(json!({ "azp": "another" })),
            Forbidden,
        ),
        (
            "authorised party",
            changed(json!({ "azp": null })),
            Forbidden,
        ),
        ("scope", changed(json!({ "scp": "openid" })), Forbidden),
        (
            "scope",
            changed(json!({ "scp": "support.used" })),
            Forbidden,
        ),
        ("scope", changed(json!({ "scp": null })), Forbidden),
        ("signature", sign(&forger, &header, &good), NotSignedIn),
        ("unknown key", token(&forger, "other", &good), NotSignedIn),
        (
            "no key id",
            sign(&key, &json!({ "alg": "ES256" }), &good),
            NotSignedIn,
        ),
        (
            "critical",
            sign(
                &key,
                &json!({ "alg": "ES256", "kid": "k", "crit": ["b64"] }),
                &good,
            ),
            NotSignedIn,
        ),
        (
            "algorithm",
            sign(&key, &json!({ "alg": "RS256", "kid": "k" }), &good),
            NotSignedIn,
        ),
        (
            "algorithm",
            sign(&key, &json!({ "alg": "ES384", "kid": "k" }), &good),
            NotSignedIn,
        ),
        (
            "algorithm",
            with_secret(key.public_key().as_ref()),
            NotSignedIn,
        ),
        (
            "algorithm",
            with_secret(jwk("k", &key).to_string().as_bytes()),
            NotSignedIn,
        ),
        ("malformed", unsigned("none"), NotSignedIn),
        ("algorithm", unsigned("HS256"), NotSignedIn),
        ("signature", unsigned("ES256"), NotSignedIn),
        ("malformed", "a.b.c".to_owned(), NotSignedIn),
        ("too long", "x".repeat(20_000), NotSignedIn),
    ];
    for (number, (why, token, code)) in cases.into_iter().enumerate() {
        logged_here();
        let trouble = refused(verifier.verify(&token).await, code);
        assert_eq!(trouble.problem.detail, None, "case {number}, {why}");
        let said = logged_here();
        assert!(said.contains(why), "case {number}, {why}: {said}");
        for part in token.split('.').filter(|part| part.len() > 20) {
            assert!(!said.contains(part), "case {number}, {why}: {said}");
        }
    }
    // A difference of a minute between two clocks is nobody's fault.
    for changes in [
        json!({ "exp": now() - 50 }),
        json!({ "nbf": now() + 50, "iat": now() + 50 }),
        json!({ "scp": null, "scope": "support.use" }),
        json!({ "scp": ["support.use"] }),
        json!({ "azp": null, "client_id": "portal" }),
    ] {
        assert!(verifier.verify(&changed(changes)).await.is_ok());
    }
}

#[tokio::test]
async fn a_provider_of_many_directories_lets_in_those_on_the_list_alone() {
    let (provider, key, own) = (Provider::start(), signing_key(), signing_key());
    let template = format!("{}/{{tenantid}}/v2.0", provider.address);
    let of = |tenant: &str| format!("{}/{tenant}/v2.0", provider.address);
    provider.describe(&format!("/common/v2.0{DISCOVERY}"), &template, KEYS);
    let mut shared = jwk("shared", &key);
    shared["issuer"] = template.clone().into();
    let mut bound = jwk("own", &own);
    bound["issuer"] = of(OTHER_TENANT).into();
    provider.set(KEYS, page(&json!({ "keys": [shared, bound] })));
    let verifier = verifier(&json!({ "issuers": [{
        "issuer": template, "audiences": ["desk"], "tenants": [TENANT], "subject_claim": "oid",
    }] }));
    let good = with(
        &claims(&of(TENANT)),
        &json!({ "tid": TENANT, "oid": "object", "preferred_username": "ada@birch.example" }),
    );
    let ada = verifier
        .verify(&token(&key, "shared", &good))
        .await
        .unwrap();
    assert_eq!(ada.issuer, of(TENANT));
    assert_eq!(ada.tenant.as_deref(), Some(TENANT));
    assert_eq!(ada.subject, "object");

    for (why, changes) in [
        (
            "another tenant",
            json!({ "iss": of(OTHER_TENANT), "tid": OTHER_TENANT }),
        ),
        (
            "the name of one tenant on a token of another",
            json!({ "iss": of(OTHER_TENANT) }),
        ),
        ("the other way round", json!({ "tid": OTHER_TENANT })),
        ("no tenant", json!({ "tid": null })),
        (
            "the template itself",
            json!({ "iss": template, "tid": "{tenantid}" }),
        ),
        (
            "all tenants",
            json!({ "iss": of("common"), "tid": "common" }),
        ),
        ("no object id", json!({ "oid": null })),
    ] {
        let token = token(&key, "shared", &with(&good, &changes));
        let outcome = verifier.verify(&token).await;
        assert_eq!(
            outcome.unwrap_err().problem.code,
            ProblemCode::NotSignedIn,
            "{why}"
        );
    }
    let of_another = token(&own, "own", &good);
    refused(verifier.verify(&of_another).await, ProblemCode::NotSignedIn);
    assert_eq!(provider.times_asked(KEYS), 1);
}

#[tokio::test]
async fn one_issuers_key_signs_nothing_for_another() {
    let (one, two) = (Provider::start(), Provider::start());
    let (key_of_one, key_of_two) = (signing_key(), signing_key());
    one.publish(&[("k", &key_of_one)]);
    two.publish(&[("k", &key_of_two)]);
    let verifier = verifier(&json!({ "issuers": [
        { "issuer": one.address, "audiences": ["desk"] },
        { "issuer": two.address, "audiences": ["other", "desk"] },
    ] }));
    for (provider, key, holds) in [
        (&one, &key_of_one, true),
        (&two, &key_of_two, true),
        (&one, &key_of_two, false),
        (&two, &key_of_one, false),
    ] {
        let outcome = verifier
            .verify(&token(key, "k", &claims(&provider.address)))
            .await;
        assert_eq!(outcome.is_ok(), holds);
    }
    // The audience of one issuer does not count for the other.
    let token = token(
        &key_of_one,
        "k",
        &with(&claims(&one.address), &json!({ "aud": "other" })),
    );
    refused(verifier.verify(&token).await, ProblemCode::NotSignedIn);
}

#[tokio::test]
async fn while_the_provider_is_away_known_keys_hold_and_nobody_is_called_a_stranger() {
    let (mut provider, key, next) = (Provider::start(), signing_key(), signing_key());
    provider.publish(&[("k", &key)]);
    let verifier = verifier(&plain(&provider));
    let claims = claims(&provider.address);
    let (known, unknown) = (token(&key, "k", &claims), token(&next, "next", &claims));
    assert!(verifier.verify(&known).await.is_ok());
    provider.leave();
    let away = refused(verifier.verify(&unknown).await, ProblemCode::Unavailable);
    assert!(away.retry_after.is_some());
    // Also when asked again at once.
    refused(verifier.verify(&unknown).await, ProblemCode::Unavailable);
    later(Duration::from_secs(100_000)).await;
    refused(verifier.verify(&unknown).await, ProblemCode::Unavailable);
    assert!(verifier.verify(&known).await.is_ok());

    provider.come_back();
    // A set without a key that can be used is no set: a provider in disorder takes nothing away.
    provider.set(KEYS, page(&json!({ "keys": [] })));
    later(Duration::from_secs(11)).await;
    refused(verifier.verify(&unknown).await, ProblemCode::Unavailable);
    assert!(verifier.verify(&known).await.is_ok());
    provider.publish(&[("k", &key), ("next", &next)]);
    later(Duration::from_secs(11)).await;
    assert!(verifier.verify(&unknown).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keys_change_under_load_and_nobody_is_turned_away() {
    let provider = Provider::start();
    let (old, new) = (signing_key(), signing_key());
    provider.publish(&[("old", &old)]);
    let verifier = verifier(&plain(&provider));
    let claims = claims(&provider.address);
    let before = Arc::new(token(&old, "old", &claims));
    let after = Arc::new(token(&new, "new", &claims));
    assert!(verifier.verify(&before).await.is_ok());

    // Clients that send all the time; from some moment on their tokens are signed with the new key.
    let (switch, switched) = watch::channel(false);
    let clients: Vec<_> = (0..64)
        .map(|_| {
            let (verifier, switched) = (verifier.clone(), switched.clone());
            let (before, after) = (Arc::clone(&before), Arc::clone(&after));
            tokio::spawn(async move {
                let mut sent_after = 0;
                while sent_after < 20 {
                    let is_after = *switched.borrow();
                    sent_after += u32::from(is_after);
                    let token = if is_after { &after } else { &before };
                    verifier.verify(token).await.unwrap();
                    // Those who have not renewed theirs yet.
                    verifier.verify(&before).await.unwrap();
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    provider.publish(&[("old", &old), ("new", &new)]);
    switch.send(true).unwrap();
    for client in clients {
        client.await.unwrap();
    }
    assert_eq!(
        provider.times_asked(KEYS),
        2,
        "once at first, once for the new key"
    );
}

#[tokio::test]
async fn whoever_invents_key_ids_cannot_make_the_server_ask_all_the_time() {
    let (provider, key, forger) = (Provider::start(), signing_key(), signing_key());
    provider.publish(&[("k", &key)]);
    let verifier = verifier(&plain(&provider));
    let claims = claims(&provider.address);
    let forged = |kid: usize| token(&forger, &kid.to_string(), &claims);
    for round in 1..=3 {
        let first = verifier.verify(&forged(0)).await;
        refused(first, ProblemCode::NotSignedIn);
        for kid in 1..100 {
            // Nobody has looked for this one: it is not called wrong.
            let trouble = refused(
                verifier.verify(&forged(kid)).await,
                ProblemCode::Unavailable,
            );
            assert!((1..=10).contains(&trouble.retry_after.unwrap()));
        }
        refused(verifier.verify(&forged(0)).await, ProblemCode::NotSignedIn);
        assert!(verifier.verify(&token(&key, "k", &claims)).await.is_ok());
        assert_eq!(provider.times_asked(KEYS), round);
        later(Duration::from_secs(11)).await;
    }
    // Hanging up before the answer changes nothing about it.
    for kid in 0..100 {
        let token = forged(kid);
        let mut asking = Box::pin(verifier.verify(&token));
        std::future::poll_fn(|context| {
            let _ = asking.as_mut().poll(context);
            std::task::Poll::Ready(())
        })
        .await;
    }
    let trouble = verifier.verify(&forged(1_000)).await;
    refused(trouble, ProblemCode::Unavailable);
    assert_eq!(provider.times_asked(KEYS), 4);
}

#[tokio::test]
async fn a_withdrawn_key_is_forgotten_when_the_provider_says_or_within_the_hour() {
    for (cache_control, fresh) in [
        (None, 3_600),
        (Some("max-age=900"), 900),
        (Some("max-age=0"), 300),
        (Some("max-age=9999999"), 86_400),
    ] {
        let (provider, key, next) = (Provider::start(), signing_key(), signing_key());
        let set = |keys: &[(&str, &EcdsaKeyPair)]| {
            let headers = cache_control.map(|it: &str| (header::CACHE_CONTROL, it.to_owned()));
            let headers = headers.into_iter().collect();
            provider.set(
                KEYS,
                Page {
                    headers,
                    ..page(&set_of(keys))
                },
            );
        };
        set(&[("k", &key)]);
        let verifier = verifier(&plain(&provider));
        let timer = tokio::spawn(verifier.clone().keep_keys_fresh());
        let mut asked = provider.asked.clone();
        let token = token(&key, "k", &claims(&provider.address));
        let times = |all: &Vec<String>| all.iter().filter(|it| *it == KEYS).count();
        asked.wait_for(|all| times(all) > 0).await.unwrap();
        assert!(verifier.verify(&token).await.is_ok());
        set(&[("next", &next)]);
        later(Duration::from_secs(fresh - 20)).await;
        assert!(verifier.verify(&token).await.is_ok());
        assert_eq!(provider.times_asked(KEYS), 1, "{cache_control:?}");
        later(Duration::from_secs(40)).await;
        let again = asked.wait_for(|all| times(all) > 1);
        let again = tokio::time::timeout(Duration::from_secs(60), again);
        let has_asked = again.await.is_ok();
        assert!(has_asked, "{cache_control:?}: nobody asked again");
        // The answer is on its way into the ring.
        while verifier.verify(&token).await.is_ok() {
            tokio::task::yield_now().await;
        }
        refused(verifier.verify(&token).await, ProblemCode::NotSignedIn);
        timer.abort();
    }
}

#[tokio::test]
async fn keys_are_taken_from_nowhere_else_than_the_provider_said() {
    let (provider, elsewhere, key) = (Provider::start(), Provider::start(), signing_key());
    provider.publish(&[("k", &key)]);
    elsewhere.publish(&[("k", &key)]);
    elsewhere.describe(DISCOVERY, &provider.address, KEYS);
    let at = |path: &str| format!("{}{path}", elsewhere.address);
    let token = token(&key, "k", &claims(&provider.address));
    let fails = async || {
        let verifier = verifier(&plain(&provider));
        refused(verifier.verify(&token).await, ProblemCode::Unavailable);
    };
    provider.set(DISCOVERY, redirect(&at(DISCOVERY)));
    fails().await;
    provider.describe(DISCOVERY, &provider.address, KEYS);
    provider.set(KEYS, redirect(&at(KEYS)));
    fails().await;
    // Not even when the redirect itself carries keys.
    provider.set(
        KEYS,
        Page {
            body: set_of(&[("k", &key)]).to_string(),
            ..redirect(&at(KEYS))
        },
    );
    fails().await;
    provider.publish(&[("k", &key)]);
    provider.describe(DISCOVERY, "https://issuer.example", KEYS);
    fails().await;
    // The other one again, under an address that is not as plain as those that count as safe.
    let disguised = at(KEYS).replace("http://", "http://desk@");
    provider.describe(DISCOVERY, &provider.address, &disguised);
    fails().await;
    provider.set(DISCOVERY, page(&json!("x".repeat(300 * 1_024))));
    fails().await;
    assert_eq!(elsewhere.asked.borrow().len(), 0);
    provider.describe(DISCOVERY, &provider.address, KEYS);
    assert!(verifier(&plain(&provider)).verify(&token).await.is_ok());
}

/// The person that claims become under a mapping, or the problem.
async fn mapped(mapping: &Value, extra: &Value) -> Result<Person, Trouble> {
    let (provider, key) = (Provider::start(), signing_key());
    provider.publish(&[("k", &key)]);
    let mut rules = plain(&provider);
    rules["issuers"][0]["mapping"] = mapping.clone();
    let claims = with(
        &claims(&provider.address),
        &json!({ "account_kind": null, "roles": null, "associations": null }),
    );
    let claims = with(&claims, extra);
    verifier(&rules).verify(&token(&key, "k", &claims)).await
}

#[tokio::test]
async fn any_claim_can_give_roles_associations_the_desk_and_the_kind_of_account() {
    let mapping = json!({
        "name": "profile.display",
        "account_kind": "work",
        "grants": [
            { "claim": "realm_access.roles", "contains": "support admin", "role": "global-admin" },
            { "claim": "https://claims.example/desk", "equals": true, "operator": true },
            { "claim": "level", "equals": 3, "role": "admin-agent", "association": "csp" },
            { "claim": "programme", "contains": "mpn", "association": "mpn" },
            { "claim": "idp", "equals": "live.com", "account_kind": "personal" },
        ],
    });
    let everything = mapped(
        &mapping,
        &json!({
            "profile": { "display": "Ada Lovelace" },
            "realm_access": { "roles": ["user", "support admin"] },
            "https://claims.example/desk": true,
            "level": 3, "programme": "mpn", "idp": "live.com",
        }),
    )
    .await
    .unwrap();
    assert_eq!(everything.name, "Ada Lovelace");
    assert_eq!(everything.roles, ["global-admin", "admin-agent"]);
    assert_eq!(everything.associations, ["csp", "mpn"]);
    assert!(everything.operator);
    assert_eq!(everything.kind, AccountKind::Personal);

    let nothing = mapped(
        &mapping,
        &json!({
            // Names that only look alike, and values of another kind.
            "realm_access": { "roles": "no support admin" },
            "https://claims.example/desk": "true",
            "level": "3", "programme": ["MPN", 1, null, ["mpn"]], "idp": ["live.com"],
            "roles": ["global-admin"], "operator": true,
        }),
    )
    .await
    .unwrap();
    assert_eq!(nothing.name, "ada");
    assert_eq!((nothing.roles.len(), nothing.associations.len()), (0, 0));
    assert!(!nothing.operator);
    assert_eq!(nothing.kind, AccountKind::Work);
}

#[tokio::test]
async fn a_kind_of_account_that_nobody_knows_is_not_taken_for_the_usual_one() {
    let mapping = json!({ "account_kind": "work", "account_kind_claim": "kind" });
    let kind = async |claims: Value| mapped(&mapping, &claims).await.map(|person| person.kind);
    assert_eq!(kind(json!({})).await.unwrap(), AccountKind::Work);
    assert_eq!(
        kind(json!({ "kind": "personal" })).await.unwrap(),
        AccountKind::Personal
    );
    assert!(kind(json!({ "kind": "robot" })).await.is_err());
}

#[tokio::test]
async fn whoever_is_in_too_many_groups_is_told_what_an_administrator_can_do() {
    let by_groups = json!({ "account_kind": "work", "grants": [
        { "claim": "groups", "contains": "g-1", "role": "global-admin" },
    ] });
    let found = mapped(&by_groups, &json!({ "groups": ["g-0", "g-1"] }))
        .await
        .unwrap();
    assert_eq!(found.roles, ["global-admin"]);
    let overage = [
        json!({ "_claim_names": { "groups": "src1" }, "_claim_sources": { "src1": { "endpoint": "https://graph.example" } } }),
        json!({ "hasgroups": true }),
        json!({ "hasgroups": "true" }),
    ];
    for claims in &overage {
        let trouble = refused(mapped(&by_groups, claims).await, ProblemCode::GroupsOverage);
        assert_eq!(trouble.problem.status, 403);
        assert!(trouble.problem.detail.unwrap().contains("administrator"));
        // Who maps no groups has nothing to fear from many.
        let without = json!({ "account_kind": "work" });
        assert!(mapped(&without, claims).await.is_ok());
    }
}

#[test]
fn rules_that_cannot_work_are_refused_with_every_fault_and_its_place() {
    let found: Vec<String> = rules(&json!({ "issuers": [
        {
            "issuer": "http://login.example", "audiences": [], "tenants": ["a b", "../x"],
            "subject_claim": "preferred_username", "scopes": [""],
            "mapping": { "name": "", "grants": [
                { "claim": "roles", "contains": "x" },
                { "claim": "roles", "role": "global-admin" },
                { "claim": "", "contains": "", "equals": 1, "role": "boss", "association": "club" },
            ] },
        },
        { "issuer": "https://{tenantid}.login.example/", "audiences": ["desk"] },
        { "issuer": "https://{tenantid}.login.example/", "audiences": ["desk"] },
    ] }))
    .check(&programme())
    .iter()
    .map(ToString::to_string)
    .collect();
    let expected = [
        "issuers[0].issuer: tokens can be trusted",
        "issuers[0].tenant_claim: say which",
        "issuers[0].audiences: name at least one",
        "issuers[0].tenants[0]: must not",
        "issuers[0].scopes[0]: must not",
        "issuers[0].tenants[1]: is no directory's id",
        "issuers[0].subject_claim: this claim can come to name somebody else",
        "issuers[0].mapping.name: must not",
        "issuers[0].mapping.account_kind: say which kind",
        "issuers[0].mapping.grants[0]: gives nothing",
        "issuers[0].mapping.grants[1]: needs either",
        "issuers[0].mapping.grants[2].claim: must not",
        "issuers[0].mapping.grants[2]: needs either",
        "issuers[0].mapping.grants[2].contains: must not",
        "issuers[0].mapping.grants[2].role: the programme has no role boss",
        "issuers[0].mapping.grants[2].association: the programme has no association club",
        "issuers[1].issuer: {tenantid} must be",
        "issuers[1].tenants: list the directories",
        "issuers[2].issuer: this issuer is listed twice",
        "issuers[2].issuer: {tenantid} must be",
        "issuers[2].tenants: list the directories",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found} is not {expected}");
    }
    assert_eq!(
        rules(&json!({ "issuers": [] })).check(&programme()).len(),
        1
    );
}

#[test]
fn a_misspelt_field_is_refused_and_not_taken_for_an_absent_one() {
    for wrong in [
        json!({ "issuers": [], "issuer": [] }),
        json!({ "issuers": [{ "issuer": "https://a.example", "audiences": ["a"], "tenant": ["t"] }] }),
        json!({ "issuers": [{ "issuer": "https://a.example", "audiences": ["a"], "mapping": { "role_claim": "r" } }] }),
        json!({ "issuers": [{ "issuer": "https://a.example", "audiences": ["a"], "mapping": { "grants": [{ "claim": "c", "equal": 1, "operator": true }] } }] }),
    ] {
        let read: Result<IdentityRules, _> = serde_json::from_value(wrong.clone());
        assert!(read.is_err(), "{wrong}");
    }
}

/// The blocks of the page in a language.
fn blocks(language: &str) -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/identity.md");
    let page = std::fs::read_to_string(path).unwrap();
    let fence = format!("```{language}\n");
    page.split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

#[derive(serde::Deserialize)]
struct Settings {
    identity: IdentityRules,
}

#[test]
fn the_rules_on_the_page_work_and_make_of_its_claims_what_it_says() {
    let (own_sign_in, rules): (Vec<_>, Vec<_>) = blocks("toml")
        .into_iter()
        .partition(|block| block.starts_with("[sign_in]"));
    let text = format!(
        "programmes = ['p']\nstore.data = 'd'\nidentity = {{ issuer = 'https://i.example', audience = 'a' }}\n{}",
        own_sign_in.concat()
    );
    let settings = settings::of_text(&text, |_| unreachable!()).unwrap();
    let own_sign_in = settings.sign_in.unwrap();
    assert_eq!(own_sign_in.site, "https://support.example");
    assert_eq!(own_sign_in.lasts, Duration::from_secs(8 * 3_600));
    let examples: Vec<IdentityRules> = rules
        .iter()
        .map(|block| toml::from_str::<Settings>(block).unwrap().identity)
        .collect();
    assert_eq!(examples.len(), 2);
    for example in &examples {
        assert_eq!(example.check(&programme()), []);
    }
    let claims: serde_json::Map<String, Value> = serde_json::from_str(&blocks("json")[0]).unwrap();
    let ada = examples[0].issuers[0].person(&claims).unwrap();
    assert_eq!(ada.name, "Ada Birch");
    assert_eq!(ada.kind, AccountKind::Work);
    assert_eq!(ada.associations, ["mpn"]);
    assert_eq!(
        ada.roles,
        ["global-admin", "mpn-partner-admin", "admin-agent"]
    );
    assert!(!ada.operator);
    assert_eq!(ada.subject, claims["oid"]);
    assert_eq!(ada.tenant.as_deref(), claims["tid"].as_str());
    assert_eq!(ada.issuer, claims["iss"]);
}
