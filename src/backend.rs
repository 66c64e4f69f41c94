//! The calls that the app can make. Every failure is a [`Problem`]; no call panics or is repeated behind the reader's
//! back, except once with a fresh token when the first was refused.

use crate::connection::Connection;
use crate::session::{Credentials, OwnSignIn, Session, SignInReason};
use crate::signals::StoredValue;
use entitlement_rules::{AccountFacts, BenefitActivation, BenefitKey, ProgrammeData};
use leptos::prelude::*;
use light_json::FromJson;
use serde::Serialize;
use std::hash::{Hash, Hasher};
use std::time::Duration;
use support_api::{
    ActivationQueue, Fulfilment, IDEMPOTENCY_KEY, Incident, IncidentCreated, IncidentPage,
    LedgerPage, NewComment, NewIncident, NewSeverity, PROBLEM_JSON, ProblemCode, ProgrammeList,
    Rejection, SupportIds, paths,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, AbortSignal, Headers, ReadableStreamDefaultReader, RequestCredentials,
    RequestInit, Response,
};

/// Why a call gave no answer that can be used.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Problem {
    /// Nobody is signed in, or not any more; the host page has been told.
    SignedOut,
    /// The server cannot be reached.
    Unreachable,
    /// The server did not answer in time. A POST may have been carried out: repeating it with the same
    /// [`IdempotencyKey`] is safe.
    TimedOut,
    /// The answer is none that this version of the app understands.
    Unreadable,
    /// The part of the program that the page lies in did not come.
    PartMissing,
    /// The server says no, and why.
    Refused(Box<support_api::Problem>),
}

impl Problem {
    /// The server's code, when the server said no.
    pub(crate) fn code(&self) -> Option<ProblemCode> {
        match self {
            Problem::Refused(problem) => Some(problem.code),
            _ => None,
        }
    }

    /// The account as the server knows it now, when a refusal brought it along.
    pub(crate) fn fresh_account(&self) -> Option<&AccountFacts> {
        match self {
            Problem::Refused(problem) => problem.account.as_deref(),
            _ => None,
        }
    }
}

/// Makes a POST safe to repeat. Made once per form, when it opens; kept over failed tries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromJson)]
pub(crate) struct IdempotencyKey(String);

impl IdempotencyKey {
    /// A new key: 128 random bits.
    pub(crate) fn new() -> IdempotencyKey {
        let mut bits = [0_u8; 16];
        let filled = web_sys::window()
            .and_then(|window| window.crypto().ok())
            .is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bits).is_ok());
        if !filled {
            // No browser that runs this app is without it; a weaker key is still unlike any other of this reader's.
            for byte in &mut bits {
                *byte = (js_sys::Math::random() * 256.0) as u8;
            }
        }
        IdempotencyKey(bits.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// The key of one form. While the same is sent, tries share a key, so that a try whose answer was lost is not carried
/// out twice; once the reader changes what is sent, or the server has answered, it is a new act with a new key.
#[derive(Clone, Copy)]
pub(crate) struct FormKey(StoredValue<Option<(u64, IdempotencyKey)>>);

impl FormKey {
    /// For a form that opens.
    pub(crate) fn new() -> FormKey {
        FormKey(StoredValue::new(None))
    }

    /// The key to send this body with. Of the body only a hash is kept.
    pub(crate) fn for_body(self, body: &impl Serialize) -> IdempotencyKey {
        let mut hasher = std::hash::DefaultHasher::new();
        serde_json::to_string(body)
            .unwrap_or_default()
            .hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(Some((of, key))) = self.0.try_get_value()
            && of == hash
        {
            return key;
        }
        let key = IdempotencyKey::new();
        self.0.set_value(Some((hash, key.clone())));
        key
    }

    /// Ends the act: the same sent again is another one.
    pub(crate) fn done(self) {
        self.0.set_value(None);
    }

    /// Ends the act when the failure is an answer to it; keeps the key when the act may still be carried out.
    pub(crate) fn settle(self, problem: &Problem) {
        if !FormKey::may_be_done(problem) {
            self.done();
        }
    }

    /// Whether the act may have been carried out, or still be, in spite of the failure.
    pub(crate) fn may_be_done(problem: &Problem) -> bool {
        match problem.code() {
            None => true,
            Some(code) => matches!(
                code,
                ProblemCode::StillRunning
                    | ProblemCode::TooManyRequests
                    | ProblemCode::Internal
                    | ProblemCode::Unavailable
            ),
        }
    }
}

/// What whoever sees an incident can do to it.
#[derive(Clone, Serialize)]
pub(crate) enum IncidentAct {
    /// Writes on it.
    Comment(NewComment),
    /// Makes it more or less urgent.
    Severity(NewSeverity),
    /// Takes it back.
    Cancel,
    /// Sends it back to the vendor.
    Reopen,
}

/// Requests for activation that further pages have; the first has as many as the server tells.
const QUEUE_PAGE: u32 = 100;

/// After this long without an answer a call is given up.
const PATIENCE: Duration = Duration::from_secs(20);

/// The server.
#[derive(Clone, Copy)]
pub(crate) struct Backend {
    session: Session,
    connection: Connection,
    base: StoredValue<String>,
    /// What the loader has asked for already, with the token that the host page had then.
    early: leptos::prelude::StoredValue<js_sys::Map, LocalStorage>,
}

/// The server of the surrounding app.
pub(crate) fn backend() -> Backend {
    expect_context::<Backend>()
}

impl Backend {
    /// The server at `base`, an address or a path; the default path of the API when the host page names none. `early` has
    /// promises of its answers, by their addresses.
    pub(crate) fn new(
        session: Session,
        connection: Connection,
        base: Option<String>,
        early: Option<js_sys::Map>,
    ) -> Backend {
        let backend = Backend {
            session,
            connection,
            base: StoredValue::new(String::new()),
            early: leptos::prelude::StoredValue::new_local(early.unwrap_or_default()),
        };
        backend.set_base(base);
        backend
    }

    /// Moves to the server at `base`; whether that is another one.
    pub(crate) fn set_base(self, base: Option<String>) -> bool {
        let base = base.unwrap_or_else(default_base);
        let base = base.trim_end_matches('/');
        let is_other = self.base.with_value(|present| present != base);
        if is_other {
            self.base.set_value(base.to_owned());
            self.session.set_api(base);
        }
        is_other
    }

    /// The account of the signed-in person.
    pub(crate) async fn account(self) -> Result<AccountFacts, Problem> {
        self.get(paths::ACCOUNT).await
    }

    /// The same when nobody has asked to see it: no sign-in is asked for, and what goes wrong is nothing; but that a session is
    /// over, which no fresh token can mend, is a [`Problem`].
    pub(crate) async fn account_quietly(self) -> Option<Result<AccountFacts, Problem>> {
        let credentials = self.session.credentials(false).await.ok()?;
        let url = format!("{}{}", self.base.try_get_value()?, paths::ACCOUNT);
        let answer = self
            .call("GET", &url, Some(&credentials), None)
            .await
            .ok()?;
        match (answer.status, credentials) {
            (200, _) => from_json(&answer.body).ok().map(Ok),
            (401, Credentials::Session) => Some(Err(Problem::SignedOut)),
            _ => None,
        }
    }

    /// Signs out whoever we have signed in, here and, where it signs people out, at the provider: that leaves the page.
    pub(crate) async fn sign_out(self) -> Result<(), Problem> {
        match self.session.own() {
            Some(OwnSignIn::Server) => {
                let ended = self.send("POST", paths::SESSION_END, None).await?;
                // Without a word the provider has no part in it.
                if !ended.is_empty() {
                    self.session.leave(&paths::session_leave);
                }
            }
            Some(OwnSignIn::Loader(own)) => Session::end(&own).await,
            None => {}
        }
        self.session.is_left();
        Ok(())
    }

    /// The stream of the account's changes, until `until` says that it is over; nothing when there is none to be had. Nobody
    /// has asked for it: no sign-in is asked for.
    pub(crate) async fn account_changes(
        self,
        until: &AbortSignal,
    ) -> Option<ReadableStreamDefaultReader> {
        let credentials = self.session.credentials(false).await.ok()?;
        let url = format!("{}{}", self.base.try_get_value()?, paths::ACCOUNT_CHANGES);
        let (name, value) = credentials.header();
        let headers = Headers::new().ok()?;
        headers.set(name, &value).ok()?;
        headers.set("accept", "text/event-stream").ok()?;
        let options = RequestInit::new();
        options.set_headers(&headers);
        if let Credentials::Session = credentials {
            options.set_credentials(RequestCredentials::Include);
        }
        options.set_signal(Some(until));
        let asked = web_sys::window()?.fetch_with_str_and_init(&url, &options);
        let response: Response = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
        let stream = response.body().filter(|_| response.status() == 200)?;
        stream.get_reader().dyn_into().ok()
    }

    /// The programme's data. The server tells it to anybody, so nobody is asked to sign in.
    pub(crate) async fn programme(self) -> Result<ProgrammeData, Problem> {
        let url = self.url(paths::PROGRAMME);
        let came = match self.asked_early(&url) {
            Some(asked) => self.receive(asked).await.filter(Answer::is_good),
            None => None,
        };
        let answer = match came {
            Some(answer) => answer,
            None => self.call("GET", &url, None, None).await?,
        };
        match answer.is_good() {
            true => from_json(&answer.body),
            false => Err(answer.problem()),
        }
    }

    /// The programmes that the server knows. It tells them to anybody.
    pub(crate) async fn programmes(self) -> Result<ProgrammeList, Problem> {
        self.for_anybody(paths::PROGRAMMES).await
    }

    /// The data of one of them.
    pub(crate) async fn programme_of(self, id: &str) -> Result<ProgrammeData, Problem> {
        self.for_anybody(&paths::programme(id)).await
    }

    /// What nobody has to sign in for.
    async fn for_anybody<T: FromJson>(self, path: &str) -> Result<T, Problem> {
        let answer = self.call("GET", &self.url(path), None, None).await?;
        match answer.is_good() {
            true => from_json(&answer.body),
            false => Err(answer.problem()),
        }
    }

    /// Asks for the activation of a benefit; the answer is the account after it.
    pub(crate) async fn activate(
        self,
        benefit: BenefitKey,
        key: IdempotencyKey,
    ) -> Result<AccountFacts, Problem> {
        self.post(&paths::activation(&benefit), &Nothing {}, &key)
            .await
    }

    /// Shows the two IDs of a contract.
    pub(crate) async fn reveal_ids(self, contract: &str) -> Result<SupportIds, Problem> {
        self.post(
            &paths::revealed_ids(contract),
            &Nothing {},
            &IdempotencyKey::new(),
        )
        .await
    }

    /// Ties the contract of these two IDs to the signed-in person; the answer is the account after it.
    pub(crate) async fn link_contract(
        self,
        ids: SupportIds,
        key: IdempotencyKey,
    ) -> Result<AccountFacts, Problem> {
        self.post(paths::CONTRACT_LINKS, &ids, &key).await
    }

    /// Creates an incident.
    pub(crate) async fn create_incident(
        self,
        incident: NewIncident,
        key: IdempotencyKey,
    ) -> Result<IncidentCreated, Problem> {
        self.post(paths::INCIDENTS, &incident, &key).await
    }

    /// A page of incidents; `after` is the `next` of the page before, `narrowed` as [`paths::incident_page`] says.
    pub(crate) async fn incidents(
        self,
        limit: u32,
        after: Option<&str>,
        narrowed: &[(&str, &str)],
    ) -> Result<IncidentPage, Problem> {
        self.get(&paths::incident_page(limit, after, narrowed))
            .await
    }

    /// Lines of a contract's balance, newest first; `after` is the `next` of the page before.
    pub(crate) async fn ledger(
        self,
        contract: &str,
        limit: u32,
        after: Option<&str>,
    ) -> Result<LedgerPage, Problem> {
        self.get(&paths::ledger(contract, limit, after)).await
    }

    /// One incident.
    pub(crate) async fn incident(self, id: &str) -> Result<Incident, Problem> {
        self.get(&paths::incident(id)).await
    }

    /// Does something to an incident; the answer is the incident after it.
    pub(crate) async fn act(
        self,
        incident: &str,
        act: &IncidentAct,
        key: IdempotencyKey,
    ) -> Result<Incident, Problem> {
        let (path, body) = match act {
            IncidentAct::Comment(comment) => {
                (paths::incident_comments(incident), to_json(comment)?)
            }
            IncidentAct::Severity(severity) => {
                (paths::incident_severity(incident), to_json(severity)?)
            }
            IncidentAct::Cancel => (
                paths::incident_cancellation(incident),
                to_json(&Nothing {})?,
            ),
            IncidentAct::Reopen => (paths::incident_reopening(incident), to_json(&Nothing {})?),
        };
        from_json(&self.send("POST", &path, Some((body, &key))).await?)
    }

    /// Requests for activation that wait at the operator's desk; `after` is the `next` of the page before.
    pub(crate) async fn activation_queue(
        self,
        after: Option<&str>,
    ) -> Result<ActivationQueue, Problem> {
        match after {
            None => self.get(paths::ACTIVATION_QUEUE).await,
            Some(_) => {
                let path = paths::part(paths::ACTIVATION_QUEUE, QUEUE_PAGE, after, &[]);
                self.get(&path).await
            }
        }
    }

    /// Hands over a contract; the answer is where the activation stands after it. A membership that lapsed since the
    /// request ends the activation instead.
    pub(crate) async fn fulfil(
        self,
        partner: &str,
        benefit: &BenefitKey,
        fulfilment: Fulfilment,
        key: IdempotencyKey,
    ) -> Result<BenefitActivation, Problem> {
        self.post(&paths::fulfilment(partner, benefit), &fulfilment, &key)
            .await
    }

    /// Rejects a request for activation; the answer is where the activation stands after it.
    pub(crate) async fn reject(
        self,
        partner: &str,
        benefit: &BenefitKey,
        rejection: Rejection,
        key: IdempotencyKey,
    ) -> Result<BenefitActivation, Problem> {
        self.post(&paths::rejection(partner, benefit), &rejection, &key)
            .await
    }

    /// Some data of the operator's, by its path.
    pub(crate) async fn desk<T: FromJson>(self, path: String) -> Result<T, Problem> {
        self.get(&path).await
    }

    /// Something that the operator does, by its path; the answer is what it is about, as it then is.
    pub(crate) async fn desk_act<T: FromJson>(
        self,
        path: String,
        body: String,
        key: IdempotencyKey,
    ) -> Result<T, Problem> {
        from_json(&self.send("POST", &path, Some((body, &key))).await?)
    }

    /// Master data as it is to be, by its path; harmless when repeated.
    pub(crate) async fn desk_put<T: FromJson>(
        self,
        path: &str,
        body: String,
    ) -> Result<T, Problem> {
        let key = IdempotencyKey::new();
        from_json(&self.send("PUT", path, Some((body, &key))).await?)
    }

    async fn get<T: FromJson>(self, path: &str) -> Result<T, Problem> {
        from_json(&self.send("GET", path, None).await?)
    }

    async fn post<T: FromJson>(
        self,
        path: &str,
        body: &impl Serialize,
        key: &IdempotencyKey,
    ) -> Result<T, Problem> {
        from_json(&self.send("POST", path, Some((to_json(body)?, key))).await?)
    }

    fn url(self, path: &str) -> String {
        format!("{}{path}", self.base.try_get_value().unwrap_or_default())
    }

    /// The answer from this address that the loader has asked for; once. Where it fails, the call is made as ever.
    fn asked_early(self, url: &str) -> Option<js_sys::Promise> {
        let url = JsValue::from_str(url);
        self.early
            .try_with_value(|early| {
                let asked = early.get(&url).dyn_into().ok()?;
                early.delete(&url);
                Some(asked)
            })
            .flatten()
    }

    /// One call, with a second try when the server refuses the token: the host page may have kept an old one.
    async fn send(
        self,
        method: &str,
        path: &str,
        body: Option<(String, &IdempotencyKey)>,
    ) -> Result<String, Problem> {
        let url = self.url(path);
        let mut early = (method == "GET").then(|| self.asked_early(&url)).flatten();
        for force_refresh in [false, true] {
            let came = match early.take() {
                Some(asked) => self.receive(asked).await,
                None => None,
            };
            let answer = match came {
                Some(answer) => answer,
                None => match self.session.credentials(force_refresh).await {
                    Ok(credentials) => {
                        self.call(method, &url, Some(&credentials), body.as_ref())
                            .await?
                    }
                    Err(signed_out) => {
                        self.session.is_signed_out(signed_out);
                        return Err(Problem::SignedOut);
                    }
                },
            };
            match answer.status {
                200..=299 => {
                    self.session.is_signed_in();
                    return Ok(answer.body);
                }
                401 => {}
                _ => return Err(answer.problem()),
            }
        }
        self.session.ask_to_sign_in(SignInReason::Expired);
        Err(Problem::SignedOut)
    }

    async fn call(
        self,
        method: &str,
        url: &str,
        credentials: Option<&Credentials>,
        body: Option<&(String, &IdempotencyKey)>,
    ) -> Result<Answer, Problem> {
        let window = web_sys::window().ok_or(Problem::Unreachable)?;
        let headers = Headers::new().map_err(|_| Problem::Unreachable)?;
        let options = RequestInit::new();
        options.set_method(method);
        let mut lines = vec![("accept", "application/json, application/problem+json")];
        let caller = credentials.map(Credentials::header);
        lines.extend(caller.iter().map(|(name, value)| (*name, value.as_str())));
        if let Some((json, IdempotencyKey(key))) = body {
            lines.push(("content-type", "application/json"));
            lines.push((IDEMPOTENCY_KEY, key));
            options.set_body(&json.into());
        }
        for (name, value) in lines {
            // A token that is no header value is no token.
            headers.set(name, value).map_err(|_| Problem::SignedOut)?;
        }
        options.set_headers(&headers);
        if let Some(Credentials::Session) = credentials {
            options.set_credentials(RequestCredentials::Include);
        }

        let abort = AbortController::new().map_err(|_| Problem::Unreachable)?;
        options.set_signal(Some(&abort.signal()));
        let on_time_up = abort.clone();
        let timer = set_timeout_with_handle(move || on_time_up.abort(), PATIENCE).ok();

        let outcome = self
            .receive(window.fetch_with_str_and_init(url, &options))
            .await;
        if let Some(timer) = timer {
            timer.clear();
        }
        outcome.ok_or(if abort.signal().aborted() {
            Problem::TimedOut
        } else {
            Problem::Unreachable
        })
    }

    async fn receive(self, fetch: js_sys::Promise) -> Option<Answer> {
        let answered = self.connection.asked();
        let response: Response = JsFuture::from(fetch).await.ok()?.dyn_into().ok()?;
        let content_type = response
            .headers()
            .get("content-type")
            .ok()
            .flatten()
            .unwrap_or_default();
        let body = JsFuture::from(response.text().ok()?)
            .await
            .ok()?
            .as_string()?;
        answered();
        Some(Answer {
            status: response.status(),
            is_problem: content_type.starts_with(PROBLEM_JSON),
            body,
        })
    }
}

/// The default path of the API, on the host page's own origin whatever its `<base>` says.
fn default_base() -> String {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok());
    // A document without an address of its own has the origin "null".
    let origin = origin.filter(|origin| origin != "null").unwrap_or_default();
    format!("{origin}{}", paths::BASE)
}

/// The body of a POST that has nothing to say.
#[derive(Serialize)]
struct Nothing {}

struct Answer {
    status: u16,
    is_problem: bool,
    body: String,
}

impl Answer {
    fn is_good(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    fn problem(&self) -> Problem {
        match self.is_problem.then(|| light_json::from_str(&self.body)) {
            Some(Ok(problem)) => Problem::Refused(Box::new(problem)),
            // A gateway in front of the server speaks in its own pages.
            _ if matches!(self.status, 502..=504) => Problem::Unreachable,
            _ => Problem::Unreadable,
        }
    }
}

/// A message as it is sent.
pub(crate) fn to_json(body: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(body).map_err(|_| Problem::Unreadable)
}

fn from_json<T: FromJson>(json: &str) -> Result<T, Problem> {
    light_json::from_str(json).map_err(|fault| {
        // At most the name of a field: no value of the account.
        leptos::logging::warn!(
            "an answer of the support service could not be read: {}",
            fault.field
        );
        Problem::Unreadable
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, is_problem: bool, body: &str) -> Problem {
        Answer {
            status,
            is_problem,
            body: body.into(),
        }
        .problem()
    }

    #[test]
    fn a_refusal_of_the_server_keeps_its_code() {
        let body = r#"{"type":"/problems/refused","code":"refused","status":409,"title":"No"}"#;
        assert_eq!(answer(409, true, body).code(), Some(ProblemCode::Refused));
    }

    #[test]
    fn a_page_of_a_gateway_is_not_taken_for_an_answer() {
        assert_eq!(answer(502, false, "<html>"), Problem::Unreachable);
        assert_eq!(answer(404, false, "<html>"), Problem::Unreadable);
        assert_eq!(answer(409, true, "{"), Problem::Unreadable);
    }
}
