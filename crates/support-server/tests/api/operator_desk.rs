//! The operator's desk: incidents of every partner, their accounts, who did what, and many accounts entered at once.

use crate::desk::*;
use axum::body::Body;
use axum::http::Request;
use entitlement_rules::Allotment;
use serde_json::{Value, json};

async fn put(desk: &TestDesk, who: &Who, path: &str, body: &Value) -> Reply {
    let request = Request::put(format!("/api/v1{path}"))
        .header(
            "authorization",
            format!("Bearer {}", desk.issuer.token(who)),
        )
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    desk.send(request).await
}

/// Two companies with a contract each; Ada at birch has three incidents of every severity, Ben at cedar has one.
async fn two_companies(desk: &TestDesk) -> (Who, Who) {
    let (ada, ben) = (Who::global_admin("Ada"), Who::global_admin("Ben"));
    for (id, who, severities) in [
        ("birch", &ada, &["c", "a", "b"][..]),
        ("cedar", &ben, &["a"]),
    ] {
        desk.partner(id, ("silver", Some("datacenter")), &[who])
            .await;
        let granted = Allotment::Finite(15);
        let (contract, _) = desk.contract(id, who, PRODUCT_SUPPORT, granted).await;
        for severity in severities {
            let mut body = incident(&contract.reference);
            body["severity"] = (*severity).into();
            body["title"] = format!("{severity} at {id}").into();
            let created = desk.post(who, "/incidents", &body).await;
            assert_eq!(created.status, 201);
        }
    }
    (ada, ben)
}

/// Titles of a board, page by page.
async fn titles(desk: &TestDesk, olga: &Who, query: &str) -> Vec<String> {
    let (mut titles, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/operator/incidents?limit=1{query}{after}");
        let page = desk.get(olga, &path).await.json();
        for found in page["incidents"].as_array().unwrap() {
            assert!(found["incident"].get("description").is_none());
            let title = found["incident"]["title"].as_str().unwrap();
            assert!(title.ends_with(found["partner"].as_str().unwrap()));
            titles.push(title.to_owned());
        }
        match page["next"].as_str() {
            Some(next) => after = format!("&after={}", next.replace('/', "%2F")),
            None => return titles,
        }
    }
}

fn id_of(page: &Value, title: &str) -> String {
    let mut found = page["incidents"].as_array().unwrap().iter();
    let found = found.find(|it| it["incident"]["title"] == title).unwrap();
    found["incident"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_operator_sees_the_incidents_of_every_partner_the_worst_first() {
    let desk = TestDesk::open().await;
    let olga = Who::operator("Olga");
    two_companies(&desk).await;
    let worst = ["a at birch", "a at cedar", "b at birch", "c at birch"];
    assert_eq!(titles(&desk, &olga, "").await, worst);
    assert_eq!(titles(&desk, &olga, "&unfinished=true").await, worst);
    let oldest = ["c at birch", "a at birch", "b at birch", "a at cedar"];
    assert_eq!(titles(&desk, &olga, "&order=oldest").await, oldest);
    let newest: Vec<&str> = oldest.into_iter().rev().collect();
    assert_eq!(titles(&desk, &olga, "&order=newest").await, newest);
    let birch = ["a at birch", "b at birch", "c at birch"];
    assert_eq!(titles(&desk, &olga, "&partner=birch").await, birch);
    let open = "&partner=birch&unfinished=true&severity=b";
    assert_eq!(titles(&desk, &olga, open).await, ["b at birch"]);
    assert_eq!(titles(&desk, &olga, "&text=AT%20CED").await, ["a at cedar"]);
    assert!(titles(&desk, &olga, "&status=closed").await.is_empty());
    assert!(titles(&desk, &olga, "&partner=b%00").await.is_empty());
    for wrong in [
        "after=x",
        "after=a%2Fx",
        "after=z%2F0177fc7a-5a80-7000-8000-00000000000a",
    ] {
        let reply = desk
            .get(&olga, &format!("/operator/incidents?{wrong}"))
            .await;
        reply.problem(422, "invalid");
    }
    desk.get(&olga, "/operator/incidents?colour=red")
        .await
        .problem(400, "bad-request");
}

#[tokio::test]
async fn what_the_operator_does_to_an_incident_its_partner_reads_and_the_slower_operator_is_told() {
    let desk = TestDesk::open().await;
    let (olga, otto) = (Who::operator("Olga"), Who::operator("Otto"));
    let (ada, _) = two_companies(&desk).await;
    let page = desk.get(&olga, "/operator/incidents").await.json();
    let id = id_of(&page, "a at birch");
    let path = format!("/operator/incidents/birch/{id}");
    let events = desk.count("outbox").await;
    let begin = json!({ "status": "in-progress", "from": "open" });
    let moved = desk
        .post(&olga, &format!("{path}/status"), &begin)
        .await
        .json();
    assert_eq!(moved["partner_name"], "birch Ltd");
    assert_eq!(moved["incident"]["status"], "in-progress");
    // The other operator saw it open.
    let resolve = json!({ "status": "resolved", "from": "open" });
    let late = desk.post(&otto, &format!("{path}/status"), &resolve).await;
    late.problem(409, "state-changed");
    let text = json!({ "text": "Please send the cluster log." });
    desk.post(&otto, &format!("{path}/comments"), &text).await;
    let read = desk.get(&ada, &format!("/incidents/{id}")).await.json();
    let timeline = read["timeline"].as_array().unwrap();
    assert_eq!(timeline.len(), 2);
    assert_eq!(timeline[0]["by"], "Olga");
    assert_eq!(timeline[1]["side"], "vendor");
    assert_eq!(timeline[1]["what"]["text"], "Please send the cluster log.");
    // The vendor's system is told, and on whose side it was.
    assert_eq!(desk.count("outbox").await, events + 2);
    let told = desk
        .column("SELECT payload AS one FROM outbox WHERE kind = 'incident.status-changed'")
        .await;
    let told: Value = serde_json::from_str(&told[0]).unwrap();
    assert_eq!(
        (&told["status"], &told["side"]),
        (&json!("in-progress"), &json!("vendor"))
    );
    // What its partner took back stays so, and nobody writes on it.
    let taken = id_of(&page, "c at birch");
    desk.post(
        &ada,
        &format!("/incidents/{taken}/cancellation"),
        &json!({}),
    )
    .await;
    let path = format!("/operator/incidents/birch/{taken}");
    let reply = desk.post(&olga, &format!("{path}/status"), &begin).await;
    reply.problem(409, "state-changed");
    let reply = desk.post(&olga, &format!("{path}/comments"), &text).await;
    reply.problem(409, "state-changed");
    // It is looked for at its own partner alone.
    let elsewhere = format!("/operator/incidents/cedar/{id}");
    desk.get(&olga, &elsewhere).await.problem(404, "not-found");
    let reply = desk
        .post(&olga, &format!("{elsewhere}/status"), &begin)
        .await;
    reply.problem(404, "not-found");
}

#[tokio::test]
async fn the_operator_looks_into_an_account_its_people_and_its_balances() {
    let desk = TestDesk::open().await;
    let olga = Who::operator("Olga");
    let (ada, _) = two_companies(&desk).await;
    let facts = desk
        .get(&olga, "/operator/partners/birch/account")
        .await
        .json();
    assert_eq!(facts["partner"]["offers"][0]["offer"], "silver");
    let contract = &facts["contracts"][0];
    assert_eq!(contract["balance"]["consumed"], 3);
    let reference = contract["reference"].as_str().unwrap();
    let path = format!("/operator/contracts/birch/{reference}/ledger?limit=3");
    let page = desk.get(&olga, &path).await.json();
    assert_eq!(page["lines"][0]["remaining"], 12);
    let next = page["next"].as_str().unwrap();
    let rest = desk
        .get(&olga, &format!("{path}&after={next}"))
        .await
        .json();
    assert_eq!(rest["lines"][0]["kind"], "grant");
    let elsewhere = format!("/operator/contracts/cedar/{reference}/ledger");
    desk.get(&olga, &elsewhere).await.problem(404, "not-found");
    let people = desk
        .get(&olga, "/operator/partners/birch/people")
        .await
        .json();
    assert_eq!(people["people"][0]["subject"], ada.subject);
    assert_eq!(people["tenants"], json!([]));
    for path in [
        "/operator/partners/nobody/account",
        "/operator/partners/nobody/people",
    ] {
        desk.get(&olga, path).await.problem(404, "not-found");
    }
    let ids = async |query: &str| {
        let page = desk
            .get(&olga, &format!("/operator/partners?{query}"))
            .await
            .json();
        let partners = page["partners"].as_array().unwrap().iter();
        partners
            .map(|it| it["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids("").await, ["birch", "cedar"]);
    assert_eq!(ids("text=BIRCH%20L").await, ["birch"]);
    assert_eq!(ids("limit=1&after=birch").await, ["cedar"]);
    assert!(ids("text=%25").await.is_empty());
    assert!(ids("text=a%00").await.is_empty());
    let listed = desk.get(&olga, "/operator/partners").await.json();
    assert_eq!(listed["partners"][0]["unfinished"], 3);
}

#[tokio::test]
async fn the_audit_trail_says_who_did_what_and_cannot_be_changed() {
    let desk = TestDesk::open().await;
    let olga = Who::operator("Olga");
    let (ada, _) = two_companies(&desk).await;
    let account = desk.account(&ada).await;
    let contract = account.contracts[0].reference.clone();
    let reveal = format!("/contracts/{contract}/revealed-ids");
    let ids = desk.post(&ada, &reveal, &json!({})).await.json();
    let correct = format!("/operator/contracts/birch/{contract}/correction");
    let body = json!({ "by": -2, "reason": "Agreed by telephone" });
    desk.post(&olga, &correct, &body).await;
    let trail = desk
        .get(&olga, "/operator/audit?partner=birch&limit=100")
        .await
        .json();
    let told: Vec<String> = trail["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let of = |name: &str| it[name].as_str().unwrap_or("").to_owned();
            format!(
                "{} {} {} {}",
                of("by"),
                of("deed"),
                of("concerns"),
                of("detail")
            )
            .trim()
            .to_owned()
        })
        .collect();
    let support = "product-support.competency";
    assert_eq!(
        told[..6],
        [
            format!("Olga balance-corrected {support} -2: Agreed by telephone"),
            format!("Ada ids-revealed {support}"),
            "Ada incident-opened PS-100003".to_owned(),
            "Ada incident-opened PS-100002".to_owned(),
            "Ada incident-opened PS-100001".to_owned(),
            // On the day that the contract began; the account was entered today.
            format!("Olga person-bound {}", ada.subject),
        ]
    );
    let all = desk.get(&olga, "/operator/audit?limit=100").await;
    let said = String::from_utf8_lossy(&all.bytes).into_owned();
    for secret in [&ids["access_id"], &ids["contract_id"]] {
        assert!(!said.contains(secret.as_str().unwrap()));
    }
    assert!(said.contains("\"partner\":\"cedar\"") && !trail.to_string().contains("cedar"));
    // Page by page it is the same.
    let (mut walked, mut after) = (0, String::new());
    loop {
        let page = desk
            .get(&olga, &format!("/operator/audit?limit=2{after}"))
            .await
            .json();
        walked += page["entries"].as_array().unwrap().len();
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(walked, desk.count("audit").await);
    desk.get(&olga, "/operator/audit?after=x")
        .await
        .problem(422, "invalid");
    for change in ["UPDATE audit SET name = 'Nobody'", "DELETE FROM audit"] {
        let refused = desk.meddle(change).await.unwrap_err();
        assert!(refused.contains("append-only"), "{refused}");
    }
}

fn account(id: &str, name: &str) -> Value {
    json!({
        "id": id, "name": name, "region": "emea", "portal": "partner-center",
        "offers": [{
            "offer": "gold", "competency": "data-platform", "start": "2020-09-01",
            "anniversary": "2021-09-01", "status": "active",
        }],
    })
}

#[tokio::test]
async fn an_import_is_checked_first_entered_once_and_harmless_when_repeated() {
    let desk = TestDesk::open().await;
    let olga = Who::operator("Olga");
    let import = async |dry_run: bool, rows: Value| {
        let body = json!({ "dry_run": dry_run, "rows": rows });
        put(&desk, &olga, "/operator/partners", &body).await.json()["rows"].clone()
    };
    let rows = json!([account("birch", "Birch"), account("cedar", "Cedar")]);
    let new = json!([{ "outcome": "new" }, { "outcome": "new" }]);
    assert_eq!(import(true, rows.clone()).await, new);
    assert_eq!(desk.count("partner").await, 0);
    assert_eq!(desk.count("audit").await, 0);
    assert_eq!(import(false, rows.clone()).await, new);
    assert_eq!(desk.count("audit").await, 2);
    let same = json!([{ "outcome": "same" }, { "outcome": "same" }]);
    assert_eq!(import(false, rows).await, same);
    assert_eq!(desk.count("audit").await, 2);
    let read = desk.get(&olga, "/operator/partners/birch").await.json();
    assert_eq!(read["revision"], 1);
    let mut renamed = account("birch", "Birch & Sons");
    renamed["region"] = "americas".into();
    let changed = json!([{ "outcome": "changed", "changes": ["name", "region"] }]);
    assert_eq!(import(true, json!([renamed])).await, changed);
    assert_eq!(import(false, json!([renamed])).await, changed);
    let read = desk.get(&olga, "/operator/partners/birch").await.json();
    assert_eq!(
        (&read["revision"], &read["data"]["name"]),
        (&json!(2), &json!("Birch & Sons"))
    );
}

#[tokio::test]
async fn an_import_says_everything_that_is_wrong_with_a_row_and_enters_the_others() {
    let desk = TestDesk::open().await;
    let olga = Who::operator("Olga");
    let mut wrong = account("birch", " ");
    wrong["region"] = "atlantis".into();
    wrong["portal"] = "none".into();
    wrong["colour"] = 1.into();
    wrong["\u{1b}[31m SECRET"] = 1.into();
    wrong["plans"] = json!(["platinum"]);
    wrong["activators"] = json!(vec!["Ada"; 65]);
    wrong["offers"] = json!([
        "gold",
        { "offer": "platinum", "start": "2020-09-01", "anniversary": "2021-09-01", "status": "active" },
        { "offer": "gold", "start": "2020-09-01", "anniversary": "2020-08-31", "status": "active" },
        { "offer": "gold", "competency": "juggling", "start": "1 September", "status": 7 },
    ]);
    let rows = json!([account("alder", "Alder"), wrong, 7, account("alder", "Alder again"), { "id": "x" }]);
    let body = json!({ "rows": rows });
    let report = put(&desk, &olga, "/operator/partners", &body).await.json();
    let faults = |row: usize| {
        let faults = report["rows"][row]["faults"].as_array().unwrap().iter();
        let faults = faults.map(|it| {
            format!(
                "{} {}",
                it["field"].as_str().unwrap(),
                it["fault"].as_str().unwrap()
            )
        });
        let mut faults: Vec<String> = faults.collect();
        faults.sort();
        faults
    };
    assert_eq!(report["rows"][0], json!({ "outcome": "new" }));
    assert_eq!(
        faults(1),
        [
            "? unknown-field",
            "activators too-many",
            "colour unknown-field",
            "name text",
            "offers[0] malformed",
            "offers[1].offer unknown-offer",
            "offers[2].anniversary ends-before-start",
            "offers[2].competency needs-competency",
            "offers[3].anniversary missing",
            "offers[3].start malformed",
            "offers[3].status malformed",
            "plans[0] unknown-plan",
            "portal malformed",
            "region unknown-region",
        ]
    );
    assert_eq!(faults(2), [" malformed"]);
    assert_eq!(faults(3), ["id twice"]);
    assert_eq!(
        faults(4),
        ["name missing", "portal missing", "region missing"]
    );
    assert_eq!(desk.count("partner").await, 1);
    assert!(!report.to_string().contains("SECRET"));
}

#[tokio::test]
async fn a_hostile_import_is_turned_away_whole() {
    let desk = TestDesk::open().await;
    let olga = Who::operator("Olga");
    let many: Vec<Value> = (0..101).map(|it| json!({ "id": it.to_string() })).collect();
    let reply = put(&desk, &olga, "/operator/partners", &json!({ "rows": many })).await;
    assert_eq!(reply.problem(413, "too-large")["field"], "rows");
    let long = json!({ "rows": [account("birch", &"x".repeat(70_000))] });
    let reply = put(&desk, &olga, "/operator/partners", &long).await;
    reply.problem(413, "too-large");
    for body in [
        json!({}),
        json!({ "rows": {} }),
        json!({ "rows": [], "more": 1 }),
        json!([]),
    ] {
        put(&desk, &olga, "/operator/partners", &body)
            .await
            .problem(400, "bad-request");
    }
    assert_eq!(desk.count("partner").await, 0);
}

#[tokio::test]
async fn the_two_ids_of_a_new_contract_are_two() {
    let desk = TestDesk::open().await;
    let (ada, olga) = (Who::global_admin("Ada"), Who::operator("Olga"));
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let asked = format!("/benefits/{PRODUCT_SUPPORT}/activation");
    desk.post(&ada, &asked, &json!({})).await;
    let path = format!("/operator/activations/birch/{PRODUCT_SUPPORT}/fulfilment");
    let body = json!({
        "ids": { "access_id": "A-1", "contract_id": " A-1" },
        "start": "2021-03-04", "end": "2022-03-03",
    });
    let refused = desk.post(&olga, &path, &body).await;
    assert_eq!(refused.problem(422, "invalid")["field"], "ids.contract_id");
}

#[tokio::test]
async fn nobody_but_an_operator_sees_or_does_any_of_it() {
    let desk = TestDesk::open().await;
    let (ada, _) = two_companies(&desk).await;
    let id = desk.get(&ada, "/incidents").await.json()["incidents"][0]["id"].clone();
    let incident = format!("/operator/incidents/birch/{}", id.as_str().unwrap());
    let contract = desk.account(&ada).await.contracts[0].reference.clone();
    let ledger = format!("/operator/contracts/birch/{contract}/ledger");
    for path in [
        "/operator/incidents",
        &incident,
        "/operator/partners",
        "/operator/partners/birch/account",
        "/operator/partners/birch/people",
        "/operator/audit",
        &ledger,
    ] {
        desk.get(&ada, path).await.problem(403, "forbidden");
    }
    let begin = json!({ "status": "in-progress", "from": "open" });
    let reply = desk.post(&ada, &format!("{incident}/status"), &begin).await;
    reply.problem(403, "forbidden");
    let text = json!({ "text": "mine" });
    let reply = desk
        .post(&ada, &format!("{incident}/comments"), &text)
        .await;
    reply.problem(403, "forbidden");
    let reply = put(&desk, &ada, "/operator/partners", &json!({ "rows": [] })).await;
    reply.problem(403, "forbidden");
}
