//! Many clients at once over HTTP, on one server with a data file or on three servers with one database. `FAULTS` says how
//! many rounds (a few when it is not set).

use crate::desk::*;
use crate::faults::{self, Program, agent, create, incident_id};
use crate::postgres::{self, Cluster};
use axum::body::Body;
use axum::http::Request;
use entitlement_rules::Allotment;
use std::sync::Barrier;
use std::time::Duration;

const CLIENTS: usize = 200;

/// As many servers as may share the store.
fn servers(desk: &TestDesk) -> Vec<Program> {
    let count = if postgres::is_chosen() { 3 } else { 1 };
    let store = desk.store_arguments();
    (0..count)
        .map(|_| faults::start(&store, &desk.issuer.address, &[]))
        .collect()
}

/// Asks until there is an answer: whoever is told to come again does so, with the same key.
fn insist(
    agent: &ureq::Agent,
    address: &str,
    token: &str,
    contract: &str,
    key: &str,
) -> (u16, String) {
    loop {
        match create(agent, address, token, contract, key) {
            Some((503, _)) | None => std::thread::sleep(Duration::from_millis(20)),
            Some(answer) => return answer,
        }
    }
}

/// Every client asks at the same moment. What each was told, in their order.
fn at_once<T: Send>(
    agents: &[ureq::Agent],
    ask: impl Fn(usize, &ureq::Agent) -> T + Sync,
) -> Vec<T> {
    let (ask, start) = (&ask, &Barrier::new(agents.len()));
    std::thread::scope(|scope| {
        let clients: Vec<_> = agents
            .iter()
            .enumerate()
            .map(|(number, agent)| {
                scope.spawn(move || {
                    start.wait();
                    ask(number, agent)
                })
            })
            .collect();
        clients.into_iter().map(|it| it.join().unwrap()).collect()
    })
}

/// A partner with a contract that runs today.
async fn granted(desk: &TestDesk, partner: &str, ada: &Who, incidents: u32) -> String {
    desk.partner(partner, ("silver", Some("datacenter")), &[ada])
        .await;
    let today = support_server::clock::Moment::real().date();
    let dates = (today.plus_days(-10), today.plus_days(300));
    let (contract, _) = desk
        .contract_between(
            partner,
            ada,
            CLOUD_SUPPORT,
            Allotment::Finite(incidents),
            dates,
        )
        .await;
    contract.reference
}

/// A partner with so many incidents, and what one of its staff asks for.
async fn supported(desk: &TestDesk, partner: &str, who: &Who, incidents: u32) -> serde_json::Value {
    desk.partner(partner, ("silver", Some("datacenter")), &[who])
        .await;
    let allotment = Allotment::Finite(incidents);
    let (contract, _) = desk
        .contract(partner, who, PRODUCT_SUPPORT, allotment)
        .await;
    incident(&contract.reference)
}

/// What each is told when all are asked at once, in the order of the numbers.
async fn statuses(desk: &TestDesk, requests: impl Iterator<Item = Request<Body>>) -> Vec<u16> {
    let sent = requests.map(|request| {
        let routes = desk.routes.clone();
        tokio::spawn(async move { send(&routes, request).await.status.as_u16() })
    });
    let mut statuses = Vec::new();
    for sent in sent.collect::<Vec<_>>() {
        statuses.push(sent.await.unwrap());
    }
    statuses.sort_unstable();
    statuses
}

/// One is created, and all others are refused.
fn one_of(count: usize) -> Vec<u16> {
    std::iter::once(201).chain(vec![409; count - 1]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_too_the_last_incident_has_one_winner_among_two_hundred() {
    let desk = TestDesk::open().await;
    let programs = servers(&desk);
    let agents: Vec<_> = (0..CLIENTS).map(|_| agent()).collect();
    for round in 0..faults::faults(2) {
        let ada = Who::global_admin(&format!("Ada{round}"));
        let contract = granted(&desk, &format!("birch-{round}"), &ada, 1).await;
        let token = desk.issuer.token(&ada);
        let answers = at_once(&agents, |client, agent| {
            let address = &programs[client % programs.len()].address;
            insist(agent, address, &token, &contract, &unique())
        });
        let winners = answers.iter().filter(|(status, _)| *status == 201).count();
        assert_eq!(winners, 1);
        for (status, body) in answers.iter().filter(|(status, _)| *status != 201) {
            assert_eq!(*status, 409, "{body}");
            assert!(body.contains(r#""consumed":1"#), "{body}");
        }
    }
    assert_eq!(desk.store.check().await.unwrap().faults, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_retries_of_two_hundred_keys_are_two_hundred_incidents() {
    let desk = TestDesk::open().await;
    let programs = servers(&desk);
    let agents: Vec<_> = (0..CLIENTS).map(|_| agent()).collect();
    let ada = Who::global_admin("Ada");
    let contract = granted(&desk, "birch", &ada, 1_000_000).await;
    let token = desk.issuer.token(&ada);
    let keys = CLIENTS;
    let retries = faults::faults(5).min(100);
    let ask = |agent: &ureq::Agent, server: usize, contract: &str, key: usize| {
        let address = &programs[server % programs.len()].address;
        insist(agent, address, &token, contract, &format!("key-{key}"))
    };
    let answers = at_once(&agents, |client, agent| {
        // All clients are at the same few keys at the same time, each at another server than the last one.
        let asked = (0..retries).map(|number| {
            let key = (number * CLIENTS + client) / retries;
            (key, ask(agent, client + number, &contract, key))
        });
        asked.collect::<Vec<_>>()
    });
    let mut told: Vec<Vec<String>> = vec![Vec::new(); keys];
    for (key, (status, body)) in answers.into_iter().flatten() {
        assert_eq!(status, 201, "{body}");
        told[key].push(body);
    }
    let mut incidents = std::collections::HashSet::new();
    for bodies in &told {
        assert_eq!(bodies.len(), retries);
        assert!(
            bodies.iter().all(|it| *it == bodies[0]),
            "one key, one answer"
        );
        assert!(incidents.insert(incident_id(&bodies[0])));
    }
    assert_eq!(desk.count("incident").await, keys);
    for (key, agent) in agents.iter().enumerate() {
        let (status, body) = ask(agent, key, "another-contract", key);
        assert_eq!(status, 422, "{body}");
        assert!(body.contains("idempotency-key-reused"), "{body}");
    }
    assert_eq!(desk.store.check().await.unwrap().faults, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: TEST_STORE=postgres"]
async fn races_end_the_same_on_a_database_that_is_serializable() {
    let cluster = Cluster::start(
        &format!("serializable-{}", unique()),
        "-c default_transaction_isolation=serializable -c fsync=off",
    );
    let desk = TestDesk::open_at(&cluster.address("public")).await;
    let isolation = desk
        .column("SELECT current_setting('transaction_isolation') AS one")
        .await;
    assert_eq!(isolation, ["serializable"]);
    for round in 0..faults::faults(3) {
        let ada = Who::global_admin(&format!("Ada{round}"));
        let body = supported(&desk, &format!("birch-{round}"), &ada, 1).await;
        let token = desk.issuer.token(&ada);
        let requests = (0..100).map(|_| post_request(&token, "/incidents", &body, &unique()));
        assert_eq!(statuses(&desk, requests).await, one_of(100));
    }
    // Different companies do not wait for each other, and both get theirs.
    let companies: Vec<_> = (0..20).map(|number| format!("cedar-{number}")).collect();
    let mut requests = Vec::new();
    for company in &companies {
        let cleo = Who::global_admin(&format!("Cleo {company}"));
        let body = supported(&desk, company, &cleo, 5).await;
        let token = desk.issuer.token(&cleo);
        for _ in 0..5 {
            requests.push(post_request(&token, "/incidents", &body, &unique()));
        }
    }
    assert_eq!(statuses(&desk, requests.into_iter()).await, [201; 100]);
    assert_eq!(desk.store.check().await.unwrap().faults, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: TEST_STORE=postgres"]
async fn a_database_that_says_more_than_it_was_asked_keeps_nobody_waiting() {
    let cluster = Cluster::start(
        &format!("talkative-{}", unique()),
        "-c client_min_messages=debug5 -c fsync=off",
    );
    let desk = TestDesk::open_at(&cluster.address("public")).await;
    let ada = Who::global_admin("Ada");
    let body = supported(&desk, "birch", &ada, 1).await;
    let token = desk.issuer.token(&ada);
    let requests = (0..20).map(|_| post_request(&token, "/incidents", &body, &unique()));
    assert_eq!(statuses(&desk, requests).await, one_of(20));
    assert_eq!(desk.store.check().await.unwrap().faults, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: TEST_STORE=postgres"]
async fn a_company_with_a_hundred_people_at_work_keeps_no_other_company_waiting() {
    let address = new_schema().await;
    let desk = TestDesk::open_at(&address).await;
    let (ada, bea) = (Who::global_admin("Ada"), Who::global_admin("Bea"));
    let mut bodies = Vec::new();
    for (partner, who) in [("birch", &ada), ("cedar", &bea)] {
        bodies.push(supported(&desk, partner, who, 1_000).await);
    }
    let create = |who: &Who, body: &serde_json::Value| {
        let token = desk.issuer.token(who);
        let request = post_request(&token, "/incidents", body, &unique());
        let routes = desk.routes.clone();
        tokio::spawn(async move { send(&routes, request).await.status.as_u16() })
    };
    // Somebody else has the one company in hand, and all of its people wait.
    let mut other = postgres::client(&address).await;
    let in_hand = other.transaction().await.unwrap();
    in_hand
        .execute("SELECT 1 FROM partner WHERE id = 'birch' FOR UPDATE", &[])
        .await
        .unwrap();
    let waiting: Vec<_> = (0..100).map(|_| create(&ada, &bodies[0])).collect();
    for _ in 0..5 {
        assert_eq!(create(&bea, &bodies[1]).await.unwrap(), 201);
    }
    assert!(waiting.iter().all(|it| !it.is_finished()));
    in_hand.rollback().await.unwrap();
    for waited in waiting {
        assert_eq!(waited.await.unwrap(), 201);
    }
    assert_eq!(desk.store.check().await.unwrap().faults, [""; 0]);
}
