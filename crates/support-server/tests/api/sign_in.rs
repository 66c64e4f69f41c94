//! Only a token that holds in every respect lets anybody in.

use crate::desk::*;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

async fn refused(desk: &TestDesk, token: &str, why: &str) {
    let reply = desk.send(get_request(token, "/account")).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{why}");
    reply.problem(401, "not-signed-in");
    assert_eq!(reply.headers["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn a_token_that_does_not_hold_lets_nobody_in() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    let good = desk.issuer.claims(&ada);
    assert_eq!(desk.get(&ada, "/account").await.status, StatusCode::OK);
    let changed: [(&str, &str, Value); 9] = [
        ("an hour old", "exp", (now() - 3_600).into()),
        ("just past the leeway", "exp", (now() - 62).into()),
        ("from the future", "nbf", (now() + 120).into()),
        ("for another audience", "aud", "somebody-else".into()),
        ("for other audiences", "aud", json!(["a", "b"])),
        ("of another issuer", "iss", "https://evil.example".into()),
        (
            "of an issuer that looks alike",
            "iss",
            format!("{}/", desk.issuer.address).into(),
        ),
        ("for nobody", "sub", "".into()),
        ("of an unknown kind", "account_kind", "robot".into()),
    ];
    for (why, claim, value) in changed {
        let mut claims = good.clone();
        claims[claim] = value;
        refused(&desk, &desk.issuer.token_with(&claims), why).await;
    }
    for claim in ["exp", "iss", "aud", "sub"] {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().remove(claim);
        refused(&desk, &desk.issuer.token_with(&claims), claim).await;
    }
    let mut several = good.clone();
    several["aud"] = json!(["another", AUDIENCE]);
    let reply = desk
        .send(get_request(&desk.issuer.token_with(&several), "/account"))
        .await;
    assert_eq!(
        reply.status,
        StatusCode::OK,
        "one of several audiences is enough"
    );
}

#[tokio::test]
async fn a_forged_token_lets_nobody_in() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    let claims = desk.issuer.claims(&ada);
    let forger = signing_key();
    refused(
        &desk,
        &sign(&forger, &json!({ "alg": "ES256", "kid": "test" }), &claims),
        "key",
    )
    .await;
    refused(
        &desk,
        &sign(&forger, &json!({ "alg": "ES256", "kid": "other" }), &claims),
        "kid",
    )
    .await;
    refused(
        &desk,
        &sign(&forger, &json!({ "alg": "ES256" }), &claims),
        "no kid",
    )
    .await;
    // The algorithm is the key's, never the token's.
    for algorithm in ["none", "None", "HS256", "RS256", "ES384", "PS256"] {
        let token = sign(
            &forger,
            &json!({ "alg": algorithm, "kid": "test" }),
            &claims,
        );
        refused(&desk, &token, algorithm).await;
    }
    let good = desk.issuer.token(&ada);
    let (message, _) = good.rsplit_once('.').unwrap();
    refused(&desk, &format!("{message}."), "without its signature").await;
    let parts: Vec<&str> = good.split('.').collect();
    let mut operator = claims.clone();
    operator["operator"] = true.into();
    let promoted = URL_SAFE_NO_PAD.encode(operator.to_string());
    refused(
        &desk,
        &format!("{}.{promoted}.{}", parts[0], parts[2]),
        "with other claims",
    )
    .await;
    for nonsense in ["", "x", "a.b.c", "....", &"x".repeat(20_000)] {
        refused(&desk, nonsense, "nonsense").await;
    }
}

#[tokio::test]
async fn without_a_bearer_token_nothing_of_anybody_is_shown() {
    let desk = TestDesk::open().await;
    let token = desk.issuer.token(&Who::global_admin("Ada"));
    for authorization in [None, Some("Basic YTpi".to_owned()), Some(token)] {
        for path in [
            "/account",
            "/incidents",
            "/incidents/1",
            "/operator/activations",
        ] {
            let mut request = Request::get(format!("/api/v1{path}"));
            if let Some(value) = &authorization {
                request = request.header("authorization", value);
            }
            let reply = desk.send(request.body(Body::empty()).unwrap()).await;
            reply.problem(401, "not-signed-in");
        }
    }
}

#[tokio::test]
async fn the_partner_comes_from_the_servers_own_binding_never_from_the_token() {
    let desk = TestDesk::open().await;
    let (ada, eve) = (Who::global_admin("Ada"), Who::global_admin("Eve"));
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let mut claims = desk.issuer.claims(&eve);
    claims["partner"] = "birch".into();
    claims["partner_id"] = "birch".into();
    let reply = desk
        .send(get_request(&desk.issuer.token_with(&claims), "/account"))
        .await;
    assert_eq!(reply.json().get("partner"), None);
}

#[tokio::test]
async fn while_the_issuer_is_away_known_keys_go_on_and_unknown_ones_wait() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    assert_eq!(desk.get(&ada, "/account").await.status, StatusCode::OK);
    desk.issuer.stop();
    assert_eq!(desk.get(&ada, "/account").await.status, StatusCode::OK);

    // A server that starts meanwhile knows nothing yet, which is not the person's fault.
    let late = TestDesk::open().await;
    late.issuer.stop();
    let reply = late.get(&ada, "/account").await;
    reply.problem(503, "unavailable");
    assert!(reply.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn a_hundred_requests_with_an_unknown_key_ask_the_issuer_once() {
    let desk = TestDesk::open().await;
    let claims = desk.issuer.claims(&Who::global_admin("Ada"));
    let token = sign(
        &signing_key(),
        &json!({ "alg": "ES256", "kid": "other" }),
        &claims,
    );
    let asks = (0..100).map(|_| desk.send(get_request(&token, "/account")));
    for reply in futures(asks).await {
        reply.problem(401, "not-signed-in");
    }
    assert_eq!(desk.issuer.asked_for_keys(), 1);
}

/// Runs them all at once.
async fn futures<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut all: Vec<_> = all.map(|it| (Box::pin(it), None)).collect();
    std::future::poll_fn(|context| {
        let mut is_done = true;
        for (future, output) in &mut all {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *output = Some(value),
                    std::task::Poll::Pending => is_done = false,
                }
            }
        }
        if is_done {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    all.into_iter().filter_map(|(_, output)| output).collect()
}
