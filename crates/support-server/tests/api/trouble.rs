//! Races, repeats and meddling.

use crate::desk::*;
use axum::http::StatusCode;
use entitlement_rules::Allotment;
use serde_json::json;
use support_server::store::Commits;

/// Sends the same incident from a hundred clients at once and counts the answers by status.
async fn rush(
    desk: &TestDesk,
    ada: &Who,
    contract: &str,
    key: impl Fn(usize) -> String,
) -> Vec<Reply> {
    let token = desk.issuer.token(ada);
    let requests: Vec<_> = (0..100)
        .map(|client| {
            let request = post_request(&token, "/incidents", &incident(contract), &key(client));
            let routes = desk.routes.clone();
            tokio::spawn(async move { send(&routes, request).await })
        })
        .collect();
    let mut replies = Vec::new();
    for request in requests {
        replies.push(request.await.unwrap());
    }
    replies
}

fn count(replies: &[Reply], status: u16) -> usize {
    replies
        .iter()
        .filter(|reply| reply.status.as_u16() == status)
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_incident_has_exactly_one_winner_and_everybody_else_sees_why() {
    for commits in [Commits::Grouped, Commits::OnePerRequest] {
        let desk = TestDesk::open_with(commits, "2021-03-04").await;
        let rounds = if commits == Commits::Grouped { 20 } else { 3 };
        for round in 0..rounds {
            let ada = Who::global_admin(&format!("Ada{round}"));
            let partner = format!("birch-{round}");
            desk.partner(&partner, ("silver", Some("datacenter")), &[&ada])
                .await;
            let (contract, _) = desk
                .contract(&partner, &ada, PRODUCT_SUPPORT, Allotment::Finite(1))
                .await;
            let replies = rush(&desk, &ada, &contract.reference, |_| unique()).await;
            assert_eq!(count(&replies, 201), 1);
            assert_eq!(count(&replies, 409), 99);
            for loser in replies
                .iter()
                .filter(|reply| reply.status == StatusCode::CONFLICT)
            {
                let problem = loser.problem(409, "refused");
                assert!(loser.refusing_rules().contains(&"S27".to_owned()));
                assert_eq!(problem["account"]["contracts"][0]["balance"]["consumed"], 1);
            }
            let balance = desk.account(&ada).await.contracts[0].balance;
            assert_eq!(
                (balance.consumed, balance.remaining()),
                (1, Allotment::Finite(0))
            );
        }
        assert!(desk.store.check().await.unwrap().faults.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_clicks_at_once_are_one_incident() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let (contract, _) = desk
        .contract("birch", &ada, PRODUCT_SUPPORT, Allotment::Finite(15))
        .await;
    let replies = rush(&desk, &ada, &contract.reference, |_| "one-form".to_owned()).await;
    assert_eq!(count(&replies, 201), 100);
    assert!(replies.iter().all(|reply| reply.bytes == replies[0].bytes));
    assert_eq!(desk.account(&ada).await.contracts[0].balance.consumed, 1);
}

#[tokio::test]
async fn the_ledger_cannot_be_changed_and_shows_when_it_was_tampered_with() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let (contract, _) = desk
        .contract("birch", &ada, PRODUCT_SUPPORT, Allotment::Finite(15))
        .await;
    for _ in 0..3 {
        let made = desk
            .post(&ada, "/incidents", &incident(&contract.reference))
            .await;
        assert_eq!(made.status, StatusCode::CREATED);
    }
    for meddling in [
        "UPDATE ledger SET amount = 0",
        "DELETE FROM ledger WHERE line = 3",
    ] {
        let error = desk.meddle(meddling).await.unwrap_err();
        assert!(error.contains("append-only"), "{error}");
    }
    assert!(desk.store.check().await.unwrap().faults.is_empty());
    // Whoever can write to the tables can drop the guard, but not hide that a line was changed.
    let on = if crate::postgres::is_chosen() {
        " ON ledger"
    } else {
        ""
    };
    let meddling = format!(
        "DROP TRIGGER ledger_is_never_changed{on}; UPDATE ledger SET by_subject = 'eve' WHERE line = 2"
    );
    desk.meddle(&meddling).await.unwrap();
    let faults = desk.store.check().await.unwrap().faults;
    assert_eq!(faults, ["ledger birch/2 was changed after it was written"]);
}

#[tokio::test]
async fn incidents_ledger_lines_events_and_keys_always_agree() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let (contract, _) = desk
        .contract("birch", &ada, PRODUCT_SUPPORT, Allotment::Finite(5))
        .await;
    for _ in 0..8 {
        desk.post(&ada, "/incidents", &incident(&contract.reference))
            .await;
    }
    for of in [
        "incident",
        "ledger WHERE kind = 'consume'",
        "outbox WHERE kind = 'incident.created'",
        "idempotency WHERE location IS NOT NULL",
    ] {
        assert_eq!(desk.count(of).await, 5, "{of}");
    }
    assert!(desk.store.check().await.unwrap().faults.is_empty());
}

#[tokio::test]
async fn a_null_character_in_an_address_names_nothing_and_breaks_nothing() {
    let desk = TestDesk::open().await;
    let (ada, olga) = (Who::global_admin("Ada"), Who::operator("Olga"));
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    for filter in ["product", "text"] {
        let page = desk.get(&ada, &format!("/incidents?{filter}=%00")).await;
        assert_eq!(page.json()["incidents"], json!([]), "{filter}");
    }
    desk.get(&ada, "/incidents/%00")
        .await
        .problem(404, "not-found");
    for (who, path, body) in [
        (&ada, "/contracts/%00/revealed-ids", json!({})),
        (&ada, "/benefits/a.%00/activation", json!({})),
        (
            &olga,
            "/operator/activations/%00/product-support.competency/rejection",
            json!({ "reason": "offer-lapsed" }),
        ),
        (
            &olga,
            "/operator/activations/birch/a.%00/rejection",
            json!({ "reason": "offer-lapsed" }),
        ),
    ] {
        desk.post(who, path, &body).await.problem(404, "not-found");
    }
}
