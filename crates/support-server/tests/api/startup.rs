//! The built program refuses to start with a sentence that says what to mend.

use crate::desk::{Folder, programme_path};
use std::path::Path;
use std::process::Command;

fn refusal(folder: &Folder, programme: &Path, more: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_support-server"))
        .args(["serve", "--listen", "127.0.0.1:0", "--audience", "a"])
        .arg("--data")
        .arg(folder.0.join("desk.sqlite"))
        .arg("--programme")
        .arg(programme)
        .args(if more.contains(&"--issuer") {
            &[][..]
        } else {
            &["--issuer", "http://127.0.0.1:1"]
        })
        .args(more)
        .output()
        .unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_broken_programme_file_is_named_with_every_path_and_reason() {
    let folder = Folder::new();
    let path = folder.0.join("programme.json");
    let good = std::fs::read_to_string(programme_path()).unwrap();
    let broken = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut data: serde_json::Value = serde_json::from_str(&good).unwrap();
        change(&mut data);
        std::fs::write(&path, data.to_string()).unwrap();
        refusal(&folder, &path, &[])
    };
    let shape = broken(&|data| data["products"][3]["versions"][1]["start"] = "soon".into());
    assert!(
        shape.contains("programme.json") && shape.contains("products[3].versions[1].start"),
        "{shape}"
    );
    let two = broken(&|data| {
        data["products"][0]["workload"] = "nowhere".into();
        data["policy"]["on_premises_portal"] = "nowhere".into();
    });
    assert!(
        two.contains("products[0].workload") && two.contains("policy.on_premises_portal"),
        "{two}"
    );
    std::fs::write(&path, "{").unwrap();
    assert!(refusal(&folder, &path, &[]).contains("programme.json"));
    let missing = refusal(&folder, &folder.0.join("missing.json"), &[]);
    assert!(
        missing.contains("missing.json") && missing.contains("cannot be read"),
        "{missing}"
    );
    assert!(!folder.0.join("desk.sqlite").exists(), "nothing was made");
}

#[test]
fn tokens_of_an_unsafe_issuer_are_not_even_considered() {
    let folder = Folder::new();
    let said = refusal(
        &folder,
        &programme_path(),
        &["--issuer", "http://login.example"],
    );
    assert!(
        said.contains("http://login.example") && said.contains("https"),
        "{said}"
    );
}

#[test]
fn identity_settings_that_do_not_fit_the_programme_stop_the_start_before_anything_is_made() {
    let folder = Folder::new();
    let file = folder.0.join("settings.toml");
    let text = "[[identity.issuers]]\nissuer = \"https://a.example\"\naudiences = [\"a\"]\n\
                [[identity.issuers.mapping.grants]]\nclaim = \"groups\"\ncontains = \"x\"\nrole = \"king\"\n";
    std::fs::write(&file, text).unwrap();
    for command in ["serve", "settings"] {
        let output = Command::new(env!("CARGO_BIN_EXE_support-server"))
            .args([command, "--settings"])
            .arg(&file)
            .arg("--data")
            .arg(folder.0.join("desk.sqlite"))
            .arg("--programme")
            .arg(programme_path())
            .output()
            .unwrap();
        assert!(!output.status.success());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            said.contains("settings.toml:7: identity.issuers[0].mapping.grants[0].role: "),
            "{said}"
        );
    }
    assert!(!folder.0.join("desk.sqlite").exists(), "nothing was made");
}

#[test]
fn a_taken_port_is_said_in_a_sentence() {
    let folder = Folder::new();
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = refusal(&folder, &programme_path(), &["--listen", &address]);
    assert!(
        said.contains(&address) && said.contains("taken by another program"),
        "{said}"
    );
}

#[test]
fn data_sealed_with_another_key_is_not_opened() {
    let folder = Folder::new();
    let path = folder.0.join("desk.sqlite");
    let seal = |byte| support_server::store::Seal::with_key(&[byte; 32]);
    let grouped = support_server::store::Commits::Grouped;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let store = support_server::store::Store::open(&path, seal(1), grouped);
    drop(runtime.block_on(store).unwrap());
    let said = refusal(&folder, &programme_path(), &[]);
    assert!(
        said.contains("desk.sqlite") && said.contains("another key file"),
        "{said}"
    );
    std::fs::write(
        &path,
        "this is no database, but it is long enough to look like one".repeat(20),
    )
    .unwrap();
    assert!(refusal(&folder, &programme_path(), &[]).contains("desk.sqlite"));
}

#[test]
fn the_demo_is_not_mixed_into_real_data() {
    let folder = Folder::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let seal =
            support_server::store::Seal::from_file(&folder.0.join("desk.sqlite.ids-key")).unwrap();
        let grouped = support_server::store::Commits::Grouped;
        let path = folder.0.join("desk.sqlite");
        let store = support_server::store::Store::open(&path, seal, grouped)
            .await
            .unwrap();
        let person = crate::desk::Who::operator("Olga").at("https://id.example");
        let morning = support_server::clock::Moment::morning_of(crate::desk::day("2021-03-04"));
        let partner = support_server::store::NewPartner {
            id: "real".into(),
            name: "Real Ltd".into(),
            region: "emea".into(),
            portal: entitlement_rules::MembershipPortal::PartnerCenter,
            offers: Vec::new(),
            plans: Vec::new(),
            reseller: None,
            activators: Vec::new(),
        };
        store.put_partner(person, morning, partner).await.unwrap();
    });
    let said = refusal(&folder, &programme_path(), &["--demo"]);
    assert!(said.contains("--demo needs an empty data file"), "{said}");
}
