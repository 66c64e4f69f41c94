//! The API's document says what the server does, and is there for everybody.

use crate::desk::*;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use support_api::{CUSTOMER_LENGTH, DESCRIPTION_LENGTH, ID_LENGTH, TITLE_LENGTH};
use support_server::{Desk, api_paths, router};

async fn document(desk: &TestDesk) -> Value {
    let request = Request::get("/api/v1/openapi.json");
    let reply = desk.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.headers["content-type"], "application/json");
    reply.json()
}

/// Those of a document, such as `GET /incidents/{incident}`.
fn operations(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().unwrap().iter();
    let named = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().keys();
        methods.map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    named.collect()
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
    let told = operations(&document);
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

/// An example of docs/api.md: what is typed, and what is shown of the answer.
struct Example {
    command: String,
    status: u16,
    shown: Value,
}

fn examples(page: &str) -> Vec<Example> {
    let typed = page.split("```console\n$ ").skip(1);
    typed
        .map(|part| {
            let (command, rest) = part.split_once("\n```\n\n`").unwrap();
            let (status, rest) = rest.split_once("`\n\n```json\n").unwrap();
            let (shown, _) = rest.split_once("```").unwrap();
            Example {
                command: command.to_owned(),
                status: status.parse().unwrap(),
                shown: serde_json::from_str(shown).unwrap(),
            }
        })
        .collect()
}

/// The words of a command, as a shell takes them apart: quotes of both kinds, a backslash before the end of a line.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![];
    let (mut word, mut quote) = (String::new(), None);
    for letter in command.replace("\\\n", " ").chars() {
        match (letter, quote) {
            ('\'' | '"', None) => quote = Some(letter),
            (_, Some(open)) if letter == open => quote = None,
            (' ', None) => {
                words.extend(Some(std::mem::take(&mut word)).filter(|it| !it.is_empty()))
            }
            _ => word.push(letter),
        }
    }
    words.push(word);
    words
}

/// The request that a curl command sends.
fn request(command: &str) -> Request<Body> {
    let mut words = words(command).into_iter();
    assert_eq!(words.next().unwrap(), "curl");
    let (mut request, mut body) = (Request::builder(), Body::empty());
    while let Some(word) = words.next() {
        request = match word.as_str() {
            "-X" => request.method(words.next().unwrap().as_str()),
            "-H" => {
                let header = words.next().unwrap();
                let (name, value) = header.split_once(": ").unwrap();
                request.header(name, value)
            }
            "--json" => {
                body = Body::from(words.next().unwrap());
                let request = request.method("POST");
                request.header("content-type", "application/json")
            }
            address => request.uri(address.strip_prefix("http://127.0.0.1:8080").unwrap()),
        };
    }
    request.body(body).unwrap()
}

/// Whether the answer has everything that is shown. A shown `$NAME` keeps the value by that name, or is the one kept.
fn is_shown(shown: &Value, given: &Value, kept: &mut BTreeMap<String, String>) -> bool {
    match (shown, given) {
        (Value::Object(shown), Value::Object(given)) => shown.iter().all(|(name, value)| {
            let given = given.get(name);
            given.is_some_and(|given| is_shown(value, given, kept))
        }),
        (Value::Array(shown), Value::Array(given)) => {
            shown.is_empty() == given.is_empty()
                && shown.len() <= given.len()
                && std::iter::zip(shown, given).all(|(shown, given)| is_shown(shown, given, kept))
        }
        (Value::String(name), Value::String(given)) if name.starts_with('$') => {
            kept.entry(name.clone()).or_insert_with(|| given.clone()) == given
        }
        (Value::String(any), _) if any == "…" => true,
        _ => shown == given,
    }
}

#[tokio::test]
async fn the_page_of_examples_has_every_operation_and_its_real_answer() {
    let mut desk = TestDesk::open().await;
    let (jonas, olga) = (Who::global_admin("Jonas"), Who::operator("Olga"));
    let gold = ("gold", Some("data-platform"));
    desk.partner("juniper-data", gold, &[&jonas]).await;
    desk.routes = router(Desk {
        sign_in: Some(crate::session::sign_in(&desk, "http://127.0.0.1:8080")),
        ..desk.desk.clone()
    });
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api.md");
    let page = std::fs::read_to_string(path).unwrap();
    let mut operations = operations(&document(&desk).await);
    let mut kept = BTreeMap::from([
        ("$JONAS".to_owned(), desk.issuer.token(&jonas)),
        ("$OLGA".to_owned(), desk.issuer.token(&olga)),
    ]);
    for example in examples(&page) {
        let mut command = example.command.replace("$(uuidgen)", &unique());
        for (name, value) in &kept {
            command = command.replace(name, value);
        }
        let request = request(&command);
        let (method, address) = (request.method().clone(), request.uri().path().to_owned());
        let reply = desk.send(request).await;
        let given = match reply.headers.get("content-type") {
            Some(kind) if kind == "text/event-stream" => first_event(&reply),
            Some(_) => reply.json(),
            // A redirect is shown by where it leads.
            None => {
                json!({ "Location": reply.headers.get("location").map(|it| it.to_str().unwrap()) })
            }
        };
        assert_eq!(reply.status, example.status, "{}: {given}", example.command);
        assert!(
            is_shown(&example.shown, &given, &mut kept),
            "{:#}\n\nis shown instead of\n\n{given}",
            example.shown
        );
        operations.retain(|operation| !is_of(operation, method.as_str(), &address));
    }
    assert_eq!(operations, BTreeSet::new(), "these have no example");
}

/// The data of the first event of a stream.
fn first_event(reply: &Reply) -> Value {
    let stream = std::str::from_utf8(&reply.bytes).unwrap();
    let data = stream.lines().find_map(|line| line.strip_prefix("data: "));
    serde_json::from_str(data.unwrap()).unwrap()
}

/// Whether a call is one of an operation such as `GET /incidents/{incident}`.
fn is_of(operation: &str, method: &str, address: &str) -> bool {
    let (verb, path) = operation.split_once(' ').unwrap();
    let called = address.strip_prefix("/api/v1").unwrap().split('/');
    let parts = path.split('/');
    verb == method
        && parts.clone().count() == called.clone().count()
        && std::iter::zip(parts, called)
            .all(|(part, called)| part.starts_with('{') || part == called)
}
