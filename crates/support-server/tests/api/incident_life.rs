//! What happens to an incident after it was created, and to the balance that paid for it.

use crate::desk::*;
use axum::body::Body;
use axum::http::Request;
use entitlement_rules::{Allotment, BenefitKey};
use serde_json::{Value, json};
use support_api::{Incident, LedgerPage};
use support_server::clock::{Clock, Moment};
use support_server::handover::standard_webhooks::{self as signed, Secrets};
use support_server::router;

/// A desk whose partner Birch has a contract of five incidents.
async fn desk() -> (TestDesk, Who, String) {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let (contract, _) = desk
        .contract("birch", &ada, PRODUCT_SUPPORT, Allotment::Finite(5))
        .await;
    (desk, ada, contract.reference)
}

async fn created(desk: &TestDesk, who: &Who, contract: &str) -> String {
    let made = desk.post(who, "/incidents", &incident(contract)).await;
    assert_eq!(made.status.as_u16(), 201);
    made.json()["incident"]["id"].as_str().unwrap().to_owned()
}

async fn acts(desk: &TestDesk, who: &Who, incident: &str, what: &str, body: Value) -> Reply {
    desk.post(who, &format!("/incidents/{incident}/{what}"), &body)
        .await
}

fn call(kind: &str, data: &Value, id: &str) -> Request<Body> {
    let body = json!({ "type": kind, "timestamp": "2021-03-04T10:00:00Z", "data": data });
    signed_call(&body.to_string(), id, DESK_CALL_SECRET)
}

fn signed_call(body: &str, id: &str, secret: &str) -> Request<Body> {
    let now = Moment::real();
    let signature = Secrets::read(secret)
        .unwrap()
        .sign(id, now, body.as_bytes());
    Request::post("/api/v1/desk-calls")
        .header("content-type", "application/json")
        .header(signed::ID, id)
        .header(signed::TIMESTAMP, now.0 / 1_000)
        .header(signed::SIGNATURE, signature)
        .body(Body::from(body.to_owned()))
        .unwrap()
}

/// The vendor's system says where an incident stands.
async fn stands(desk: &TestDesk, incident: &str, status: &str) {
    let data = json!({ "incident": incident, "status": status });
    let taken = desk
        .send(call("incident.status-changed", &data, &unique()))
        .await;
    assert_eq!(taken.status.as_u16(), 200);
}

async fn events(desk: &TestDesk, incident: &str) -> Vec<String> {
    let sql = format!("SELECT kind AS one FROM outbox WHERE concerns = '{incident}' ORDER BY id");
    desk.column(&sql).await
}

#[tokio::test]
async fn an_incident_is_taken_back_only_while_nobody_works_on_it_and_stays_paid() {
    let (desk, ada, contract) = desk().await;
    let id = created(&desk, &ada, &contract).await;
    let cancelled = acts(&desk, &ada, &id, "cancellation", json!({})).await;
    assert_eq!(cancelled.json()["status"], "cancelled");
    let after = desk.account(&ada).await;
    assert_eq!(after.contracts[0].remaining(), Allotment::Finite(4));
    for what in ["cancellation", "reopening"] {
        let again = acts(&desk, &ada, &id, what, json!({})).await;
        again.problem(409, "state-changed");
    }
    assert_eq!(
        events(&desk, &id).await,
        ["incident.created", "incident.cancelled"]
    );
    let data = json!({ "incident": id, "status": "in-progress" });
    let late = desk
        .send(call("incident.status-changed", &data, "late"))
        .await;
    late.problem(409, "state-changed");

    let other = created(&desk, &ada, &contract).await;
    stands(&desk, &other, "in-progress").await;
    let late = acts(&desk, &ada, &other, "cancellation", json!({})).await;
    late.problem(409, "state-changed");
    assert!(desk.store.check().await.unwrap().faults.is_empty());
}

#[tokio::test]
async fn a_repeated_click_cancels_once_and_gets_the_same_answer() {
    let (desk, ada, contract) = desk().await;
    let id = created(&desk, &ada, &contract).await;
    let path = format!("/incidents/{id}/cancellation");
    let first = desk.post_with(&ada, &path, &json!({}), "one-click").await;
    let second = desk.post_with(&ada, &path, &json!({}), "one-click").await;
    assert_eq!(first.status.as_u16(), 200);
    assert_eq!(first.bytes, second.bytes);
    assert_eq!(events(&desk, &id).await.len(), 2);
}

#[tokio::test]
async fn what_was_resolved_is_reopened_for_a_fortnight_and_consumes_nothing() {
    let (desk, ada, contract) = desk().await;
    let id = created(&desk, &ada, &contract).await;
    let open = acts(&desk, &ada, &id, "reopening", json!({})).await;
    open.problem(409, "state-changed");
    stands(&desk, &id, "resolved").await;
    let on = |date: &str| {
        router(support_server::Desk {
            clock: Clock::starting_at(Moment::morning_of(day(date))),
            ..desk.desk.clone()
        })
    };
    let reopen = || {
        let path = format!("/incidents/{id}/reopening");
        post_request(&desk.issuer.token(&ada), &path, &json!({}), &unique())
    };
    let late = send(&on("2021-03-19"), reopen()).await;
    late.problem(409, "state-changed");
    let in_time = send(&on("2021-03-18"), reopen()).await;
    assert_eq!(in_time.json()["status"], "open");
    let after = desk.account(&ada).await;
    assert_eq!(after.contracts[0].remaining(), Allotment::Finite(4));
    assert_eq!(
        events(&desk, &id).await,
        ["incident.created", "incident.reopened"]
    );
}

#[tokio::test]
async fn both_sides_write_on_an_incident_and_the_timeline_has_it_in_order() {
    let (desk, ada, contract) = desk().await;
    let id = created(&desk, &ada, &contract).await;
    stands(&desk, &id, "waiting-for-partner").await;
    let data = json!({ "incident": id, "author": "Vera", "text": "Which account?" });
    desk.send(call("incident.commented", &data, "asks")).await;
    let text = json!({ "text": " LocalSystem,\nas always. " });
    let answered = acts(&desk, &ada, &id, "comments", text).await;
    let read: Incident = desk.get(&ada, &format!("/incidents/{id}")).await.read();
    assert_eq!(answered.read::<Incident>(), read);
    let told: Vec<Value> = read
        .timeline
        .iter()
        .map(|entry| json!([entry.by, entry.side, entry.what]))
        .collect();
    let expected = [
        json!([null, "vendor", { "kind": "status-changed", "status": "waiting-for-partner" }]),
        json!(["Vera", "vendor", { "kind": "commented", "text": "Which account?" }]),
        json!(["Ada", "partner", { "kind": "commented", "text": "LocalSystem,\nas always." }]),
    ];
    assert_eq!(told, expected);
    // Only what the partner does is news to the vendor.
    assert_eq!(
        events(&desk, &id).await,
        ["incident.created", "incident.commented"]
    );
    let list = desk.get(&ada, "/incidents").await.json();
    assert!(list["incidents"][0].get("timeline").is_none());
    for text in ["", "  ", "\u{1b}[0m", &"x".repeat(8_001)] {
        let refused = acts(&desk, &ada, &id, "comments", json!({ "text": text })).await;
        assert_eq!(refused.problem(422, "invalid")["field"], "text");
    }
    stands(&desk, &id, "closed").await;
    let late = acts(&desk, &ada, &id, "comments", json!({ "text": "Hello?" })).await;
    late.problem(409, "state-changed");
}

#[tokio::test]
async fn an_incident_gets_only_as_urgent_as_its_impact_justifies() {
    let (desk, ada, contract) = desk().await;
    let id = created(&desk, &ada, &contract).await;
    let urgent = json!({ "severity": "a", "impact": "moderate" });
    let refused = acts(&desk, &ada, &id, "severity", urgent).await;
    refused.problem(409, "refused");
    assert_eq!(refused.refusing_rules(), ["E18"]);
    let urgent = json!({ "severity": "a", "impact": "critical" });
    let changed = acts(&desk, &ada, &id, "severity", urgent).await;
    assert_eq!(changed.json()["severity"], "a");
    // The impact that was said last still counts, and the list finds it by its new severity.
    let urgent = json!({ "severity": "b" });
    let changed = acts(&desk, &ada, &id, "severity", urgent).await;
    assert_eq!(changed.json()["severity"], "b");
    let found = desk.get(&ada, "/incidents?severity=b").await.json();
    assert_eq!(found["incidents"][0]["id"], id.as_str());
    let after = desk.account(&ada).await;
    assert_eq!(after.contracts[0].remaining(), Allotment::Finite(4));
}

#[tokio::test]
async fn the_last_incident_may_become_more_urgent_though_nothing_is_left() {
    let (desk, ada, contract) = desk().await;
    let id = created(&desk, &ada, &contract).await;
    for _ in 0..4 {
        created(&desk, &ada, &contract).await;
    }
    let urgent = json!({ "severity": "a", "impact": "critical" });
    let changed = acts(&desk, &ada, &id, "severity", urgent).await;
    assert_eq!(changed.status.as_u16(), 200);
}

#[tokio::test]
async fn a_call_of_the_vendor_counts_once_however_often_it_comes() {
    let (desk, ada, contract) = desk().await;
    let id = created(&desk, &ada, &contract).await;
    let data = json!({ "incident": id, "author": "Vera", "text": "We look at it." });
    let before = desk.account(&ada).await.revision;
    for _ in 0..3 {
        let taken = desk.send(call("incident.commented", &data, "one")).await;
        assert_eq!((taken.status.as_u16(), taken.json()), (200, json!({})));
    }
    let read: Incident = desk.get(&ada, &format!("/incidents/{id}")).await.read();
    assert_eq!(read.timeline.len(), 1);
    assert_eq!(desk.account(&ada).await.revision, before + 1);
    // A call that could not be acted on is not remembered: it may come again when it can be.
    let gone = json!({ "incident": "nowhere", "author": "Vera", "text": "?" });
    for _ in 0..2 {
        let refused = desk.send(call("incident.commented", &gone, "two")).await;
        refused.problem(404, "not-found");
    }
    let taken = desk.send(call("incident.commented", &data, "two")).await;
    assert_eq!(taken.status.as_u16(), 200);
    assert_eq!(desk.count("desk_call").await, 2);
}

#[tokio::test]
async fn only_the_vendors_own_calls_are_taken_and_only_where_a_secret_is_set() {
    let (desk, ada, contract) = desk().await;
    let id = created(&desk, &ada, &contract).await;
    let body = json!({
        "type": "incident.status-changed", "timestamp": "2021-03-04T10:00:00Z",
        "data": { "incident": id, "status": "closed" },
    })
    .to_string();
    let another = "whsec_OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=";
    let forged = desk.send(signed_call(&body, "1", another)).await;
    forged.problem(401, "not-signed-in");
    let read = desk.get(&ada, &format!("/incidents/{id}")).await.json();
    assert_eq!(read["status"], "open");
    let without = router(support_server::Desk {
        inbound: None,
        ..desk.desk.clone()
    });
    let closed = send(&without, signed_call(&body, "1", DESK_CALL_SECRET)).await;
    closed.problem(404, "not-found");
}

#[tokio::test]
async fn the_vendors_system_hands_over_contracts_and_refuses_requests_as_the_operator_does() {
    let (desk, ada, _) = desk().await;
    let juno = Who::global_admin("Juno");
    desk.partner("juniper", ("gold", Some("data-platform")), &[&juno])
        .await;
    for benefit in [PRODUCT_SUPPORT, CLOUD_SUPPORT] {
        let path = format!("/benefits/{benefit}/activation");
        assert_eq!(
            desk.post(&juno, &path, &json!({})).await.status.as_u16(),
            202
        );
    }
    let ids = json!({ "access_id": " A-1 ", "contract_id": "C-1" });
    let data = json!({
        "partner": "juniper", "benefit": PRODUCT_SUPPORT,
        "contract": { "ids": ids, "start": "2021-03-04", "end": "2022-03-03" },
    });
    for _ in 0..2 {
        let taken = desk.send(call("activation.fulfilled", &data, "f")).await;
        assert_eq!(taken.status.as_u16(), 200);
    }
    let data = json!({
        "partner": "juniper", "benefit": CLOUD_SUPPORT,
        "rejection": { "reason": "membership-not-confirmed" },
    });
    let taken = desk.send(call("activation.rejected", &data, "r")).await;
    assert_eq!(taken.status.as_u16(), 200);
    let account = desk.account(&juno).await;
    assert_eq!(account.contracts.len(), 1);
    assert_eq!(
        account.contracts[0].benefit,
        BenefitKey::parse(PRODUCT_SUPPORT).unwrap()
    );
    assert_eq!(account.contracts[0].remaining(), Allotment::Finite(20));
    let again = desk.send(call("activation.rejected", &data, "r2")).await;
    again.problem(409, "state-changed");
    let nobody = json!({
        "partner": "nobody", "benefit": CLOUD_SUPPORT,
        "rejection": { "reason": "membership-not-confirmed" },
    });
    let lost = desk.send(call("activation.rejected", &nobody, "r3")).await;
    lost.problem(404, "not-found");
    assert_eq!(desk.account(&ada).await.contracts.len(), 1);
    assert!(desk.store.check().await.unwrap().faults.is_empty());
}

#[tokio::test]
async fn a_duplicate_is_given_back_once_and_an_incident_that_was_given_up_is_not() {
    let (desk, ada, contract) = desk().await;
    let olga = Who::operator("Olga");
    let id = created(&desk, &ada, &contract).await;
    let path = format!("/operator/incidents/birch/{id}/refund");
    let given_up = desk
        .post(&olga, &path, &json!({ "reason": "withdrawn" }))
        .await;
    given_up.problem(409, "refused");
    assert_eq!(given_up.refusing_rules(), ["E9"]);
    let duplicate = json!({ "reason": "duplicate", "note": "Same as PS-100001" });
    desk.post(&ada, &path, &duplicate)
        .await
        .problem(403, "forbidden");
    let elsewhere = format!("/operator/incidents/nobody/{id}/refund");
    let elsewhere = desk.post(&olga, &elsewhere, &duplicate).await;
    elsewhere.problem(404, "not-found");
    let refunded = desk.post(&olga, &path, &duplicate).await;
    assert_eq!(refunded.status.as_u16(), 200);
    assert_eq!(refunded.json()["contracts"][0]["balance"]["refunded"], 1);
    let again = desk.post(&olga, &path, &duplicate).await;
    again.problem(409, "state-changed");
    let after = desk.account(&ada).await;
    assert_eq!(after.contracts[0].remaining(), Allotment::Finite(5));
    let read = desk.get(&ada, &format!("/incidents/{id}")).await.json();
    assert_eq!(read["timeline"][0]["what"]["because"], "duplicate");
    assert_eq!(read["timeline"][0]["what"]["note"], "Same as PS-100001");
    assert!(desk.store.check().await.unwrap().faults.is_empty());
}

#[tokio::test]
async fn a_correction_needs_a_reason_and_never_takes_more_than_is_left() {
    let (desk, ada, contract) = desk().await;
    let olga = Who::operator("Olga");
    created(&desk, &ada, &contract).await;
    let path = format!("/operator/contracts/birch/{contract}/correction");
    let correct = |by: i32, reason: &str| {
        let body = json!({ "by": by, "reason": reason });
        let (desk, olga, path) = (&desk, &olga, &path);
        async move { desk.post(olga, path, &body).await }
    };
    correct(-5, "A slip").await.problem(409, "state-changed");
    assert_eq!(
        correct(0, "A slip").await.problem(422, "invalid")["field"],
        "by"
    );
    assert_eq!(
        correct(1, " ").await.problem(422, "invalid")["field"],
        "reason"
    );
    assert_eq!(correct(-4, "A slip").await.status.as_u16(), 200);
    let after = desk.account(&ada).await;
    assert_eq!(after.contracts[0].remaining(), Allotment::Finite(0));
    assert_eq!(correct(2, "Good will").await.status.as_u16(), 200);
    let body = json!({ "by": 1, "reason": "Mine" });
    desk.post(&ada, &path, &body)
        .await
        .problem(403, "forbidden");
    assert!(desk.store.check().await.unwrap().faults.is_empty());
}

#[tokio::test]
async fn the_history_of_a_balance_is_told_line_by_line_to_whoever_sees_the_contract() {
    let (desk, ada, contract) = desk().await;
    let (olga, hugo) = (Who::operator("Olga"), Who::consultant("Hugo"));
    let id = created(&desk, &ada, &contract).await;
    let refund = format!("/operator/incidents/birch/{id}/refund");
    desk.post(&olga, &refund, &json!({ "reason": "product-bug" }))
        .await;
    let correction = format!("/operator/contracts/birch/{contract}/correction");
    let body = json!({ "by": -2, "reason": "Agreed by telephone" });
    desk.post(&olga, &correction, &body).await;

    let path = format!("/contracts/{contract}/ledger");
    let page: LedgerPage = desk.get(&ada, &path).await.read();
    let told: Vec<Value> = page
        .lines
        .iter()
        .map(|line| json!([line.kind, line.amount, line.reason, line.remaining]))
        .collect();
    let expected = [
        json!(["correct", -2, "Agreed by telephone", 3]),
        json!(["refund", 1, "product-bug", 5]),
        json!(["consume", 1, null, 4]),
        json!(["grant", 5, null, 5]),
    ];
    assert_eq!((told, page.next.as_deref()), (expected.to_vec(), None));
    assert_eq!(page.lines[2].incident.as_deref(), Some("PS-100001"));
    for line in [&page.lines[1], &page.lines[2]] {
        assert_eq!(line.incident_id.as_deref(), Some(&*id));
    }
    let by: Vec<Option<&str>> = page.lines.iter().map(|line| line.by.as_deref()).collect();
    assert_eq!(by, [None, None, Some("Ada"), None]);

    let mut walked = Vec::new();
    let mut next = Some(format!("{path}?limit=3"));
    while let Some(path_of_page) = next {
        let part: LedgerPage = desk.get(&ada, &path_of_page).await.read();
        walked.extend(part.lines);
        let after = part
            .next
            .map(|after| format!("{path}?limit=3&after={after}"));
        next = after;
    }
    assert_eq!(walked, page.lines);
    desk.get(&hugo, &path).await.problem(404, "not-found");
    for wrong in ["limit=0", "limit=101", "colour=1"] {
        let refused = desk.get(&ada, &format!("{path}?{wrong}")).await;
        refused.problem(400, "bad-request");
    }
    let refused = desk.get(&ada, &format!("{path}?after=x")).await;
    refused.problem(422, "invalid");
}

#[tokio::test]
async fn whoever_cannot_see_an_incident_can_do_nothing_to_it() {
    let (desk, ada, contract) = desk().await;
    let (hugo, eve) = (Who::consultant("Hugo"), Who::global_admin("Eve"));
    desk.partner("larch", ("silver", Some("datacenter")), &[&eve])
        .await;
    let id = created(&desk, &ada, &contract).await;
    for who in [&hugo, &eve, &Who::operator("Olga")] {
        for (what, body) in [
            ("cancellation", json!({})),
            ("reopening", json!({})),
            ("comments", json!({ "text": "Hello" })),
            ("severity", json!({ "severity": "c" })),
        ] {
            let refused = acts(&desk, who, &id, what, body).await;
            refused.problem(404, "not-found");
        }
    }
    assert_eq!(desk.count("incident_event").await, 0);
}

#[tokio::test]
async fn an_incident_and_the_list_are_sent_again_only_when_something_changed() {
    let (desk, ada, contract) = desk().await;
    let id = created(&desk, &ada, &contract).await;
    for path in [format!("/incidents/{id}"), "/incidents".to_owned()] {
        let first = desk.get(&ada, &path).await;
        let tag = first.headers["etag"].clone();
        let again = async || {
            let mut request = get_request(&desk.issuer.token(&ada), &path);
            request.headers_mut().insert("if-none-match", tag.clone());
            desk.send(request).await.status.as_u16()
        };
        assert_eq!(again().await, 304);
        let status = if path == "/incidents" {
            "resolved"
        } else {
            "in-progress"
        };
        stands(&desk, &id, status).await;
        assert_eq!(again().await, 200);
    }
}

#[tokio::test]
async fn a_test_incident_consumes_nothing_and_is_marked_wherever_it_is_told() {
    let (desk, ada, contract) = desk().await;
    let mut test = incident(&contract);
    test["test"] = json!(true);
    let made = desk.post(&ada, "/incidents", &test).await;
    assert_eq!(made.status.as_u16(), 201);
    let told = made.json();
    assert_eq!(told["incident"]["test"], true);
    assert_eq!(told["incident"]["consumed"], 0);
    assert_eq!(
        desk.account(&ada).await.contracts[0].remaining(),
        Allotment::Finite(5)
    );
    let id = told["incident"]["id"].as_str().unwrap();
    let lines = format!("SELECT kind AS one FROM ledger WHERE incident = '{id}'");
    assert_eq!(desk.column(&lines).await, [""; 0]);
    let listed = desk.get(&ada, "/incidents").await.json();
    assert_eq!(listed["incidents"][0]["test"], true);
    let handed = format!("SELECT payload AS one FROM outbox WHERE concerns = '{id}'");
    let handed: Value = serde_json::from_str(&desk.column(&handed).await[0]).unwrap();
    assert_eq!(handed["incident"]["test"], true);
    assert_eq!(
        handed["partner"]["id"], "birch",
        "the vendor knows whose it is"
    );

    let olga = Who::operator("Olga");
    let back = json!({ "reason": "duplicate" });
    desk.post(
        &olga,
        &format!("/operator/incidents/birch/{id}/refund"),
        &back,
    )
    .await
    .problem(409, "state-changed");
    assert!(desk.store.check().await.unwrap().faults.is_empty());

    // The rules are the same: a test that they refuse is refused.
    test["version"] = json!("2012-r2");
    let refused = desk.post(&ada, "/incidents", &test).await;
    assert_eq!(refused.refusing_rules(), ["S25"]);
}

#[tokio::test]
async fn contacts_are_told_to_whoever_reads_the_incident_and_to_the_vendor_but_in_no_list() {
    let (desk, ada, contract) = desk().await;
    let mut request = incident(&contract);
    request["contacts"] = json!([
        { "name": " Léa Roux ", "email": "lea@birch.example", "language": "Français", "time_zone": "Europe/Paris" },
        { "name": "Tom Birch", "phone": "+44 20 7946 0000" },
    ]);
    let made = desk.post(&ada, "/incidents", &request).await;
    assert_eq!(made.status.as_u16(), 201);
    let told = made.json()["incident"].clone();
    assert_eq!(told["contacts"][0]["name"], "Léa Roux");
    let id = told["id"].as_str().unwrap();
    let read = desk.get(&ada, &format!("/incidents/{id}")).await.json();
    assert_eq!(read["contacts"], told["contacts"]);
    assert_eq!(read["contacts"].as_array().unwrap().len(), 2);
    let list = desk.get(&ada, "/incidents").await;
    assert_eq!(list.json()["incidents"][0].get("contacts"), None);
    let handed = format!("SELECT payload AS one FROM outbox WHERE concerns = '{id}'");
    assert!(desk.column(&handed).await[0].contains("lea@birch.example"));
    // What is changed later leaves them as they are.
    let worse = json!({ "severity": "a", "impact": "critical" });
    let after = acts(&desk, &ada, id, "severity", worse).await.json();
    assert_eq!(after["contacts"], told["contacts"]);
}

#[tokio::test]
async fn a_contact_says_how_to_reach_them() {
    let (desk, ada, contract) = desk().await;
    let refused = async |contacts: Value| {
        let mut request = incident(&contract);
        request["contacts"] = contacts;
        let answer = desk.post(&ada, "/incidents", &request).await;
        answer.problem(422, "invalid")["field"].clone()
    };
    let lea = json!({ "name": "Léa", "email": "lea@birch.example" });
    assert_eq!(refused(json!([{ "name": "Léa" }])).await, "contacts.email");
    assert_eq!(
        refused(json!([{ "name": " ", "phone": "1" }])).await,
        "contacts.name"
    );
    for address in [
        "lea",
        "@birch.example",
        "lea@",
        "lea roux@birch.example",
        "a@b@c",
    ] {
        let contact = json!([{ "name": "Léa", "email": address }]);
        assert_eq!(refused(contact).await, "contacts.email", "{address}");
    }
    assert_eq!(
        refused(json!([lea, lea, lea, lea, lea, lea])).await,
        "contacts"
    );
}
