//! The endpoints: discovery, keys, authorization and token.

use crate::page;
use crate::people::Person;
use crate::tokens::{LIFETIME, Signer, challenge};
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

const CLIENT: &str = "partner-support-demo";
/// How long an authorization code holds.
const CODE_LIFETIME: Duration = Duration::from_secs(60);
const COOKIE: &str = "demo_person";

struct Issuer {
    address: String,
    redirect: String,
    people: Vec<Person>,
    signer: Signer,
    codes: Mutex<HashMap<String, Grant>>,
}

/// What an authorization code stands for.
struct Grant {
    subject: String,
    challenge: String,
    nonce: Option<String>,
    made: Instant,
}

/// # Errors
/// The client's address is none that a header can carry.
pub(crate) fn routes(
    address: String,
    redirect: String,
    people: Vec<Person>,
    signer: Signer,
) -> Result<Router, String> {
    let origin = origin_of(&redirect)
        .and_then(|origin| HeaderValue::from_str(origin).ok())
        .ok_or_else(|| format!("--client-redirect {redirect} is not an http address"))?;
    let cors = tower_http::cors::CorsLayer::new()
        .allow_origin(origin)
        .allow_methods([axum::http::Method::GET, axum::http::Method::POST]);
    let issuer = Issuer {
        address,
        redirect,
        people,
        signer,
        codes: Mutex::default(),
    };
    Ok(Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/jwks.json", get(keys))
        .route("/token", post(token))
        .layer(cors)
        .route("/", get(front))
        .route("/authorize", get(authorize))
        .route("/sign-in.css", get(page::style))
        .with_state(Arc::new(issuer)))
}

/// Scheme, host and port of an address.
fn origin_of(address: &str) -> Option<&str> {
    let authority = address
        .strip_prefix("http://")
        .or_else(|| address.strip_prefix("https://"))?;
    let end = authority.find('/').unwrap_or(authority.len());
    address.get(..address.len() - authority.len() + end)
}

async fn discovery(State(issuer): State<Arc<Issuer>>) -> Response {
    let at = |path: &str| format!("{}{path}", issuer.address);
    Json(json!({
        "issuer": issuer.address,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/jwks.json"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }))
    .into_response()
}

async fn keys(State(issuer): State<Arc<Issuer>>) -> Response {
    Json(issuer.signer.jwks()).into_response()
}

/// Whoever comes here by hand is led to the demonstration.
async fn front(State(issuer): State<Arc<Issuer>>) -> Response {
    (
        StatusCode::FOUND,
        [(header::LOCATION, issuer.redirect.clone())],
    )
        .into_response()
}

/// The request of the authorization endpoint; `person` is this page's own answer to itself.
#[derive(Deserialize)]
struct Authorize {
    client_id: Option<String>,
    redirect_uri: Option<String>,
    response_type: Option<String>,
    state: Option<String>,
    nonce: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    prompt: Option<String>,
    ui_locales: Option<String>,
    person: Option<String>,
}

async fn authorize(
    State(issuer): State<Arc<Issuer>>,
    headers: HeaderMap,
    Query(query): Query<Authorize>,
) -> Response {
    let french = is_french(&headers, query.ui_locales.as_deref());
    // Before client and address are known to be right, nobody is sent anywhere.
    let known = query.client_id.as_deref() == Some(CLIENT)
        && query.redirect_uri.as_deref() == Some(issuer.redirect.as_str())
        && query.response_type.as_deref() == Some("code")
        && query.code_challenge_method.as_deref() == Some("S256");
    let (true, Some(state), Some(code_challenge)) = (known, &query.state, &query.code_challenge)
    else {
        return page::broken(french, &issuer.redirect);
    };
    let chosen = query.person.as_deref();
    let remembered = match query.prompt.as_deref() {
        Some("select_account") => None,
        _ => cookie(&headers),
    };
    let find = |subject: &str| {
        issuer
            .people
            .iter()
            .find(|person| person.subject == subject)
    };
    let Some(person) = chosen.or(remembered).and_then(find) else {
        return page::choose(
            french,
            &issuer.people,
            &[
                ("client_id", CLIENT),
                ("redirect_uri", &issuer.redirect),
                ("response_type", "code"),
                ("state", state),
                ("nonce", query.nonce.as_deref().unwrap_or_default()),
                ("code_challenge", code_challenge),
                ("code_challenge_method", "S256"),
            ],
        );
    };
    let Some(code) = issuer.signer.code() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let grant = Grant {
        subject: person.subject.clone(),
        challenge: code_challenge.clone(),
        nonce: query.nonce.clone(),
        made: Instant::now(),
    };
    {
        let mut codes = issuer.codes.lock().unwrap_or_else(PoisonError::into_inner);
        codes.retain(|_, grant| grant.made.elapsed() < CODE_LIFETIME);
        codes.insert(code.clone(), grant);
    }
    let location = format!(
        "{}?code={code}&state={}",
        issuer.redirect,
        page::percent_encoded(state)
    );
    let cookie = format!(
        "{COOKIE}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=28800",
        person.subject
    );
    (
        StatusCode::SEE_OTHER,
        [
            (header::LOCATION, location),
            (header::SET_COOKIE, cookie),
            (header::CACHE_CONTROL, "no-store".to_owned()),
            (header::REFERRER_POLICY, "no-referrer".to_owned()),
        ],
    )
        .into_response()
}

#[derive(Deserialize)]
struct TokenRequest {
    grant_type: String,
    client_id: String,
    redirect_uri: String,
    code: String,
    code_verifier: String,
}

async fn token(State(issuer): State<Arc<Issuer>>, Form(request): Form<TokenRequest>) -> Response {
    let refused =
        |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    if request.grant_type != "authorization_code" {
        return refused("unsupported_grant_type");
    }
    if request.client_id != CLIENT || request.redirect_uri != issuer.redirect {
        return refused("invalid_client");
    }
    // A code works once, whatever comes of it.
    let grant = {
        let mut codes = issuer.codes.lock().unwrap_or_else(PoisonError::into_inner);
        codes.remove(&request.code)
    };
    let grant = grant.filter(|grant| {
        grant.made.elapsed() < CODE_LIFETIME && grant.challenge == challenge(&request.code_verifier)
    });
    let granted = grant.and_then(|grant| {
        let mut people = issuer.people.iter();
        let person = people.find(|person| person.subject == grant.subject)?;
        Some((person, grant.nonce))
    });
    let Some((person, nonce)) = granted else {
        return refused("invalid_grant");
    };
    let id_token = issuer.signer.id_token(person, CLIENT, nonce.as_deref());
    let (Some(access_token), Some(id_token)) = (issuer.signer.access_token(person), id_token)
    else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    (
        [(header::CACHE_CONTROL, "no-store")],
        Json(json!({
            "access_token": access_token, "id_token": id_token, "token_type": "Bearer",
            "expires_in": LIFETIME,
        })),
    )
        .into_response()
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

fn is_french(headers: &HeaderMap, ui_locales: Option<&str>) -> bool {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let first = ui_locales.or(accepted).unwrap_or_default();
    first.trim().to_ascii_lowercase().starts_with("fr")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_clients_own_origin_may_fetch_tokens() {
        assert_eq!(
            origin_of("http://127.0.0.1:8080/"),
            Some("http://127.0.0.1:8080")
        );
        assert_eq!(origin_of("https://a.example"), Some("https://a.example"));
        assert_eq!(origin_of("javascript:alert(1)"), None);
    }

    #[test]
    fn the_challenge_of_a_verifier_is_that_of_rfc_7636() {
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
