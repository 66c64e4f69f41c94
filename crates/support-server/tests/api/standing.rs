//! Where an account's benefits stand is what the law says of its facts, on the server as in the browser.

use crate::desk::*;
use axum::http::StatusCode;
use entitlement_rules::{Allotment, BenefitsPage};
use serde_json::{Value, json};

/// What is told, held against what the law makes of the account.
async fn told(desk: &TestDesk, who: &Who) -> Value {
    let reply = desk.get(who, "/benefits").await;
    assert_eq!(reply.status, StatusCode::OK);
    let facts = desk.account(who).await;
    let page = BenefitsPage::of(&desk.desk.programme.programme, &facts);
    assert_eq!(reply.json(), serde_json::to_value(page).unwrap());
    reply.json()
}

#[tokio::test]
async fn whoever_asks_is_told_where_each_benefit_stands_from_the_request_to_the_contract() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let states = |page: Value| -> Vec<Value> {
        let benefits = page["benefits"].as_array().unwrap();
        benefits
            .iter()
            .map(|it| it["state"]["is"].clone())
            .collect()
    };
    let now = states(told(&desk, &ada).await);
    assert_eq!(now, ["not-activated", "not-activated"]);
    let address = format!("/benefits/{PRODUCT_SUPPORT}/activation");
    desk.post(&ada, &address, &json!({})).await;
    assert_eq!(states(told(&desk, &ada).await)[0], "pending");
    let desk = TestDesk::open().await;
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    desk.contract("birch", &ada, PRODUCT_SUPPORT, Allotment::Finite(10))
        .await;
    let page = told(&desk, &ada).await;
    assert_eq!(states(page.clone())[0], "usable");
    let contract = &page["benefits"][0]["contract"];
    assert_eq!(contract["forecast"]["remaining"], 10);
    assert_eq!(contract["may_reveal"], true);
}

#[tokio::test]
async fn a_person_without_a_partner_has_a_closed_door_and_a_stranger_gets_nothing() {
    let desk = TestDesk::open().await;
    let page = told(&desk, &Who::consultant("Hugo")).await;
    assert_eq!(
        (&page["door"]["is"], &page["benefits"]),
        (&json!("not-member"), &json!([]))
    );
    let reply = desk.send(get_request("", "/benefits")).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_copy_is_current_until_something_changes() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let tag = desk.get(&ada, "/benefits").await.headers["etag"].clone();
    assert_ne!(tag, desk.get(&ada, "/account").await.headers["etag"]);
    let again = async || {
        let mut request = get_request(&desk.issuer.token(&ada), "/benefits");
        request.headers_mut().insert("if-none-match", tag.clone());
        desk.send(request).await
    };
    assert_eq!(again().await.status, StatusCode::NOT_MODIFIED);
    let address = format!("/benefits/{PRODUCT_SUPPORT}/activation");
    desk.post(&ada, &address, &json!({})).await;
    let changed = again().await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_ne!(changed.headers["etag"], tag);
}
