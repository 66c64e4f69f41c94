//! The server signs people in itself, and knows them by a cookie that nobody else can make use of.

use crate::desk::*;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use support_server::auth::SignIn;
use support_server::settings::SignInSettings;
use support_server::store::Seal;
use support_server::{Desk, router};
use tower::ServiceExt;

const SITE: &str = "https://desk.example";
const CLIENT: &str = "desk client";
const COOKIE: &str = "__Host-partner-support";
/// The headers of a request that a page of the site fetches.
const OURS: [(&str, &str); 3] = [
    ("x-partner-support-session", "1"),
    ("sec-fetch-site", "same-origin"),
    ("origin", SITE),
];

/// Another origin of the site.
const PAGE: &str = "https://partners.desk.example";

pub(crate) fn sign_in(desk: &TestDesk, site: &str) -> Arc<SignIn> {
    sign_in_for(desk, site, &[])
}

/// With pages at other origins of the site.
fn sign_in_for(desk: &TestDesk, site: &str, pages: &[&str]) -> Arc<SignIn> {
    let secret = desk.folder.0.join("client-secret");
    std::fs::write(&secret, "s3cret/ of the desk\n").unwrap();
    let settings = SignInSettings {
        client_id: CLIENT.to_owned(),
        client_secret_file: secret,
        site: site.to_owned(),
        pages: pages.iter().map(|&page| page.to_owned()).collect(),
        scope: "openid profile".to_owned(),
        resource: None,
        switch_prompt: "select_account".to_owned(),
        lasts: Duration::from_secs(3_600),
        lasts_at_most: Duration::from_secs(7_200),
    };
    let rules = support_server::auth::IdentityRules::of_one(
        desk.issuer.address.clone(),
        AUDIENCE.to_owned(),
    );
    Arc::new(SignIn::new(settings, &rules).unwrap())
}

/// A browser with its cookies, at a desk that signs people in at this site.
struct Browser<'a> {
    desk: &'a TestDesk,
    routes: Router,
    cookies: BTreeMap<String, String>,
    /// Every cookie as it was set last.
    set: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    fn at(desk: &'a TestDesk, site: &str) -> Browser<'a> {
        Browser::asking(desk, sign_in(desk, site))
    }

    fn asking(desk: &'a TestDesk, sign_in: Arc<SignIn>) -> Browser<'a> {
        let routes = router(Desk {
            sign_in: Some(sign_in),
            ..desk.desk.clone()
        });
        Browser {
            desk,
            routes,
            cookies: BTreeMap::new(),
            set: BTreeMap::new(),
        }
    }

    async fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.cookies.is_empty() {
            let pairs = self.cookies.iter();
            let pairs: Vec<_> = pairs
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header("cookie", pairs.join("; "));
        }
        let answer = self
            .routes
            .clone()
            .oneshot(request.body(Body::empty()).unwrap());
        let (parts, body) = answer.await.unwrap().into_parts();
        for cookie in parts.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (pair, about) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match about.contains("Max-Age=0;") {
                true => drop(self.cookies.remove(name)),
                false => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
            }
            self.set.insert(name.to_owned(), cookie.to_owned());
        }
        Reply {
            status: parts.status,
            headers: parts.headers,
            bytes: axum::body::to_bytes(body, 1 << 20).await.unwrap().to_vec(),
        }
    }

    /// What the provider is asked, by name.
    async fn start(&mut self, query: &str) -> BTreeMap<String, String> {
        let headers = [("sec-fetch-site", "same-origin")];
        let reply = self
            .send("GET", &format!("/session/start{query}"), &headers)
            .await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        let location = location(&reply);
        let asked = location
            .strip_prefix(&format!("{}/authorize?", self.desk.issuer.address))
            .unwrap_or_else(|| panic!("{location}"));
        let pairs = asked.split('&').map(|pair| pair.split_once('=').unwrap());
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// The provider's answer to that: somebody has signed in.
    async fn come_back(&mut self, asked: &BTreeMap<String, String>, who: &Who) -> Reply {
        self.desk.issuer.answer_codes(tokens(self.desk, asked, who));
        let headers = [("sec-fetch-site", "cross-site")];
        let path = format!(
            "/session/callback?code=c0de&state={}&session_state=x",
            asked["state"]
        );
        self.send("GET", &path, &headers).await
    }

    async fn signed_in(desk: &'a TestDesk, who: &Who) -> Browser<'a> {
        let mut browser = Browser::at(desk, SITE);
        let asked = browser.start("").await;
        let reply = browser.come_back(&asked, who).await;
        assert_eq!(location(&reply), format!("{SITE}/"));
        browser
    }

    /// Whom a page of the site is shown.
    async fn viewer(&mut self) -> Option<String> {
        let reply = self.send("GET", "/account", &OURS).await;
        if reply.status == StatusCode::UNAUTHORIZED {
            return None;
        }
        assert_eq!(reply.status, StatusCode::OK);
        Some(reply.json()["viewer"]["name"].as_str().unwrap().to_owned())
    }
}

fn location(reply: &Reply) -> String {
    reply.headers["location"].to_str().unwrap().to_owned()
}

/// What the provider gives for a code.
fn tokens(desk: &TestDesk, asked: &BTreeMap<String, String>, who: &Who) -> Value {
    let id = json!({
        "iss": desk.issuer.address, "aud": CLIENT, "sub": who.subject,
        "iat": now(), "exp": now() + 600, "nonce": asked["nonce"],
    });
    json!({
        "token_type": "Bearer", "expires_in": 600,
        "access_token": desk.issuer.token(who), "id_token": desk.issuer.token_with(&id),
    })
}

#[tokio::test]
async fn whoever_signs_in_is_known_by_a_cookie_that_no_script_reads_and_no_token_is_kept() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    let mut browser = Browser::at(&desk, SITE);
    assert_eq!(browser.viewer().await, None);
    let asked = browser
        .start("?back=%2F%3Fteam%3D7%23%2Fsupport%2Fplans")
        .await;
    let expected = [
        ("response_type", "code"),
        ("client_id", "desk%20client"),
        ("scope", "openid%20profile"),
        ("code_challenge_method", "S256"),
        (
            "redirect_uri",
            "https%3A%2F%2Fdesk.example%2Fapi%2Fv1%2Fsession%2Fcallback",
        ),
    ];
    for (name, value) in expected {
        assert_eq!(asked[name], value, "{name}");
    }
    assert!(!asked.contains_key("prompt"));
    let under_way = browser.set[&format!("{COOKIE}-{}", asked["state"])].clone();
    assert!(under_way.ends_with("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure"));
    let reply = browser.come_back(&asked, &ada).await;
    assert_eq!(location(&reply), format!("{SITE}/?team=7#/support/plans"));
    assert_eq!(reply.headers["cache-control"], "no-store");
    let session = &browser.set[COOKIE];
    assert!(session.ends_with("; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure"));
    assert_eq!(
        browser.cookies.keys().collect::<Vec<_>>(),
        [COOKIE],
        "the way there is forgotten"
    );
    assert_eq!(browser.viewer().await.as_deref(), Some("Ada"));

    // The provider knows the server by its secret, and the code by its verifier.
    let redeemed = desk.issuer.redeemed();
    assert_eq!(redeemed.len(), 1);
    let (authorization, body) = &redeemed[0];
    let basic = base64::engine::general_purpose::STANDARD
        .encode("desk%20client:s3cret%2F%20of%20the%20desk");
    assert_eq!(*authorization, format!("Basic {basic}"));
    let verifier = body
        .split('&')
        .find_map(|it| it.strip_prefix("code_verifier="))
        .unwrap();
    let challenge = ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes());
    assert_eq!(asked["code_challenge"], URL_SAFE_NO_PAD.encode(challenge));

    let kept = desk.column("SELECT person AS one FROM session").await;
    assert_eq!(kept.len(), 1);
    let id = browser.cookies[COOKIE].clone();
    assert!(!kept[0].contains("eyJ") && !kept[0].contains(&id));
}

#[tokio::test]
async fn a_session_counts_for_requests_of_the_sites_own_pages_alone() {
    let desk = TestDesk::open().await;
    let mut browser = Browser::signed_in(&desk, &Who::global_admin("Ada")).await;
    let [mark, same, origin] = OURS;
    let evil = ("origin", "https://evil.example");
    let from = |site| ("sec-fetch-site", site);
    for (what, headers) in [
        ("without the header", vec![same, origin]),
        ("of another site", vec![mark, from("cross-site"), evil]),
        (
            "of a neighbour",
            vec![
                mark,
                from("same-site"),
                ("origin", "https://www.desk.example"),
            ],
        ),
        ("opened by the address", vec![mark, from("none")]),
        ("of another origin in an old browser", vec![mark, evil]),
        ("that hides its origin", vec![mark, ("origin", "null")]),
    ] {
        for (method, path) in [
            ("GET", "/account"),
            ("POST", "/session/end"),
            ("POST", "/contract-links"),
        ] {
            let reply = browser.send(method, path, &headers).await;
            assert_eq!(
                reply.status,
                StatusCode::FORBIDDEN,
                "{method} {path} {what}"
            );
            reply.problem(403, "forbidden");
        }
    }
    // An old browser says the origin of whatever changes something.
    assert_eq!(
        browser.send("GET", "/account", &[mark]).await.status,
        StatusCode::OK
    );
    let silent = browser.send("POST", "/session/end", &[mark]).await;
    assert_eq!(silent.status, StatusCode::FORBIDDEN);
    assert_eq!(
        browser.viewer().await.as_deref(),
        Some("Ada"),
        "it is still there"
    );

    // A site that may call with tokens is not told that it may with cookies.
    let asks = [
        ("origin", "https://partners.example"),
        ("access-control-request-method", "GET"),
        (
            "access-control-request-headers",
            "x-partner-support-session",
        ),
    ];
    let reply = browser.send("OPTIONS", "/account", &asks).await;
    assert!(
        reply
            .headers
            .get("access-control-allow-credentials")
            .is_none()
    );
    let allowed = reply.headers["access-control-allow-headers"]
        .to_str()
        .unwrap();
    assert!(!allowed.contains("session"), "{allowed}");
}

#[tokio::test]
async fn a_page_at_another_origin_of_the_site_has_the_session_once_it_is_named_and_no_other_has() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    let mut browser = Browser::asking(&desk, sign_in_for(&desk, SITE, &[PAGE]));
    let back = format!("{PAGE}/desk?team=7#/support/plans");
    let encoded = support_api::paths::segment(&back);
    let asked = browser.start(&format!("?back={encoded}")).await;
    assert_eq!(location(&browser.come_back(&asked, &ada).await), back);

    let mark = ("x-partner-support-session", "1");
    let from = |site, origin| [mark, ("sec-fetch-site", site), ("origin", origin)];
    let reply = browser
        .send("GET", "/account", &from("same-site", PAGE))
        .await;
    assert_eq!(reply.json()["viewer"]["name"], "Ada");
    assert_eq!(reply.headers["access-control-allow-origin"], PAGE);
    assert_eq!(reply.headers["access-control-allow-credentials"], "true");
    for (site, origin) in [
        ("same-site", "https://blog.desk.example"),
        ("cross-site", PAGE),
        ("cross-site", "https://partners.example"),
    ] {
        for (method, path) in [("GET", "/account"), ("POST", "/session/end")] {
            let reply = browser.send(method, path, &from(site, origin)).await;
            reply.problem(403, "forbidden");
        }
    }
    assert_eq!(
        browser.viewer().await.as_deref(),
        Some("Ada"),
        "the site's own pages have it too"
    );

    let preflight = |origin| {
        [
            ("origin", origin),
            ("access-control-request-method", "GET"),
            (
                "access-control-request-headers",
                "x-partner-support-session",
            ),
        ]
    };
    let reply = browser.send("OPTIONS", "/account", &preflight(PAGE)).await;
    assert_eq!(reply.headers["access-control-allow-credentials"], "true");
    for origin in ["https://partners.example", "https://blog.desk.example"] {
        let reply = browser
            .send("OPTIONS", "/account", &preflight(origin))
            .await;
        assert!(
            !reply
                .headers
                .contains_key("access-control-allow-credentials"),
            "{origin}"
        );
    }
    let ended = browser
        .send("POST", "/session/end", &from("same-site", PAGE))
        .await;
    assert!(ended.status.is_success());
    assert_eq!(browser.viewer().await, None);
}

#[tokio::test]
async fn the_way_back_leads_to_a_page_that_is_named_and_nowhere_else() {
    let desk = TestDesk::open().await;
    let mut browser = Browser::asking(&desk, sign_in_for(&desk, SITE, &[PAGE]));
    let from_page = [("sec-fetch-site", "same-site")];
    for back in [
        "https://partners.desk.example.evil.example/x",
        "https://partners.desk.example@evil.example/x",
        "https://blog.desk.example/x",
        "https://partners.desk.example//x",
        PAGE,
        "//partners.desk.example/x",
    ] {
        let path = format!("/session/start?back={}", support_api::paths::segment(back));
        let reply = browser.send("GET", &path, &from_page).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{back}");
    }
    // The beginning of another page's origin hides none.
    let longer = format!("{PAGE}:8443");
    let both = sign_in_for(&desk, SITE, &[PAGE, &longer]);
    let mut browser = Browser::asking(&desk, both);
    let back = support_api::paths::segment(&format!("{longer}/x"));
    browser.start(&format!("?back={back}")).await;
    // Where none is named, no page of another origin leads to the provider.
    let mut browser = Browser::at(&desk, SITE);
    let reply = browser.send("GET", "/session/start", &from_page).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_answer_of_the_provider_counts_once_in_the_browser_that_asked_and_nowhere_else() {
    let desk = TestDesk::open().await;
    let (ada, eve) = (Who::global_admin("Ada"), Who::global_admin("Eve"));
    let failed = format!("{SITE}/?partner-support-sign-in=failed");

    // Eve has another open the address that she came back to.
    let mut attacker = Browser::at(&desk, SITE);
    let hers = attacker.start("").await;
    let mut browser = Browser::at(&desk, SITE);
    assert_eq!(location(&browser.come_back(&hers, &eve).await), failed);
    assert_eq!(browser.viewer().await, None);
    assert!(
        desk.issuer.redeemed().is_empty(),
        "the provider is not asked"
    );

    // The same address twice; a state that was made up; none.
    let asked = browser.start("").await;
    browser.come_back(&asked, &ada).await;
    assert_eq!(location(&browser.come_back(&asked, &eve).await), failed);
    for path in [
        "/session/callback",
        "/session/callback?code=c&state=made-up",
        "/session/callback?state=",
    ] {
        assert_eq!(
            location(&browser.send("GET", path, &[]).await),
            failed,
            "{path}"
        );
    }
    assert_eq!(browser.viewer().await.as_deref(), Some("Ada"));
    assert_eq!(desk.issuer.redeemed().len(), 1);
}

#[tokio::test]
async fn tokens_that_do_not_hold_or_answer_something_else_sign_nobody_in() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    let mut browser = Browser::at(&desk, SITE);
    for (what, pointer, value) in [
        ("for another client", "aud", json!("another")),
        (
            "for several, whoever asked",
            "aud",
            json!([CLIENT, "another"]),
        ),
        ("of another sign-in", "nonce", json!("another")),
        (
            "of another provider",
            "iss",
            json!("https://elsewhere.example"),
        ),
        ("that is over", "exp", json!(now() - 3_600)),
        ("asked for by another", "azp", json!("another")),
    ] {
        let asked = browser.start("").await;
        let mut claims = json!({
            "iss": desk.issuer.address, "aud": CLIENT, "sub": ada.subject,
            "iat": now(), "exp": now() + 600, "nonce": asked["nonce"],
        });
        claims[pointer] = value;
        let mut answer = tokens(&desk, &asked, &ada);
        answer["id_token"] = desk.issuer.token_with(&claims).into();
        desk.issuer.answer_codes(answer);
        let path = format!("/session/callback?code=c&state={}", asked["state"]);
        let reply = browser.send("GET", &path, &[]).await;
        assert_eq!(
            location(&reply),
            format!("{SITE}/?partner-support-sign-in=failed"),
            "{what}"
        );
    }
    // The access token has to hold as every other.
    let asked = browser.start("").await;
    let mut answer = tokens(&desk, &asked, &ada);
    answer["access_token"] = answer["id_token"].clone();
    desk.issuer.answer_codes(answer);
    let path = format!("/session/callback?code=c&state={}", asked["state"]);
    browser.send("GET", &path, &[]).await;
    // Another provider's answer, where providers name themselves.
    let asked = browser.start("").await;
    let path = format!(
        "/session/callback?code=c&state={}&iss=https%3A%2F%2Felsewhere.example",
        asked["state"]
    );
    browser.send("GET", &path, &[]).await;
    assert_eq!(browser.viewer().await, None);
    assert_eq!(desk.count("session").await, 0);
}

#[tokio::test]
async fn whoever_says_no_or_finds_the_provider_away_comes_back_to_their_page_and_is_told_why() {
    let desk = TestDesk::open().await;
    let mut browser = Browser::at(&desk, SITE);
    let asked = browser
        .start("?back=%2F%3Fteam%3D7%23%2Fsupport%2Fplans")
        .await;
    let path = format!(
        "/session/callback?error=access_denied&state={}",
        asked["state"]
    );
    let reply = browser.send("GET", &path, &[]).await;
    let page = |why| format!("{SITE}/?team=7&partner-support-sign-in={why}#/support/plans");
    assert_eq!(location(&reply), page("refused"));
    assert!(browser.cookies.is_empty());
    let asked = browser
        .start("?back=%2F%3Fteam%3D7%23%2Fsupport%2Fplans")
        .await;
    desk.issuer.stop();
    let path = format!("/session/callback?code=c&state={}", asked["state"]);
    let reply = browser.send("GET", &path, &[]).await;
    assert_eq!(location(&reply), page("unreachable"));
    let mut later = Browser::at(&desk, SITE);
    let reply = later.send("GET", "/session/start", &[]).await;
    assert_eq!(
        location(&reply),
        format!("{SITE}/?partner-support-sign-in=unreachable")
    );
}

#[tokio::test]
async fn the_way_back_leads_to_this_site_whatever_was_asked_for() {
    let desk = TestDesk::open().await;
    let mut browser = Browser::at(&desk, SITE);
    for back in [
        "//evil.example",
        "https://evil.example",
        "%2F%5Cevil.example",
        "%2Fa%0D%0Ab",
        "evil",
        "",
    ] {
        let reply = browser
            .send("GET", &format!("/session/start?back={back}"), &[])
            .await;
        reply.problem(422, "invalid");
    }
    browser
        .send("GET", "/session/start?to=/", &[])
        .await
        .problem(400, "bad-request");
    for from in ["cross-site", "same-site"] {
        let reply = browser
            .send("GET", "/session/start", &[("sec-fetch-site", from)])
            .await;
        reply.problem(403, "forbidden");
    }
    // A way back that was put into the cookie from outside counts for no more.
    let asked = browser.start("").await;
    let evil = format!("n.v.{}", URL_SAFE_NO_PAD.encode("//evil.example"));
    browser
        .cookies
        .insert(format!("{COOKIE}-{}", asked["state"]), evil);
    let reply = browser.come_back(&asked, &Who::global_admin("Ada")).await;
    assert!(location(&reply).starts_with(&format!("{SITE}/?")));
}

#[tokio::test]
async fn two_tabs_sign_in_side_by_side_and_each_sign_in_gets_an_id_of_its_own() {
    let desk = TestDesk::open().await;
    let (ada, bruno) = (Who::global_admin("Ada"), Who::global_admin("Bruno"));
    let mut browser = Browser::at(&desk, SITE);
    // An id that was put there before anybody signed in.
    browser
        .cookies
        .insert(COOKIE.to_owned(), "chosen-by-eve".to_owned());
    let first = browser.start("?back=%2Fa").await;
    let second = browser.start("?back=%2Fb&another=true").await;
    assert_eq!(second["prompt"], "select_account");
    assert_eq!(
        location(&browser.come_back(&second, &bruno).await),
        format!("{SITE}/b")
    );
    let brunos = browser.cookies.clone();
    assert_ne!(brunos[COOKIE], "chosen-by-eve");
    assert_eq!(
        location(&browser.come_back(&first, &ada).await),
        format!("{SITE}/a")
    );
    assert_eq!(browser.viewer().await.as_deref(), Some("Ada"));
    let ids: BTreeSet<_> = [&brunos[COOKIE], &browser.cookies[COOKIE]].into();
    assert_eq!(ids.len(), 2);
    // The one before is over, wherever its cookie went.
    browser.cookies = brunos;
    assert_eq!(browser.viewer().await, None);
    assert_eq!(desk.count("session").await, 1);
}

#[tokio::test]
async fn a_session_that_was_ended_or_has_run_out_is_over_everywhere() {
    let desk = TestDesk::open().await;
    let mut browser = Browser::signed_in(&desk, &Who::global_admin("Ada")).await;
    let kept = browser.cookies.clone();
    let reply = browser.send("POST", "/session/end", &OURS).await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    assert!(browser.cookies.is_empty());
    browser.cookies = kept;
    assert_eq!(browser.viewer().await, None);
    assert_eq!(desk.count("session").await, 0);

    let mut browser = Browser::signed_in(&desk, &Who::global_admin("Ada")).await;
    desk.meddle("UPDATE session SET ends_at = 1").await.unwrap();
    assert_eq!(browser.viewer().await, None);
    let _other = Browser::signed_in(&desk, &Who::global_admin("Bruno")).await;
    assert_eq!(
        desk.count("session").await,
        1,
        "what has run out is forgotten"
    );
}

#[tokio::test]
async fn on_this_machine_a_site_without_tls_has_plain_cookies() {
    let desk = TestDesk::open().await;
    let mut browser = Browser::at(&desk, "http://127.0.0.1:8080");
    let asked = browser.start("").await;
    browser.come_back(&asked, &Who::global_admin("Ada")).await;
    let session = &browser.set["partner-support"];
    assert!(
        session.ends_with("; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax"),
        "{session}"
    );
}

#[tokio::test]
async fn a_server_that_signs_nobody_in_has_no_such_addresses_and_takes_no_cookie() {
    let desk = TestDesk::open().await;
    let id = Browser::signed_in(&desk, &Who::global_admin("Ada"))
        .await
        .cookies[COOKIE]
        .clone();
    let mut request = Request::get("/api/v1/account").header("cookie", format!("{COOKIE}={id}"));
    for (name, value) in OURS {
        request = request.header(name, value);
    }
    let reply = desk.send(request.body(Body::empty()).unwrap()).await;
    reply.problem(401, "not-signed-in");
    for (method, path) in [("GET", "start"), ("GET", "callback"), ("POST", "end")] {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1/session/{path}"));
        let reply = desk.send(request.body(Body::empty()).unwrap()).await;
        reply.problem(404, "not-found");
    }
}

/// What the provider gives for a code or for a refresh token: with the next refresh token, `n + 1`.
fn renewable(desk: &TestDesk, asked: &BTreeMap<String, String>, who: &Who, n: u32) -> Value {
    let mut given = tokens(desk, asked, who);
    given["refresh_token"] = format!("refresh-{}", n + 1).into();
    given
}

/// A browser whose session can be renewed. Of a refresh token the provider gives what `renewed` makes of the person, and
/// takes each one once.
async fn renewable_session<'a>(desk: &'a TestDesk, who: &Who, renewed: Who) -> Browser<'a> {
    let mut browser = Browser::at(desk, SITE);
    let asked = browser.start("").await;
    let first = renewable(desk, &asked, who, 0);
    let later = renewable(desk, &asked, &renewed, 0);
    let mut n = 0;
    desk.issuer.answer_with(move |body| {
        if body.contains("grant_type=authorization_code") {
            return (200, first.clone());
        }
        n += 1;
        let current = format!("refresh_token=refresh-{n}");
        if !body.split('&').any(|it| it == current) {
            return (400, json!({ "error": "invalid_grant" }));
        }
        std::thread::sleep(Duration::from_millis(300));
        let mut given = later.clone();
        given["refresh_token"] = format!("refresh-{}", n + 1).into();
        (200, given)
    });
    let path = format!("/session/callback?code=c&state={}", asked["state"]);
    let reply = browser.send("GET", &path, &[]).await;
    assert_eq!(location(&reply), format!("{SITE}/"));
    browser
}

impl TestDesk {
    async fn sessions_are_due(&self) {
        let due = "UPDATE session_grant SET due_at = 1";
        self.meddle(due).await.unwrap();
    }

    /// How often the provider was asked to renew.
    fn renewals(&self) -> usize {
        let redeemed = self.issuer.redeemed();
        let renewals = redeemed
            .iter()
            .filter(|(_, body)| body.contains("grant_type=refresh_token"));
        renewals.count()
    }

    async fn number(&self, sql: &str) -> i64 {
        self.column(sql).await[0].parse().unwrap()
    }
}

#[tokio::test]
async fn a_session_in_use_is_renewed_with_the_roles_that_the_person_has_now() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    let mut changed = ada.clone();
    changed.name = "Ada Birch".to_owned();
    changed.roles = Vec::new();
    let mut browser = renewable_session(&desk, &ada, changed).await;
    let cookie = &browser.set[COOKIE];
    assert!(cookie.contains("Max-Age=7200"), "{cookie}");
    assert_eq!(browser.viewer().await.as_deref(), Some("Ada"));
    assert_eq!(desk.renewals(), 0, "nothing is due");

    desk.meddle("UPDATE session SET ends_at = ends_at - 3000000")
        .await
        .unwrap();
    let ends = "SELECT ends_at AS one FROM session";
    let before = desk.number(ends).await;
    for n in 1..=2 {
        desk.sessions_are_due().await;
        let reply = browser.send("GET", "/account", &OURS).await;
        let viewer = reply.json()["viewer"].clone();
        assert_eq!(viewer["name"], "Ada Birch");
        assert_eq!(viewer["roles"], json!([]));
        assert_eq!(desk.renewals(), n);
    }
    assert!(desk.number(ends).await > before + 2_000_000);
    // Never beyond its whole time.
    let last = before + 1_000_000;
    let sql = format!("UPDATE session_grant SET due_at = 1, last_at = {last}");
    desk.meddle(&sql).await.unwrap();
    assert_eq!(browser.viewer().await.as_deref(), Some("Ada Birch"));
    assert_eq!(desk.number(ends).await, last);
    // What the provider gave is under seal.
    let sealed = desk.column(match &desk.place {
        Place::File(_) => "SELECT lower(hex(sealed)) AS one FROM session_grant",
        Place::Postgres(_) => "SELECT encode(sealed, 'hex') AS one FROM session_grant",
    });
    let sealed = sealed.await;
    assert_eq!(sealed.len(), 1);
    for token in ["refresh-", "eyJ"] {
        let digits: String = token.bytes().map(|it| format!("{it:02x}")).collect();
        assert!(!sealed[0].contains(&digits), "{token}");
    }
}

#[tokio::test]
async fn requests_of_two_tabs_at_two_servers_renew_a_session_once() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    let browser = renewable_session(&desk, &ada, ada.clone()).await;
    desk.sessions_are_due().await;
    let asked = (0..8).map(|n| {
        let mut tab = Browser::at(&desk, SITE);
        tab.cookies = browser.cookies.clone();
        if n % 2 == 0 {
            tab.routes = browser.routes.clone();
        }
        async move { tab.viewer().await }
    });
    let shown = futures_util::future::join_all(asked).await;
    assert_eq!(shown, vec![Some("Ada".to_owned()); 8]);
    assert_eq!(desk.renewals(), 1);
}

#[tokio::test]
async fn a_renewal_goes_to_its_end_though_whoever_asked_has_hung_up() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    let mut browser = renewable_session(&desk, &ada, ada.clone()).await;
    for n in 1..=2 {
        desk.sessions_are_due().await;
        let hangs_up = tokio::time::timeout(Duration::from_millis(100), browser.viewer());
        assert!(hangs_up.await.is_err());
        assert_eq!(browser.viewer().await.as_deref(), Some("Ada"));
        assert_eq!(desk.renewals(), n);
    }
}

#[tokio::test]
async fn a_session_that_the_provider_does_not_renew_is_over_and_says_so() {
    let desk = TestDesk::open().await;
    let (ada, eve) = (Who::global_admin("Ada"), Who::global_admin("Eve"));
    // Somebody else's token renews nobody's session, whatever the provider is thinking.
    let mut browser = renewable_session(&desk, &ada, eve).await;
    desk.sessions_are_due().await;
    assert_eq!(browser.viewer().await, None);
    assert_eq!(desk.count("session").await, 0);

    let mut browser = renewable_session(&desk, &ada, ada.clone()).await;
    desk.issuer
        .answer_with(|_| (400, json!({ "error": "invalid_grant" })));
    desk.sessions_are_due().await;
    let reply = browser.send("GET", "/account", &OURS).await;
    let problem = reply.problem(401, "not-signed-in");
    assert!(problem["detail"].as_str().unwrap().contains("renew"));
    assert_eq!(browser.viewer().await, None);
    assert_eq!(desk.count("session").await, 0);
    assert_eq!(desk.count("session_grant").await, 0);
}

#[tokio::test]
async fn while_the_provider_is_away_a_session_goes_on_until_it_ends() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    let mut browser = renewable_session(&desk, &ada, ada.clone()).await;
    desk.issuer.answer_with(|_| (503, json!({})));
    desk.sessions_are_due().await;
    let ends = "SELECT ends_at AS one FROM session";
    let before = desk.number(ends).await;
    assert_eq!(browser.viewer().await.as_deref(), Some("Ada"));
    assert_eq!(browser.viewer().await.as_deref(), Some("Ada"));
    assert_eq!(desk.renewals(), 1, "it is not asked again at once");
    assert_eq!(desk.number(ends).await, before, "nor does it last longer");
    desk.meddle("UPDATE session SET ends_at = 1").await.unwrap();
    assert_eq!(browser.viewer().await, None);
}

#[tokio::test]
async fn a_session_that_ends_while_it_is_renewed_stays_over() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    let mut browser = renewable_session(&desk, &ada, ada.clone()).await;
    desk.sessions_are_due().await;
    let mut tab = Browser::at(&desk, SITE);
    tab.cookies = browser.cookies.clone();
    let ended = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        tab.send("POST", "/session/end", &OURS).await
    };
    let (shown, ended) = tokio::join!(browser.viewer(), ended);
    assert_eq!((shown, ended.status), (None, StatusCode::NO_CONTENT));
    assert_eq!(browser.viewer().await, None);
    assert_eq!(desk.count("session").await, 0);
    assert_eq!(desk.count("session_grant").await, 0);
}

#[tokio::test]
async fn whoever_signs_out_is_signed_out_here_at_once_and_then_at_the_provider() {
    let desk = TestDesk::open().await;
    desk.issuer.signs_out();
    let mut browser = Browser::signed_in(&desk, &Who::global_admin("Ada")).await;
    let before = browser.cookies.clone();
    let reply = browser.send("POST", "/session/end", &OURS).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.json(), json!({ "leave": "/api/v1/session/leave" }));
    assert_eq!(desk.count("session").await, 0);
    let set = &browser.set[&format!("{COOKIE}-leaves")];
    assert!(set.ends_with("; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"));

    // Neither another browser nor another site's page sends anybody there.
    let mut other = Browser::at(&desk, SITE);
    let reply = other.send("GET", "/session/leave?back=%2Fa", &[]).await;
    assert_eq!(location(&reply), format!("{SITE}/a"));
    let from = [("sec-fetch-site", "cross-site")];
    let reply = browser.send("GET", "/session/leave", &from).await;
    reply.problem(403, "forbidden");
    let reply = browser.send("GET", "/session/leave?back=evil", &[]).await;
    reply.problem(422, "invalid");

    let back = "?back=%2F%3Fteam%3D7%23%2Fsupport%2Fplans";
    let leaves = browser.cookies.clone();
    let reply = browser
        .send("GET", &format!("/session/leave{back}"), &[])
        .await;
    let there = location(&reply);
    let asked = there
        .strip_prefix(&format!("{}/leave?", desk.issuer.address))
        .unwrap();
    let asked: BTreeMap<_, _> = asked
        .split('&')
        .map(|it| it.split_once('=').unwrap())
        .collect();
    assert_eq!(asked["client_id"], "desk%20client");
    assert_eq!(
        asked["post_logout_redirect_uri"],
        "https%3A%2F%2Fdesk.example%2Fapi%2Fv1%2Fsession%2Fcallback"
    );
    let claims = asked["id_token_hint"].split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert_eq!(
        (&claims["aud"], &claims["sub"]),
        (&json!(CLIENT), &json!("ada"))
    );
    assert_eq!(desk.count("session_grant").await, 0);

    let path = format!("/session/callback?state={}", asked["state"]);
    let reply = browser.send("GET", &path, &from).await;
    assert_eq!(location(&reply), format!("{SITE}/?team=7#/support/plans"));
    assert!(browser.cookies.is_empty());

    // Once, and with the session's own cookie not at all.
    for cookies in [leaves, before] {
        browser.cookies = cookies;
        let reply = browser.send("GET", "/session/leave", &[]).await;
        assert_eq!(location(&reply), format!("{SITE}/"));
        assert_eq!(browser.viewer().await, None);
    }
}

#[tokio::test]
async fn a_new_key_seals_what_sessions_are_renewed_by_too() {
    let desk = TestDesk::open().await;
    let ada = Who::global_admin("Ada");
    let mut browser = renewable_session(&desk, &ada, ada.clone()).await;
    let keys = || Seal::with_keys(&[8; 32], &[[7; 32]]);
    let both = desk.opened_with(keys()).await.unwrap();
    assert_eq!(both.reseal(&keys()).await.unwrap(), 1);
    assert_eq!(both.reseal(&keys()).await.unwrap(), 0);
    let alone = desk.opened_with(Seal::with_key(&[8; 32])).await.unwrap();
    browser.routes = router(Desk {
        store: alone,
        sign_in: Some(sign_in(&desk, SITE)),
        ..desk.desk.clone()
    });
    desk.sessions_are_due().await;
    assert_eq!(browser.viewer().await.as_deref(), Some("Ada"));
    assert_eq!(desk.renewals(), 1);
}
