//! What a request asks of the database. It does not depend on the machine, so it is held exactly: a change that asks more is seen.

use crate::desk::*;
use crate::postgres::Cluster;
use entitlement_rules::Allotment;
use std::path::Path;
use std::time::{Duration, Instant};

/// What the database was asked until now, one statement each.
async fn asked(desk: &TestDesk, cluster: &Path) -> Vec<String> {
    let mark = unique();
    desk.column(&format!("SELECT '{mark}' AS one")).await;
    let started = Instant::now();
    loop {
        let log = std::fs::read_to_string(cluster.join("data/log/statements")).unwrap_or_default();
        if let Some((before, _)) = log.split_once(&mark) {
            let statements = before.lines().filter_map(|line| {
                let (_, said) = line.split_once("LOG:  ")?;
                let (how, statement) = said.split_once(": ")?;
                let is_asked = how == "statement" || how.starts_with("execute");
                is_asked.then(|| statement.to_owned())
            });
            let mut statements: Vec<String> = statements.collect();
            // The mark itself.
            statements.pop();
            return statements;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "it is logged");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: TEST_STORE=postgres"]
async fn a_request_asks_the_database_no_more_than_it_needs() {
    let cluster = Cluster::start(
        &format!("counted-{}", unique()),
        "-c fsync=off -c log_statement=all -c logging_collector=on -c log_filename=statements",
    );
    let desk = TestDesk::open_at(&cluster.address("public")).await;
    let ada = Who::global_admin("Ada");
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let (contract, _) = desk
        .contract("birch", &ada, PRODUCT_SUPPORT, Allotment::Finite(10))
        .await;
    let body = incident(&contract.reference);
    let token = desk.issuer.token(&ada);
    let first = desk
        .send(post_request(&token, "/incidents", &body, &unique()))
        .await;
    let id = first.json()["incident"]["id"].as_str().unwrap().to_owned();
    let key = unique();
    let known = desk.get(&ada, "/account").await.headers["etag"].clone();
    let mut unchanged = get_request(&token, "/account");
    unchanged.headers_mut().insert("if-none-match", known);
    // Beginning and end of the transaction are among them. What does not wait for each other is asked in one round trip.
    let requests = [
        ("the account, as it is known", unchanged, 304, 5),
        ("the account", get_request(&token, "/account"), 200, 9),
        (
            "where benefits stand",
            get_request(&token, "/benefits"),
            200,
            9,
        ),
        (
            "the list of incidents",
            get_request(&token, "/incidents"),
            200,
            5,
        ),
        (
            "one incident",
            get_request(&token, &format!("/incidents/{id}")),
            200,
            6,
        ),
        (
            "a new incident",
            post_request(&token, "/incidents", &body, &key),
            201,
            22,
        ),
        (
            "the same again",
            post_request(&token, "/incidents", &body, &key),
            201,
            13,
        ),
    ];
    for (what, request, status, exactly) in requests {
        let before = asked(&desk, &cluster.folder).await.len();
        assert_eq!(desk.send(request).await.status, status, "{what}");
        // After the question that marked the place.
        let statements = asked(&desk, &cluster.folder).await.split_off(before + 1);
        assert_eq!(
            statements.len(),
            exactly,
            "{what}:\n{}",
            statements.join("\n")
        );
    }
}
