//! Signs people in for the server's own page, as a confidential client: OpenID Connect, authorization code with PKCE. The
//! browser gets a cookie that names a session in the store, and never a token.
//!
//! A session lasts while the provider vouches for the person ([`session`]).
//!
//! What is under way lies in a cookie of its own, named by its `state`: two tabs do not disturb each other, and nobody can
//! finish in another's browser what they have begun in theirs.

mod session;

use super::jwks::{PATIENCE, agent, get, is_as_safe_as};
use super::rules::{IdentityRules, IssuerRules};
use super::token::Verifier;
use super::viewer::Person;
use crate::clock::Moment;
use crate::problem::Trouble;
use crate::settings::{SignInSettings, short_file};
use crate::store::{Given, Store, Times};
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use serde::Deserialize;
use std::time::Duration;
use support_api::{ProblemCode, SIGN_IN_TROUBLE, paths};
use tokio::sync::OnceCell;

/// What is kept under way of somebody who signs out at the provider, before the way back.
const LEAVING: &str = "leaving.";
/// A session is renewed at least this often, where it can be: what the provider changes counts no later.
const RENEWED_EVERY: Duration = Duration::from_secs(30 * 60);
/// How long somebody may take at the provider.
const UNDER_WAY: Duration = Duration::from_secs(600);
/// Longest way back that is kept, in bytes: a cookie has no room for more.
const LONGEST_BACK: usize = 1_000;

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
    /// Signs people out, where it does.
    end_session_endpoint: Option<String>,
}

/// What the provider answers for a code, and for a refresh token.
#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    id_token: Option<String>,
    refresh_token: Option<String>,
    /// For how many seconds the access token holds. Some providers write the number as a text.
    expires_in: Option<serde_json::Value>,
}

impl Tokens {
    /// After how long they are to be renewed, where they can be.
    fn renewed_within(&self) -> Duration {
        let told = self.expires_in.as_ref().and_then(|told| {
            let number = told.as_u64();
            number.or_else(|| told.as_str()?.parse().ok())
        });
        told.map_or(RENEWED_EVERY, Duration::from_secs)
            .min(RENEWED_EVERY)
    }
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

    /// Other origins of the site whose pages may use a session.
    pub(crate) fn pages(&self) -> &[String] {
        &self.settings.pages
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
        let kept = format!("{nonce}.{verifier}.{}", URL_SAFE_NO_PAD.encode(back));
        Redirect {
            to: asked_at(&endpoints.authorization_endpoint, &asked),
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
        if let Some(left) = self.left(&answer, headers) {
            return left;
        }
        // An answer to nothing that this browser has asked for is not looked at.
        let begun = answer.state.as_deref().and_then(|state| {
            let kept = cookie(headers, &self.under_way(state))?;
            Some((state, self.begun(kept)?))
        });
        let Some((state, begun)) = begun else {
            return self.without_session("/", NotSignedIn::Failed);
        };
        let over = self.cookie(&self.under_way(state), "", Duration::ZERO);
        let entered = async {
            let (person, given, within) = self.redeemed(&answer, &begun, verifier).await?;
            let id = random().ok_or(NotSignedIn::Failed)?;
            let former = cookie(headers, self.name()).map(mark);
            let (times, lasts) = self.times(&given, within);
            let begin = store.begin_session(mark(&id), person, given, times, former);
            begin.await.map_err(|_| NotSignedIn::Unreachable)?;
            Ok((id, lasts))
        };
        let mut redirect = match entered.await {
            Ok((id, lasts)) => Redirect {
                to: self.at(&begun.back),
                cookies: vec![self.cookie(self.name(), &id, lasts)],
            },
            Err(why) => self.without_session(&begun.back, why),
        };
        redirect.cookies.push(over);
        redirect
    }

    async fn redeemed(
        &self,
        answer: &Answer,
        begun: &Begun,
        verifier: &Verifier,
    ) -> Result<(Person, Given, Duration), NotSignedIn> {
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
        let tokens = self.tokens(vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &callback),
            ("code_verifier", &begun.verifier),
        ]);
        let tokens = tokens.await?;
        let within = tokens.renewed_within();
        let id_token = tokens.id_token.ok_or(NotSignedIn::Failed)?;
        let client = &self.settings.client_id;
        let verified = verifier.verify_id_token(&id_token, client, &begun.nonce);
        verified.await.map_err(|trouble| why(&trouble))?;
        let person = verifier.verify(&tokens.access_token).await;
        let person = person.map_err(|trouble| why(&trouble))?;
        let given = Given {
            refresh_token: tokens.refresh_token,
            id_token,
        };
        Ok((person, given, within))
    }

    /// How long a session lasts that begins now with tokens that are renewed after some time, and for how long a browser
    /// keeps its cookie.
    fn times(&self, given: &Given, within: Duration) -> (Times, Duration) {
        let now = Moment::real();
        let (due_at, longest) = match given.refresh_token {
            Some(_) => (Some(later(now, within)), self.settings.lasts_at_most),
            None => (None, self.settings.lasts),
        };
        let times = Times {
            ends_at: later(now, self.settings.lasts.min(longest)),
            due_at,
            last_at: later(now, longest),
        };
        (times, longest)
    }

    /// What the provider gives this client for a code, or for a refresh token.
    async fn tokens(&self, mut asked: Vec<(&str, &str)>) -> Result<Tokens, NotSignedIn> {
        let endpoints = self.endpoints().await?;
        asked.extend(self.settings.resource.as_deref().map(|it| ("resource", it)));
        let body = form(&asked);
        let login = format!(
            "{}:{}",
            encoded(&self.settings.client_id),
            encoded(&self.secret)
        );
        let login = format!("Basic {}", STANDARD.encode(login));
        let address = endpoints.token_endpoint.clone();
        let tokens = tokio::task::spawn_blocking(move || redeem(&address, &login, &body)).await;
        tokens.map_err(|_| NotSignedIn::Failed)?
    }

    async fn endpoints(&self) -> Result<&Endpoints, NotSignedIn> {
        let found = self.endpoints.get_or_try_init(async || {
            let (address, issuer) = (self.rules.discovery(), self.rules.issuer.clone());
            let asked = tokio::task::spawn_blocking(move || {
                let (endpoints, _): (Endpoints, _) = get(&agent(), &address)?;
                let is_safe = [&endpoints.authorization_endpoint, &endpoints.token_endpoint]
                    .into_iter()
                    .chain(&endpoints.end_session_endpoint)
                    .all(|it| is_as_safe_as(it, &issuer));
                match endpoints.issuer == issuer && is_safe {
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

    /// Whether it leads back to a page that may use a session: a path of the site, or an address at another of its origins.
    pub(crate) fn is_way_back(&self, text: &str) -> bool {
        let mut pages = self.settings.pages.iter();
        let is_at = |page: &String| text.strip_prefix(page.as_str()).is_some_and(is_path);
        text.len() <= LONGEST_BACK && (is_path(text) || pages.any(is_at))
    }

    /// Where a way back leads.
    fn at(&self, back: &str) -> String {
        match back.starts_with('/') {
            true => format!("{}{back}", self.settings.site),
            false => back.to_owned(),
        }
    }

    fn begun(&self, kept: &str) -> Option<Begun> {
        let mut parts = kept.split('.').map(str::to_owned);
        let (nonce, verifier) = (parts.next()?, parts.next()?);
        let back = self.read_back(parts.next()?.as_str())?;
        Some(Begun {
            nonce,
            verifier,
            back,
        })
    }

    /// The way back as a cookie keeps it. One that was put there from outside counts for no more than one that was asked for.
    fn read_back(&self, kept: &str) -> Option<String> {
        let back = URL_SAFE_NO_PAD.decode(kept).ok()?;
        let back = String::from_utf8(back).ok();
        back.filter(|it| self.is_way_back(it))
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
        let (page, code) = (self.at(page), why.code());
        Redirect {
            to: format!("{page}{joint}{SIGN_IN_TROUBLE}={code}{fragment}"),
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

/// A path of this site, with its query and its fragment. Behind the site's origin it can lead nowhere else.
fn is_path(text: &str) -> bool {
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

/// Hands a code or a refresh token in, once: it may open nothing any more, whatever comes of it.
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
        408 | 429 | 500.. => return Err(NotSignedIn::Unreachable),
        _ => {
            return Err(failed(
                "the provider takes neither what it gave nor the client",
            ));
        }
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

fn later(now: Moment, after: Duration) -> Moment {
    Moment(now.0 + i64::try_from(after.as_millis()).unwrap_or(0))
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

/// An endpoint's address with what it is asked.
fn asked_at(address: &str, asked: &[(&str, &str)]) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{}", form(asked))
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
