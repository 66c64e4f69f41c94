//! Every address of the server, and what every request passes through.

use crate::endpoints::{
    activate_benefit, ask_verdict, cancel_incident, change_severity, comment_at_desk,
    comment_incident, correct_balance, create_incident, desk_calls, end_session, finish_session,
    follow_account, fulfil_activation, get_account, get_benefits, get_desk_incident, get_incident,
    get_openapi, get_partner, get_partner_account, get_partner_people, get_programme,
    import_partners, leave_session, link_contract, list_activations, list_audit, list_dead_letters,
    list_desk_incidents, list_incidents, list_ledger, list_partner_ledger, list_partners,
    list_programmes, move_incident, put_partner, put_person, put_tenant, read_programme,
    refund_incident, reject_activation, reopen_incident, replay_dead_letters, resume_handover,
    reveal_ids, start_session,
};
use crate::observe::metrics::{self, InFlight};
use crate::observe::request_id::{self, REQUEST_ID, TRACEPARENT};
use crate::problem::Trouble;
use crate::unread::Unread;
use crate::{Desk, site};
use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post, put};
use std::time::{Duration, Instant};
use support_api::{IDEMPOTENCY_KEY, PROBLEM_JSON, ProblemCode, SESSION_HEADER, paths};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowCredentials, CorsLayer};
use tower_http::timeout::DeadlineBody;
use tracing::Instrument;

/// Every route of the API, below [`paths::BASE`], by who may call it.
fn api() -> Vec<(&'static str, MethodRouter<Desk>)> {
    vec![
        // anybody
        (paths::OPENAPI, get(get_openapi::handle)),
        (paths::PROGRAMME, get(get_programme::handle)),
        (paths::PROGRAMMES, get(list_programmes::handle)),
        (paths::templates::PROGRAMME, get(read_programme::handle)),
        (paths::VERDICTS, post(ask_verdict::handle)),
        // whoever signs in
        (paths::SESSION_START, get(start_session::handle)),
        (paths::SESSION_CALLBACK, get(finish_session::handle)),
        (paths::SESSION_END, post(end_session::handle)),
        (paths::SESSION_LEAVE, get(leave_session::handle)),
        // whoever is signed in
        (paths::ACCOUNT, get(get_account::handle)),
        (paths::BENEFITS, get(get_benefits::handle)),
        (paths::ACCOUNT_CHANGES, get(follow_account::handle)),
        (paths::CONTRACT_LINKS, post(link_contract::handle)),
        (
            paths::INCIDENTS,
            get(list_incidents::handle).post(create_incident::handle),
        ),
        (paths::templates::INCIDENT, get(get_incident::handle)),
        (
            paths::templates::INCIDENT_CANCELLATION,
            post(cancel_incident::handle),
        ),
        (
            paths::templates::INCIDENT_REOPENING,
            post(reopen_incident::handle),
        ),
        (
            paths::templates::INCIDENT_COMMENTS,
            post(comment_incident::handle),
        ),
        (
            paths::templates::INCIDENT_SEVERITY,
            post(change_severity::handle),
        ),
        (paths::templates::LEDGER, get(list_ledger::handle)),
        // a partner's staff
        (paths::templates::ACTIVATION, post(activate_benefit::handle)),
        (paths::templates::REVEALED_IDS, post(reveal_ids::handle)),
        // the programme's operator
        (paths::ACTIVATION_QUEUE, get(list_activations::handle)),
        (
            paths::templates::FULFILMENT,
            post(fulfil_activation::handle),
        ),
        (paths::templates::REJECTION, post(reject_activation::handle)),
        (paths::DESK_INCIDENTS, get(list_desk_incidents::handle)),
        (
            paths::templates::DESK_INCIDENT,
            get(get_desk_incident::handle),
        ),
        (paths::templates::DESK_STATUS, post(move_incident::handle)),
        (
            paths::templates::DESK_COMMENTS,
            post(comment_at_desk::handle),
        ),
        (paths::templates::REFUND, post(refund_incident::handle)),
        (paths::templates::CORRECTION, post(correct_balance::handle)),
        (
            paths::templates::PARTNER_LEDGER,
            get(list_partner_ledger::handle),
        ),
        (
            paths::PARTNERS,
            get(list_partners::handle).put(import_partners::handle),
        ),
        (
            paths::templates::PARTNER_ACCOUNT,
            get(get_partner_account::handle),
        ),
        (
            paths::templates::PARTNER_PEOPLE,
            get(get_partner_people::handle),
        ),
        (paths::AUDIT, get(list_audit::handle)),
        (
            paths::templates::PARTNER,
            get(get_partner::handle).put(put_partner::handle),
        ),
        (paths::PEOPLE, put(put_person::handle)),
        (paths::TENANTS, put(put_tenant::handle)),
        (paths::DEAD_LETTERS, get(list_dead_letters::handle)),
        (paths::DEAD_LETTER_REPLAY, post(replay_dead_letters::handle)),
        (paths::HANDOVER_RESUMPTION, post(resume_handover::handle)),
        // the vendor's system, by its signature
        (paths::DESK_CALLS, post(desk_calls::handle)),
    ]
}

/// Every path of the API, below [`paths::BASE`].
pub fn api_paths() -> impl Iterator<Item = &'static str> {
    api().into_iter().map(|(path, _)| path)
}

/// The server's routes.
pub fn router(desk: Desk) -> Router {
    let table = api().into_iter();
    let api = table.fold(Router::new(), |routes, (path, methods)| {
        routes.route(&format!("{}{path}", paths::BASE), methods)
    });
    // what anybody asks of the server itself
    api.route("/config.json", get(site::config))
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        // the app's files, and what is not there
        .fallback(site::file)
        .method_not_allowed_fallback(wrong_method)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(desk.clone(), in_time))
        .layer(from_fn_with_state(desk.clone(), in_measure))
        .layer(cors(&desk))
        .layer(from_fn(finish))
        .with_state(desk)
}

/// What the operator's own tools ask, on an address of its own.
pub fn admin_router(desk: Desk) -> Router {
    Router::new()
        .route("/metrics", get(told_metrics))
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .fallback(async || Trouble::new(ProblemCode::NotFound))
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(finish))
        .with_state(desk)
}

async fn told_metrics() -> impl IntoResponse {
    let kind = HeaderValue::from_static(metrics::MEDIA_TYPE);
    ([(header::CONTENT_TYPE, kind)], metrics::written())
}

/// The process lives.
async fn livez() -> &'static str {
    "alive\n"
}

/// The store reads and writes, tokens can be verified, and the server is not about to stop.
async fn readyz(State(desk): State<Desk>) -> Result<&'static str, Trouble> {
    if desk.draining.has_begun() {
        return Err(Trouble::unavailable().detail("the server is about to stop"));
    }
    let (store, keys) = tokio::join!(desk.store.ready(), desk.verifier.ready());
    store.map_err(|_| Trouble::unavailable().detail("the store does not answer"))?;
    match keys {
        true => Ok("ready\n"),
        false => {
            Err(Trouble::unavailable().detail("the identity provider's keys are not to be had"))
        }
    }
}

async fn wrong_method() -> Trouble {
    Trouble::new(ProblemCode::MethodNotAllowed)
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Trouble::new(ProblemCode::Internal).into_response()
}

async fn in_time(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let body_within = desk.http.body_within;
    let request = request.map(|body| Body::new(DeadlineBody::new(body_within, body)));
    match tokio::time::timeout(desk.http.answer_within, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Trouble::unavailable().into_response(),
    }
}

/// Nobody takes more than their share. Who is signed in is counted by who they are, once that is known; here everybody
/// else is, by their address. Health and a browser's question whether it may ask are free.
async fn in_measure(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    if is_health(request.uri().path()) || request.method() == Method::OPTIONS {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let client = desk.limits.client(&parts);
    let sign_in = desk.sign_in.as_ref();
    let has_token = parts.headers.contains_key(header::AUTHORIZATION)
        || sign_in.is_some_and(|sign_in| sign_in.has_cookie(&parts.headers));
    let room = match has_token {
        true => desk.limits.may_sign_in(client),
        false => desk.limits.stranger(client),
    };
    if let Err(trouble) = room {
        return trouble.into_response();
    }
    let response = next.run(Request::from_parts(parts, body)).await;
    if has_token && response.status() == StatusCode::UNAUTHORIZED {
        desk.limits.sign_in_failed(client);
    }
    response
}

fn is_health(path: &str) -> bool {
    matches!(path, "/livez" | "/readyz")
}

/// Exactly the named origins. No cookies: the token travels in a header; but for pages at other origins of the site, where
/// the server signs people in. What needs no sign-in is no exception: else any page could have its visitors ask for it,
/// each with an address of their own to be counted by, and read what a server inside a company's network says.
fn cors(desk: &Desk) -> CorsLayer {
    let parsed = |origins: &[String]| -> Vec<HeaderValue> {
        origins.iter().filter_map(|it| it.parse().ok()).collect()
    };
    let pages = desk.sign_in.as_ref().map_or(&[][..], |it| it.pages());
    let pages = parsed(pages);
    let origins = [parsed(&desk.allow_origins), pages.clone()].concat();
    let mut headers = vec![
        header::AUTHORIZATION,
        header::CONTENT_TYPE,
        header::IF_MATCH,
        header::IF_NONE_MATCH,
        // A host page that traces its requests adds it to all of them.
        TRACEPARENT,
        HeaderName::from_static(IDEMPOTENCY_KEY),
    ];
    if !pages.is_empty() {
        headers.push(HeaderName::from_static(SESSION_HEADER));
    }
    CorsLayer::new()
        .allow_origin(origins)
        .allow_credentials(AllowCredentials::predicate(move |origin, _| {
            pages.contains(origin)
        }))
        .allow_methods([Method::GET, Method::POST, Method::PUT])
        .allow_headers(headers)
        .expose_headers([
            header::ETAG,
            header::LOCATION,
            header::RETRY_AFTER,
            REQUEST_ID,
        ])
        .max_age(Duration::from_secs(600))
}

/// The outermost layer: names the request, writes a problem's body, sets what every answer carries, counts, and logs one
/// line without anything that the request carried.
async fn finish(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let running = InFlight::begin();
    let id = request_id::of(request.headers());
    let method = request.method().clone();
    let is_api = request.uri().path().starts_with(paths::ROOT);
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map_or("(file)", MatchedPath::as_str);
    // Whatever the level: every line says which request it is about.
    #[cfg(not(feature = "otel"))]
    let span = tracing::error_span!("request", id);
    #[cfg(feature = "otel")]
    let span = tracing::error_span!("request", id, otel.name = route, otel.kind = "server");
    #[cfg(feature = "otel")]
    crate::observe::traces::continue_from(&span, request.headers());
    let (request, unread) = Unread::watch(request);
    let mut response = next.run(request).instrument(span.clone()).await;
    drop(running);
    if let Some(mut trouble) = response.extensions_mut().remove::<Trouble>() {
        for refusal in trouble.problem.verdict.iter().flat_map(|it| it.reasons()) {
            metrics::refused(refusal.rule.code());
        }
        trouble.problem.request_id = Some(id.clone());
        response = with_body(response, &trouble);
    }
    let status = response.status();
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    if unread.is_left() {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    secure(headers, is_api);
    if is_api || status.is_client_error() || status.is_server_error() {
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
    }
    let took = started.elapsed();
    metrics::answered(route, &method, status, took);
    let _entered = span.enter();
    let (status, ms) = (status.as_u16(), took.as_secs_f64() * 1_000.0);
    match status {
        // Asked every second or so; whoever asks acts on it.
        _ if is_health(route) => tracing::debug!(%method, route, status, ms, id, "answered"),
        500.. => tracing::error!(%method, route, status, ms, id, "answered"),
        _ if is_api => tracing::info!(%method, route, status, ms, id, "answered"),
        _ => tracing::debug!(%method, route, status, ms, id, "answered"),
    }
    response
}

/// What every answer tells the browser.
fn secure(headers: &mut HeaderMap, is_api: bool) {
    // Other sites embed the app's files, also those that isolate themselves (Cross-Origin-Embedder-Policy). What the API
    // says they get by CORS, which asks for more; no page may pull it in without.
    let resources = if is_api {
        "same-origin"
    } else {
        "cross-origin"
    };
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=()",
        ),
        ("cross-origin-resource-policy", resources),
    ] {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    if is_api {
        // Opened by itself, an answer of the API is no page.
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        );
    }
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
