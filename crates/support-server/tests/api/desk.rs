//! A desk to test at: a tiny issuer of its own on this machine, a data file of its own, and the server's routes.

use crate::postgres;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entitlement_rules::{
    AccountFacts, AccountKind, Activation, Allotment, BenefitKey, Contract, Date, MembershipOffer,
    MembershipPortal, OfferStatus,
};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use support_api::SupportIds;
use support_server::auth::{IdentityRules, Person, Verifier};
use support_server::clock::{Clock, Moment};
use support_server::handover::standard_webhooks::Secrets;
use support_server::idempotency::{Once, fingerprint};
use support_server::limits::Limits;
use support_server::rate_limit::Rate;
use support_server::serve::Draining;
use support_server::settings::{HttpSettings, LimitSettings};
use support_server::site::{PageSignIn, Site};
use support_server::store::{Commits, Fulfilled, Handover, NewPartner, Seal, Store};
use support_server::verdicts::Programmes;
use support_server::{Desk, programme_file, router};
use tower::ServiceExt;

pub(crate) const AUDIENCE: &str = "partner-support";
pub(crate) const PRODUCT_SUPPORT: &str = "product-support.competency";
/// What signs the calls of the vendor's system.
pub(crate) const DESK_CALL_SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
pub(crate) const CLOUD_SUPPORT: &str = "signature-cloud-support.competency";

/// More than any test asks for.
const UNLIMITED: &str = "1000000/1000000";

/// The same rate for every kind of caller.
pub(crate) fn every_limit(rate: Rate) -> LimitSettings {
    LimitSettings {
        verdicts: rate,
        person: rate,
        address: rate,
        failed_sign_ins: rate,
    }
}

/// A number that no other call in any test process gets.
pub(crate) fn unique() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!(
        "{}-{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

pub(crate) fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

pub(crate) fn programme_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programmes/mpn-2021.json")
}

/// A folder that goes when it is dropped.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        let path = std::env::temp_dir().join(format!("support-server-test-{}", unique()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An identity provider with a throw-away key, served over HTTP as a real one is.
pub(crate) struct TestIssuer {
    pub(crate) address: String,
    key: EcdsaKeyPair,
    asked: Arc<AtomicU64>,
    codes: Arc<Codes>,
    stop: std::sync::Mutex<Option<tokio::sync::oneshot::Sender<()>>>,
    stopped: std::sync::Mutex<Option<std::thread::JoinHandle<()>>>,
}

/// What is answered to the body of a request, and with which status.
type Answers = Box<dyn FnMut(&str) -> (u16, Value) + Send>;

/// What the token endpoint answers next, and what was sent to it: who, and the body. Whether the provider signs people out.
#[derive(Default)]
struct Codes {
    answer: std::sync::Mutex<Option<Answers>>,
    signs_out: std::sync::atomic::AtomicBool,
    redeemed: std::sync::Mutex<Vec<(String, String)>>,
}

pub(crate) fn signing_key() -> EcdsaKeyPair {
    let (random, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap()
}

fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token with any header and claims, signed by any key.
pub(crate) fn sign(key: &EcdsaKeyPair, header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", text(header.to_string()), text(claims.to_string()));
    let signature = key.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    format!("{message}.{}", text(signature.as_ref()))
}

pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

impl TestIssuer {
    /// Starts on a free port, on a thread of its own: it answers whatever the test's runtime does.
    pub(crate) fn start() -> TestIssuer {
        let key = signing_key();
        let point = key.public_key().as_ref();
        let keys = json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "kid": "test", "x": text(&point[1..33]), "y": text(&point[33..65]),
        }] });
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let discovery = json!({
            "issuer": address,
            "jwks_uri": format!("{address}/keys"),
            "authorization_endpoint": format!("{address}/authorize"),
            "token_endpoint": format!("{address}/token"),
        });
        let codes = Arc::<Codes>::default();
        let (endpoint, about) = (Arc::clone(&codes), Arc::clone(&codes));
        let describe = async move || {
            let mut discovery = discovery;
            if about.signs_out.load(Ordering::Relaxed) {
                let issuer = discovery["issuer"].as_str().unwrap();
                discovery["end_session_endpoint"] = format!("{issuer}/leave").into();
            }
            discovery.to_string()
        };
        let asked = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&asked);
        let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let count = async move || {
                    counted.fetch_add(1, Ordering::Relaxed);
                    keys.to_string()
                };
                let redeem = async move |headers: header::HeaderMap, body: String| {
                    let who = headers[header::AUTHORIZATION].to_str().unwrap().to_owned();
                    let asked = (who, body.clone());
                    endpoint.redeemed.lock().unwrap().push(asked);
                    let mut answer = endpoint.answer.lock().unwrap();
                    let (status, given) = answer.as_mut().unwrap()(&body);
                    (StatusCode::from_u16(status).unwrap(), given.to_string())
                };
                let router = Router::new()
                    .route("/token", axum::routing::post(redeem))
                    .route("/.well-known/openid-configuration", get(describe))
                    .route("/keys", get(count));
                tokio::select! {
                    _ = axum::serve(listener, router) => {}
                    _ = stopping => {}
                }
            });
        });
        TestIssuer {
            address,
            key,
            asked,
            codes,
            stop: Some(stop).into(),
            stopped: Some(thread).into(),
        }
    }

    /// Leaves: nobody answers at its address any more.
    pub(crate) fn stop(&self) {
        drop(self.stop.lock().unwrap().take());
        self.stopped.lock().unwrap().take().unwrap().join().unwrap();
    }

    /// How often its keys were asked for.
    pub(crate) fn asked_for_keys(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// From now on it gives this for every code.
    pub(crate) fn answer_codes(&self, answer: Value) {
        self.answer_with(move |_| (200, answer.clone()));
    }

    /// From now on it answers so to the body of whoever asks for tokens.
    pub(crate) fn answer_with(&self, answer: impl FnMut(&str) -> (u16, Value) + Send + 'static) {
        *self.codes.answer.lock().unwrap() = Some(Box::new(answer));
    }

    /// It signs people out too; said before it is asked about itself.
    pub(crate) fn signs_out(&self) {
        self.codes.signs_out.store(true, Ordering::Relaxed);
    }

    /// Who has handed in codes, and with which body.
    pub(crate) fn redeemed(&self) -> Vec<(String, String)> {
        self.codes.redeemed.lock().unwrap().clone()
    }

    pub(crate) fn claims(&self, person: &Who) -> Value {
        json!({
            "iss": self.address, "aud": AUDIENCE, "sub": person.subject, "name": person.name,
            "iat": now(), "nbf": now(), "exp": now() + 3_600, "account_kind": person.kind,
            "associations": person.associations, "roles": person.roles, "operator": person.operator,
        })
    }

    pub(crate) fn token(&self, person: &Who) -> String {
        self.token_with(&self.claims(person))
    }

    pub(crate) fn token_with(&self, claims: &Value) -> String {
        sign(&self.key, &json!({ "alg": "ES256", "kid": "test" }), claims)
    }
}

/// Somebody who signs in.
#[derive(Clone)]
pub(crate) struct Who {
    pub(crate) subject: String,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) associations: Vec<&'static str>,
    pub(crate) roles: Vec<&'static str>,
    pub(crate) operator: bool,
}

impl Who {
    fn new(name: &str, associations: &[&'static str], roles: &[&'static str]) -> Who {
        Who {
            subject: name.to_lowercase(),
            name: name.to_owned(),
            kind: "work",
            associations: associations.to_vec(),
            roles: roles.to_vec(),
            operator: false,
        }
    }

    pub(crate) fn global_admin(name: &str) -> Who {
        Who::new(name, &["mpn"], &["global-admin"])
    }

    pub(crate) fn admin_agent(name: &str) -> Who {
        Who::new(name, &["mpn", "csp"], &["admin-agent"])
    }

    pub(crate) fn consultant(name: &str) -> Who {
        Who {
            kind: "personal",
            ..Who::new(name, &[], &[])
        }
    }

    pub(crate) fn operator(name: &str) -> Who {
        Who {
            operator: true,
            ..Who::new(name, &[], &[])
        }
    }

    pub(crate) fn at(&self, issuer: &str) -> Person {
        let owned = |list: &[&str]| list.iter().map(|&it| it.to_owned()).collect();
        Person {
            issuer: issuer.to_owned(),
            subject: self.subject.clone(),
            tenant: None,
            name: self.name.clone(),
            kind: AccountKind::Work,
            associations: owned(&self.associations),
            roles: owned(&self.roles),
            operator: self.operator,
        }
    }
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.bytes)))
    }

    pub(crate) fn read<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.bytes)))
    }

    /// Checks that this is a problem of the given status and code, and returns its body.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{}",
            String::from_utf8_lossy(&self.bytes)
        );
        assert_eq!(
            self.headers[header::CONTENT_TYPE],
            "application/problem+json"
        );
        let body = self.json();
        assert_eq!(body["code"], code, "{body}");
        assert_eq!(body["status"], status);
        assert_eq!(
            self.headers["x-request-id"],
            body["request_id"].as_str().unwrap()
        );
        body
    }

    /// The numbers of the rules that refused.
    pub(crate) fn refusing_rules(&self) -> Vec<String> {
        let body = self.json();
        let rules = body["verdict"]["rules"]
            .as_array()
            .expect("a verdict with its rules")
            .clone();
        rules
            .iter()
            .filter(|rule| rule["status"] == "fail")
            .map(|rule| rule["rule"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// The server's routes on a store of their own.
pub(crate) struct TestDesk {
    pub(crate) issuer: TestIssuer,
    pub(crate) store: Store,
    /// Where the store is, for whoever looks at it from outside.
    pub(crate) place: Place,
    pub(crate) routes: Router,
    /// What those were made of.
    pub(crate) desk: Desk,
    pub(crate) folder: Folder,
    pub(crate) today: Date,
    /// Milliseconds on the clock of the rate limits, which stands still.
    pub(crate) limits_clock: Arc<AtomicU64>,
}

pub(crate) enum Place {
    File(PathBuf),
    Postgres(String),
}

impl Place {
    async fn open(&self, seal: Seal, commits: Commits) -> Result<Store, String> {
        match self {
            Place::Postgres(address) => Store::connect(address, 8, seal, true, commits).await,
            Place::File(path) => Store::open(path, seal, commits).await,
        }
    }
}

/// The address of a schema that nobody else has.
pub(crate) async fn new_schema() -> String {
    let name = format!("s{}", unique().replace('-', "_"));
    let cluster = postgres::shared();
    postgres::client(&cluster.address("public"))
        .await
        .batch_execute(&format!("CREATE SCHEMA {name}"))
        .await
        .unwrap();
    cluster.address(&name)
}

impl TestDesk {
    /// What tells a program of its own where this store is, and how its IDs are sealed.
    pub(crate) fn store_arguments(&self) -> Vec<String> {
        let key = self.folder.0.join("ids-key");
        std::fs::write(&key, "07".repeat(32)).unwrap();
        let place = match &self.place {
            Place::File(path) => ["--data".to_owned(), path.to_string_lossy().into_owned()],
            Place::Postgres(address) => ["--store-url".to_owned(), address.clone()],
        };
        let key = key.to_string_lossy().into_owned();
        place
            .into_iter()
            .chain(["--ids-key-file".to_owned(), key])
            .collect()
    }

    /// The store, opened once more.
    pub(crate) async fn reopened(&self) -> Store {
        self.opened_with(Seal::with_key(&[7; 32])).await.unwrap()
    }

    pub(crate) async fn opened_with(&self, seal: Seal) -> Result<Store, String> {
        self.place.open(seal, Commits::Grouped).await
    }

    /// Asks the tables themselves, past the product: the first column of every row, as text.
    pub(crate) async fn column(&self, sql: &str) -> Vec<String> {
        match &self.place {
            Place::File(path) => {
                let data = rusqlite::Connection::open(path).unwrap();
                let sql = format!("SELECT CAST(one AS TEXT) FROM ({sql})");
                let mut statement = data.prepare(&sql).unwrap();
                let rows = statement.query_map([], |row| row.get(0)).unwrap();
                rows.map(Result::unwrap).collect()
            }
            Place::Postgres(address) => {
                let sql = format!("SELECT CAST(one AS TEXT) FROM ({sql}) q");
                let rows = postgres::client(address).await.query(&sql, &[]).await;
                rows.unwrap().iter().map(|row| row.get(0)).collect()
            }
        }
    }

    /// How many rows a table has, or those of them that a condition names.
    pub(crate) async fn count(&self, of: &str) -> usize {
        let counted = self
            .column(&format!("SELECT count(*) AS one FROM {of}"))
            .await;
        counted[0].parse().unwrap()
    }

    /// Meddles with the tables, past the product.
    pub(crate) async fn meddle(&self, sql: &str) -> Result<(), String> {
        match &self.place {
            Place::File(path) => {
                let data = rusqlite::Connection::open(path).unwrap();
                data.execute_batch(sql).map_err(|error| error.to_string())
            }
            Place::Postgres(address) => {
                let client = postgres::client(address).await;
                let done = client.batch_execute(sql).await;
                done.map_err(|error| match error.as_db_error() {
                    Some(error) => error.to_string(),
                    None => error.to_string(),
                })
            }
        }
    }

    pub(crate) async fn open() -> TestDesk {
        TestDesk::open_with(Commits::Grouped, "2021-03-04").await
    }

    pub(crate) async fn open_with(commits: Commits, today: &str) -> TestDesk {
        let folder = Folder::new();
        let place = match postgres::is_chosen() {
            true => Place::Postgres(new_schema().await),
            false => Place::File(folder.0.join("desk.sqlite")),
        };
        TestDesk::open_in(folder, place, commits, today).await
    }

    /// On a database of the test's own.
    pub(crate) async fn open_at(address: &str) -> TestDesk {
        TestDesk::open_at_with(address, Commits::Grouped).await
    }

    pub(crate) async fn open_at_with(address: &str, commits: Commits) -> TestDesk {
        let place = Place::Postgres(address.to_owned());
        TestDesk::open_in(Folder::new(), place, commits, "2021-03-04").await
    }

    /// With its data file in this folder, whose disk may be a small one.
    pub(crate) async fn open_file_in(folder: &Path) -> TestDesk {
        let place = Place::File(folder.join("desk.sqlite"));
        TestDesk::open_in(Folder::new(), place, Commits::Grouped, "2021-03-04").await
    }

    async fn open_in(folder: Folder, place: Place, commits: Commits, today: &str) -> TestDesk {
        let issuer = TestIssuer::start();
        let programme = programme_file::read(&programme_path()).unwrap();
        let store = place.open(Seal::with_key(&[7; 32]), commits).await.unwrap();
        let site = folder.0.join("site");
        std::fs::create_dir_all(&site).unwrap();
        let rules = IdentityRules::of_one(issuer.address.clone(), AUDIENCE.to_owned());
        let verifier = Verifier::new(rules, &programme.programme).unwrap();
        let programmes = Programmes::new(vec![programme.clone()]).unwrap();
        let limits_clock = Arc::new(AtomicU64::new(0));
        let (start, shown) = (Instant::now(), Arc::clone(&limits_clock));
        let time = move || start + Duration::from_millis(shown.load(Ordering::Relaxed));
        let limits = LimitSettings {
            verdicts: "60/30".parse().unwrap(),
            ..UNLIMITED.parse().map(every_limit).unwrap()
        };
        let desk = Desk {
            store: store.clone(),
            programme,
            programmes,
            limits: Arc::new(Limits::new(&limits, 0, time)),
            http: HttpSettings {
                connections: 1_000,
                headers_within: Duration::from_secs(10),
                body_within: Duration::from_secs(20),
                answer_within: Duration::from_secs(30),
                streams_within: Duration::ZERO,
            },
            draining: Draining::default(),
            clock: Clock::starting_at(Moment::morning_of(day(today))),
            verifier,
            sign_in: None,
            site: Arc::new(Site::new(
                Some(site),
                &issuer.address,
                AUDIENCE,
                PageSignIn::Elsewhere,
            )),
            inbound: Some(Arc::new(Secrets::read(DESK_CALL_SECRET).unwrap())),
            resume: Arc::default(),
            allow_origins: Arc::from(["https://partners.example".to_owned()]),
        };
        TestDesk {
            issuer,
            store,
            place,
            routes: router(desk.clone()),
            desk,
            folder,
            today: day(today),
            limits_clock,
        }
    }

    pub(crate) fn person(&self, who: &Who) -> Person {
        who.at(&self.issuer.address)
    }

    /// A partner account with one membership offer, and the people who belong to it.
    pub(crate) async fn partner(&self, id: &str, offer: (&str, Option<&str>), people: &[&Who]) {
        let offers = vec![MembershipOffer {
            offer: offer.0.to_owned(),
            competency: offer.1.map(str::to_owned),
            start: self.today.plus_days(-400),
            anniversary: self.today.plus_days(200),
            status: OfferStatus::Active,
        }];
        self.partner_with(id, offers, people).await;
    }

    pub(crate) async fn partner_with(
        &self,
        id: &str,
        offers: Vec<MembershipOffer>,
        people: &[&Who],
    ) {
        let partner = NewPartner {
            id: id.to_owned(),
            name: format!("{id} Ltd"),
            region: "emea".to_owned(),
            portal: MembershipPortal::PartnerCenter,
            offers,
            plans: Vec::new(),
            reseller: None,
            activators: vec!["Ada".to_owned()],
        };
        let (by, at) = self.entered_by();
        self.store
            .put_partner(by.clone(), at, partner)
            .await
            .unwrap();
        for who in people {
            let (issuer, subject) = (self.issuer.address.clone(), who.subject.clone());
            self.store
                .bind((by.clone(), at), issuer, subject, Some(id.to_owned()), true)
                .await
                .unwrap();
        }
    }

    /// Who enters master data, and when.
    pub(crate) fn entered_by(&self) -> (Person, Moment) {
        let morning = Moment::morning_of(self.today);
        (self.person(&Who::operator("Olga")), morning)
    }

    pub(crate) fn once(&self, who: &Who) -> Once {
        let key = unique();
        Once {
            issuer: self.issuer.address.clone(),
            subject: who.subject.clone(),
            fingerprint: fingerprint("test", &key, b""),
            key,
        }
    }

    /// A contract of a partner that runs for months, granted whatever the test wants, and linked by `who`.
    pub(crate) async fn contract(
        &self,
        partner: &str,
        who: &Who,
        benefit: &str,
        granted: Allotment,
    ) -> (Contract, SupportIds) {
        let dates = (self.today.plus_days(-10), self.today.plus_days(300));
        self.contract_between(partner, who, benefit, granted, dates)
            .await
    }

    pub(crate) async fn contract_between(
        &self,
        partner: &str,
        who: &Who,
        benefit: &str,
        granted: Allotment,
        (start, end): (Date, Date),
    ) -> (Contract, SupportIds) {
        let person = self.person(who);
        let key = BenefitKey::parse(benefit).unwrap();
        let now = Moment::morning_of(start);
        self.store
            .request_activation(self.once(who), person.clone(), now, key.clone(), |_| {
                Ok(None)
            })
            .await
            .unwrap();
        let operator = Who::operator("Olga");
        let number = unique();
        let ids = SupportIds {
            access_id: format!("ACCESS-{number}"),
            contract_id: format!("CONTRACT-{number}"),
        };
        let handover = Handover {
            ids: ids.clone(),
            start,
            end,
        };
        self.store
            .fulfil(
                self.once(&operator),
                self.person(&operator),
                now,
                partner.to_owned(),
                key.clone(),
                handover,
                move |_| Ok(Fulfilled::Granted(granted)),
            )
            .await
            .unwrap();
        self.store
            .link_contract(self.once(who), person.clone(), now, ids.clone(), |_, _| {
                Ok(())
            })
            .await
            .unwrap();
        let account = self.store.account(person, self.today).await.unwrap();
        let contract = account
            .contracts
            .iter()
            .find(|it| it.benefit == key)
            .unwrap()
            .clone();
        (contract, ids)
    }

    /// What the store holds for a person.
    pub(crate) async fn account(&self, who: &Who) -> AccountFacts {
        self.store
            .account(self.person(who), self.today)
            .await
            .unwrap()
    }

    pub(crate) async fn activation(&self, who: &Who, benefit: &str) -> Activation {
        let key = BenefitKey::parse(benefit).unwrap();
        let account = self.account(who).await;
        let activations = account.partner.unwrap().activations;
        let found = activations.into_iter().find(|it| it.benefit == key);
        found.map(|it| it.activation).unwrap_or_default()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        send(&self.routes, request).await
    }

    pub(crate) async fn get(&self, who: &Who, path: &str) -> Reply {
        self.send(get_request(&self.issuer.token(who), path)).await
    }

    /// A POST with a fresh key.
    pub(crate) async fn post(&self, who: &Who, path: &str, body: &Value) -> Reply {
        self.post_with(who, path, body, &unique()).await
    }

    pub(crate) async fn post_with(&self, who: &Who, path: &str, body: &Value, key: &str) -> Reply {
        self.send(post_request(&self.issuer.token(who), path, body, key))
            .await
    }
}

pub(crate) fn get_request(token: &str, path: &str) -> Request<Body> {
    Request::get(format!("/api/v1{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap()
}

pub(crate) fn post_request(token: &str, path: &str, body: &Value, key: &str) -> Request<Body> {
    Request::post(format!("/api/v1{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key)
        .body(Body::from(body.to_string()))
        .unwrap()
}

pub(crate) async fn send(routes: &Router, request: Request<Body>) -> Reply {
    let response = routes.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX)
        .await
        .unwrap()
        .to_vec();
    Reply {
        status: parts.status,
        headers: parts.headers,
        bytes,
    }
}

/// An incident that Product Support covers on 4 March 2021.
pub(crate) fn incident(contract: &str) -> Value {
    json!({
        "beneficiary": "own-company", "product": "windows-server", "version": "2019",
        "kind": "break-fix", "severity": "b", "funding": { "by": "contract", "contract": contract },
        "title": "Cluster node leaves at night", "description": "Event 1135 since the last update.",
    })
}
