//! What the programme's operator enters, and what of it changes for those whom it is about.

use crate::desk::*;
use axum::body::Body;
use axum::http::Request;
use entitlement_rules::Allotment;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::time::Duration;
use support_server::clock::Moment;
use support_server::handover::queue::{DeadLetters, Queue};

async fn put(desk: &TestDesk, who: &Who, path: &str, body: &Value) -> Reply {
    let token = desk.issuer.token(who);
    let request = Request::put(format!("/api/v1{path}"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    desk.send(request).await
}

fn gold() -> Value {
    json!({
        "name": "Juniper Data", "region": "emea", "portal": "partner-center",
        "offers": [{
            "offer": "gold", "competency": "data-platform", "start": "2020-09-01",
            "anniversary": "2021-09-01", "status": "active",
        }],
        "activators": ["Ada"],
    })
}

#[tokio::test]
async fn a_partner_that_was_entered_is_read_back_and_replaced_and_its_people_see_it() {
    let desk = TestDesk::open().await;
    let (ada, olga) = (Who::global_admin("Ada"), Who::operator("Olga"));
    let path = "/operator/partners/juniper";
    desk.get(&olga, path).await.problem(404, "not-found");
    let entered = put(&desk, &olga, path, &gold()).await;
    assert_eq!(
        entered.json(),
        json!({ "id": "juniper", "revision": 1, "data": gold() })
    );
    assert_eq!(desk.get(&olga, path).await.json(), entered.json());
    let binding = json!({
        "issuer": desk.issuer.address, "subject": ada.subject, "partner": "juniper",
        "sees_offers": true,
    });
    let bound = put(&desk, &olga, "/operator/people", &binding).await;
    assert_eq!(bound.json(), binding);
    let before = desk.account(&ada).await;
    assert_eq!(before.partner.unwrap().name, "Juniper Data");
    let mut renamed = gold();
    renamed["name"] = "Juniper & Sons".into();
    let replaced = put(&desk, &olga, path, &renamed).await;
    assert_eq!(replaced.json()["revision"], 2);
    let after = desk.account(&ada).await;
    assert_eq!(after.partner.unwrap().name, "Juniper & Sons");
    assert_eq!(after.revision, before.revision + 1);
    for path in [path, "/operator/people", "/operator/tenants"] {
        let body = if path.ends_with("juniper") {
            gold()
        } else if path.ends_with("people") {
            binding.clone()
        } else {
            json!({ "issuer": "i", "tenant": "t", "partner": "juniper" })
        };
        let refused = put(&desk, &ada, path, &body).await;
        refused.problem(403, "forbidden");
    }
}

#[tokio::test]
async fn nothing_is_entered_that_the_programme_does_not_know() {
    let desk = TestDesk::open().await;
    let olga = Who::operator("Olga");
    for (at, value, field) in [
        ("/name", json!(" "), "name"),
        ("/region", json!("atlantis"), "region"),
        ("/offers/0/offer", json!("platinum"), "offers[0].offer"),
        (
            "/offers/0/competency",
            json!("juggling"),
            "offers[0].competency",
        ),
        ("/offers/0/competency", json!(null), "offers[0].competency"),
        (
            "/offers/0/anniversary",
            json!("2020-08-31"),
            "offers[0].anniversary",
        ),
        ("/plans", json!(["platinum"]), "plans[0]"),
        ("/activators", json!(vec!["Ada"; 65]), "activators"),
    ] {
        let mut body = gold();
        body["plans"] = json!([]);
        *body.pointer_mut(at).unwrap() = value;
        let refused = put(&desk, &olga, "/operator/partners/juniper", &body).await;
        assert_eq!(refused.problem(422, "invalid")["field"], field);
    }
    let binding = json!({
        "issuer": "i", "subject": "s", "partner": "nobody", "sees_offers": true,
    });
    let refused = put(&desk, &olga, "/operator/people", &binding).await;
    assert_eq!(refused.problem(422, "invalid")["field"], "partner");
    assert_eq!(desk.count("partner").await, 0);
    assert_eq!(desk.count("viewer").await, 0);
}

/// What somebody of a directory sees: which partner, and the revision.
async fn seen(desk: &TestDesk, who: &Who, tenant: Option<&str>) -> (Option<String>, u64) {
    let mut person = desk.person(who);
    person.tenant = tenant.map(str::to_owned);
    let account = desk.store.account(person, desk.today).await.unwrap();
    (account.partner.map(|it| it.id), account.revision)
}

#[tokio::test]
async fn a_directory_belongs_to_a_partner_except_whoever_is_bound_themselves() {
    let desk = TestDesk::open().await;
    let (ada, ben, olga) = (
        Who::global_admin("Ada"),
        Who::global_admin("Ben"),
        Who::operator("Olga"),
    );
    for id in ["birch", "cedar"] {
        desk.partner(id, ("silver", Some("datacenter")), &[]).await;
    }
    for _ in 0..5 {
        desk.partner("birch", ("silver", Some("datacenter")), &[])
            .await;
    }
    let to = async |partner: &str| {
        let binding = json!({
            "issuer": desk.issuer.address, "tenant": "t-1", "partner": partner,
        });
        let bound = put(&desk, &olga, "/operator/tenants", &binding).await;
        assert_eq!(bound.json(), binding);
    };
    assert_eq!(seen(&desk, &ada, Some("t-1")).await, (None, 0));
    to("birch").await;
    let (partner, first) = seen(&desk, &ada, Some("t-1")).await;
    assert_eq!(partner.as_deref(), Some("birch"));
    assert_eq!(seen(&desk, &ada, Some("t-2")).await.0, None);
    assert_eq!(seen(&desk, &ada, None).await.0, None);
    // A company whose own count is lower: the revision grows all the same.
    to("cedar").await;
    let (partner, second) = seen(&desk, &ada, Some("t-1")).await;
    assert_eq!(partner.as_deref(), Some("cedar"));
    assert!(second > first, "{second} after {first}");
    let person = |partner: Option<&str>| {
        let (issuer, subject) = (desk.issuer.address.clone(), ben.subject.clone());
        let partner = partner.map(str::to_owned);
        async {
            desk.store
                .bind(desk.entered_by(), issuer, subject, partner, true)
                .await
                .unwrap()
        }
    };
    let (_, before) = seen(&desk, &ben, Some("t-1")).await;
    person(Some("birch")).await;
    let (partner, third) = seen(&desk, &ben, Some("t-1")).await;
    assert_eq!(partner.as_deref(), Some("birch"));
    assert!(third > before, "{third} after {before}");
    person(None).await;
    let (partner, fourth) = seen(&desk, &ben, Some("t-1")).await;
    assert_eq!(partner, None, "bound to none, whatever the directory says");
    assert!(fourth > third, "{fourth} after {third}");
}

#[tokio::test]
async fn whoever_ties_a_contract_stays_in_their_directory() {
    let desk = TestDesk::open().await;
    let (ada, eve) = (Who::global_admin("Ada"), Who::global_admin("Eve"));
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    desk.partner("cedar", ("silver", Some("datacenter")), &[])
        .await;
    let (_, ids) = desk
        .contract("birch", &ada, PRODUCT_SUPPORT, Allotment::Finite(5))
        .await;
    let issuer = desk.issuer.address.clone();
    desk.store
        .bind_tenant(desk.entered_by(), issuer, "t-1".into(), "cedar".into())
        .await
        .unwrap();
    let mut person = desk.person(&eve);
    person.tenant = Some("t-1".into());
    let before = desk
        .store
        .account(person.clone(), desk.today)
        .await
        .unwrap();
    let now = Moment::morning_of(desk.today);
    desk.store
        .link_contract(desk.once(&eve), person.clone(), now, ids, |_, _| Ok(()))
        .await
        .unwrap();
    let after = desk.store.account(person, desk.today).await.unwrap();
    assert_eq!(after.partner.unwrap().id, "cedar");
    assert_eq!(after.contracts.len(), 1);
    assert!(after.revision > before.revision);
}

#[tokio::test]
async fn what_waits_comes_in_pages_that_go_on_where_the_one_before_ended() {
    let desk = TestDesk::open().await;
    let olga = Who::operator("Olga");
    for number in 0..5 {
        let who = Who::global_admin(&format!("Ada{number}"));
        let id = format!("p-{number}");
        desk.partner(&id, ("silver", Some("datacenter")), &[&who])
            .await;
        let path = format!("/benefits/{PRODUCT_SUPPORT}/activation");
        let asked = desk.post(&who, &path, &json!({})).await;
        assert_eq!(asked.status.as_u16(), 202);
    }
    let whole = desk.get(&olga, "/operator/activations").await.json();
    assert_eq!(whole["pending"].as_array().unwrap().len(), 5);
    let mut walked = Vec::new();
    let mut path = "/operator/activations?limit=2".to_owned();
    loop {
        let page = desk.get(&olga, &path).await.json();
        walked.extend(page["pending"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/operator/activations?limit=2&after={next}");
    }
    assert_eq!(json!(walked), whole["pending"]);
    for (wrong, status, code) in [
        ("limit=0", 400, "bad-request"),
        ("after=x", 422, "invalid"),
        ("after=1/nothing/p-1", 422, "invalid"),
    ] {
        let refused = desk
            .get(&olga, &format!("/operator/activations?{wrong}"))
            .await;
        refused.problem(status, code);
    }
}

#[tokio::test]
async fn an_event_that_was_given_up_is_listed_and_tried_again_when_the_operator_says_so() {
    let desk = TestDesk::open().await;
    let (ada, olga) = (Who::global_admin("Ada"), Who::operator("Olga"));
    for id in ["birch", "cedar"] {
        let who = Who::global_admin(&format!("Ada of {id}"));
        desk.partner(id, ("silver", Some("datacenter")), &[&who])
            .await;
        let path = format!("/benefits/{PRODUCT_SUPPORT}/activation");
        desk.post(&who, &path, &json!({})).await;
    }
    let now = Moment(Moment::real().0 + 1_000);
    let claimed = desk.store.claim(10, now, Duration::from_secs(60)).await;
    for event in claimed.unwrap() {
        desk.store.failed(&event, now, None, "500").await.unwrap();
    }
    let path = "/operator/dead-letters";
    let page = desk.get(&olga, path).await.json();
    let letters = page["letters"].as_array().unwrap();
    assert_eq!(letters.len(), 2);
    assert_eq!(letters[0]["partner"], "birch");
    assert_eq!(letters[0]["kind"], "activation.requested");
    assert_eq!(letters[0]["last_error"], "500");
    let first = desk.get(&olga, &format!("{path}?limit=1")).await.json();
    assert_eq!(first["letters"], json!([letters[0]]));
    let next = first["next"].as_str().unwrap();
    let second = desk.get(&olga, &format!("{path}?after={next}")).await;
    assert_eq!(second.json()["letters"], json!([letters[1]]));

    desk.get(&ada, path).await.problem(403, "forbidden");
    let replay = format!("{path}/replay");
    let body = json!({ "partner": "birch", "id": letters[0]["id"] });
    desk.post(&ada, &replay, &body)
        .await
        .problem(403, "forbidden");
    let nobodys = json!({ "id": letters[0]["id"] });
    let nobodys = desk.post(&olga, &replay, &nobodys).await;
    assert_eq!(nobodys.problem(422, "invalid")["field"], "partner");
    let replayed = desk.post(&olga, &replay, &body).await;
    assert_eq!(replayed.json(), json!({ "count": 1 }));
    let again = desk.post(&olga, &replay, &body).await;
    assert_eq!(again.json(), json!({ "count": 0 }));
    let left = desk.store.replay(&DeadLetters::All, now).await;
    assert_eq!(left.unwrap(), 1);

    let resumption = "/operator/handover/resumption";
    desk.post(&ada, resumption, &json!({}))
        .await
        .problem(403, "forbidden");
    let resumed = desk.post(&olga, resumption, &json!({})).await;
    assert_eq!(resumed.status.as_u16(), 200);
    desk.desk.resume.notified().await;
}

#[tokio::test]
async fn a_contract_that_is_over_or_spent_cannot_be_tied_any_more() {
    let desk = TestDesk::open().await;
    let (ada, hugo) = (Who::global_admin("Ada"), Who::consultant("Hugo"));
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let over = (day("2019-01-01"), day("2019-12-31"));
    let five = Allotment::Finite(5);
    let (_, ids) = desk
        .contract_between("birch", &ada, PRODUCT_SUPPORT, five, over)
        .await;
    let ids = serde_json::to_value(&ids).unwrap();
    let refused = desk.post(&hugo, "/contract-links", &ids).await;
    refused.problem(409, "refused");
    assert!(
        refused.refusing_rules().contains(&"S16".to_owned()),
        "{:?}",
        refused.refusing_rules()
    );
    assert!(desk.account(&hugo).await.contracts.is_empty());
    assert_eq!(desk.count("failed_link").await, 0);
}

#[tokio::test]
async fn an_address_that_tries_too_many_unknown_ids_waits_whoever_signs_in() {
    let desk = TestDesk::open().await;
    let limits = support_server::settings::LimitSettings {
        failed_sign_ins: "60/3".parse().unwrap(),
        ..every_limit("1000000/1000000".parse().unwrap())
    };
    let millis = desk.limits_clock.clone();
    let start = std::time::Instant::now();
    let time = move || start + Duration::from_millis(millis.load(Ordering::Relaxed));
    let routes = support_server::router(support_server::Desk {
        limits: std::sync::Arc::new(support_server::limits::Limits::new(&limits, 0, time)),
        ..desk.desk.clone()
    });
    let body = json!({ "access_id": "A", "contract_id": "B" });
    let tries = async |name: &str| {
        let token = desk.issuer.token(&Who::consultant(name));
        send(
            &routes,
            post_request(&token, "/contract-links", &body, &unique()),
        )
        .await
    };
    for name in ["Hugo", "Hanna", "Hilde"] {
        tries(name).await.problem(404, "unknown-ids");
    }
    tries("Horst").await.problem(429, "too-many-requests");
    // Signing in is not touched by it.
    let token = desk.issuer.token(&Who::consultant("Horst"));
    let account = send(&routes, get_request(&token, "/account")).await;
    assert_eq!(account.status.as_u16(), 200);
    desk.limits_clock.fetch_add(1_000, Ordering::Relaxed);
    tries("Horst").await.problem(404, "unknown-ids");
}
