//! An Access ID or a Contract ID is in no log, no event, no error text, and in no file in the clear.

use crate::desk::*;
use crate::log::log;
use entitlement_rules::Allotment;
use serde_json::json;

#[tokio::test]
async fn the_two_ids_are_in_no_log_no_error_and_no_file() {
    let log = log();
    let desk = TestDesk::open();
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
    {
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
    let desk = TestDesk::open();
    let ada = Who::global_admin("Ada");
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let (contract, _) = desk
        .contract("birch", &ada, PRODUCT_SUPPORT, Allotment::Finite(1))
        .await;
    let path = format!("/contracts/{}/revealed-ids", contract.reference);
    desk.post(&ada, &path, &json!({})).await;
    desk.post(&ada, &path, &json!({})).await;
    let data = rusqlite::Connection::open(desk.folder.0.join("desk.sqlite")).unwrap();
    let seen: (String, i64) = data
        .query_row(
            "SELECT name, count(*) FROM id_reveal GROUP BY name",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(seen, ("Ada".to_owned(), 2));
}
