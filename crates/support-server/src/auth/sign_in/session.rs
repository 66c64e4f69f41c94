//! What becomes of a session: it counts for requests of the site's own pages, is renewed at the provider while somebody uses
//! it, and ends, here and there.

use super::{
    LEAVING, NotSignedIn, Redirect, SignIn, UNDER_WAY, asked_at, cookie, later, mark, random, why,
};
use crate::auth::{Person, ProvidersAnswer, Verifier};
use crate::clock::Moment;
use crate::problem::Trouble;
use crate::store::{Given, Store};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, Method};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Arc;
use std::time::Duration;
use support_api::{ProblemCode, SESSION_HEADER};
use tokio::time::{Instant, sleep};

/// The browser says by it where a request comes from; no page can set it.
const FETCH_SITE: &str = "sec-fetch-site";
/// For how long one server may be at renewing a session: it asks the provider twice at most, and the store.
const CLAIM: Duration = Duration::from_secs(15);
/// How often others look whether it is done.
const LOOK: Duration = Duration::from_millis(100);
/// After how long a provider that could not be asked is asked again.
const RETRY: Duration = Duration::from_secs(30);
/// How long a page may take from the end of a session to the provider.
const LEAVES_WITHIN: Duration = Duration::from_secs(60);
/// Longest hint for the provider about whom it signs out, in bytes: servers take no longer addresses for sure. Without it
/// the provider asks.
const LONGEST_HINT: usize = 4_096;

impl SignIn {
    /// Whether a request has a session's cookie, of whatever worth.
    pub(crate) fn has_cookie(&self, headers: &HeaderMap) -> bool {
        cookie(headers, self.name()).is_some()
    }

    /// The person whose session a request's cookie names, as the provider describes them: a session that is due is
    /// renewed first, by one of those who find it so, and the others wait for that.
    pub(crate) async fn person(
        self: &Arc<Self>,
        method: &Method,
        headers: &HeaderMap,
        verifier: &Verifier,
        store: &Store,
    ) -> Result<Person, Trouble> {
        let nobody = || Trouble::new(ProblemCode::NotSignedIn);
        let id = cookie(headers, self.name()).ok_or_else(nobody)?;
        self.demand_our_page(method, headers)?;
        let (id, give_up) = (mark(id), Instant::now() + CLAIM);
        loop {
            let now = Moment::real();
            let lasting = store.session(id.clone(), now).await?.ok_or_else(nobody)?;
            if !lasting.is_due {
                return Ok(lasting.person);
            }
            let claimed = store.claim_session(id.clone(), now, later(now, CLAIM));
            match claimed.await? {
                Some(given) => {
                    let (this, verifier) = (Arc::clone(self), verifier.clone());
                    let (id, store) = (id.clone(), store.clone());
                    // To its end also when whoever asked has hung up: a refresh token may work once.
                    let renewed = tokio::spawn(async move {
                        this.renew(id, lasting.person, given, &verifier, &store)
                            .await
                    });
                    renewed
                        .await
                        .unwrap_or_else(|_| Err(Trouble::unavailable()))?;
                }
                None if Instant::now() >= give_up => return Err(Trouble::unavailable()),
                None => sleep(LOOK).await,
            }
        }
    }

    /// Asks the provider for the person anew. While it cannot be asked, the session goes on by what it said last, until it
    /// ends; what it refuses ends the session.
    async fn renew(
        &self,
        id: Vec<u8>,
        person: Person,
        given: Given,
        verifier: &Verifier,
        store: &Store,
    ) -> Result<(), Trouble> {
        let refresh = given.refresh_token.as_deref().unwrap_or_default();
        let asked = vec![("grant_type", "refresh_token"), ("refresh_token", refresh)];
        let asked = self.tokens(asked).await;
        let (now, again) = (Moment::real(), later(Moment::real(), RETRY));
        let tokens = match asked {
            Ok(tokens) => tokens,
            Err(NotSignedIn::Unreachable) => {
                return Ok(store.renew_session(id, None, None, again).await?);
            }
            Err(_) => return over(id, store).await,
        };
        let due_at = later(now, tokens.renewed_within());
        let rotated = tokens.refresh_token.map(|refresh_token| Given {
            refresh_token: Some(refresh_token),
            id_token: given.id_token,
        });
        let told = verifier.verify(&tokens.access_token).await;
        let told = match told.map_err(|trouble| why(&trouble)) {
            Ok(told) if is_same(&person, &told) => (told, later(now, self.settings.lasts)),
            Err(NotSignedIn::Unreachable) => {
                return Ok(store.renew_session(id, None, rotated, again).await?);
            }
            _ => return over(id, store).await,
        };
        let renewed = store.renew_session(id, Some(told), rotated, due_at);
        Ok(renewed.await?)
    }

    /// Ends the session that a request's cookie names, if any. The cookies to set, and whether the provider can sign the
    /// person out too.
    ///
    /// # Errors
    /// The request comes from elsewhere; the store is away.
    pub(crate) async fn end(
        &self,
        method: &Method,
        headers: &HeaderMap,
        store: &Store,
    ) -> Result<(Vec<String>, bool), Trouble> {
        self.demand_our_page(method, headers)?;
        let taken_away = self.cookie(self.name(), "", Duration::ZERO);
        let Some(id) = cookie(headers, self.name()) else {
            return Ok((vec![taken_away], false));
        };
        let now = Moment::real();
        let end = store.end_session(mark(id), later(now, LEAVES_WITHIN));
        end.await?;
        let can_leave = match self.endpoints().await {
            Ok(endpoints) => endpoints.end_session_endpoint.is_some(),
            Err(_) => false,
        };
        if !can_leave {
            // Nobody needs any more what the provider gave.
            store.leave_session(mark(id), now).await?;
            return Ok((vec![taken_away], false));
        }
        let leaves = self.cookie(&self.leaves(), id, LEAVES_WITHIN);
        Ok((vec![taken_away, leaves], true))
    }

    /// To the provider, for whoever has just ended a session in this browser, and by [`SignIn::finish`] back; for anybody
    /// else straight back.
    ///
    /// # Errors
    /// The store is away.
    pub(crate) async fn leave(
        &self,
        back: &str,
        headers: &HeaderMap,
        store: &Store,
    ) -> Result<Redirect, Trouble> {
        let given = match cookie(headers, &self.leaves()) {
            Some(id) => store.leave_session(mark(id), Moment::real()).await?,
            None => None,
        };
        let over = self.cookie(&self.leaves(), "", Duration::ZERO);
        let endpoints = self.endpoints().await.ok();
        let address = endpoints.and_then(|it| it.end_session_endpoint.as_deref());
        let (Some(given), Some(address), Some(state)) = (given, address, random()) else {
            return Ok(self.back_to(back, over));
        };
        let callback = self.callback();
        let mut asked = vec![
            ("client_id", self.settings.client_id.as_str()),
            ("post_logout_redirect_uri", &callback),
            ("state", &state),
        ];
        if given.id_token.len() <= LONGEST_HINT {
            asked.push(("id_token_hint", &given.id_token));
        }
        let kept = format!("{LEAVING}{}", URL_SAFE_NO_PAD.encode(back));
        let under_way = self.cookie(&self.under_way(&state), &kept, UNDER_WAY);
        Ok(Redirect {
            to: asked_at(address, &asked),
            cookies: vec![over, under_way],
        })
    }

    /// Back to the page, for whoever comes from signing out at the provider.
    pub(super) fn left(&self, answer: &ProvidersAnswer, headers: &HeaderMap) -> Option<Redirect> {
        let name = self.under_way(answer.state.as_deref()?);
        let back = self.read_back(cookie(headers, &name)?.strip_prefix(LEAVING)?)?;
        Some(self.back_to(&back, self.cookie(&name, "", Duration::ZERO)))
    }

    fn back_to(&self, back: &str, cookie: String) -> Redirect {
        Redirect {
            to: self.at(back),
            cookies: vec![cookie],
        }
    }

    /// The cookie of whoever is on the way to the provider, to be signed out there. No `state` is called so.
    fn leaves(&self) -> String {
        self.under_way("leaves")
    }

    /// Whether a page may have the browser leave for the provider: one of ours, or a person by the address itself.
    pub(crate) fn may_start(&self, headers: &HeaderMap) -> bool {
        match headers.get(FETCH_SITE).map(|it| it.as_bytes()) {
            None | Some(b"same-origin" | b"none") => true,
            Some(b"same-site") => !self.settings.pages.is_empty(),
            Some(_) => false,
        }
    }

    /// A browser sends the cookie whoever has it send a request: the request must be one of our own page's. Such a
    /// page alone can send the header, and the browser says where the request comes from: of a page at another origin
    /// of the site too, which must be one that is named.
    fn demand_our_page(&self, method: &Method, headers: &HeaderMap) -> Result<(), Trouble> {
        let said = |name: &str| headers.get(name).map(|value| value.as_bytes());
        let is_named = |origin| {
            let mut pages = self.settings.pages.iter();
            pages.any(|page| page.as_bytes() == origin)
        };
        let is_ours = match (said(FETCH_SITE), said(ORIGIN.as_str())) {
            (Some(b"same-site"), Some(origin)) => is_named(origin),
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
}

/// Whatever else has changed, a session stays one person's.
fn is_same(one: &Person, other: &Person) -> bool {
    let key = |it: &Person| (it.issuer.clone(), it.tenant.clone(), it.subject.clone());
    key(one) == key(other)
}

/// The session ends, and what the provider gave for it goes.
async fn over(id: Vec<u8>, store: &Store) -> Result<(), Trouble> {
    let now = Moment::real();
    store.end_session(id.clone(), now).await?;
    store.leave_session(id, now).await?;
    Err(Trouble::new(ProblemCode::NotSignedIn)
        .detail("the identity provider does not renew the session: sign in again"))
}
