//! A program that follows an account is told of its changes, and gets nothing else by it.

use crate::desk::*;
use axum::body::BodyDataStream;
use axum::http::StatusCode;
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::time::Duration;
use support_server::{Desk, router};
use tower::ServiceExt;

/// The tag that the next event tells. `None` at the end of the stream.
async fn next(stream: &mut BodyDataStream) -> Option<String> {
    loop {
        let part = stream.next().await?.unwrap();
        let text = std::str::from_utf8(&part).unwrap();
        // A line that only keeps the connection alive begins with a colon.
        if let Some(data) = text.lines().find_map(|line| line.strip_prefix("data: ")) {
            assert!(text.starts_with("event: account\n"), "{text}");
            let data: Value = serde_json::from_str(data).unwrap();
            return Some(data["etag"].as_str().unwrap().to_owned());
        }
    }
}

#[tokio::test]
async fn whoever_follows_their_account_hears_of_each_change_until_the_server_stops() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    desk.partner("birch", ("gold", Some("datacenter")), &[&ada])
        .await;
    let mut http = desk.desk.http;
    http.streams_within = Duration::from_secs(600);
    let routes = router(Desk {
        http,
        ..desk.desk.clone()
    });
    let request = get_request(&desk.issuer.token(&ada), "/account/changes");
    let response = routes.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.into_body().into_data_stream();
    let tag = async || {
        let account = desk.get(&ada, "/account").await;
        account.headers["etag"].to_str().unwrap().to_owned()
    };
    assert_eq!(next(&mut stream).await, Some(tag().await));
    let address = format!("/benefits/{PRODUCT_SUPPORT}/activation");
    let asked = desk.post(&ada, &address, &json!({})).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED);
    assert_eq!(next(&mut stream).await, Some(tag().await));
    desk.desk.draining.begin();
    assert_eq!(next(&mut stream).await, None);
}
