//! Whoever knows the ids of another company's things gets nothing by them, at any address of the API.

use crate::desk::*;
use axum::body::Body;
use axum::http::Request;
use entitlement_rules::Allotment;
use serde_json::{Value, json};
use support_server::api_paths;

/// What is sent to each operation, about the other company's things where it can name them.
fn body(operation: &str, contract: &str) -> Option<Value> {
    Some(match operation {
        "GET /openapi.json"
        | "GET /programme"
        | "GET /programmes"
        | "GET /programmes/{programme}"
        | "GET /account"
        | "GET /account/changes"
        | "GET /benefits"
        | "GET /session/start"
        | "GET /session/callback"
        | "GET /session/leave"
        | "POST /session/end"
        | "GET /incidents"
        | "GET /incidents/{incident}"
        | "GET /contracts/{contract}/ledger"
        | "GET /operator/activations"
        | "GET /operator/audit"
        | "GET /operator/contracts/{partner}/{contract}/ledger"
        | "GET /operator/incidents"
        | "GET /operator/incidents/{partner}/{incident}"
        | "GET /operator/partners"
        | "GET /operator/partners/{partner}"
        | "GET /operator/partners/{partner}/account"
        | "GET /operator/partners/{partner}/people"
        | "GET /operator/dead-letters"
        | "POST /verdicts"
        | "POST /benefits/{benefit}/activation"
        | "POST /contracts/{contract}/revealed-ids"
        | "POST /incidents/{incident}/cancellation"
        | "POST /incidents/{incident}/reopening"
        | "POST /operator/dead-letters/replay"
        | "POST /operator/handover/resumption"
        | "POST /desk-calls" => json!({}),
        "POST /incidents" => incident(contract),
        // Half of a pair of IDs is known: that is not enough.
        "POST /contract-links" => json!({ "access_id": "ACCESS-1", "contract_id": "?" }),
        "POST /incidents/{incident}/comments"
        | "POST /operator/incidents/{partner}/{incident}/comments" => json!({ "text": "Hello" }),
        "POST /incidents/{incident}/severity" => json!({ "severity": "c" }),
        "POST /operator/activations/{partner}/{benefit}/fulfilment" => json!({
            "ids": { "access_id": "A", "contract_id": "C" },
            "start": "2021-03-04", "end": "2022-03-03",
        }),
        "POST /operator/activations/{partner}/{benefit}/rejection" => {
            json!({ "reason": "already-held" })
        }
        "POST /operator/incidents/{partner}/{incident}/refund" => json!({ "reason": "duplicate" }),
        "POST /operator/incidents/{partner}/{incident}/status" => {
            json!({ "status": "resolved", "from": "open" })
        }
        "POST /operator/contracts/{partner}/{contract}/correction" => {
            json!({ "by": 5, "reason": "Mine" })
        }
        "PUT /operator/partners/{partner}" => json!({
            "name": "Taken over", "region": "emea", "portal": "partner-center", "offers": [],
        }),
        "PUT /operator/partners" => json!({ "rows": [{
            "id": "birch", "name": "Taken over", "region": "emea", "portal": "partner-center", "offers": [],
        }] }),
        "PUT /operator/people" => json!({
            "issuer": "i", "subject": "eve", "partner": "birch", "sees_offers": true,
        }),
        "PUT /operator/tenants" => json!({ "issuer": "i", "tenant": "t", "partner": "birch" }),
        _ => return None,
    })
}

/// Every operation that the routes have, asked of the routes themselves.
async fn operations(desk: &TestDesk) -> Vec<(String, &'static str)> {
    let mut operations = Vec::new();
    for path in api_paths() {
        let request = Request::builder()
            .method("TRACE")
            .uri(format!("/api/v1{path}").replace(['{', '}'], "x"));
        let reply = desk.send(request.body(Body::empty()).unwrap()).await;
        let allowed = reply.headers["allow"].to_str().unwrap().to_owned();
        let methods = allowed.split(',').filter(|method| *method != "HEAD");
        operations.extend(methods.map(|method| (method.to_owned(), path)));
    }
    operations
}

#[tokio::test]
async fn nobody_gets_at_another_companys_things_at_any_address_whatever_their_role() {
    let desk = TestDesk::open().await;
    let (ada, eve) = (Who::global_admin("Ada"), Who::global_admin("Eve"));
    let agent = Who::admin_agent("Abel");
    for (id, people) in [("birch", vec![&ada]), ("larch", vec![&eve, &agent])] {
        desk.partner(id, ("silver", Some("datacenter")), &people)
            .await;
    }
    let (contract, ids) = desk
        .contract("birch", &ada, PRODUCT_SUPPORT, Allotment::Finite(5))
        .await;
    let contract = contract.reference;
    let made = desk.post(&ada, "/incidents", &incident(&contract)).await;
    let id = made.json()["incident"]["id"].as_str().unwrap().to_owned();
    // What may stand in no answer; and the number would do to ask on the phone.
    let secrets = [
        contract.as_str(),
        &id,
        "birch Ltd",
        "PS-100001",
        "Cluster node",
        &ids.access_id,
        &ids.contract_id,
    ];
    let before = (desk.account(&ada).await, desk.count("incident_event").await);
    let roles = [
        None,
        Some(eve),
        Some(agent),
        Some(Who::consultant("Hugo")),
        Some(Who::operator("Olga")),
    ];
    let operations = operations(&desk).await;
    assert!(operations.len() > 25, "the routes name their methods");
    for (method, path) in operations {
        let operation = format!("{method} {path}");
        let body = body(&operation, &contract)
            .unwrap_or_else(|| panic!("{operation} is not in this test's table: add it"));
        let is_about_theirs = ["{contract}", "{incident}", "{partner}"]
            .iter()
            .any(|part| path.contains(part));
        let address = path
            .replace("{contract}", &contract)
            .replace("{incident}", &id)
            .replace("{partner}", "birch")
            .replace("{benefit}", PRODUCT_SUPPORT);
        for who in &roles {
            let is_operator = who.as_ref().is_some_and(|who| who.operator);
            if is_operator && path.starts_with("/operator/") {
                continue;
            }
            let mut request = Request::builder()
                .method(method.as_str())
                .uri(format!("/api/v1{address}"))
                .header("idempotency-key", unique());
            if let Some(who) = who {
                let token = desk.issuer.token(who);
                request = request.header("authorization", format!("Bearer {token}"));
            }
            let content = match method.as_str() {
                "GET" => Body::empty(),
                _ => {
                    request = request.header("content-type", "application/json");
                    Body::from(body.to_string())
                }
            };
            let reply = desk.send(request.body(content).unwrap()).await;
            let name = who.as_ref().map_or("nobody", |who| who.name.as_str());
            let status = reply.status.as_u16();
            let said = String::from_utf8_lossy(&reply.bytes);
            let sent = format!("{address} {body}");
            // A refusal may name what it was asked about.
            for secret in secrets.iter().filter(|secret| !sent.contains(**secret)) {
                assert!(
                    !said.contains(secret),
                    "{name} reads {secret} at {operation}: {status} {said}"
                );
            }
            let turned_away = matches!(status, 401 | 403 | 404);
            let is_open = matches!(
                path,
                "/openapi.json" | "/programme" | "/programmes" | "/verdicts"
            );
            if is_about_theirs || path.starts_with("/operator/") || (who.is_none() && !is_open) {
                assert!(turned_away, "{name} at {operation}: {status} {said}");
            }
        }
    }
    let after = (desk.account(&ada).await, desk.count("incident_event").await);
    assert_eq!(after, before, "nothing of theirs was changed");
}
