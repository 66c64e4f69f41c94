//! Bad input is answered with a problem that says what is wrong, and changes nothing.

use crate::desk::*;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use entitlement_rules::Allotment;
use serde_json::{Value, json};

/// A desk with one partner, its Global admin and a contract that she has linked.
async fn birch() -> (TestDesk, Who, String) {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let (contract, _) = desk
        .contract("birch", &ada, PRODUCT_SUPPORT, Allotment::Finite(15))
        .await;
    (desk, ada, contract.reference)
}

async fn is_untouched(desk: &TestDesk, who: &Who) {
    assert_eq!(
        desk.account(who).await.contracts[0].remaining(),
        Allotment::Finite(15)
    );
}

#[tokio::test]
async fn a_malformed_body_is_refused_with_the_place_where_it_breaks() {
    let (desk, ada, _) = birch().await;
    let token = desk.issuer.token(&ada);
    for body in ["{", "", "[1,2", "nonsense", "{}}"] {
        let mut request = post_request(&token, "/incidents", &json!({}), &unique());
        *request.body_mut() = Body::from(body);
        desk.send(request).await.problem(400, "bad-request");
    }
    is_untouched(&desk, &ada).await;
}

#[tokio::test]
async fn an_unknown_field_is_refused_by_its_path() {
    let (desk, ada, contract) = birch().await;
    let mut body = incident(&contract);
    body["colour"] = "red".into();
    let problem = desk
        .post(&ada, "/incidents", &body)
        .await
        .problem(400, "bad-request");
    assert_eq!(problem["field"], "colour");
    let mut body = incident(&contract);
    body["funding"] = json!({ "by": "contract", "contract": contract, "twice": true });
    let problem = desk
        .post(&ada, "/incidents", &body)
        .await
        .problem(400, "bad-request");
    assert!(
        problem["field"].as_str().unwrap().starts_with("funding"),
        "{problem}"
    );
    is_untouched(&desk, &ada).await;
}

#[tokio::test]
async fn a_value_that_cannot_be_is_refused_by_its_field() {
    let (desk, ada, contract) = birch().await;
    let wrong: [(&str, Value); 9] = [
        ("title", "".into()),
        ("title", "  ".into()),
        ("title", "x".repeat(121).into()),
        ("title", "two\nlines".into()),
        ("description", "x".repeat(8_001).into()),
        ("description", "bell \u{7}".into()),
        ("product", "windows-97".into()),
        ("version", "1997".into()),
        ("customer", "Contoso".into()),
    ];
    for (field, value) in wrong {
        let mut body = incident(&contract);
        body[field] = value;
        let problem = desk
            .post(&ada, "/incidents", &body)
            .await
            .problem(422, "invalid");
        assert_eq!(problem["field"], field);
    }
    let mut body = incident(&contract);
    body.as_object_mut().unwrap().remove("version");
    let problem = desk
        .post(&ada, "/incidents", &body)
        .await
        .problem(422, "invalid");
    assert_eq!(problem["field"], "version", "the law needs it to decide");
    is_untouched(&desk, &ada).await;
}

#[tokio::test]
async fn the_longest_title_is_counted_in_characters_not_bytes() {
    let (desk, ada, contract) = birch().await;
    let mut body = incident(&contract);
    body["title"] = "é".repeat(120).into();
    assert_eq!(
        desk.post(&ada, "/incidents", &body).await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn an_oversized_body_is_refused_with_and_without_its_length() {
    let (desk, ada, _) = birch().await;
    let token = desk.issuer.token(&ada);
    let large = format!("{{\"title\":\"{}\"}}", "x".repeat(70_000));
    let mut stated = post_request(&token, "/incidents", &json!({}), &unique());
    stated
        .headers_mut()
        .insert("content-length", large.len().to_string().parse().unwrap());
    *stated.body_mut() = Body::from(large.clone());
    desk.send(stated).await.problem(413, "too-large");
    let mut unstated = post_request(&token, "/incidents", &json!({}), &unique());
    *unstated.body_mut() = Body::from(large);
    desk.send(unstated).await.problem(413, "too-large");
}

#[tokio::test]
async fn a_form_of_another_site_cannot_pose_as_the_app() {
    let (desk, ada, contract) = birch().await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "",
    ] {
        let mut request = post_request(
            &desk.issuer.token(&ada),
            "/incidents",
            &incident(&contract),
            &unique(),
        );
        request
            .headers_mut()
            .insert("content-type", kind.parse().unwrap());
        desk.send(request)
            .await
            .problem(415, "unsupported-media-type");
    }
    is_untouched(&desk, &ada).await;
}

#[tokio::test]
async fn every_change_needs_its_idempotency_key() {
    let (desk, ada, contract) = birch().await;
    let token = desk.issuer.token(&ada);
    let paths = [
        "/incidents".to_owned(),
        "/contract-links".to_owned(),
        format!("/contracts/{contract}/revealed-ids"),
        "/benefits/signature-cloud-support.competency/activation".to_owned(),
        "/operator/activations/birch/signature-cloud-support.competency/fulfilment".to_owned(),
        "/operator/activations/birch/signature-cloud-support.competency/rejection".to_owned(),
    ];
    for path in paths {
        let mut request = post_request(&token, &path, &incident(&contract), "x");
        request.headers_mut().remove("idempotency-key");
        desk.send(request)
            .await
            .problem(400, "idempotency-key-missing");
        let malformed = post_request(&token, &path, &incident(&contract), &"x".repeat(65));
        desk.send(malformed)
            .await
            .problem(400, "idempotency-key-missing");
    }
    is_untouched(&desk, &ada).await;
}

#[tokio::test]
async fn a_role_that_may_not_activate_is_told_the_rule_and_who_may() {
    let desk = TestDesk::open().await;
    let agent = Who::admin_agent("Carl");
    desk.partner("birch", ("silver", Some("datacenter")), &[&agent])
        .await;
    let path = "/benefits/product-support.competency/activation";
    let reply = desk.post(&agent, path, &json!({})).await;
    let problem = reply.problem(403, "forbidden");
    assert_eq!(reply.refusing_rules(), ["S9"]);
    let steps = problem["verdict"]["next_steps"].to_string();
    assert!(steps.contains("Ada"), "{steps}");
}

#[tokio::test]
async fn only_the_operator_works_at_the_operators_desk() {
    let (desk, ada, _) = birch().await;
    desk.get(&ada, "/operator/activations")
        .await
        .problem(403, "forbidden");
    let path = "/operator/activations/birch/signature-cloud-support.competency";
    let fulfilment = json!({
        "ids": { "access_id": "A", "contract_id": "C" }, "start": "2021-03-04", "end": "2022-03-03",
    });
    let reply = desk
        .post(&ada, &format!("{path}/fulfilment"), &fulfilment)
        .await;
    reply.problem(403, "forbidden");
    let rejection = json!({ "reason": "details-incomplete" });
    desk.post(&ada, &format!("{path}/rejection"), &rejection)
        .await
        .problem(403, "forbidden");
}

#[tokio::test]
async fn the_operator_cannot_hand_over_what_makes_no_sense() {
    let (desk, ada, _) = birch().await;
    let olga = Who::operator("Olga");
    desk.post(
        &ada,
        "/benefits/signature-cloud-support.competency/activation",
        &json!({}),
    )
    .await;
    let path = "/operator/activations/birch/signature-cloud-support.competency/fulfilment";
    let good = json!({
        "ids": { "access_id": "A", "contract_id": "C" }, "start": "2021-03-04", "end": "2022-03-03",
    });
    for (field, pointer, value) in [
        ("end", "/end", json!("2021-03-03")),
        ("ids.access_id", "/ids/access_id", json!(" ")),
        ("ids.contract_id", "/ids/contract_id", json!("x".repeat(65))),
    ] {
        let mut body = good.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        let problem = desk.post(&olga, path, &body).await.problem(422, "invalid");
        assert_eq!(problem["field"], field);
    }
    let nobody = path.replace("birch", "nobody");
    desk.post(&olga, &nobody, &good)
        .await
        .problem(404, "not-found");
    assert_eq!(desk.post(&olga, path, &good).await.status, StatusCode::OK);
    // The same pair for another contract would open two.
    let bea = Who::global_admin("Bea");
    desk.partner("fir", ("silver", Some("datacenter")), &[&bea])
        .await;
    desk.post(
        &bea,
        "/benefits/product-support.competency/activation",
        &json!({}),
    )
    .await;
    let other = "/operator/activations/fir/product-support.competency/fulfilment";
    let problem = desk.post(&olga, other, &good).await.problem(422, "invalid");
    assert_eq!(problem["field"], "ids");
}

#[tokio::test]
async fn what_belongs_to_another_partner_does_not_exist() {
    let (desk, ada, contract) = birch().await;
    let made = desk
        .post(&ada, "/incidents", &incident(&contract))
        .await
        .json();
    let bea = Who::global_admin("Bea");
    desk.partner("fir", ("silver", Some("datacenter")), &[&bea])
        .await;
    let path = support_api::paths::incident(made["incident"]["id"].as_str().unwrap());
    assert_eq!(desk.get(&ada, &path).await.status, StatusCode::OK);
    desk.get(&bea, &path).await.problem(404, "not-found");
    let reveal = format!("/contracts/{contract}/revealed-ids");
    desk.post(&bea, &reveal, &json!({}))
        .await
        .problem(404, "not-found");
    let reply = desk.post(&bea, "/incidents", &incident(&contract)).await;
    reply.problem(409, "refused");
    assert_eq!(
        desk.account(&ada).await.contracts[0].remaining(),
        Allotment::Finite(14)
    );
}

#[tokio::test]
async fn a_pair_of_ids_is_refused_without_telling_which_is_wrong_and_not_for_long() {
    let desk = TestDesk::open().await;
    let (ada, hugo) = (Who::global_admin("Ada"), Who::consultant("Hugo"));
    desk.partner("larch", ("silver", Some("data-analytics")), &[&ada])
        .await;
    let (_, ids) = desk
        .contract("larch", &ada, PRODUCT_SUPPORT, Allotment::Finite(15))
        .await;
    let right = serde_json::to_value(&ids).unwrap();
    let half = json!({ "access_id": ids.access_id, "contract_id": "WRONG" });
    let none = json!({ "access_id": "WRONG", "contract_id": "WRONG" });
    let (one, other) = (
        desk.post(&hugo, "/contract-links", &half)
            .await
            .problem(404, "unknown-ids"),
        desk.post(&hugo, "/contract-links", &none)
            .await
            .problem(404, "unknown-ids"),
    );
    assert_eq!(one["title"], other["title"]);
    assert_eq!(
        (&one["detail"], &one["field"]),
        (&other["detail"], &other["field"])
    );
    for _ in 2..10 {
        desk.post(&hugo, "/contract-links", &none)
            .await
            .problem(404, "unknown-ids");
    }
    let reply = desk.post(&hugo, "/contract-links", &right).await;
    reply.problem(429, "too-many-requests");
    let wait: u64 = reply.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=900).contains(&wait));
    // Somebody else's tries are counted for themselves.
    let bea = Who::consultant("Bea");
    assert_eq!(
        desk.post(&bea, "/contract-links", &right).await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let (desk, ada, _) = birch().await;
    for path in ["/nowhere", "/incidents/x", "/incidents/%ff", "/benefits/x"] {
        desk.get(&ada, path).await.problem(404, "not-found");
    }
    for path in [
        "/benefits/unknown.competency/activation",
        "/benefits/nonsense/activation",
    ] {
        desk.post(&ada, path, &json!({}))
            .await
            .problem(404, "not-found");
    }
    let request = Request::delete("/api/v1/incidents")
        .body(Body::empty())
        .unwrap();
    let reply = desk.send(request).await;
    reply.problem(405, "method-not-allowed");
    assert!(reply.headers.contains_key("allow"));
    for query in ["limit=0", "limit=101", "limit=x", "colour=red"] {
        desk.get(&ada, &format!("/incidents?{query}"))
            .await
            .problem(400, "bad-request");
    }
    let no_cursor = desk.get(&ada, "/incidents?after=x").await;
    no_cursor.problem(422, "invalid");
}

#[tokio::test]
async fn a_refused_incident_comes_with_the_reasons_and_the_facts_of_this_moment() {
    let (desk, ada, contract) = birch().await;
    let mut body = incident(&contract);
    body["kind"] = "advisory".into();
    let reply = desk.post(&ada, "/incidents", &body).await;
    let problem = reply.problem(409, "refused");
    assert_eq!(reply.refusing_rules(), ["S18"]);
    assert_eq!(problem["account"]["contracts"][0]["reference"], contract);
    assert_eq!(problem["verdict"]["as_of"], "2021-03-04");
    // Old versions, products of the other side, other people's money.
    for (field, value, rule) in [
        ("version", json!("2012-r2"), "S25"),
        ("product", json!("azure-virtual-machines"), "S24"),
    ] {
        let mut body = incident(&contract);
        body[field] = value;
        if field == "product" {
            body.as_object_mut().unwrap().remove("version");
        }
        let reply = desk.post(&ada, "/incidents", &body).await;
        reply.problem(409, "refused");
        assert!(reply.refusing_rules().contains(&rule.to_owned()), "{rule}");
    }
    for funding in [
        json!({ "by": "held-ids" }),
        json!({ "by": "benefit", "benefit": "product-support.competency" }),
        json!({ "by": "reseller-plan", "plan": "csp-plan" }),
        json!({ "by": "contract", "contract": "0177fc77-0000-7000-8000-000000000000" }),
    ] {
        let mut body = incident(&contract);
        body["funding"] = funding;
        desk.post(&ada, "/incidents", &body)
            .await
            .problem(409, "refused");
    }
    is_untouched(&desk, &ada).await;
}
