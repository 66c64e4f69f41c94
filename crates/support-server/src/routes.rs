//! Every address of the server, and what every request passes through.

use crate::endpoints::{
    activate_benefit, ask_verdict, create_incident, fulfil_activation, get_account, get_incident,
    get_programme, link_contract, list_activations, list_incidents, reject_activation, reveal_ids,
};
use crate::problem::Trouble;
use crate::store::to_hex;
use crate::{Desk, site};
use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use ring::rand::{SecureRandom, SystemRandom};
use std::time::{Duration, Instant};
use support_api::{IDEMPOTENCY_KEY, PROBLEM_JSON, ProblemCode, paths};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::CorsLayer;

/// How long a request may take in all, its body included.
const PATIENCE: Duration = Duration::from_secs(30);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The server's routes.
pub fn router(desk: Desk) -> Router {
    let api = |path: &str| format!("{}{path}", paths::BASE);
    Router::new()
        // anybody
        .route(&api(paths::PROGRAMME), get(get_programme::handle))
        .route(&api(paths::VERDICTS), post(ask_verdict::handle))
        .route("/config.json", get(site::config))
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        // whoever is signed in
        .route(&api(paths::ACCOUNT), get(get_account::handle))
        .route(&api(paths::CONTRACT_LINKS), post(link_contract::handle))
        .route(
            &api(paths::INCIDENTS),
            get(list_incidents::handle).post(create_incident::handle),
        )
        .route(&api(paths::templates::INCIDENT), get(get_incident::handle))
        // a partner's staff
        .route(
            &api(paths::templates::ACTIVATION),
            post(activate_benefit::handle),
        )
        .route(
            &api(paths::templates::REVEALED_IDS),
            post(reveal_ids::handle),
        )
        // the programme's operator
        .route(&api(paths::ACTIVATION_QUEUE), get(list_activations::handle))
        .route(
            &api(paths::templates::FULFILMENT),
            post(fulfil_activation::handle),
        )
        .route(
            &api(paths::templates::REJECTION),
            post(reject_activation::handle),
        )
        // the app's files, and what is not there
        .fallback(site::file)
        .method_not_allowed_fallback(wrong_method)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(in_time))
        .layer(cors(&desk.allow_origins))
        .layer(from_fn(finish))
        .with_state(desk)
}

/// The process lives.
async fn livez() -> &'static str {
    "alive\n"
}

/// The store reads and writes.
async fn readyz(State(desk): State<Desk>) -> Result<&'static str, Trouble> {
    desk.store
        .ready()
        .await
        .map_err(|_| Trouble::unavailable())?;
    Ok("ready\n")
}

async fn wrong_method() -> Trouble {
    Trouble::new(ProblemCode::MethodNotAllowed)
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Trouble::new(ProblemCode::Internal).into_response()
}

async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Trouble::unavailable().into_response(),
    }
}

/// Exactly the named origins, no credentials: the token travels in a header. What needs no sign-in is no exception: else
/// any page could have its visitors ask for it, each with an address of their own to be counted by, and read what a
/// server inside a company's network says.
fn cors(origins: &[String]) -> CorsLayer {
    let origins: Vec<HeaderValue> = origins.iter().filter_map(|it| it.parse().ok()).collect();
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_NONE_MATCH,
            HeaderName::from_static(IDEMPOTENCY_KEY),
        ])
        .expose_headers([
            header::ETAG,
            header::LOCATION,
            header::RETRY_AFTER,
            REQUEST_ID,
        ])
        .max_age(Duration::from_secs(600))
}

/// The outermost layer: names the request, writes a problem's body, sets what every answer carries, and logs one line
/// without anything that the request carried.
async fn finish(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id();
    let method = request.method().clone();
    let is_api = request.uri().path().starts_with(paths::ROOT);
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(mut trouble) = response.extensions_mut().remove::<Trouble>() {
        trouble.problem.request_id = Some(id.clone());
        response = with_body(response, &trouble);
    }
    let status = response.status();
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if is_api || status.is_client_error() || status.is_server_error() {
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
    }
    let route = route.as_ref().map_or("(file)", MatchedPath::as_str);
    let took = started.elapsed().as_secs_f64() * 1_000.0;
    match status.is_server_error() {
        true => {
            tracing::error!(%method, route, status = status.as_u16(), ms = took, id, "answered")
        }
        false if is_api => {
            tracing::info!(%method, route, status = status.as_u16(), ms = took, id, "answered");
        }
        false => {
            tracing::debug!(%method, route, status = status.as_u16(), ms = took, id, "answered")
        }
    }
    response
}

fn with_body(response: Response, trouble: &Trouble) -> Response {
    let (mut parts, _) = response.into_parts();
    let body = serde_json::to_vec(&trouble.problem).unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    Response::from_parts(parts, Body::from(body))
}

fn request_id() -> String {
    let mut bytes = [0; 8];
    // Without random bytes the id is dull, and nothing else is wrong.
    let _ = SystemRandom::new().fill(&mut bytes);
    to_hex(&bytes)
}
