//! What nobody trusts, and what must hold whatever is in it. Each function takes any bytes and panics when a promise is
//! broken; the fuzz targets call them for as long as they are let, `tests/replay.rs` on the seeds and what grows out of
//! them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a proof stops at the first surprise, and the fuzzer keeps what surprised it"
)]

mod browser;

pub use browser::light_json;

use entitlement_rules::{Date, Outcome, Programme, Verdict, decide};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::path::Path;
use std::sync::LazyLock;
use support_api::{ProblemCode, VerdictRequest};
use support_server::auth::{IdentityRules, IssuerRules};
use support_server::clock::Moment;
use support_server::handover::inbound::receive;
use support_server::handover::standard_webhooks::{ID, SIGNATURE, Secrets, TIMESTAMP, WINDOW};
use support_server::programme_file::ProgrammeFile;
use support_server::settings::of_text;
use support_server::verdicts::Programmes;

/// The programme that questions are asked about.
const PROGRAMME: &str = include_str!("../../programmes/mpn-2021.json");
/// The question that every programme that could be read must be able to answer somehow.
const QUESTION: &str = include_str!("../seeds/verdict_body/incident-by-contract.json");

/// A programme's file is read and then answers, or is refused with the place and the reason of every fault.
///
/// # Panics
/// When it does not.
pub fn programme_file(bytes: &[u8]) {
    static REQUEST: LazyLock<VerdictRequest> =
        LazyLock::new(|| serde_json::from_str(QUESTION).expect("a question"));
    match Programme::read(bytes) {
        Ok(programme) => {
            let day = programme.data().as_of;
            let facts = REQUEST.facts.clone().on(day);
            in_good_order(&decide(&programme, &facts, &REQUEST.question, day));
        }
        Err(faults) => {
            assert!(!faults.is_empty(), "refused without a fault");
            for fault in faults {
                assert!(!fault.path.is_empty(), "a fault without its place");
                assert!(!fault.reason.is_empty(), "a fault without its reason");
            }
        }
    }
}

/// The body of POST /verdicts gets a verdict, or a problem that is the sender's and says what is wrong and where.
///
/// # Panics
/// When it does not.
pub fn verdict_body(bytes: &[u8]) {
    static PROGRAMMES: LazyLock<Programmes> = LazyLock::new(|| {
        let programme = ProgrammeFile::check(PROGRAMME.into()).expect("a programme");
        Programmes::new(vec![programme]).expect("one programme")
    });
    match PROGRAMMES.answer(bytes, Date::from_days_since_epoch(18_690)) {
        Ok(answer) => in_good_order(&answer.verdict),
        Err(trouble) => {
            let problem = trouble.problem;
            assert!(
                matches!(
                    problem.code,
                    ProblemCode::BadRequest | ProblemCode::TooLarge | ProblemCode::UnknownProgramme
                ),
                "not the sender's fault: {problem:?}"
            );
            let detail = problem.detail.as_deref().unwrap_or_default();
            assert!(!detail.is_empty(), "a problem without its detail");
            // What is wrong as a whole has no path inside.
            assert!(
                problem.field.is_some() || detail.starts_with("the body "),
                "a problem without its place: {detail}"
            );
        }
    }
}

/// An issuer's rules, and the claims of a token of its own.
#[derive(Deserialize)]
struct SignIn {
    rules: IssuerRules,
    claims: Map<String, Value>,
}

/// Rules are used, or every fault has its place; and whatever the claims of a verified token are, nobody gets more than
/// the rules give.
///
/// # Panics
/// When somebody does.
pub fn claims_mapping(bytes: &[u8]) {
    static PROGRAMME_READ: LazyLock<Programme> =
        LazyLock::new(|| Programme::read(PROGRAMME.as_bytes()).expect("a programme"));
    let Ok(SignIn { rules, mut claims }) = serde_json::from_slice(bytes) else {
        return;
    };
    let identity = IdentityRules {
        issuers: vec![rules.clone()],
    };
    for fault in identity.check(&PROGRAMME_READ) {
        assert!(
            fault.path.starts_with("issuers"),
            "a fault without its place"
        );
        assert!(!fault.reason.is_empty(), "a fault without its reason");
    }
    let person = rules.person(&claims);
    // A claim that no rule looks at changes nothing.
    let unheard_of = "\u{1}unheard-of";
    if !format!("{rules:?}").contains("unheard-of") {
        claims.insert(unheard_of.into(), "global-admin".into());
        assert_eq!(rules.person(&claims), person);
    }
    let Ok(person) = person else { return };
    let key = claims.get(&rules.subject_claim).and_then(Value::as_str);
    assert_eq!(key, Some(person.subject.as_str()), "another key");
    assert!((1..=200).contains(&person.subject.chars().count()));
    assert!((1..=200).contains(&person.name.chars().count()));
    let mapping = &rules.mapping;
    assert!(
        !person.operator || mapping.grants.iter().any(|grant| grant.operator),
        "nothing gives the desk"
    );
    for role in &person.roles {
        let is_given = mapping
            .grants
            .iter()
            .any(|it| it.role.as_ref() == Some(role));
        assert!(
            is_given || mapping.roles_claim.is_some(),
            "nothing gives {role}"
        );
    }
    for id in &person.associations {
        let is_given = mapping
            .grants
            .iter()
            .any(|it| it.association.as_ref() == Some(id));
        assert!(
            is_given || mapping.associations_claim.is_some(),
            "nothing gives {id}"
        );
    }
    // Without the claims that the grants look at, only what the claims list is left.
    claims.retain(|name, _| {
        let reaches = |path: &str| path == name || path.starts_with(&format!("{name}."));
        *name == rules.subject_claim || !mapping.grants.iter().any(|it| reaches(&it.claim.0))
    });
    let looks_at_the_key = mapping
        .grants
        .iter()
        .any(|it| it.claim.0 == rules.subject_claim);
    if let Ok(bare) = rules.person(&claims)
        && !looks_at_the_key
    {
        assert!(!bare.operator, "the desk for nothing");
        assert!(bare.roles.is_empty() || mapping.roles_claim.is_some());
    }
}

/// Bytes as a settings file: the settings can be used, or every fault has its place and its reason; and a password that
/// stands where none may stand is refused and never repeated, whatever else is in the file.
///
/// # Panics
/// When it is not so.
pub fn settings(bytes: &[u8]) {
    const SECRET: &str = "hunter2-4711";
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let no_file = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    if let Err(faults) = of_text(text, no_file) {
        assert!(!faults.is_empty(), "refused without a fault");
        for fault in faults {
            assert!(!fault.at.is_empty(), "a fault without its place");
            assert!(!fault.reason.is_empty(), "a fault without its reason");
        }
    }
    if text.contains(SECRET) {
        return;
    }
    let told = format!("store.url = \"postgres://desk:{SECRET}@db/desk\"\n{text}");
    let faults = of_text(&told, no_file).expect_err("a password in the settings file");
    assert!(
        !format!("{faults:?}").contains(SECRET),
        "a password is shown"
    );
}

/// Bytes as a call of the vendor's system: a line for each of its three headers, then its body. What counts was signed with
/// our secret, just now; a call that is genuine is understood or refused as its sender's mistake, without what it says; one
/// other bit makes it count no more.
///
/// # Panics
/// When it is not so.
pub fn webhook_signature(bytes: &[u8]) {
    const NOW: Moment = Moment(1_614_848_400_000);
    const MARK: &str = "hunter2-4711";
    static SECRETS: LazyLock<Secrets> = LazyLock::new(|| {
        Secrets::read("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=").expect("a secret")
    });
    let call = |values: [&[u8]; 3]| {
        let mut headers = HeaderMap::new();
        for (name, value) in [ID, TIMESTAMP, SIGNATURE].into_iter().zip(values) {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        headers
    };
    let mut parts = bytes.splitn(4, |byte| *byte == b'\n');
    let mut next = || parts.next().unwrap_or_default();
    let (values, body) = ([next(), next(), next()], next());
    if let Ok(id) = SECRETS.verify(&call(values), body, NOW) {
        let [_, timestamp, signatures] = values.map(String::from_utf8_lossy);
        let at: i64 = timestamp.trim().parse().expect("a timestamp");
        assert!(at.abs_diff(NOW.0 / 1_000) <= WINDOW.unsigned_abs(), "late");
        let ours = SECRETS.sign(&id, Moment(at * 1_000), body);
        assert!(signatures.contains(&ours), "somebody else's signature");
    }

    let timestamp = (NOW.0 / 1_000).to_string();
    let signature = SECRETS.sign("msg_1", NOW, body);
    let genuine = call([b"msg_1", timestamp.as_bytes(), signature.as_bytes()]);
    match receive(&SECRETS, &genuine, body, NOW) {
        Ok(received) => {
            let sent: Value = serde_json::from_slice(body).expect("JSON");
            let again = serde_json::to_value(&received.call).expect("every call can be sent");
            assert_eq!(again.get("type"), sent.get("type"));
            let shown = format!("{received:?}");
            let ids = sent.pointer("/data/contract/ids").map(Value::to_string);
            let is_marked = ids.is_some_and(|ids| ids.contains(MARK));
            let elsewhere = String::from_utf8_lossy(body).matches(MARK).count() > 1;
            assert!(
                !is_marked || elsewhere || !shown.contains(MARK),
                "an ID is shown"
            );
        }
        Err(trouble) => {
            let problem = trouble.problem;
            let detail = problem.detail.unwrap_or_default();
            match problem.code {
                ProblemCode::BadRequest | ProblemCode::Invalid => {
                    assert!(!detail.is_empty(), "a problem without its detail");
                }
                ProblemCode::TooLarge => {}
                other => panic!("not the sender's fault: {other:?}"),
            }
            assert!(!detail.contains(MARK), "a problem repeats what was sent");
        }
    }
    let mut changed = body.to_vec();
    match changed.last_mut() {
        Some(last) => *last ^= 1,
        None => changed.push(b' '),
    }
    assert!(
        SECRETS.verify(&genuine, &changed, NOW).is_err(),
        "another body"
    );
}

/// What holds for every verdict, on whatever facts.
fn in_good_order(verdict: &Verdict) {
    let json = serde_json::to_string(verdict).expect("every verdict can be sent");
    let read: Verdict = serde_json::from_str(&json).expect("every verdict can be read again");
    assert_eq!(read, *verdict);
    match verdict.outcome {
        Outcome::Allowed => assert_eq!(verdict.reasons().count(), 0, "allowed against a rule"),
        Outcome::Refused | Outcome::Empty => {
            assert!(verdict.reasons().count() > 0, "refused without a reason");
            assert!(
                !verdict.next_steps.is_empty(),
                "refused without a next step"
            );
        }
        Outcome::Incomplete => assert!(!verdict.needs.is_empty(), "incomplete without a need"),
    }
}
