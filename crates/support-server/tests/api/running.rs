//! What those who run the server are promised: slow and greedy clients harm nobody else, a stop cuts nobody off, and what
//! is logged and counted holds nothing of anybody's.

use crate::desk::*;
use crate::faults;
use axum::Router;
use axum::http::{Request, StatusCode, header};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use support_server::limits::Limits;
use support_server::serve;
use support_server::settings::{DrainSettings, HttpSettings, LimitSettings};
use support_server::{Desk, admin_router, router};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// A client that sends bytes as they are.
async fn connect(address: std::net::SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

/// All that comes until the server closes the connection.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset closes too.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

fn quick(desk: &TestDesk, within: Duration) -> HttpSettings {
    HttpSettings {
        headers_within: within,
        body_within: within,
        ..desk.desk.http
    }
}

/// Serves on a free port until the sender is dropped.
async fn serving(
    routes: Router,
    http: HttpSettings,
) -> (std::net::SocketAddr, oneshot::Sender<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let stopped = async { drop(stopped.await) };
    tokio::spawn(serve::run(
        listener,
        routes,
        http,
        Duration::from_secs(30),
        stopped,
    ));
    (address, stop)
}

const LIVEZ: &[u8] = b"GET /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_open_headers_are_closed_while_good_clients_are_served() {
    let desk = TestDesk::open().await;
    let count = std::env::var("HALF_OPEN").map_or(50, |count| count.parse().unwrap());
    let within = Duration::from_secs(if count > 50 { 10 } else { 1 });
    let (address, _stop) = serving(desk.routes.clone(), quick(&desk, within)).await;
    let mut waiting = Vec::new();
    for _ in 0..count {
        let mut slow = connect(address).await;
        slow.write_all(b"GET /livez HTTP/1.1\r\nhost: a\r\nx-slow:")
            .await
            .unwrap();
        waiting.push(tokio::spawn(async move { until_closed(&mut slow).await }));
    }
    for _ in 0..20 {
        let mut good = connect(address).await;
        good.write_all(LIVEZ).await.unwrap();
        assert!(until_closed(&mut good).await.starts_with("HTTP/1.1 200"));
    }
    assert!(
        waiting.iter().filter(|slow| slow.is_finished()).count() < waiting.len(),
        "good clients were served while slow ones were still there"
    );
    for slow in waiting {
        let said = slow.await.unwrap();
        assert!(
            !said.contains(" 200 "),
            "closed without having been served: {said}"
        );
    }
}

#[tokio::test]
async fn a_refusal_that_waits_for_no_body_says_that_its_connection_is_over_and_others_keep_theirs()
{
    let desk = TestDesk::open().await;
    let (address, _stop) = serving(desk.routes.clone(), desk.desk.http).await;
    let mut early = connect(address).await;
    early
        .write_all(b"POST /api/v1/nowhere HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\n")
        .await
        .unwrap();
    let said = until_closed(&mut early).await;
    assert!(said.starts_with("HTTP/1.1 404"), "{said}");
    assert!(said.contains("connection: close"), "{said}");

    let mut whole = connect(address).await;
    let asked = b"POST /api/v1/verdicts HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\nwrong";
    whole.write_all(asked).await.unwrap();
    whole.write_all(LIVEZ).await.unwrap();
    let said = until_closed(&mut whole).await;
    let (refused, next) = said.split_at(said.find("HTTP/1.1 200").unwrap());
    assert!(refused.starts_with("HTTP/1.1 4"), "{said}");
    assert!(!refused.contains("connection: close"), "{said}");
    assert!(next.ends_with("alive\n"), "{said}");
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let desk = TestDesk::open().await;
    let http = quick(&desk, Duration::from_secs(1));
    let (address, _stop) = serving(desk.routes.clone(), http).await;
    let mut idle = connect(address).await;
    idle.write_all(b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    let said = until_closed(&mut idle).await;
    assert!(
        said.starts_with("HTTP/1.1 200") && said.ends_with("alive\n"),
        "{said}"
    );
}

#[tokio::test]
async fn a_body_that_stops_half_way_is_answered_and_its_connection_closed() {
    let desk = TestDesk::open().await;
    let http = quick(&desk, Duration::from_secs(1));
    let routes = router(Desk {
        http,
        ..desk.desk.clone()
    });
    let (address, _stop) = serving(routes, http).await;
    let mut half = connect(address).await;
    half.write_all(
        b"POST /api/v1/verdicts HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"pro",
    )
    .await
    .unwrap();
    let said = until_closed(&mut half).await;
    assert!(
        said.starts_with("HTTP/1.1 400") && said.contains("the body broke off"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_is_announced_lets_what_runs_finish_and_takes_no_more() {
    let desk = TestDesk::open().await;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (begun, has_begun) = oneshot::channel::<()>();
    let (go_on, may_go_on) = oneshot::channel::<()>();
    let channels = Arc::new(std::sync::Mutex::new(Some((begun, may_go_on))));
    let slow = async move || {
        let (begun, may_go_on) = channels.lock().unwrap().take().unwrap();
        begun.send(()).unwrap();
        may_go_on.await.unwrap();
        "finished"
    };
    let routes = Router::new()
        .route("/slow", axum::routing::get(slow))
        .merge(desk.routes.clone());
    let (ask, asked) = oneshot::channel::<()>();
    let (leave, left) = (desk.desk.draining.clone(), desk.desk.draining.clone());
    let drain = DrainSettings {
        notice: Duration::from_millis(200),
        within: Duration::from_secs(30),
    };
    let stop = serve::noticed(async { drop(asked.await) }, leave, drain);
    let run = tokio::spawn(serve::run(
        listener,
        routes,
        desk.desk.http,
        drain.within,
        stop,
    ));
    let mut running = connect(address).await;
    running
        .write_all(b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    has_begun.await.unwrap();
    let ready = || {
        desk.send(
            Request::get("/readyz")
                .body(axum::body::Body::empty())
                .unwrap(),
        )
    };
    assert_eq!(ready().await.status, StatusCode::OK);

    drop(ask);
    while !left.has_begun() {
        tokio::task::yield_now().await;
    }
    ready().await.problem(503, "unavailable");
    let alive = desk.send(
        Request::get("/livez")
            .body(axum::body::Body::empty())
            .unwrap(),
    );
    assert_eq!(
        alive.await.status,
        StatusCode::OK,
        "it lives until it is gone"
    );
    // After the notice nobody listens any more.
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!run.is_finished(), "the request still runs");
    go_on.send(()).unwrap();
    let said = until_closed(&mut running).await;
    assert!(
        said.starts_with("HTTP/1.1 200") && said.ends_with("finished"),
        "{said}"
    );
    run.await.unwrap();
}

/// The same desk with these limits, whose clock stands still until it is moved.
fn limited(desk: &TestDesk, limits: &LimitSettings) -> Router {
    let (start, shown) = (Instant::now(), Arc::clone(&desk.limits_clock));
    let time = move || start + Duration::from_millis(shown.load(Ordering::Relaxed));
    router(Desk {
        limits: Arc::new(Limits::new(limits, 0, time)),
        ..desk.desk.clone()
    })
}

#[tokio::test]
async fn a_person_who_is_too_fast_waits_and_nobody_else_does() {
    let desk = TestDesk::open().await;
    let wide = every_limit("1000/1000".parse().unwrap());
    let person = "60/2".parse().unwrap();
    let routes = limited(&desk, &LimitSettings { person, ..wide });
    let (ada, ben) = (Who::global_admin("Ada"), Who::global_admin("Ben"));
    let account =
        async |who: &Who| send(&routes, get_request(&desk.issuer.token(who), "/account")).await;
    for _ in 0..2 {
        assert_eq!(account(&ada).await.status, StatusCode::OK);
    }
    let waits = account(&ada).await;
    waits.problem(429, "too-many-requests");
    assert_eq!(waits.headers[header::RETRY_AFTER], "1");
    assert_eq!(account(&ben).await.status, StatusCode::OK);
    desk.limits_clock.store(1_000, Ordering::Relaxed);
    assert_eq!(account(&ada).await.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_tries_one_wrong_token_after_the_other_is_not_listened_to() {
    let desk = TestDesk::open().await;
    let wide = every_limit("1000/1000".parse().unwrap());
    let failed_sign_ins = "60/3".parse().unwrap();
    let routes = limited(
        &desk,
        &LimitSettings {
            failed_sign_ins,
            ..wide
        },
    );
    for _ in 0..3 {
        let reply = send(&routes, get_request("no.token.atall", "/account")).await;
        reply.problem(401, "not-signed-in");
    }
    let ada = Who::global_admin("Ada");
    for token in ["no.token.atall", &desk.issuer.token(&ada)] {
        send(&routes, get_request(token, "/account"))
            .await
            .problem(429, "too-many-requests");
    }
    // What needs no token is still there, and tokens are looked at again after a while.
    let programme = Request::get("/api/v1/programme")
        .body(axum::body::Body::empty())
        .unwrap();
    assert_eq!(send(&routes, programme).await.status, StatusCode::OK);
    desk.limits_clock.store(1_000, Ordering::Relaxed);
    let reply = send(&routes, get_request(&desk.issuer.token(&ada), "/account")).await;
    assert_eq!(reply.status, StatusCode::OK);
}

#[tokio::test]
async fn a_stranger_who_is_too_fast_waits_but_health_is_always_told() {
    let desk = TestDesk::open().await;
    let wide = every_limit("1000/1000".parse().unwrap());
    let address = "60/2".parse().unwrap();
    let routes = limited(&desk, &LimitSettings { address, ..wide });
    let get = async |path: &str| {
        send(
            &routes,
            Request::get(path).body(axum::body::Body::empty()).unwrap(),
        )
        .await
    };
    assert_eq!(get("/api/v1/programme").await.status, StatusCode::OK);
    get("/missing.js").await.problem(404, "not-found");
    get("/api/v1/programme")
        .await
        .problem(429, "too-many-requests");
    assert_eq!(get("/livez").await.status, StatusCode::OK);
    let ada = desk.issuer.token(&Who::global_admin("Ada"));
    let reply = send(&routes, get_request(&ada, "/account")).await;
    assert_eq!(
        reply.status,
        StatusCode::OK,
        "whoever is signed in is another matter"
    );
}

#[tokio::test]
async fn every_answer_is_safe_to_open_and_files_can_be_embedded() {
    let desk = TestDesk::open().await;
    for (path, resources) in [
        ("/api/v1/programme", "same-origin"),
        ("/api/v1/account", "same-origin"),
        ("/missing.js", "cross-origin"),
        ("/livez", "cross-origin"),
    ] {
        let reply = desk
            .send(Request::get(path).body(axum::body::Body::empty()).unwrap())
            .await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            (
                "permissions-policy",
                "camera=(), geolocation=(), microphone=()",
            ),
            ("cross-origin-resource-policy", resources),
        ] {
            assert_eq!(reply.headers[name], value, "{name} of {path}");
        }
    }
    let preflight = Request::options("/api/v1/incidents")
        .header("origin", "https://partners.example")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,if-match,traceparent",
        )
        .body(axum::body::Body::empty())
        .unwrap();
    let reply = desk.send(preflight).await;
    let allowed = reply.headers["access-control-allow-headers"]
        .to_str()
        .unwrap();
    for name in [
        "authorization",
        "if-match",
        "traceparent",
        "idempotency-key",
    ] {
        assert!(allowed.contains(name), "{allowed}");
    }
}

#[tokio::test]
async fn a_caller_finds_its_own_request_id_in_the_answer() {
    let desk = TestDesk::open().await;
    let id = "0192f0c1-5f9e-7cc3-9a41-0123456789ab";
    let request = Request::get("/api/v1/account").header("x-request-id", id);
    let reply = desk
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!(reply.problem(401, "not-signed-in")["request_id"], id);
}

#[tokio::test]
async fn it_is_not_ready_while_tokens_cannot_be_verified() {
    let desk = TestDesk::open().await;
    desk.issuer.stop();
    let reply = desk
        .send(
            Request::get("/readyz")
                .body(axum::body::Body::empty())
                .unwrap(),
        )
        .await;
    assert!(
        reply.problem(503, "unavailable")["detail"]
            .as_str()
            .unwrap()
            .contains("identity")
    );
}

#[tokio::test]
async fn metrics_count_routes_and_rules_and_are_told_on_their_own_address_alone() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let refused = desk
        .post(&ada, "/incidents", &incident("unheard-of-contract"))
        .await;
    assert!(!refused.status.is_success());
    desk.post(
        &ada,
        "/benefits/product-support.competency/activation",
        &json!({}),
    )
    .await;
    desk.get(&ada, "/incidents/some-secret-id").await;
    let public = desk
        .send(
            Request::get("/metrics")
                .body(axum::body::Body::empty())
                .unwrap(),
        )
        .await;
    public.problem(404, "not-found");
    let admin = admin_router(desk.desk.clone());
    let told = send(
        &admin,
        Request::get("/metrics")
            .body(axum::body::Body::empty())
            .unwrap(),
    )
    .await;
    assert_eq!(told.status, StatusCode::OK);
    let text = String::from_utf8(told.bytes).unwrap();
    for expected in [
        "partner_support_build_info{version=\"",
        "partner_support_http_requests_total{route=\"/api/v1/incidents/{",
        "partner_support_http_request_duration_seconds_bucket{le=\"0.001\",route=",
        "partner_support_http_requests_in_flight ",
        "partner_support_verdict_refusals_total{rule=\"S",
        "partner_support_identity_key_fetches_total{outcome=\"fetched\"}",
        "partner_support_store_writer_queue ",
        "partner_support_outbox_oldest_seconds ",
        "status=\"4xx\"",
        "# EOF",
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
    for secret in [
        "unheard-of",
        "some-secret",
        "birch",
        "Ada",
        "ada\"",
        &desk.issuer.address,
    ] {
        assert!(!text.contains(secret), "{secret} is in\n{text}");
    }
    let alerts = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../deploy/prometheus-alerts.yml"
    );
    let alerts = std::fs::read_to_string(alerts).unwrap();
    let named = alerts.split(|c: char| c != '_' && !c.is_ascii_alphanumeric());
    let named: Vec<&str> = named
        .filter(|word| word.starts_with("partner_support_"))
        .collect();
    assert!(named.len() > 5);
    for name in named {
        let name = name.trim_end_matches("_total").trim_end_matches("_bucket");
        assert!(
            text.contains(&format!("# TYPE {name} ")),
            "an alert on {name}, which nobody tells"
        );
    }
    for path in ["/livez", "/readyz"] {
        let reply = send(
            &admin,
            Request::get(path).body(axum::body::Body::empty()).unwrap(),
        )
        .await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_says_whether_the_server_beside_it_is_ready() {
    let issuer = TestIssuer::start();
    let folder = Folder::new();
    let server = faults::start(&faults::data(&folder), &issuer.address, &[]);
    let healthy = |address: &str| {
        std::process::Command::new(env!("CARGO_BIN_EXE_support-server"))
            .args(["healthy", "--listen", address])
            .output()
            .unwrap()
    };
    let address = server.address.clone();
    assert!(healthy(&address).status.success());
    drop(server);
    let gone = healthy(&address);
    assert!(!gone.status.success());
    assert!(String::from_utf8_lossy(&gone.stderr).contains("is not ready"));
}

#[cfg(feature = "otel")]
#[test]
fn a_request_is_a_span_of_the_trace_that_its_caller_names() {
    use std::io::{Read, Write};
    let issuer = TestIssuer::start();
    let folder = Folder::new();
    let collector = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let endpoint = format!("http://{}", collector.local_addr().unwrap());
    let more = ["--trace-endpoint", &endpoint];
    let server = faults::start(&faults::data(&folder), &issuer.address, &more);
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let reply = faults::agent()
        .get(format!("http://{}/api/v1/account", server.address))
        .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"))
        .call()
        .unwrap();
    assert_eq!(reply.headers()["x-request-id"], trace);

    let (mut sent, _) = collector.accept().unwrap();
    let mut bytes = Vec::new();
    let mut part = [0; 4_096];
    // Its header, then as many bytes as that says.
    let (header, start) = loop {
        let length = sent.read(&mut part).unwrap();
        bytes.extend_from_slice(&part[..length]);
        if let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            break (
                String::from_utf8_lossy(&bytes[..end]).to_lowercase(),
                end + 4,
            );
        }
    };
    assert!(header.starts_with("post /v1/traces "), "{header}");
    let length = header
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.unwrap().parse().unwrap();
    while bytes.len() < start + length {
        let more = sent.read(&mut part).unwrap();
        bytes.extend_from_slice(&part[..more]);
    }
    sent.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        .unwrap();
    let has = |what: &[u8]| bytes.windows(what.len()).any(|it| it == what);
    assert!(has(&u128::from_str_radix(trace, 16).unwrap().to_be_bytes()));
    assert!(has(b"/api/v1/account") && has(b"partner-support"));
}
