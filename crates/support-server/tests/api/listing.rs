//! What a list of incidents is narrowed to.

use crate::desk::*;
use entitlement_rules::Allotment;
use serde_json::{Value, json};
use support_api::{Incident, IncidentPage};
use support_server::clock::{Clock, Moment};
use support_server::router;

/// Dina of Dogwood, who has a contract and the resellers' plan, opens an incident on each of these days.
async fn opened(days: &[&str]) -> (TestDesk, Who, Vec<Incident>) {
    let desk = TestDesk::open().await;
    let dina = Who {
        roles: vec!["global-admin", "admin-agent"],
        associations: vec!["csp"],
        ..Who::admin_agent("Dina")
    };
    desk.partner("dogwood", ("silver", Some("datacenter")), &[&dina])
        .await;
    let (contract, _) = desk
        .contract("dogwood", &dina, PRODUCT_SUPPORT, Allotment::Finite(9))
        .await;
    let mut made = Vec::new();
    for day in days {
        made.push(opens(&desk, &dina, &incident(&contract.reference), day).await);
    }
    (desk, dina, made)
}

async fn opens(desk: &TestDesk, who: &Who, request: &Value, on: &str) -> Incident {
    let desk_of_the_day = router(support_server::Desk {
        clock: Clock::starting_at(Moment::morning_of(day(on))),
        ..desk.desk.clone()
    });
    let request = post_request(&desk.issuer.token(who), "/incidents", request, &unique());
    let made = send(&desk_of_the_day, request).await.json();
    serde_json::from_value(made["incident"].clone()).unwrap()
}

/// The numbers of a list, page by page.
async fn numbers(desk: &TestDesk, who: &Who, query: &str) -> Vec<String> {
    let (mut numbers, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/incidents?limit=2&{query}{after}");
        let page: IncidentPage = desk.get(who, &path).await.read();
        assert!(page.incidents.len() <= 2);
        numbers.extend(page.incidents.into_iter().map(|it| it.number));
        match page.next {
            Some(next) => after = format!("&after={next}"),
            None => return numbers,
        }
    }
}

fn of<const N: usize>(made: &[Incident], which: [usize; N]) -> Vec<String> {
    which.map(|it| made[it].number.clone()).into()
}

#[tokio::test]
async fn a_list_is_narrowed_to_a_stretch_of_time_whose_ends_both_count() {
    let days = [
        "2021-03-01",
        "2021-03-02",
        "2021-03-03",
        "2021-03-04",
        "2021-03-05",
    ];
    let (desk, dina, made) = opened(&days).await;
    for (query, found) in [
        ("created_from=2021-03-02T00:00:00Z", vec![4, 3, 2, 1]),
        ("created_until=2021-03-02T23:59:59.999Z", vec![1, 0]),
        (
            "created_from=2021-03-02T00:00:00Z&created_until=2021-03-04T23:59:59.999Z",
            vec![3, 2, 1],
        ),
        (
            "order=oldest&created_from=2021-03-02T00:00:00Z&created_until=2021-03-04T23:59:59.999Z",
            vec![1, 2, 3],
        ),
        // The same evening, an hour further west.
        (
            "created_from=2021-03-02T23:00:00-01:00&created_until=2021-03-03T22:59:59.999-01:00",
            vec![2],
        ),
        (
            "created_from=2021-03-04T00:00:00Z&created_until=2021-03-03T00:00:00Z",
            vec![],
        ),
        (
            "created_from=0001-01-01T00:00:00Z&created_until=9999-12-31T23:59:59Z",
            vec![4, 3, 2, 1, 0],
        ),
    ] {
        let found: Vec<_> = found.into_iter().map(|it| &made[it].number).collect();
        let listed = numbers(&desk, &dina, query).await;
        assert_eq!(listed.iter().collect::<Vec<_>>(), found, "{query}");
    }
    let at = &made[2].created_at;
    let then = format!("created_from={at}&created_until={at}");
    assert_eq!(numbers(&desk, &dina, &then).await, of(&made, [2]));
}

#[tokio::test]
async fn a_list_is_narrowed_to_what_a_benefit_or_a_plan_pays() {
    let (desk, dina, mut made) = opened(&["2021-03-03", "2021-03-04"]).await;
    let by_plan = json!({
        "beneficiary": "customer", "customer": "Contoso", "product": "azure-virtual-machines",
        "kind": "break-fix", "severity": "a", "funding": { "by": "reseller-plan", "plan": "csp-plan" },
        "title": r#""plan":"advanced""#, "description": "Since the resize.",
    });
    made.push(opens(&desk, &dina, &by_plan, "2021-03-04").await);
    assert_eq!(
        numbers(&desk, &dina, "paid_by=product-support").await,
        of(&made, [1, 0])
    );
    assert_eq!(
        numbers(&desk, &dina, "paid_by=csp-plan").await,
        of(&made, [2])
    );
    assert_eq!(
        numbers(
            &desk,
            &dina,
            "paid_by=product-support&created_until=2021-03-03T23:59:59.999Z"
        )
        .await,
        of(&made, [0])
    );
    for nobody in [
        "advanced",
        "product",
        "PRODUCT-SUPPORT",
        "CSP-plan",
        "csp",
        "%25",
        "",
        "%22",
        "a%00",
    ] {
        let found = numbers(&desk, &dina, &format!("paid_by={nobody}")).await;
        assert!(found.is_empty(), "{nobody}");
    }
}

#[tokio::test]
async fn a_list_is_narrowed_to_what_nothing_has_ended() {
    let (desk, dina, made) = opened(&["2021-03-03", "2021-03-04"]).await;
    let path = format!("/incidents/{}/cancellation", made[1].id);
    let cancelled = desk.post(&dina, &path, &json!({})).await;
    assert_eq!(cancelled.json()["status"], "cancelled");
    for (query, found) in [
        ("unfinished=true", of(&made, [0])),
        ("unfinished=true&status=cancelled", of(&made, [])),
        ("unfinished=false", of(&made, [1, 0])),
    ] {
        assert_eq!(numbers(&desk, &dina, query).await, found, "{query}");
    }
    desk.get(&dina, "/incidents?unfinished=perhaps")
        .await
        .problem(400, "bad-request");
}

#[tokio::test]
async fn a_point_in_time_that_is_none_is_refused_by_its_name() {
    let (desk, dina, _) = opened(&[]).await;
    for parameter in ["created_from", "created_until"] {
        for wrong in ["", "yesterday", "2021-03-04", "2021-03-04T09:00:00", "%00"] {
            let refused = desk
                .get(&dina, &format!("/incidents?{parameter}={wrong}"))
                .await;
            assert_eq!(refused.problem(400, "bad-request")["field"], parameter);
        }
    }
}
