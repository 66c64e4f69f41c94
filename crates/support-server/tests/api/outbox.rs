//! What waits to be handed over: in order, to one taker at a time, until it has arrived.

use crate::desk::*;
use entitlement_rules::Allotment;
use std::collections::BTreeSet;
use std::time::Duration;
use support_server::clock::Moment;
use support_server::handover::queue::{DeadLetters, Event, Queue};

const LEASE: Duration = Duration::from_secs(60);

/// Two partners, with a request, a contract, and two incidents each.
async fn desk() -> TestDesk {
    let desk = TestDesk::open().await;
    for (partner, name) in [("birch", "Ada"), ("cedar", "Cleo")] {
        let who = Who::global_admin(name);
        desk.partner(partner, ("silver", Some("datacenter")), &[&who])
            .await;
        let (contract, _) = desk
            .contract(partner, &who, PRODUCT_SUPPORT, Allotment::Finite(5))
            .await;
        for _ in 0..2 {
            let made = desk
                .post(&who, "/incidents", &incident(&contract.reference))
                .await;
            assert_eq!(made.status.as_u16(), 201);
        }
    }
    desk
}

fn later(seconds: i64) -> Moment {
    Moment(Moment::real().0 + seconds * 1_000)
}

async fn claim(desk: &TestDesk, now: Moment) -> Vec<Event> {
    desk.store.claim(10, now, LEASE).await.unwrap()
}

#[tokio::test]
async fn each_companys_events_go_one_after_the_other_and_none_twice() {
    let desk = desk().await;
    let now = later(1);
    let mut seen: Vec<(String, String)> = Vec::new();
    loop {
        let claimed = claim(&desk, now).await;
        let partners: BTreeSet<_> = claimed.iter().map(|event| &event.partner).collect();
        assert_eq!(
            partners.len(),
            claimed.len(),
            "one of each company at a time"
        );
        assert!(
            claim(&desk, now).await.is_empty(),
            "what is leased is nobody else's"
        );
        if claimed.is_empty() {
            break;
        }
        for event in claimed {
            desk.store
                .delivered(&event, now, Some("4711"))
                .await
                .unwrap();
            seen.push((event.partner, event.kind));
        }
    }
    for partner in ["birch", "cedar"] {
        let kinds = seen.iter().filter(|(whose, _)| whose == partner);
        let kinds: Vec<_> = kinds.map(|(_, kind)| kind.as_str()).collect();
        let expected = [
            "activation.requested",
            "activation.fulfilled",
            "contract.linked",
            "incident.created",
            "incident.created",
        ];
        assert_eq!(kinds, expected);
    }
    let waits = desk.store.waits(now).await.unwrap();
    assert_eq!(waits.events, 0);
}

#[tokio::test]
async fn a_failed_event_holds_up_its_company_until_it_is_given_up_and_comes_back_when_replayed() {
    let desk = desk().await;
    let now = later(1);
    let claimed = claim(&desk, now).await;
    let [birch, cedar] = claimed.as_slice() else {
        panic!("one of each company")
    };
    let retry_at = Moment(now.0 + 300_000);
    let store = &desk.store;
    store
        .failed(birch, now, Some(retry_at), "500")
        .await
        .unwrap();
    store.failed(cedar, now, None, "refused").await.unwrap();
    // Cedar goes on with its next, birch waits for its time.
    let next = claim(&desk, now).await;
    assert_eq!(next.len(), 1);
    assert_eq!(
        (next[0].partner.as_str(), next[0].id > cedar.id),
        ("cedar", true)
    );
    let second = |event: &Event| Event {
        tries: 2,
        ..event.clone()
    };
    // The longest due first.
    let claimed = claim(&desk, retry_at).await;
    assert_eq!(claimed, [second(&next[0]), second(birch)]);
    // A try that lost its lease says nothing any more.
    store.failed(birch, now, None, "too late").await.unwrap();
    let of_cedar = DeadLetters::Of("cedar".into());
    assert_eq!(store.replay(&of_cedar, retry_at).await.unwrap(), 1);
    assert_eq!(store.replay(&DeadLetters::All, retry_at).await.unwrap(), 0);
    let later = Moment(retry_at.0 + 120_000);
    let again = claim(&desk, later).await;
    let cedars = again.iter().find(|event| event.partner == "cedar").unwrap();
    assert_eq!((&cedars.id, cedars.tries), (&cedar.id, 1));
}

#[tokio::test]
async fn after_an_outage_everything_is_due_at_once_and_a_probe_costs_no_try() {
    let desk = desk().await;
    let now = later(1);
    let store = &desk.store;
    for event in claim(&desk, now).await {
        let much_later = Moment(now.0 + 86_400_000);
        store.put_back(&event, much_later, "away").await.unwrap();
    }
    assert!(claim(&desk, now).await.is_empty());
    assert!(store.waits(now).await.unwrap().events > 0);
    store.hurry(now).await.unwrap();
    let tries: Vec<_> = claim(&desk, now)
        .await
        .iter()
        .map(|event| event.tries)
        .collect();
    assert_eq!(tries, [1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_never_take_the_same_event() {
    let desk = desk().await;
    let other = desk.reopened().await;
    let now = later(1);
    let (one, two) = tokio::join!(
        desk.store.claim(10, now, LEASE),
        other.claim(10, now, LEASE)
    );
    let ids: Vec<_> = [one.unwrap(), two.unwrap()].concat();
    let different: BTreeSet<_> = ids.iter().map(|event| event.id.clone()).collect();
    assert_eq!((ids.len(), different.len()), (2, 2));
}
