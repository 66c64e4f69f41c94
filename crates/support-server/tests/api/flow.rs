//! The whole job, as the app does it, request by request.

use crate::desk::*;
use axum::http::StatusCode;
use entitlement_rules::{
    Activation, Allotment, Balance, FailureReason, MembershipOffer, OfferStatus,
};
use serde_json::{Value, json};
use support_api::{Incident, IncidentCreated, IncidentPage};

fn fulfilment(access: &str, contract: &str) -> Value {
    json!({
        "ids": { "access_id": access, "contract_id": contract },
        "start": "2021-03-04", "end": "2022-03-03",
    })
}

#[tokio::test]
async fn a_partner_goes_from_activation_to_an_incident() {
    let desk = TestDesk::open().await;
    let (ada, olga) = (Who::global_admin("Ada"), Who::operator("Olga"));
    desk.partner("juniper", ("gold", Some("data-platform")), &[&ada])
        .await;

    let asked = desk
        .post(
            &ada,
            "/benefits/product-support.competency/activation",
            &json!({}),
        )
        .await;
    assert_eq!(asked.status, StatusCode::ACCEPTED);
    assert_eq!(
        asked.json()["partner"]["activations"][0]["activation"]["state"],
        "pending"
    );

    let queue = desk.get(&olga, "/operator/activations").await.json();
    assert_eq!(queue["pending"][0]["partner"], "juniper");
    assert_eq!(queue["pending"][0]["allotment"], 20);
    assert_eq!(queue["pending"][0]["requested_by"], "Ada");

    let path = "/operator/activations/juniper/product-support.competency/fulfilment";
    let answered = desk
        .post(&olga, path, &fulfilment("ACCESS-77", "CONTRACT-88"))
        .await;
    assert_eq!(answered.status, StatusCode::OK);
    assert_eq!(answered.json()["activation"]["state"], "active");
    assert_eq!(
        desk.get(&olga, "/operator/activations").await.json()["pending"],
        json!([])
    );

    let account = desk.get(&ada, "/account").await.json();
    let contract = account["contracts"][0]["reference"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(account["contracts"][0]["access_id_masked"], "••••-77");
    let ids = desk
        .post(
            &ada,
            &format!("/contracts/{contract}/revealed-ids"),
            &json!({}),
        )
        .await;
    assert_eq!(ids.headers["cache-control"], "no-store");
    assert_eq!(
        ids.json(),
        json!({ "access_id": "ACCESS-77", "contract_id": "CONTRACT-88" })
    );

    // The first use needs both IDs (S14).
    let early = desk.post(&ada, "/incidents", &incident(&contract)).await;
    early.problem(409, "refused");
    assert_eq!(early.refusing_rules(), ["S14"]);
    let linked = desk.post(&ada, "/contract-links", &ids.json()).await;
    assert_eq!(linked.status, StatusCode::CREATED);
    let again = desk.post(&ada, "/contract-links", &ids.json()).await;
    assert_eq!(again.status, StatusCode::OK, "linking twice is harmless");

    let created = desk.post(&ada, "/incidents", &incident(&contract)).await;
    assert_eq!(created.status, StatusCode::CREATED);
    let location = created.headers["location"].to_str().unwrap().to_owned();
    let IncidentCreated { incident, account } = created.read();
    assert_eq!(incident.consumed, 1);
    assert_eq!(incident.portal.as_deref(), Some("support-for-business"));
    assert_eq!(account.contracts[0].remaining(), Allotment::Finite(19));

    let page: IncidentPage = desk.get(&ada, "/incidents").await.read();
    assert_eq!(page.incidents.len(), 1);
    assert_eq!(page.incidents[0].description, None);
    let read: Incident = desk
        .get(&ada, location.strip_prefix("/api/v1").unwrap())
        .await
        .read();
    assert_eq!(read, incident);
    assert!(desk.store.check().await.unwrap().faults.is_empty());
}

#[tokio::test]
async fn a_consultant_with_both_ids_uses_another_companys_contract() {
    let desk = TestDesk::open().await;
    let (ada, hugo) = (Who::global_admin("Ada"), Who::consultant("Hugo"));
    desk.partner("larch", ("silver", Some("data-analytics")), &[&ada])
        .await;
    let (contract, ids) = desk
        .contract("larch", &ada, PRODUCT_SUPPORT, Allotment::Finite(15))
        .await;

    let before = desk.get(&hugo, "/account").await;
    assert_eq!(before.json()["contracts"], json!([]));
    // As copied from a letter, with blanks around them.
    let typed = json!({
        "access_id": format!(" {} ", ids.access_id), "contract_id": format!("{}\n", ids.contract_id),
    });
    let linked = desk.post(&hugo, "/contract-links", &typed).await;
    assert_eq!(linked.status, StatusCode::CREATED);
    assert_eq!(linked.json()["contracts"][0]["own"], false);
    let created = desk
        .post(&hugo, "/incidents", &incident(&contract.reference))
        .await;
    assert_eq!(created.status, StatusCode::CREATED);

    let his: IncidentPage = desk.get(&hugo, "/incidents").await.read();
    let theirs: IncidentPage = desk.get(&ada, "/incidents").await.read();
    assert_eq!(his.incidents.len(), 1);
    assert_eq!(
        theirs.incidents, his.incidents,
        "the holder sees what its contract paid for"
    );
    let etag = desk.get(&hugo, "/account").await.headers["etag"].clone();
    let created = desk
        .post(&ada, "/incidents", &incident(&contract.reference))
        .await;
    assert_eq!(created.status, StatusCode::CREATED);
    let after = desk.get(&hugo, "/account").await;
    assert_ne!(
        after.headers["etag"], etag,
        "what the holder used changes his account too"
    );
    assert_eq!(after.json()["contracts"][0]["balance"]["consumed"], 2);
    let his: IncidentPage = desk.get(&hugo, "/incidents").await.read();
    assert_eq!(
        his.incidents.len(),
        1,
        "the holder's own incidents are not his to see"
    );
    // The IDs are his to use, not to read.
    let path = format!("/contracts/{}/revealed-ids", contract.reference);
    desk.post(&hugo, &path, &json!({}))
        .await
        .problem(409, "refused");
}

#[tokio::test]
async fn an_unlimited_benefit_counts_and_never_runs_out() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    desk.partner("cedar", ("gold", Some("cloud-platform")), &[&ada])
        .await;
    let (contract, _) = desk
        .contract("cedar", &ada, CLOUD_SUPPORT, Allotment::Unlimited)
        .await;
    let mut request = incident(&contract.reference);
    request["product"] = "azure-virtual-machines".into();
    request.as_object_mut().unwrap().remove("version");
    for used in 1..=3 {
        let created: IncidentCreated = desk.post(&ada, "/incidents", &request).await.read();
        assert_eq!(created.incident.consumed, 0);
        assert_eq!(
            created.account.contracts[0].remaining(),
            Allotment::Unlimited
        );
        assert_eq!(created.account.contracts[0].balance.used(), used);
    }
}

#[tokio::test]
async fn a_resellers_plan_pays_for_a_customers_azure_request() {
    let desk = TestDesk::open().await;
    let dina = Who {
        associations: vec!["csp"],
        ..Who::admin_agent("Dina")
    };
    desk.partner_with("dogwood", Vec::new(), &[&dina]).await;
    let request = json!({
        "beneficiary": "customer", "customer": "Contoso", "product": "azure-virtual-machines",
        "kind": "break-fix", "severity": "a", "funding": { "by": "reseller-plan", "plan": "csp-plan" },
        "title": "Machine does not boot", "description": "Since the resize.",
    });
    let created: IncidentCreated = desk.post(&dina, "/incidents", &request).await.read();
    assert_eq!(
        (
            created.incident.consumed,
            created.incident.customer.as_deref()
        ),
        (0, Some("Contoso"))
    );
    let listed: IncidentPage = desk.get(&dina, "/incidents").await.read();
    assert_eq!(listed.incidents.len(), 1);
}

#[tokio::test]
async fn the_same_request_twice_is_one_incident_and_the_same_answer() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let (contract, _) = desk
        .contract("birch", &ada, PRODUCT_SUPPORT, Allotment::Finite(15))
        .await;
    let first = desk
        .post_with(&ada, "/incidents", &incident(&contract.reference), "one")
        .await;
    let second = desk
        .post_with(&ada, "/incidents", &incident(&contract.reference), "one")
        .await;
    assert_eq!(
        (first.status, second.status),
        (StatusCode::CREATED, StatusCode::CREATED)
    );
    assert_eq!(first.bytes, second.bytes);
    assert_eq!(first.headers["location"], second.headers["location"]);
    let mut other = incident(&contract.reference);
    other["title"] = "Something else".into();
    desk.post_with(&ada, "/incidents", &other, "one")
        .await
        .problem(422, "idempotency-key-reused");
    assert_eq!(
        desk.account(&ada).await.contracts[0].remaining(),
        Allotment::Finite(14)
    );
    // A key belongs to its person: somebody else's is another key.
    let bea = Who::global_admin("Bea");
    desk.partner("fir", ("silver", Some("datacenter")), &[&bea])
        .await;
    let (theirs, _) = desk
        .contract("fir", &bea, PRODUCT_SUPPORT, Allotment::Finite(15))
        .await;
    let created = desk
        .post_with(&bea, "/incidents", &incident(&theirs.reference), "one")
        .await;
    assert_eq!(created.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_refusal_is_not_remembered_so_the_same_form_can_be_sent_again() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let path = "/benefits/product-support.competency/activation";
    let agent = Who {
        roles: vec!["admin-agent"],
        ..ada.clone()
    };
    desk.post_with(&agent, path, &json!({}), "form")
        .await
        .problem(403, "forbidden");
    assert_eq!(
        desk.post_with(&ada, path, &json!({}), "form").await.status,
        StatusCode::ACCEPTED
    );
}

#[tokio::test]
async fn an_unchanged_account_is_not_sent_again() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let first = desk.get(&ada, "/account").await;
    assert_eq!(first.headers["cache-control"], "private, no-cache");
    let ask = async |who: &Who| {
        let mut request = get_request(&desk.issuer.token(who), "/account");
        request
            .headers_mut()
            .insert("if-none-match", first.headers["etag"].clone());
        desk.send(request).await
    };
    let unchanged = ask(&ada).await;
    assert_eq!(unchanged.status, StatusCode::NOT_MODIFIED);
    assert!(unchanged.bytes.is_empty());
    let promoted = Who {
        roles: vec!["global-admin", "admin-agent"],
        ..ada.clone()
    };
    assert_eq!(
        ask(&promoted).await.status,
        StatusCode::OK,
        "another role is another account"
    );
    desk.post(
        &ada,
        "/benefits/product-support.competency/activation",
        &json!({}),
    )
    .await;
    assert_eq!(ask(&ada).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_offer_that_lapsed_while_the_request_waited_ends_it_with_its_reason() {
    let desk = TestDesk::open().await;
    let (ada, olga) = (Who::global_admin("Ada"), Who::operator("Olga"));
    let lapsed = vec![MembershipOffer {
        offer: "silver".into(),
        competency: Some("datacenter".into()),
        start: day("2019-03-01"),
        anniversary: day("2021-03-03"),
        status: OfferStatus::Active,
    }];
    desk.partner_with("birch", lapsed, &[&ada]).await;
    // Asked for yesterday, while the offer was in force.
    let benefit = entitlement_rules::BenefitKey::parse(PRODUCT_SUPPORT).unwrap();
    let once = support_server::idempotency::Once {
        issuer: desk.issuer.address.clone(),
        subject: ada.subject.clone(),
        key: "yesterday".into(),
        fingerprint: [0; 32],
    };
    let yesterday = support_server::clock::Moment::morning_of(day("2021-03-03"));
    desk.store
        .request_activation(once, desk.person(&ada), yesterday, benefit, |_| Ok(None))
        .await
        .unwrap();
    let path = "/operator/activations/birch/product-support.competency/fulfilment";
    let answer = desk.post(&olga, path, &fulfilment("A-1", "C-1")).await;
    assert_eq!(answer.status, StatusCode::OK);
    let expected = json!({ "state": "failed", "on": "2021-03-04", "reason": "offer-lapsed" });
    assert_eq!(answer.json()["activation"], expected);
    assert!(desk.account(&ada).await.contracts.is_empty());
    desk.post(&olga, path, &fulfilment("A-1", "C-1"))
        .await
        .problem(409, "state-changed");
}

#[tokio::test]
async fn a_rejected_request_says_why_and_may_be_made_again() {
    let desk = TestDesk::open().await;
    let (ada, olga) = (Who::global_admin("Ada"), Who::operator("Olga"));
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let ask = "/benefits/signature-cloud-support.competency/activation";
    desk.post(&ada, ask, &json!({})).await;
    let twice = desk.post(&ada, ask, &json!({})).await;
    twice.problem(409, "refused");
    assert_eq!(twice.refusing_rules(), ["S10"]);
    let reject = "/operator/activations/birch/signature-cloud-support.competency/rejection";
    let body = json!({ "reason": "details-incomplete" });
    assert_eq!(desk.post(&olga, reject, &body).await.status, StatusCode::OK);
    let failed = Activation::Failed {
        on: desk.today,
        reason: FailureReason::DetailsIncomplete,
    };
    assert_eq!(desk.activation(&ada, CLOUD_SUPPORT).await, failed);
    assert_eq!(
        desk.post(&ada, ask, &json!({})).await.status,
        StatusCode::ACCEPTED
    );
}

#[tokio::test]
async fn a_long_list_of_incidents_comes_in_pages_without_gaps_or_repeats() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let (contract, _) = desk
        .contract("birch", &ada, PRODUCT_SUPPORT, Allotment::Finite(25))
        .await;
    let mut made = Vec::new();
    for _ in 0..25 {
        let created: IncidentCreated = desk
            .post(&ada, "/incidents", &incident(&contract.reference))
            .await
            .read();
        made.push(created.incident.id);
    }
    made.reverse();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let path = support_api::paths::incident_page(7, after.as_deref(), &[]);
        let page: IncidentPage = desk.get(&ada, &path).await.read();
        seen.extend(page.incidents.into_iter().map(|it| it.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, made);
}

#[tokio::test]
async fn the_programme_is_what_the_server_decides_on_byte_for_byte() {
    let desk = TestDesk::open().await;
    let request = axum::http::Request::get("/api/v1/programme");
    let reply = desk
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!(reply.bytes, std::fs::read(programme_path()).unwrap());
    let again = axum::http::Request::get("/api/v1/programme")
        .header("if-none-match", reply.headers["etag"].clone());
    let again = desk
        .send(again.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn anybody_reads_which_programmes_there_are_and_each_of_them_byte_for_byte() {
    let desk = TestDesk::open().await;
    let get = async |path: &str| {
        let request = axum::http::Request::get(format!("/api/v1{path}"));
        desk.send(request.body(axum::body::Body::empty()).unwrap())
            .await
    };
    let all = get("/programmes").await;
    assert_eq!(
        all.json()["programmes"],
        serde_json::json!([{ "id": "mpn-2021", "name": "Microsoft Partner Network", "as_of": "2021-03-04" }])
    );
    let one = get("/programmes/mpn-2021").await;
    assert_eq!(one.bytes, std::fs::read(programme_path()).unwrap());
    let unknown = get("/programmes/mpn-1999").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(unknown.json()["code"], "not-found");
}

#[tokio::test]
async fn somebody_with_the_wrong_account_sees_that_there_are_offers_and_nothing_of_them() {
    let desk = TestDesk::open().await;
    let (ada, cora) = (Who::global_admin("Ada"), Who::global_admin("Cora"));
    desk.partner("cedar", ("gold", Some("cloud-platform")), &[&ada])
        .await;
    desk.contract("cedar", &ada, CLOUD_SUPPORT, Allotment::Unlimited)
        .await;
    let (issuer, subject) = (desk.issuer.address.clone(), cora.subject.clone());
    desk.store
        .bind(
            desk.entered_by(),
            issuer,
            subject,
            Some("cedar".into()),
            false,
        )
        .await
        .unwrap();
    let account = desk.account(&cora).await;
    let partner = account.partner.unwrap();
    assert!(partner.offers_hidden && partner.offers.is_empty() && partner.activations.is_empty());
    assert!(account.contracts.is_empty());
}

#[tokio::test]
async fn a_membership_that_goes_on_asks_anew_when_its_contract_is_over() {
    let desk = TestDesk::open().await;
    let (ada, olga) = (Who::global_admin("Ada"), Who::operator("Olga"));
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let (bea, ask) = (
        Who::global_admin("Bea"),
        "/benefits/product-support.competency/activation",
    );
    desk.partner("fir", ("silver", Some("datacenter")), &[&bea])
        .await;
    let (over, running) = (
        (day("2020-02-01"), day("2021-01-31")),
        (day("2020-03-01"), day("2021-02-28")),
    );
    let fifteen = Allotment::Finite(15);
    let (old, _) = desk
        .contract_between("birch", &ada, PRODUCT_SUPPORT, fifteen, over)
        .await;
    desk.contract_between("fir", &bea, PRODUCT_SUPPORT, fifteen, running)
        .await;
    desk.post(&bea, ask, &json!({}))
        .await
        .problem(409, "refused");
    assert_eq!(
        desk.post(&ada, ask, &json!({})).await.status,
        StatusCode::ACCEPTED
    );
    let path = "/operator/activations/birch/product-support.competency/fulfilment";
    assert_eq!(
        desk.post(&olga, path, &fulfilment("A", "C")).await.status,
        StatusCode::OK
    );
    let contracts = desk.account(&ada).await.contracts;
    assert_eq!(contracts.len(), 2, "the old contract stays in sight");
    assert!(
        contracts
            .iter()
            .all(|it| it.balance == Balance::granted(fifteen))
    );
    let Activation::Active { contract } = desk.activation(&ada, PRODUCT_SUPPORT).await else {
        panic!("the new contract is active");
    };
    assert_ne!(contract, old.reference);
}

#[tokio::test]
async fn a_copy_of_the_account_is_current_exactly_as_long_as_nothing_in_it_has_changed() {
    let desk = TestDesk::open().await;
    let gold = ("gold", Some("datacenter"));
    let (ada, cleo) = (Who::global_admin("Ada"), Who::global_admin("Cleo"));
    let (hugo, nobody) = (Who::consultant("Hugo"), Who::global_admin("Nobody"));
    let people = [&ada, &cleo, &hugo, &nobody];
    let mut seen = vec![(Value::Null, String::new()); people.len()];
    for step in 0..7 {
        match step {
            0 => desk.partner("birch", gold, &[&ada]).await,
            1 => desk.partner("cedar", gold, &[&cleo]).await,
            2 => {
                let plenty = Allotment::Finite(9);
                let (_, ids) = desk.contract("birch", &ada, PRODUCT_SUPPORT, plenty).await;
                // Of a company of their own, and of none.
                for who in [&cleo, &hugo] {
                    let linked = desk.post(who, "/contract-links", &json!(ids)).await;
                    assert_eq!(linked.status, StatusCode::CREATED);
                }
            }
            3 => {
                let account = desk.account(&ada).await;
                let body = incident(&account.contracts[0].reference);
                let created = desk.post(&ada, "/incidents", &body).await;
                assert_eq!(created.status, StatusCode::CREATED);
            }
            4 => {
                desk.partner("cedar", ("silver", Some("datacenter")), &[])
                    .await
            }
            5 => {
                desk.partner("birch", ("silver", Some("datacenter")), &[])
                    .await
            }
            _ => {}
        }
        for (who, (known, known_tag)) in people.into_iter().zip(&mut seen) {
            let whole = desk.get(who, "/account").await;
            let tag = whole.headers["etag"].to_str().unwrap().to_owned();
            let ask = async |tag: &str| {
                let mut request = get_request(&desk.issuer.token(who), "/account");
                let tag = tag.parse().unwrap();
                request.headers_mut().insert("if-none-match", tag);
                desk.send(request).await
            };
            assert_eq!(
                ask(&tag).await.status,
                StatusCode::NOT_MODIFIED,
                "step {step}"
            );
            let account = whole.json();
            if account != *known && !known_tag.is_empty() {
                let again = ask(known_tag).await;
                assert_eq!(again.status, StatusCode::OK, "step {step}: {}", who.name);
                assert_eq!(again.json(), account);
                assert_eq!(again.headers["etag"], tag);
            }
            (*known, *known_tag) = (account, tag);
        }
    }
}
