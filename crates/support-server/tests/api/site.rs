//! The app's files, as a browser gets them.

use crate::desk::*;
use axum::body::Body;
use axum::http::{Request, StatusCode};

async fn fetch(desk: &TestDesk, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    desk.send(request.body(Body::empty()).unwrap()).await
}

async fn desk_with_files() -> TestDesk {
    let desk = TestDesk::open().await;
    let site = desk.folder.0.join("site");
    for (name, text) in [
        ("index.html", "<!doctype html>"),
        ("app.wasm", "plain wasm"),
        ("app.wasm.br", "packed"),
        ("app.js", "1"),
    ] {
        std::fs::write(site.join(name), text).unwrap();
    }
    std::fs::write(desk.folder.0.join("outside.js"), "secret").unwrap();
    desk
}

#[tokio::test]
async fn files_come_with_their_type_a_tag_and_a_strict_policy() {
    let desk = desk_with_files().await;
    let page = fetch(&desk, "/", &[("accept", "text/html")]).await;
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    for part in [
        "default-src 'none'",
        "'wasm-unsafe-eval'",
        "trusted-types 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    let wasm = fetch(&desk, "/app.wasm", &[]).await;
    assert_eq!(wasm.headers["content-type"], "application/wasm");
    assert_eq!(
        (wasm.bytes.as_slice(), wasm.headers.get("content-encoding")),
        (&b"plain wasm"[..], None)
    );
    assert_eq!(wasm.headers["x-content-type-options"], "nosniff");
    let packed = fetch(&desk, "/app.wasm", &[("accept-encoding", "gzip, br;q=0.9")]).await;
    assert_eq!(packed.headers["content-encoding"], "br");
    assert_eq!(packed.bytes, b"packed");
    let tag = packed.headers["etag"].to_str().unwrap();
    let again = fetch(
        &desk,
        "/app.wasm",
        &[("accept-encoding", "br"), ("if-none-match", tag)],
    )
    .await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn a_missing_file_is_missing_and_never_the_page() {
    let desk = desk_with_files().await;
    let html = [("accept", "text/html,*/*")];
    for path in [
        "/missing.js",
        "/old-hash.wasm",
        "/../outside.js",
        "/%2e%2e/outside.js",
        "/.env",
    ] {
        fetch(&desk, path, &html).await.problem(404, "not-found");
    }
    // An address of the app itself, opened or reloaded, is the page.
    for path in [
        "/support/incidents",
        "/support/benefits/product-support.competency",
    ] {
        assert_eq!(fetch(&desk, path, &html).await.bytes, b"<!doctype html>");
        fetch(&desk, path, &[("accept", "*/*")])
            .await
            .problem(404, "not-found");
    }
    fetch(&desk, "/api/v2/account", &html)
        .await
        .problem(404, "not-found");
}

#[tokio::test]
async fn only_named_origins_may_call_from_a_browser() {
    let desk = desk_with_files().await;
    let named = fetch(
        &desk,
        "/api/v1/programme",
        &[("origin", "https://partners.example")],
    )
    .await;
    assert_eq!(
        named.headers["access-control-allow-origin"],
        "https://partners.example"
    );
    let other = fetch(
        &desk,
        "/api/v1/programme",
        &[("origin", "https://evil.example")],
    )
    .await;
    assert!(!other.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn the_server_says_whether_it_lives_and_is_ready() {
    let desk = TestDesk::open().await;
    for path in ["/livez", "/readyz", "/config.json"] {
        assert_eq!(fetch(&desk, path, &[]).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_page_whose_people_are_signed_in_elsewhere_is_told_nothing_of_sign_in() {
    let desk = TestDesk::open().await;
    let config = fetch(&desk, "/config.json", &[]).await.json();
    assert_eq!(config, serde_json::json!({ "apiBase": "/api/v1" }));
}
