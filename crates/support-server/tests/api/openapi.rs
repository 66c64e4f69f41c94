//! The API's document says what the server does, and is there for everybody.

use crate::desk::*;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use support_api::{CUSTOMER_LENGTH, DESCRIPTION_LENGTH, ID_LENGTH, TITLE_LENGTH};
use support_server::api_paths;

async fn document(desk: &TestDesk) -> Value {
    let request = Request::get("/api/v1/openapi.json");
    let reply = desk.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.headers["content-type"], "application/json");
    reply.json()
}

/// `UPDATE_OPENAPI=1 cargo test -p support-server --test api openapi` writes it anew after the API was changed.
#[tokio::test]
async fn the_document_in_the_repository_is_the_one_that_is_served() {
    let desk = TestDesk::open().await;
    let served = serde_json::to_string_pretty(&document(&desk).await).unwrap() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, &served).unwrap();
    }
    assert!(
        std::fs::read_to_string(path).unwrap() == served,
        "docs/openapi.json is not what is served: UPDATE_OPENAPI=1 writes it anew"
    );
}

#[tokio::test]
async fn every_route_is_in_the_document_and_nothing_else_is() {
    let desk = TestDesk::open().await;
    let document = document(&desk).await;
    let told = document["paths"].as_object().unwrap();
    let told: BTreeSet<String> = told
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let mut served = BTreeSet::new();
    for path in api_paths() {
        // A method that no route has is answered with those that it has.
        let request = Request::builder()
            .method("TRACE")
            .uri(format!("/api/v1{path}").replace(['{', '}'], "x"));
        let reply = desk.send(request.body(Body::empty()).unwrap()).await;
        reply.problem(405, "method-not-allowed");
        let allowed = reply.headers["allow"].to_str().unwrap();
        let methods = allowed.split(',').filter(|method| *method != "HEAD");
        served.extend(methods.map(|method| format!("{method} {path}")));
    }
    assert_eq!(told, served);
}

#[tokio::test]
async fn the_document_says_the_limits_that_hold() {
    let desk = TestDesk::open().await;
    let document = document(&desk).await;
    let schemas = &document["components"]["schemas"];
    for (schema, field, longest) in [
        ("SupportIds", "access_id", ID_LENGTH),
        ("SupportIds", "contract_id", ID_LENGTH),
        ("NewIncident", "title", TITLE_LENGTH),
        ("NewIncident", "description", DESCRIPTION_LENGTH),
        ("NewIncident", "customer", CUSTOMER_LENGTH),
    ] {
        let told = &schemas[schema]["properties"][field]["maxLength"];
        assert_eq!(*told, longest, "{schema}.{field}");
    }
}
