//! Signs people in for the server's own page, as a confidential client: OpenID Connect, authorization code with PKCE. The
//! browser gets a cookie that names a session in the store, and never a token.
//!
//! What is under way lies in a cookie of its own, named by its `state`: two tabs do not disturb each other, and nobody can
//! finish in another's browser what they have begun in theirs.

use super::jwks::{PATIENCE, agent, get, is_as_safe_as};
use super::rules::{IdentityRules, IssuerRules};
use super::token::Verifier;
use super::viewer::Person;
use crate::clock::Moment;
use crate::problem::Trouble;
use crate::settings::{SignInSettings, short_file};
use crate::store::Store;
use axum::http::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use serde::Deserialize;
use std::time::Duration;
use support_api::{ProblemCode, SESSION_HEADER, SIGN_IN_TROUBLE, paths};
use tokio::sync::OnceCell;

/// How long somebody may take at the provider.
const UNDER_WAY: Duration = Duration::from_secs(600);
/// Longest way back that is kept, in bytes: a cookie has no room for more.
const LONGEST_BACK: usize = 1_000;
/// The browser says by it where a request comes from; no page can set it.
const FETCH_SITE: &str = "sec-fetch-site";

/// Why somebody came back from the provider without a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotSignedIn {
    /// They, or the provider, or our rules said no.
    Refused,
    /// The provider cannot be reached.
    Unreachable,
    /// Anything else.
    Failed,
}

impl NotSignedIn {
    fn code(self) -> &'static str {
        match self {
            NotSignedIn::Refused => "refused",
            NotSignedIn::Unreachable => "unreachable",
            NotSignedIn::Failed => "failed",
        }
    }
}

/// Where the provider is asked. It does not change while the server runs.
#[derive(Clone, Deserialize)]
struct Endpoints {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
}

/// What the provider answers for a code.
#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    id_token: String,
}

/// What was begun at the provider.
struct Begun {
    nonce: String,
    verifier: String,
    back: String,
}

/// A redirect and the cookies that go with it.
pub(crate) struct Redirect {
    pub(crate) to: String,
    pub(crate) cookies: Vec<String>,
}

/// The provider's answer, as it stands in the address that it opens. It may say more.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Answer {
    /// What was begun
    #[param(nullable = false)]
    state: Option<String>,
    /// To be redeemed
    #[param(nullable = false)]
    code: Option<String>,
    /// Why there is no code
    #[param(nullable = false)]
    error: Option<String>,
    /// Who answers, where the provider says so
    #[param(nullable = false)]
    iss: Option<String>,
}

impl IntoResponse for Redirect {
    fn into_response(self) -> Response {
        let mut response = StatusCode::SEE_OTHER.into_response();
        let headers = response.headers_mut();
        let cookies = self.cookies.into_iter().map(|cookie| (SET_COOKIE, cookie));
        for (name, value) in [(LOCATION, self.to)].into_iter().chain(cookies) {
            // All of it is visible ASCII.
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.append(name, value);
            }
        }
        response
    }
}

/// Signs people in.
pub struct SignIn {
    settings: SignInSettings,
    secret: String,
    rules: IssuerRules,
    endpoints: OnceCell<Endpoints>,
}

impl SignIn {
    /// At the first of the issuers.
    ///
    /// # Errors
    /// The client's secret cannot be read; nobody issues tokens.
    pub fn new(settings: SignInSettings, rules: &IdentityRules) -> Result<SignIn, String> {
        let file = &settings.client_secret_file;
        let secret = short_file(file)
            .map_err(|error| format!("the secret in {}: {error}", file.display()))?;
        let secret = secret.trim().to_owned();
        if secret.is_empty() {
            return Err(format!("{} holds no secret", file.display()));
        }
        let first = rules.issuers.first();
        let rules = first.ok_or("signing in needs an issuer")?.clone();
        Ok(SignIn {
            settings,
            secret,
            rules,
            endpoints: OnceCell::new(),
        })
    }

    /// To the provider, which sends whoever signs in back by [`SignIn::finish`].
    pub(crate) async fn start(&self, back: &str, another: bool) -> Redirect {
        let Ok(endpoints) = self.endpoints().await else {
            return self.without_session(back, NotSignedIn::Unreachable);
        };
        let (Some(state), Some(nonce), Some(verifier)) = (random(), random(), random()) else {
            return self.without_session(back, NotSignedIn::Failed);
        };
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        let mut asked = vec![
            ("response_type", "code"),
            ("client_id", &self.settings.client_id),
            ("scope", &self.settings.scope),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let callback = self.callback();
        asked.push(("redirect_uri", &callback));
        asked.extend(self.settings.resource.as_deref().map(|it| ("resource", it)));
        if another {
            asked.push(("prompt", &self.settings.switch_prompt));
        }
        let address = &endpoints.authorization_endpoint;
        let joint = if address.contains('?') { '&' } else { '?' };
        let kept = format!("{nonce}.{verifier}.{}", URL_SAFE_NO_PAD.encode(back));
        Redirect {
            to: format!("{address}{joint}{}", form(&asked)),
            cookies: vec![self.cookie(&self.under_way(&state), &kept, UNDER_WAY)],
        }
    }

    /// Takes the provider's answer: a session under a new id, or none. A session that was there before is over either way
    /// that somebody signs in.
    pub(crate) async fn finish(
        &self,
        answer: Answer,
        headers: &HeaderMap,
        verifier: &Verifier,
        store: &Store,
    ) -> Redirect {
        // An answer to nothing that this browser has asked for is not looked at.
        let begun = answer.state.as_deref().and_then(|state| {
            let kept = cookie(headers, &self.under_way(state))?;
            Some((state, Begun::read(kept)?))
        });
        let Some((state, begun)) = begun else {
            return self.without_session("/", NotSignedIn::Failed);
        };
        let over = self.cookie(&self.under_way(state), "", Duration::ZERO);
        let entered = async {
            let person = self.redeemed(&answer, &begun, verifier).await?;
            let (Some(id), ends) = (random(), Moment::real().0) else {
                return Err(NotSignedIn::Failed);
            };
            let lasts = i64::try_from(self.settings.lasts.as_millis()).unwrap_or(0);
            let former = cookie(headers, self.name()).map(mark);
            let begin = store.begin_session(mark(&id), person, Moment(ends + lasts), former);
            begin.await.map_err(|_| NotSignedIn::Unreachable)?;
            Ok(id)
        };
        let mut redirect = match entered.await {
            Ok(id) => Redirect {
                to: format!("{}{}", self.settings.site, begun.back),
                cookies: vec![self.cookie(self.name(), &id, self.settings.lasts)],
            },
            Err(why) => self.without_session(&begun.back, why),
        };
        redirect.cookies.push(over);
        redirect
    }

    /// Ends the session that a request's cookie names, if any, and takes the cookie away.
    ///
    /// # Errors
    /// The request comes from elsewhere; the store is away.
    pub(crate) async fn end(
        &self,
        method: &Method,
        headers: &HeaderMap,
        store: &Store,
    ) -> Result<String, Trouble> {
        self.demand_our_page(method, headers)?;
        if let Some(id) = cookie(headers, self.name()) {
            store.end_session(mark(id)).await?;
        }
        Ok(self.cookie(self.name(), "", Duration::ZERO))
    }

    /// Whether a request has a session's cookie, of whatever worth.
    pub(crate) fn has_cookie(&self, headers: &HeaderMap) -> bool {
        cookie(headers, self.name()).is_some()
    }

    /// The person whose session a request's cookie names.
    pub(crate) async fn person(
        &self,
        method: &Method,
        headers: &HeaderMap,
        store: &Store,
    ) -> Result<Person, Trouble> {
        let nobody = || Trouble::new(ProblemCode::NotSignedIn);
        let id = cookie(headers, self.name()).ok_or_else(nobody)?;
        self.demand_our_page(method, headers)?;
        let person = store.session(mark(id), Moment::real()).await?;
        person.ok_or_else(nobody)
    }

    /// Whether a page may have the browser leave for the provider: one of ours, or a person by the address itself.
    pub(crate) fn may_start(headers: &HeaderMap) -> bool {
        let from = headers.get(FETCH_SITE).map(|it| it.as_bytes());
        from.is_none_or(|from| from == b"same-origin" || from == b"none")
    }

    /// A browser sends the cookie whoever has it send a request: the request must be one of our own page's. Such a
    /// page alone can send the header, and the browser says where the request comes from.
    fn demand_our_page(&self, method: &Method, headers: &HeaderMap) -> Result<(), Trouble> {
        let said = |name: &str| headers.get(name).map(|value| value.as_bytes());
        let is_ours = match (said(FETCH_SITE), said(ORIGIN.as_str())) {
            (Some(site), _) if site != b"same-origin" => false,
            (_, Some(origin)) => origin == self.settings.site.as_bytes(),
            (Some(_), None) => true,
            (None, None) => method.is_safe(),
        };
        match is_ours && said(SESSION_HEADER) == Some(b"1") {
            true => Ok(()),
            false => Err(Trouble::new(ProblemCode::Forbidden).detail(format!(
                "a session counts for requests of the site's own pages with {SESSION_HEADER}: 1"
            ))),
        }
    }

    async fn redeemed(
        &self,
        answer: &Answer,
        begun: &Begun,
        verifier: &Verifier,
    ) -> Result<Person, NotSignedIn> {
        if let Some(error) = &answer.error {
            return Err(match error.as_str() {
                "access_denied" => NotSignedIn::Refused,
                _ => failed("the provider answers with an error"),
            });
        }
        let code = answer.code.as_deref().ok_or(NotSignedIn::Failed)?;
        let endpoints = self.endpoints().await?;
        // A provider for many directories answers for one of them, which its tokens name.
        let is_ours = |issuer: &String| self.rules.is_template() || *issuer == endpoints.issuer;
        if !answer.iss.as_ref().is_none_or(is_ours) {
            return Err(failed("another provider answers"));
        }
        let callback = self.callback();
        let mut body = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &callback),
            ("code_verifier", &begun.verifier),
        ];
        body.extend(self.settings.resource.as_deref().map(|it| ("resource", it)));
        let body = form(&body);
        let login = format!(
            "{}:{}",
            encoded(&self.settings.client_id),
            encoded(&self.secret)
        );
        let login = format!("Basic {}", STANDARD.encode(login));
        let address = endpoints.token_endpoint.clone();
        let tokens = tokio::task::spawn_blocking(move || redeem(&address, &login, &body)).await;
        let tokens = tokens.map_err(|_| NotSignedIn::Failed)??;
        let client = &self.settings.client_id;
        let id_token = verifier.verify_id_token(&tokens.id_token, client, &begun.nonce);
        id_token.await.map_err(|trouble| why(&trouble))?;
        let person = verifier.verify(&tokens.access_token).await;
        person.map_err(|trouble| why(&trouble))
    }

    async fn endpoints(&self) -> Result<&Endpoints, NotSignedIn> {
        let found = self.endpoints.get_or_try_init(async || {
            let (address, issuer) = (self.rules.discovery(), self.rules.issuer.clone());
            let asked = tokio::task::spawn_blocking(move || {
                let (endpoints, _): (Endpoints, _) = get(&agent(), &address)?;
                let named = [&endpoints.authorization_endpoint, &endpoints.token_endpoint];
                match endpoints.issuer == issuer
                    && named.iter().all(|it| is_as_safe_as(it, &issuer))
                {
                    true => Ok(endpoints),
                    false => Err(
                        "the discovery document names another issuer, or unsafe addresses".into(),
                    ),
                }
            });
            asked.await.unwrap_or_else(|_| Err(String::new()))
        });
        found.await.map_err(|reason| {
            tracing::warn!(%reason, "the provider's description was not fetched");
            NotSignedIn::Unreachable
        })
    }

    fn callback(&self) -> String {
        format!(
            "{}{}{}",
            self.settings.site,
            paths::BASE,
            paths::SESSION_CALLBACK
        )
    }

    /// Back to the page, which is told why.
    fn without_session(&self, back: &str, why: NotSignedIn) -> Redirect {
        let (page, fragment) = back.split_at(back.find('#').unwrap_or(back.len()));
        let joint = if page.contains('?') { '&' } else { '?' };
        let (site, code) = (&self.settings.site, why.code());
        Redirect {
            to: format!("{site}{page}{joint}{SIGN_IN_TROUBLE}={code}{fragment}"),
            cookies: Vec::new(),
        }
    }

    /// Without TLS, which is on this machine alone, a browser takes no cookie that is bound to it.
    fn is_secure(&self) -> bool {
        self.settings.site.starts_with("https://")
    }

    fn name(&self) -> &'static str {
        match self.is_secure() {
            true => "__Host-partner-support",
            false => "partner-support",
        }
    }

    fn under_way(&self, state: &str) -> String {
        format!("{}-{state}", self.name())
    }

    fn cookie(&self, name: &str, value: &str, lasts: Duration) -> String {
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let seconds = lasts.as_secs();
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
    }
}

impl Begun {
    fn read(kept: &str) -> Option<Begun> {
        let mut parts = kept.split('.').map(str::to_owned);
        let (nonce, verifier) = (parts.next()?, parts.next()?);
        let back = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
        let back = String::from_utf8(back).ok().filter(|it| is_path(it))?;
        Some(Begun {
            nonce,
            verifier,
            back,
        })
    }
}

/// A path of this site, with its query and its fragment. Behind the site's origin it can lead nowhere else.
pub(crate) fn is_path(text: &str) -> bool {
    text.starts_with('/')
        && !text.starts_with("//")
        && text.len() <= LONGEST_BACK
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

fn why(trouble: &Trouble) -> NotSignedIn {
    match trouble.problem.code {
        ProblemCode::Unavailable => NotSignedIn::Unreachable,
        ProblemCode::Forbidden | ProblemCode::GroupsOverage => NotSignedIn::Refused,
        _ => NotSignedIn::Failed,
    }
}

fn failed(why: &'static str) -> NotSignedIn {
    tracing::warn!(why, "nobody was signed in");
    NotSignedIn::Failed
}

/// Hands the code in, once: it opens nothing any more, whatever comes of it.
fn redeem(address: &str, login: &str, body: &str) -> Result<Tokens, NotSignedIn> {
    let posted = agent()
        .post(address)
        .config()
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .build()
        .header("authorization", login)
        .header("accept", "application/json")
        .content_type("application/x-www-form-urlencoded")
        .send(body);
    let mut answer = posted.map_err(|_| NotSignedIn::Unreachable)?;
    match answer.status().as_u16() {
        200 => {}
        500.. => return Err(NotSignedIn::Unreachable),
        _ => return Err(failed("the provider takes neither the code nor the client")),
    }
    let body = answer.body_mut().with_config().limit(LONGEST_ANSWER);
    let body = body.read_to_vec().map_err(|_| NotSignedIn::Unreachable)?;
    serde_json::from_slice(&body).map_err(|_| failed("the provider's tokens are not as expected"))
}

/// Longest answer with tokens that is read, in bytes.
const LONGEST_ANSWER: u64 = 256 * 1_024;

/// The name of a session in the store: who reads the store cannot pose as anybody.
fn mark(id: &str) -> Vec<u8> {
    digest(&SHA256, id.as_bytes()).as_ref().to_vec()
}

/// A word that nobody can guess.
fn random() -> Option<String> {
    let bytes: [u8; 32] = ring::rand::generate(&SystemRandom::new()).ok()?.expose();
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(COOKIE).iter();
    all.filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

fn form(fields: &[(&str, &str)]) -> String {
    let fields = fields.iter();
    let fields = fields.map(|(name, value)| format!("{name}={}", encoded(value)));
    fields.collect::<Vec<_>>().join("&")
}

fn encoded(text: &str) -> String {
    paths::segment(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_a_path_of_this_site() {
        for good in ["/", "/support?team=7#/support/plans", "/a/../b", "/?u=//x"] {
            assert!(is_path(good), "{good}");
        }
        let long = format!("/{}", "a".repeat(LONGEST_BACK));
        for bad in [
            "",
            "a",
            "//x",
            "/\\x",
            "https://x",
            "/a b",
            "/\r\nx: y",
            "/é",
            &long,
        ] {
            assert!(!is_path(bad), "{bad}");
        }
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=1; partner-support-x=2".parse().unwrap());
        headers.append(COOKIE, "partner-support=3".parse().unwrap());
        assert_eq!(cookie(&headers, "partner-support"), Some("3"));
        assert_eq!(cookie(&headers, "partner-support-x"), Some("2"));
        assert_eq!(cookie(&headers, "support"), None);
    }
}
