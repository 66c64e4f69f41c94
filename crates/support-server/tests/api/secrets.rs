//! An Access ID or a Contract ID is in no log, no event, no error text, and in no file in the clear.

use crate::desk::*;
use crate::log::log;
use entitlement_rules::Allotment;
use serde_json::json;

#[tokio::test]
async fn the_two_ids_are_in_no_log_no_error_and_no_file() {
    let log = log();
    let desk = TestDesk::open().await;
    let (ada, olga, hugo) = (
        Who::global_admin("Ada"),
        Who::operator("Olga"),
        Who::consultant("Hugo"),
    );
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    desk.post(
        &ada,
        "/benefits/product-support.competency/activation",
        &json!({}),
    )
    .await;
    let (access, contract) = ("SECRETACCESS77", "SECRETCONTRACT88");
    let ids = json!({ "access_id": access, "contract_id": contract });
    let path = "/operator/activations/birch/product-support.competency/fulfilment";
    let fulfilment = json!({ "ids": ids, "start": "2021-03-04", "end": "2022-03-03" });

    let mut said = Vec::new();
    // The right ones, at every door, and in every wrong shape.
    said.push(desk.post(&olga, path, &fulfilment).await);
    said.push(desk.post(&olga, path, &fulfilment).await);
    said.push(desk.post(&ada, "/contract-links", &ids).await);
    said.push(
        desk.post(
            &ada,
            "/contract-links",
            &json!({ "access_id": access, "contract_id": "?" }),
        )
        .await,
    );
    said.push(
        desk.post(
            &ada,
            "/contract-links",
            &json!({ "access_id": [access], "contract_id": contract }),
        )
        .await,
    );
    said.push(
        desk.post(&ada, "/contract-links", &json!({ access: contract }))
            .await,
    );
    said.push(desk.post(&ada, "/contract-links", &json!(access)).await);
    said.push(
        desk.post(
            &ada,
            "/contract-links",
            &json!({ "access_id": format!("{access}{}", "x".repeat(64)), "contract_id": contract }),
        )
        .await,
    );
    said.push(
        desk.post(
            &olga,
            path,
            &json!({ "ids": ids, "start": access, "end": contract }),
        )
        .await,
    );
    said.push(desk.get(&ada, &format!("/incidents/{access}")).await);
    said.push(
        desk.get(&ada, &format!("/incidents?after={access}&limit={contract}"))
            .await,
    );
    said.push(
        desk.post(
            &ada,
            &format!("/contracts/{access}/revealed-ids"),
            &json!({}),
        )
        .await,
    );
    said.push(desk.post(&hugo, "/incidents", &incident(contract)).await);
    // In a question to the law they do not belong, and are not kept either.
    said.push(
        desk.post(&hugo, "/verdicts", &json!({ access: contract }))
            .await,
    );
    said.push(
        desk.post(
            &hugo,
            "/verdicts",
            &json!({ "programme": contract, "facts": access }),
        )
        .await,
    );
    for reply in &said {
        let text = String::from_utf8_lossy(&reply.bytes);
        assert!(
            !text.contains("SECRETACCESS")
                && !reply
                    .headers
                    .values()
                    .any(|it| it.as_bytes().starts_with(b"SECRET")),
            "{text}"
        );
    }
    let account = desk.account(&ada).await;
    let reference = &account.contracts[0].reference;
    let shown = desk
        .post(
            &ada,
            &format!("/contracts/{reference}/revealed-ids"),
            &json!({}),
        )
        .await;
    assert_eq!(shown.json(), ids, "the one place that shows them");

    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        logged.contains("/api/v1/contract-links"),
        "the log was kept"
    );
    #[cfg(unix)]
    if !crate::postgres::is_chosen() {
        use std::os::unix::fs::PermissionsExt;
        let data = std::fs::metadata(desk.folder.0.join("desk.sqlite")).unwrap();
        assert_eq!(
            data.permissions().mode() & 0o777,
            0o600,
            "the owner's alone"
        );
    }
    for secret in ["SECRETACCESS", "SECRETCONTRACT"] {
        assert!(!logged.contains(secret));
        for file in std::fs::read_dir(&desk.folder.0).unwrap() {
            let path = file.unwrap().path();
            if path.is_file() {
                let bytes = std::fs::read(&path).unwrap();
                let found = bytes
                    .windows(secret.len())
                    .any(|part| part == secret.as_bytes());
                assert!(!found, "{secret} in {}", path.display());
            }
        }
    }
}

#[tokio::test]
async fn whoever_sees_the_ids_is_written_down() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let (contract, _) = desk
        .contract("birch", &ada, PRODUCT_SUPPORT, Allotment::Finite(1))
        .await;
    let path = format!("/contracts/{}/revealed-ids", contract.reference);
    desk.post(&ada, &path, &json!({})).await;
    desk.post(&ada, &path, &json!({})).await;
    let seen = desk.column("SELECT name AS one FROM id_reveal").await;
    assert_eq!(seen, ["Ada", "Ada"]);
}

#[tokio::test]
async fn a_log_line_says_what_was_asked_and_how_it_went_and_nothing_of_who_asked() {
    let log = log();
    let desk = TestDesk::open().await;
    let mut ada = Who::global_admin("Zenobia Quillfeather");
    ada.subject = "zq-subject-4711".to_owned();
    desk.partner("zq-partner", ("silver", Some("datacenter")), &[&ada])
        .await;
    let (contract, ids) = desk
        .contract("zq-partner", &ada, PRODUCT_SUPPORT, Allotment::Finite(5))
        .await;
    let token = desk.issuer.token(&ada);
    let request_id = "0192f0c1-5f9e-7cc3-9a41-0000000000aa";
    let mut request = get_request(&token, "/incidents?limit=7&after=zq-cursor");
    request
        .headers_mut()
        .insert("x-request-id", request_id.parse().unwrap());
    desk.send(request).await;
    let made = desk
        .post(&ada, "/incidents", &incident(&contract.reference))
        .await;
    assert_eq!(made.status.as_u16(), 201);
    let forged = token.replacen('.', ".x", 1);
    desk.send(get_request(&forged, "/account"))
        .await
        .problem(401, "not-signed-in");

    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines = crate::log::lines();
    let line = lines.lines().find(|line| line.contains(request_id));
    let line: serde_json::Value = serde_json::from_str(line.unwrap()).unwrap();
    assert_eq!(line["message"], "answered");
    assert_eq!(line["method"], "GET");
    assert_eq!(line["route"], "/api/v1/incidents");
    assert!(line["status"].is_u64() && line["ms"].is_f64(), "{line}");
    assert!(logged.contains("a token was refused"));
    let parts = token.split('.').chain([contract.reference.as_str()]);
    let persons = [
        "Zenobia",
        "zq-subject",
        "zq-partner",
        "zq-cursor",
        "limit=7",
    ];
    let posted = [
        "Cluster node leaves",
        "Event 1135",
        &ids.access_id,
        &ids.contract_id,
    ];
    // Every token begins alike: its header is no secret.
    for secret in parts.skip(1).chain(persons).chain(posted) {
        assert!(
            !logged.contains(secret) && !lines.contains(secret),
            "{secret} was logged"
        );
    }
}
