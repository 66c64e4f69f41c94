//! What an operator does to a store beside serving it: prove it, copy it, seal it anew, forget and write off.

use crate::desk::*;
use crate::postgres;
use entitlement_rules::Allotment;
use std::io::Write;
use std::process::{Command, Output, Stdio};
use support_server::clock::Moment;
use support_server::store::{Commits, Seal, Store};

/// A desk with a contract, incidents and a linked colleague.
async fn used_desk() -> (TestDesk, support_api::SupportIds) {
    let desk = TestDesk::open().await;
    let (ada, hugo) = (Who::global_admin("Ada"), Who::consultant("Hugo"));
    desk.partner("birch", ("silver", Some("datacenter")), &[&ada])
        .await;
    let (contract, ids) = desk
        .contract("birch", &ada, PRODUCT_SUPPORT, Allotment::Finite(5))
        .await;
    for _ in 0..3 {
        let made = desk
            .post(&ada, "/incidents", &incident(&contract.reference))
            .await;
        assert_eq!(made.status.as_u16(), 201);
    }
    let linked = serde_json::to_value(&ids).unwrap();
    assert_eq!(
        desk.post(&hugo, "/contract-links", &linked)
            .await
            .status
            .as_u16(),
        201
    );
    (desk, ids)
}

fn program(command: &str, store: &[String], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_support-server"))
        .arg(command)
        .args(store)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut given = child.stdin.take().unwrap();
    let input = input.to_vec();
    // It may end without reading all of it.
    std::thread::spawn(move || given.write_all(&input));
    child.wait_with_output().unwrap()
}

#[track_caller]
fn succeeds(command: &str, store: &[String], input: &[u8]) -> Output {
    let output = program(command, store, input);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command}: {said}");
    output
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_put_into_an_empty_store_is_the_same_desk() {
    let (desk, ids) = used_desk().await;
    let ada = Who::global_admin("Ada");
    let copy = succeeds("backup", &desk.store_arguments(), b"").stdout;
    for secret in [&ids.access_id, &ids.contract_id] {
        let found = copy
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!found, "the IDs stay under their seal");
    }
    // Into a file, whatever it was copied from; and, where there is a database, into that.
    let folder = Folder::new();
    let path = folder.0.join("other.sqlite");
    let key = desk.folder.0.join("ids-key");
    let mut others = vec![vec![
        "--data".to_owned(),
        path.to_string_lossy().into_owned(),
    ]];
    if postgres::is_chosen() {
        let address = new_schema().await;
        others.push(vec!["--store-url".to_owned(), address]);
    }
    for mut other in others {
        other.push("--ids-key-file".to_owned());
        other.push(key.to_string_lossy().into_owned());
        let said = succeeds("restore", &other, &copy).stderr;
        let said = String::from_utf8(said).unwrap();
        assert!(
            said.contains("3 incidents") && said.contains("everything adds up"),
            "{said}"
        );
        assert_eq!(succeeds("backup", &other, b"").stdout, copy);
        let again = program("restore", &other, &copy);
        assert_eq!(again.status.code(), Some(2), "it is not empty");
    }
    let store = Store::open(&path, Seal::with_key(&[7; 32]), Commits::Grouped).await;
    let account = store.unwrap().account(desk.person(&ada), desk.today).await;
    assert_eq!(account.unwrap(), desk.account(&ada).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_breaks_off_is_not_served() {
    let (desk, _) = used_desk().await;
    let copy = succeeds("backup", &desk.store_arguments(), b"").stdout;
    let folder = Folder::new();
    let other: Vec<String> = ["--data", "other.sqlite", "--ids-key-file", "ids-key"]
        .iter()
        .map(|it| match it.starts_with('-') {
            true => (*it).to_owned(),
            false => folder.0.join(it).to_string_lossy().into_owned(),
        })
        .collect();
    std::fs::copy(desk.folder.0.join("ids-key"), folder.0.join("ids-key")).unwrap();
    let half = program("restore", &other, &copy[..copy.len() / 2]);
    assert_eq!(half.status.code(), Some(2));
    let used = program("check", &other, b"");
    let said = String::from_utf8_lossy(&used.stderr).into_owned();
    assert!(
        !used.status.success() && said.contains("not whole"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn check_finds_what_does_not_add_up() {
    let (desk, _) = used_desk().await;
    let store = desk.store_arguments();
    let said = succeeds("check", &store, b"").stderr;
    assert!(
        String::from_utf8(said)
            .unwrap()
            .contains("everything adds up")
    );
    desk.meddle("DELETE FROM outbox WHERE kind = 'incident.created'")
        .await
        .unwrap();
    let output = program("check", &store, b"");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(
        said.matches("an incident that nobody is told of").count(),
        3,
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: TEST_STORE=postgres"]
async fn check_and_backup_may_take_longer_than_any_request() {
    let address = new_schema().await;
    let desk = TestDesk::open_at(&address).await;
    let mut other = postgres::client(&address).await;
    let in_hand = other.transaction().await.unwrap();
    in_hand
        .batch_execute("LOCK TABLE ledger IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let store = desk.store.clone();
    let check = tokio::spawn(async move { store.check().await.unwrap().faults });
    let store = desk.store.clone();
    let backup = tokio::spawn(async move { store.backup(std::io::sink()).await.unwrap() });
    // Longer than a statement of a request may run, and than a database may be silent to one.
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    assert!(!check.is_finished() && !backup.is_finished());
    in_hand.rollback().await.unwrap();
    assert_eq!(check.await.unwrap(), [""; 0]);
    assert!(backup.await.unwrap() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_seals_everything_and_the_old_one_opens_nothing_any_more() {
    let (desk, ids) = used_desk().await;
    let store = desk.store_arguments();
    let said = succeeds("rotate-ids-key", &store, b"").stderr;
    assert!(String::from_utf8(said).unwrap().contains("1 contracts"));
    let key = std::fs::read_to_string(desk.folder.0.join("ids-key")).unwrap();
    let (new, old) = key.split_once('\n').unwrap();
    assert_eq!(old, "07".repeat(32));
    // The new key alone is enough, to look and to link.
    std::fs::write(desk.folder.0.join("ids-key"), new).unwrap();
    succeeds("check", &store, b"");
    let seal = Seal::from_file(&desk.folder.0.join("ids-key")).unwrap();
    let opened = desk.opened_with(seal).await.unwrap();
    let ida = desk.person(&Who::consultant("Ida"));
    let once = desk.once(&Who::consultant("Ida"));
    let now = Moment::morning_of(desk.today);
    assert_eq!(
        opened
            .link_contract(once, ida, now, ids, |_, _| Ok(()))
            .await
            .unwrap()
            .status,
        201
    );
    assert!(desk.opened_with(Seal::with_key(&[7; 32])).await.is_err());
}

#[tokio::test]
async fn what_is_left_of_a_contract_goes_with_its_end_and_kept_answers_are_forgotten() {
    let (desk, _) = used_desk().await;
    let (ada, olga) = (
        Who::global_admin("Ada"),
        desk.person(&Who::operator("Olga")),
    );
    let now = Moment::morning_of(desk.today.plus_days(400));
    let before = desk.account(&ada).await.contracts[0].end;
    assert_eq!(desk.store.expire(&olga, now, before).await.unwrap(), 0);
    let after = before.plus_days(1);
    assert_eq!(desk.store.expire(&olga, now, after).await.unwrap(), 1);
    assert_eq!(desk.store.expire(&olga, now, after).await.unwrap(), 0);
    let balance = desk.account(&ada).await.contracts[0].balance;
    assert_eq!(
        (balance.expired, balance.remaining()),
        (2, Allotment::Finite(0))
    );

    let real = Moment::real();
    let kept = desk.count("idempotency").await;
    assert_eq!(
        desk.store
            .forget_answers(Moment(real.0 - 60_000))
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        desk.store
            .forget_answers(Moment(real.0 + 60_000))
            .await
            .unwrap(),
        kept
    );
    assert!(desk.store.check().await.unwrap().faults.is_empty());
}
