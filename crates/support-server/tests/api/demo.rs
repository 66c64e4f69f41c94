//! The demo partners are what the demo says they are.

use crate::desk::{Folder, programme_path};
use entitlement_rules::{
    AccountFacts, AccountKind, Activation, Allotment, MembershipPortal, Outcome, Question, decide,
};
use support_server::auth::Person;
use support_server::demo;
use support_server::programme_file::{self, ProgrammeFile};
use support_server::store::{Commits, Seal, Store};

const ISSUER: &str = "http://127.0.0.1:8081";

async fn filled(folder: &Folder) -> (Store, ProgrammeFile) {
    let path = folder.0.join("demo.sqlite");
    let store = Store::open(&path, Seal::with_key(&[7; 32]), Commits::Grouped)
        .await
        .unwrap();
    let file = programme_file::read(&programme_path()).unwrap();
    demo::prepare(&store, &file.programme, ISSUER)
        .await
        .unwrap();
    (store, file)
}

fn person(subject: &str, roles: &[&str]) -> Person {
    Person {
        issuer: ISSUER.into(),
        subject: subject.into(),
        tenant: None,
        name: subject.into(),
        kind: AccountKind::Work,
        associations: vec!["mpn".into()],
        roles: roles.iter().map(|&role| role.to_owned()).collect(),
        operator: false,
    }
}

async fn account(
    store: &Store,
    file: &ProgrammeFile,
    subject: &str,
    roles: &[&str],
) -> AccountFacts {
    let today = file.programme.data().as_of;
    store.account(person(subject, roles), today).await.unwrap()
}

fn remaining(account: &AccountFacts, benefit: &str) -> Allotment {
    let contract = account
        .contracts
        .iter()
        .find(|it| it.benefit.benefit == benefit);
    contract
        .unwrap_or_else(|| panic!("no {benefit}"))
        .remaining()
}

#[tokio::test]
async fn every_demo_partner_is_in_the_state_that_its_people_tell() {
    let folder = Folder::new();
    let (store, file) = filled(&folder).await;
    let of = async |subject| account(&store, &file, subject, &["global-admin"]).await;

    let birch = of("bruno").await;
    assert_eq!(remaining(&birch, "product-support"), Allotment::Finite(3));
    let pending = &birch.partner.as_ref().unwrap().activations;
    assert!(
        pending
            .iter()
            .any(|it| matches!(it.activation, Activation::Pending { .. }))
    );
    let cedar = of("chen").await;
    assert_eq!(
        remaining(&cedar, "signature-cloud-support"),
        Allotment::Unlimited
    );
    assert_eq!(
        remaining(&of("farah").await, "product-support"),
        Allotment::Finite(0)
    );
    assert_eq!(
        remaining(&of("mira").await, "signature-cloud-support"),
        Allotment::Finite(5)
    );
    assert_eq!(
        remaining(&of("keiko").await, "product-support"),
        Allotment::Finite(15)
    );
    let elm = of("emil").await;
    assert_eq!(elm.contracts[0].end.days_until(elm.as_of), 20);
    let ginkgo = of("grace").await.partner.unwrap();
    assert_eq!(ginkgo.portal, MembershipPortal::PartnerMembershipCenter);
    assert_eq!(ginkgo.region, "emea");
    assert!(of("colin").await.partner.unwrap().offers_hidden);
    assert_eq!(of("hugo").await.partner, None);

    let opens = |account: &AccountFacts| {
        decide(
            &file.programme,
            account,
            &Question::OpenBenefits,
            account.as_of,
        )
        .outcome
    };
    assert_eq!(opens(&of("ida").await), Outcome::Empty);
    for subject in [
        "nadia", "bruno", "chen", "emil", "farah", "grace", "jonas", "keiko", "mira",
    ] {
        assert_eq!(opens(&of(subject).await), Outcome::Allowed, "{subject}");
    }
    assert!(store.check().await.unwrap().faults.is_empty());
}

#[tokio::test]
async fn the_demo_goes_on_where_it_was_when_it_is_started_again() {
    let folder = Folder::new();
    let (store, file) = filled(&folder).await;
    let before = account(&store, &file, "bruno", &[]).await;
    let first = demo::prepare(&store, &file.programme, ISSUER)
        .await
        .unwrap();
    drop(store);
    let (store, file) = filled(&folder).await;
    let again = demo::prepare(&store, &file.programme, ISSUER)
        .await
        .unwrap();
    assert_eq!(first.ahead(), again.ahead());
    assert_eq!(first.now().date(), file.programme.data().as_of);
    assert_eq!(account(&store, &file, "bruno", &[]).await, before);

    // The issuer listens elsewhere today: its people still belong to their companies.
    let elsewhere = "http://127.0.0.1:9999";
    demo::prepare(&store, &file.programme, elsewhere)
        .await
        .unwrap();
    let person = Person {
        issuer: elsewhere.into(),
        ..person("bruno", &[])
    };
    let account = store.account(person, before.as_of).await.unwrap();
    assert_eq!(account.partner, before.partner);
}
