//! Anybody may ask the law, at the endpoint and on the command line, and gets the very answer that the app gets.

use crate::desk::*;
use crate::faults::{agent, data, start};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use entitlement_rules::{AccountKind, Outcome, Question, QuestionKind, Verdict, decide};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use support_api::{CaseFacts, ProblemCode, VerdictRequest, paths};
use support_server::auth::Person;
use support_server::programme_file::{self, ProgrammeFile};
use support_server::store::{Commits, Seal, Store};
use support_server::verdicts::Programmes;
use support_server::{demo, serve};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name)
}

/// Every programme that the project has.
fn all_programmes() -> Vec<ProgrammeFile> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder("programmes"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| programme_file::read(file).unwrap())
        .collect()
}

/// A partner with Product Support and 15 incidents, one of them used.
fn facts() -> Value {
    json!({
        "viewer": { "id": "u1", "name": "Ada", "kind": "work", "associations": ["mpn"], "roles": ["global-admin"] },
        "partner": {
            "id": "p1", "name": "Birch Ltd", "region": "emea", "portal": "partner-center",
            "offers": [{
                "offer": "silver", "competency": "datacenter",
                "start": "2020-06-01", "anniversary": "2021-05-31", "status": "active",
            }],
            "activations": [{
                "benefit": "product-support.competency",
                "activation": { "state": "active", "contract": "c1" },
            }],
        },
        "contracts": [contract("c1")],
    })
}

fn contract(reference: &str) -> Value {
    json!({
        "reference": reference, "benefit": "product-support.competency", "holder": "Birch Ltd", "own": true,
        "access_id_masked": "••••01", "contract_id_masked": "••••02",
        "start": "2020-07-01", "end": "2021-06-30", "linked_on": "2020-07-02",
        "balance": { "granted": 15, "consumed": 1, "refunded": 0, "expired": 0 },
    })
}

fn covered() -> Value {
    json!({
        "ask": "create-incident", "beneficiary": "own-company",
        "product": "windows-server", "version": "2019", "kind": "break-fix",
    })
}

fn request(question: &Value) -> Value {
    json!({
        "programme": "mpn-2021", "as_of": "2021-03-04", "facts": facts(), "question": question,
    })
}

/// A POST of its own client.
fn post(body: impl Into<Body>) -> Request<Body> {
    static CLIENT: AtomicU32 = AtomicU32::new(0);
    let number = CLIENT.fetch_add(1, Ordering::Relaxed);
    post_from((number.to_be_bytes(), 9).into(), body)
}

fn post_from(client: SocketAddr, body: impl Into<Body>) -> Request<Body> {
    Request::post("/api/v1/verdicts")
        .header("content-type", "application/json")
        .extension(ConnectInfo(client))
        .body(body.into())
        .unwrap()
}

async fn ask(desk: &TestDesk, body: &Value) -> Reply {
    desk.send(post(body.to_string())).await
}

fn questions() -> Vec<Question> {
    let incident = |more: Value| {
        let mut question = json!({ "ask": "create-incident" });
        for (name, value) in more.as_object().unwrap() {
            question[name] = value.clone();
        }
        question
    };
    let asked = [
        json!({ "ask": "open-benefits" }),
        json!({ "ask": "activate", "benefit": "product-support.competency" }),
        json!({ "ask": "activate", "benefit": "signature-cloud-support.competency" }),
        json!({ "ask": "activate", "benefit": "nothing.nowhere" }),
        json!({ "ask": "view-ids", "contract": "c1" }),
        json!({ "ask": "link", "contract": "c1" }),
        json!({ "ask": "refund", "contract": "c1", "because": "duplicate" }),
        json!({ "ask": "compare-plans" }),
        incident(json!({})),
        incident(json!({ "beneficiary": "own-company", "kind": "break-fix" })),
        covered(),
        incident(
            json!({ "beneficiary": "customer", "product": "azure-sql-database", "kind": "break-fix" }),
        ),
        incident(
            json!({ "beneficiary": "own-company", "product": "windows-server", "version": "2012-r2",
            "kind": "break-fix" }),
        ),
        incident(
            json!({ "beneficiary": "own-company", "product": "sql-server", "version": "2019",
            "kind": "advisory" }),
        ),
        incident(json!({ "kind": "billing", "funding": { "by": "held-ids" } })),
    ];
    asked
        .into_iter()
        .map(|question| serde_json::from_value(question).unwrap())
        .collect()
}

/// The people of the demonstration, with what their companies have.
async fn people() -> Vec<entitlement_rules::AccountFacts> {
    let folder_ = Folder::new();
    let path = folder_.0.join("demo.sqlite");
    let store = Store::open(&path, Seal::with_key(&[7; 32]), Commits::Grouped)
        .await
        .unwrap();
    let file = programme_file::read(&programme_path()).unwrap();
    let issuer = "http://127.0.0.1:8081";
    demo::prepare(&store, &file.programme, issuer)
        .await
        .unwrap();
    let people = std::fs::read(folder("crates/demo-issuer/people.json")).unwrap();
    let people: Vec<Value> = serde_json::from_slice(&people).unwrap();
    let mut accounts = Vec::new();
    for person in people {
        let ids = |name: &str| serde_json::from_value(person[name].clone()).unwrap();
        let person = Person {
            issuer: issuer.into(),
            subject: person["subject"].as_str().unwrap().into(),
            tenant: None,
            name: person["name"].as_str().unwrap().into(),
            kind: AccountKind::Work,
            associations: ids("associations"),
            roles: ids("roles"),
            operator: false,
        };
        accounts.push(store.account(person, day("2021-03-04")).await.unwrap());
    }
    accounts
}

#[tokio::test]
async fn everybody_gets_the_very_verdict_of_the_law() {
    let desk = TestDesk::open().await;
    let files = all_programmes();
    let programmes = Programmes::new(files.clone()).unwrap();
    let mut outcomes = BTreeMap::new();
    for account in people().await {
        for question in questions() {
            for file in &files {
                let (programme, as_of) = (&file.programme, file.programme.data().as_of);
                let expected = decide(programme, &account, &question, as_of);
                let body = VerdictRequest {
                    programme: programme.data().id.clone(),
                    facts: CaseFacts {
                        viewer: account.viewer.clone(),
                        partner: account.partner.clone(),
                        contracts: account.contracts.clone(),
                    },
                    question: question.clone(),
                    as_of: Some(as_of),
                    remedies: false,
                    changes_until: None,
                };
                let body = serde_json::to_value(body).unwrap();
                let given = programmes.answer(body.to_string().as_bytes(), desk.today);
                assert_eq!(given.unwrap().verdict, expected, "{body}");
                if programme.data().id == "mpn-2021" {
                    let reply = ask(&desk, &body).await;
                    assert_eq!(reply.status, StatusCode::OK, "{:?}", expected.outcome);
                    assert_eq!(reply.headers["cache-control"], "no-store");
                    assert_eq!(reply.headers["content-type"], "application/json");
                    assert_eq!(reply.read::<Verdict>(), expected, "{body}");
                    *outcomes
                        .entry(format!("{:?}", expected.outcome))
                        .or_insert(0) += 1;
                }
            }
        }
    }
    let seen: Vec<&str> = outcomes.keys().map(String::as_str).collect();
    assert_eq!(seen, ["Allowed", "Empty", "Incomplete", "Refused"]);
}

#[tokio::test]
async fn what_would_make_it_yes_and_when_it_changes_is_said_to_who_asks() {
    let desk = TestDesk::open().await;
    let body = json!({
        "programme": "mpn-2021",
        "as_of": "2021-03-04",
        "facts": {
            "viewer": {
                "id": "u1", "name": "Ada", "kind": "work",
                "associations": [], "roles": ["global-admin"],
            },
            "partner": {
                "id": "p1", "name": "Birch", "region": "emea", "portal": "partner-center",
                "offers": [{
                    "offer": "action-pack", "status": "active",
                    "start": "2020-06-01", "anniversary": "2021-05-31",
                }],
            },
        },
        "question": { "ask": "open-benefits" },
    });
    let plain = ask(&desk, &body).await.json();
    assert!(plain.get("remedies").is_none() && plain.get("changes").is_none());
    let mut more = body;
    more["remedies"] = true.into();
    more["changes_until"] = "2022-03-04".into();
    let given = ask(&desk, &more).await.json();
    assert_eq!(given["outcome"], "refused");
    let sign_in = json!([{ "change": "gain-association", "association": "mpn" }]);
    assert_eq!(given["remedies"][0]["changes"], sign_in, "{given}");
    let days: Vec<&str> = (given["changes"].as_array().unwrap().iter())
        .map(|change| change["on"].as_str().unwrap())
        .collect();
    // The reminders of the anniversary, its day after, and their end.
    assert_eq!(
        days,
        ["2021-05-16", "2021-06-01", "2021-06-23", "2021-07-01"]
    );
}

#[tokio::test]
async fn a_question_is_decided_for_its_own_day_or_else_for_today() {
    let desk = TestDesk::open().await;
    let mut body = request(&covered());
    body["as_of"] = "2021-07-31".into();
    let later = ask(&desk, &body).await.read::<Verdict>();
    assert_eq!(
        (later.as_of, later.outcome),
        (day("2021-07-31"), Outcome::Refused)
    );
    body.as_object_mut().unwrap().remove("as_of");
    let today = ask(&desk, &body).await.read::<Verdict>();
    assert_eq!((today.as_of, today.outcome), (desk.today, Outcome::Allowed));
}

#[tokio::test]
async fn a_programme_that_the_server_does_not_know_is_answered_with_those_that_it_does() {
    let desk = TestDesk::open().await;
    let mut body = request(&covered());
    body["programme"] = "mpn-1999".into();
    let problem = ask(&desk, &body).await.problem(404, "unknown-programme");
    assert_eq!(problem["field"], "programme");
    assert_eq!(problem["detail"], "this server knows: mpn-2021");
}

#[tokio::test]
async fn what_is_no_question_is_refused_with_its_place() {
    let desk = TestDesk::open().await;
    for body in ["", "{", "nonsense", "{}}", "[1,2"] {
        desk.send(post(body)).await.problem(400, "bad-request");
    }
    let wrong = [
        ("/question", json!({ "ask": "to-be-paid" }), "question.ask"),
        (
            "/question",
            json!({ "ask": "create-incident", "colour": 1 }),
            "question.colour",
        ),
        (
            "/question",
            json!({ "ask": "activate" }),
            "question.benefit",
        ),
        ("/facts/viewer/kind", json!("robot"), "facts.viewer.kind"),
        (
            "/facts/contracts/0/end",
            json!("soon"),
            "facts.contracts[0].end",
        ),
        (
            "/facts/partner/offers/0/start",
            json!(7),
            "facts.partner.offers[0].start",
        ),
        // Whoever sends the whole account is told which of the two days counts.
        ("/facts", json!({ "revision": 1 }), "facts.revision"),
        ("/as_of", json!("2021-02-29"), "as_of"),
    ];
    for (pointer, value, field) in wrong {
        let mut body = request(&covered());
        *body.pointer_mut(pointer).unwrap() = value;
        let problem = ask(&desk, &body).await.problem(400, "bad-request");
        assert_eq!(problem["field"], field, "{problem}");
    }
}

#[tokio::test]
async fn one_question_costs_bounded_work() {
    let desk = TestDesk::open().await;
    let large = format!("{{\"programme\":\"{}\"}}", "x".repeat(256 * 1_024));
    let mut stated = post(large.clone());
    let length = large.len().to_string().parse().unwrap();
    stated.headers_mut().insert("content-length", length);
    desk.send(stated).await.problem(413, "too-large");
    desk.send(post(large)).await.problem(413, "too-large");

    let contracts = |count: usize| {
        (0..count)
            .map(|number| contract(&format!("c{number}")))
            .collect()
    };
    let mut body = request(&covered());
    body["facts"]["contracts"] = contracts(65);
    let problem = ask(&desk, &body).await.problem(413, "too-large");
    assert_eq!(problem["field"], "facts.contracts");
    body["facts"]["contracts"] = contracts(64);
    // Whatever else is repeated in the answer, as long as it may be.
    body["facts"]["partner"]["activators"] = vec!["é".repeat(256); 64].into();
    let reply = ask(&desk, &body).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.bytes.len() < 2_000_000, "{} bytes", reply.bytes.len());
    body["facts"]["partner"]["activators"][3] = "é".repeat(257).into();
    let problem = ask(&desk, &body).await.problem(413, "too-large");
    assert_eq!(problem["field"], "facts.partner.activators[3]");
}

#[tokio::test]
async fn only_json_is_read_so_that_no_page_of_another_site_can_ask_in_its_visitors_name() {
    let desk = TestDesk::open().await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let mut question = post(request(&covered()).to_string());
        question
            .headers_mut()
            .insert("content-type", kind.parse().unwrap());
        desk.send(question)
            .await
            .problem(415, "unsupported-media-type");
    }
    let preflight = async |origin: &str| {
        let request = Request::options("/api/v1/verdicts")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type");
        let reply = desk.send(request.body(Body::empty()).unwrap()).await;
        reply.headers.get("access-control-allow-origin").cloned()
    };
    assert_eq!(preflight("https://elsewhere.example").await, None);
    let named = "https://partners.example";
    assert_eq!(preflight(named).await.unwrap(), named);
}

#[tokio::test]
async fn whoever_asks_too_much_waits_and_nobody_else_does() {
    let desk = TestDesk::open().await;
    let (hasty, other) = (([192, 0, 2, 1], 1).into(), ([192, 0, 2, 2], 1).into());
    let question = async |client| {
        let body = request(&json!({ "ask": "open-benefits" })).to_string();
        desk.send(post_from(client, body)).await
    };
    for _ in 0..30 {
        assert_eq!(question(hasty).await.status, StatusCode::OK);
    }
    let refused = question(hasty).await;
    refused.problem(429, "too-many-requests");
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(question(other).await.status, StatusCode::OK);
    desk.limits_clock.store(1_000, Ordering::Relaxed);
    assert_eq!(question(hasty).await.status, StatusCode::OK);
    question(hasty).await.problem(429, "too-many-requests");
}

#[tokio::test]
async fn clients_are_told_apart_by_the_address_that_they_connect_from() {
    let desk = TestDesk::open().await;
    let listener = serve::listen(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .unwrap();
    let address = listener.local_addr().unwrap();
    let (routes, http) = (desk.routes.clone(), desk.desk.http);
    let serving = serve::run(
        listener,
        routes,
        http,
        std::time::Duration::ZERO,
        std::future::pending(),
    );
    tokio::spawn(serving);
    let status = async |from: [u8; 4]| {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind((from, 0).into()).unwrap();
        let stream = socket.connect(address).await.unwrap();
        let mut stream = stream.into_std().unwrap();
        stream.set_nonblocking(false).unwrap();
        let head = "POST /api/v1/verdicts HTTP/1.1\r\nhost: desk\r\nconnection: close\r\n";
        // Without a trusted proxy, anybody can write anything there.
        let forged = format!("x-forwarded-for: {}\r\n", unique());
        let rest = "content-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
        let request = format!("{head}{forged}{rest}");
        let talk = move || {
            let mut answer = String::new();
            stream.write_all(request.as_bytes()).unwrap();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        let answer = tokio::task::spawn_blocking(talk).await.unwrap();
        answer[9..12].to_owned()
    };
    for _ in 0..30 {
        assert_eq!(status([127, 0, 0, 2]).await, "400");
    }
    assert_eq!(status([127, 0, 0, 2]).await, "429");
    assert_eq!(status([127, 0, 0, 3]).await, "400");
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_support-server"));
    command.arg("verdict");
    command
}

/// What the command answers to an input.
fn answers(input: &[u8]) -> (Vec<Value>, Option<i32>) {
    let mut child = command()
        .arg("--programme")
        .arg(programme_path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdin, input) = (child.stdin.take().unwrap(), input.to_vec());
    let writing = std::thread::spawn(move || stdin.write_all(&input).unwrap());
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    let lines = output.stdout.split_inclusive(|&byte| byte == b'\n');
    let lines = lines
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    (lines, output.status.code())
}

#[test]
fn the_command_answers_every_line_like_the_endpoint_does() {
    let programmes = all_programmes();
    let programme = &programmes
        .iter()
        .find(|it| it.programme.data().id == "mpn-2021")
        .unwrap()
        .programme;
    let facts: CaseFacts = serde_json::from_value(facts()).unwrap();
    let (mut input, mut expected) = (String::new(), Vec::new());
    for question in questions() {
        let body = request(&serde_json::to_value(&question).unwrap());
        input.push_str(&format!("{body}\n\n"));
        let as_of = day("2021-03-04");
        expected.push(decide(
            programme,
            &facts.clone().on(as_of),
            &question,
            as_of,
        ));
    }
    let (given, code) = answers(input.as_bytes());
    let given: Vec<Verdict> = given
        .into_iter()
        .map(|verdict| serde_json::from_value(verdict).unwrap())
        .collect();
    assert_eq!(given, expected);
    assert_eq!(code, Some(0), "a refusal is an answer");
}

#[test]
fn a_line_that_is_no_question_is_named_and_the_next_one_is_answered() {
    let good = request(&covered()).to_string();
    let mut input = Vec::new();
    let mut bad: Vec<(usize, &str)> = Vec::new();
    let lines: [(&[u8], Option<&str>); 11] = [
        (b"nonsense", Some("bad-request")),
        (good.as_bytes(), None),
        (b"{\"programme\":", Some("bad-request")),
        (good.as_bytes(), None),
        (b"\xff\xfe\x00", Some("bad-request")),
        (b"{\"programme\":\"mpn-2021", Some("bad-request")),
        (b"nonsense", Some("bad-request")),
        (good.as_bytes(), None),
        (b"]]}}\"\\", Some("bad-request")),
        (&[b'['; 300_000], Some("too-large")),
        (good.as_bytes(), None),
    ];
    for (number, (line, problem)) in lines.iter().enumerate() {
        input.extend_from_slice(line);
        input.push(b'\n');
        bad.extend(problem.map(|code| (number + 1, code)));
    }
    let (given, code) = answers(&input);
    assert_eq!(given.len(), lines.len());
    for (answer, (_, problem)) in given.iter().zip(&lines) {
        match problem {
            Some(code) => assert_eq!(answer["code"], *code, "{answer}"),
            None => assert_eq!(answer["outcome"], "allowed", "{answer}"),
        }
    }
    let named: Vec<(usize, &str)> = given
        .iter()
        .filter(|answer| answer.get("line").is_some())
        .map(|answer| {
            (
                answer["line"].as_u64().unwrap() as usize,
                answer["code"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(named, bad);
    assert_eq!(code, Some(1));
}

#[test]
fn a_question_may_be_written_over_several_lines() {
    let pretty = serde_json::to_string_pretty(&request(&covered())).unwrap();
    for input in [
        pretty.clone(),
        format!("{pretty}\n{pretty}\n\n"),
        format!("\r\n\n{pretty}"),
    ] {
        let (given, code) = answers(input.as_bytes());
        assert!(!given.is_empty() && code == Some(0));
        assert!(given.iter().all(|answer| answer["outcome"] == "allowed"));
    }
    let (given, code) = answers(format!("{pretty}\n{}", pretty.replace("Ada\"", "Ada")).as_bytes());
    assert_eq!(given[0]["outcome"], "allowed");
    assert_eq!(given[1]["line"], pretty.lines().count() + 1);
    assert_eq!(code, Some(1));
    assert_eq!(answers(b""), (Vec::new(), Some(0)));
}

#[test]
fn an_answer_is_there_while_the_input_goes_on() {
    let mut child = command()
        .arg("--programme")
        .arg(programme_path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..3 {
        writeln!(stdin, "{}", request(&covered())).unwrap();
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        let verdict: Verdict = serde_json::from_str(&answer).unwrap();
        assert!(verdict.is_allowed());
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

/// The file of another programme, which lets admin agents alone onto the benefits page.
fn stricter_programme(folder: &Folder) -> PathBuf {
    let path = folder.0.join("stricter.json");
    let mut data: Value =
        serde_json::from_slice(&std::fs::read(programme_path()).unwrap()).unwrap();
    data["id"] = "stricter".into();
    data["policy"]["page_audience"] = json!(["admin-agent"]);
    data["policy"]["extensions"]["E2"]["on"] = false.into();
    std::fs::write(&path, data.to_string()).unwrap();
    path
}

#[test]
fn the_first_programme_is_served_and_each_can_be_asked_as_often_as_the_operator_says() {
    let folder = Folder::new();
    let other = stricter_programme(&folder);
    let options = [
        "--programme",
        other.to_str().unwrap(),
        "--verdict-limit",
        "1/2",
        "--trusted-hops",
        "1",
    ];
    let program = start(&data(&folder), "http://127.0.0.1:1", &options);
    let (agent, base) = (agent(), format!("http://{}/api/v1", program.address));
    let mut served = agent.get(format!("{base}/programme")).call().unwrap();
    let served: Value = serde_json::from_str(&served.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(served["id"], "mpn-2021");
    let ask = |programme: &str, client: &str| {
        let mut body = request(&json!({ "ask": "open-benefits" }));
        body["programme"] = programme.into();
        let request = agent
            .post(format!("{base}/verdicts"))
            .header("content-type", "application/json");
        let request = request.header("x-forwarded-for", client);
        let mut answer = request.send(body.to_string()).unwrap();
        let body: Value =
            serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
        (answer.status().as_u16(), body["outcome"].clone())
    };
    assert_eq!(ask("mpn-2021", "192.0.2.1"), (200, "allowed".into()));
    assert_eq!(ask("stricter", "192.0.2.1"), (200, "refused".into()));
    assert_eq!(ask("mpn-2021", "192.0.2.1"), (429, Value::Null));
    assert_eq!(ask("mpn-2021", "192.0.2.2"), (200, "allowed".into()));
}

#[test]
fn each_programme_is_asked_by_its_id_and_no_two_share_one() {
    let folder = Folder::new();
    let other = stricter_programme(&folder);
    let run = |files: &[&Path], input: &str| -> Output {
        let mut command = command();
        for file in files {
            command.arg("--programme").arg(file);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that cannot start does not read.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    };
    let question = request(&json!({ "ask": "open-benefits" }));
    let mut stricter = question.clone();
    stricter["programme"] = "stricter".into();
    let output = run(
        &[&programme_path(), &other],
        &format!("{question}\n{stricter}\n"),
    );
    let outcomes: Vec<Outcome> = output
        .stdout
        .split_inclusive(|&byte| byte == b'\n')
        .map(|line| serde_json::from_slice::<Verdict>(line).unwrap().outcome)
        .collect();
    assert_eq!(outcomes, [Outcome::Allowed, Outcome::Refused]);

    for (files, said) in [
        (&[other.as_path(), other.as_path()][..], "the id stricter"),
        (&[], "--programme is missing"),
        (&[Path::new("missing.json")], "missing.json"),
    ] {
        let output = run(files, "");
        assert_eq!(output.status.code(), Some(2));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains(said), "{stderr}");
    }
}

/// The page for engineers, as its parts: each question as it is to be typed, and the answer that it shows.
fn examples(page: &str) -> Vec<(VerdictRequest, Value)> {
    let typed = "$ curl --json @- http://127.0.0.1:8080/api/v1/verdicts <<'JSON'\n";
    assert!(typed.contains(&format!("{}{} ", paths::BASE, paths::VERDICTS)));
    let mut examples = Vec::new();
    for part in page.split(typed).skip(1) {
        let (question, rest) = part.split_once("\nJSON\n").unwrap();
        let (_, rest) = rest.split_once("```json\n").unwrap();
        let (answer, _) = rest.split_once("```").unwrap();
        let answer = serde_json::from_str(answer).unwrap();
        examples.push((serde_json::from_str(question).unwrap(), answer));
    }
    examples
}

/// Whether an answer is the one that the page shows, where "…" stands for entries that the page leaves out.
fn is_shown(shown: &Value, given: &Value) -> bool {
    match (shown, given) {
        (Value::Array(shown), Value::Array(given)) => match shown.as_slice() {
            [] => given.is_empty(),
            [first, rest @ ..] if first == "…" => {
                let rest = Value::from(rest);
                (0..=given.len()).any(|start| is_shown(&rest, &Value::from(&given[start..])))
            }
            [first, rest @ ..] => given.split_first().is_some_and(|(one, others)| {
                is_shown(first, one) && is_shown(&Value::from(rest), &Value::from(others))
            }),
        },
        (Value::Object(shown), Value::Object(given)) => {
            shown.keys().eq(given.keys())
                && shown
                    .iter()
                    .all(|(name, value)| is_shown(value, &given[name]))
        }
        _ => shown == given,
    }
}

#[tokio::test]
async fn the_page_for_engineers_shows_every_kind_of_question_and_its_real_answer() {
    let desk = TestDesk::open().await;
    let page = std::fs::read_to_string(folder("docs/verdicts.md")).unwrap();
    let mut kinds = BTreeSet::new();
    for (question, shown) in examples(&page) {
        let reply = ask(&desk, &serde_json::to_value(&question).unwrap()).await;
        assert_eq!(reply.status, StatusCode::OK);
        let given = reply.json();
        assert_eq!(shown["outcome"], given["outcome"]);
        assert!(
            is_shown(&shown, &given),
            "{shown:#}\n\nis shown instead of\n\n{given}"
        );
        let question = serde_json::to_value(question.question).unwrap();
        kinds.insert(question["ask"].as_str().unwrap().to_owned());
    }
    let known = QuestionKind::ALL.map(|kind| serde_json::to_value(kind).unwrap());
    let known = known.map(|kind| kind.as_str().unwrap().to_owned()).into();
    assert_eq!(kinds, known);
}

#[test]
fn the_page_for_engineers_names_each_problem_with_its_status() {
    let page = std::fs::read_to_string(folder("docs/verdicts.md")).unwrap();
    let mut count = 0;
    for line in page.lines() {
        let Some((status, rest)) = line
            .strip_prefix("| ")
            .and_then(|rest| rest.split_once(" | `"))
        else {
            continue;
        };
        let Ok(status) = status.parse::<u16>() else {
            continue;
        };
        let (code, _) = rest.split_once('`').unwrap();
        let code: ProblemCode = serde_json::from_value(code.into()).unwrap();
        assert_eq!(code.status(), status, "{line}");
        count += 1;
    }
    assert!(count >= 6);
}
