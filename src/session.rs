//! Who is signed in. The host page signs people in, or the loader does so by the `signIn` setting; the app asks either for an
//! access token before each call and keeps none. Or the server does, and knows them by a cookie that no script reads.

use crate::element::Host;
use crate::navigator::Navigator;
use crate::signals::{RwSignal, StoredValue};
use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use support_api::{SESSION_HEADER, SIGN_IN_TROUBLE, paths};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// What says to the server who is calling.
pub(crate) enum Credentials {
    /// An access token. Never shown, logged or stored.
    Token(String),
    /// A session's cookie, which the browser sends by itself.
    Session,
}

impl Credentials {
    /// The header that goes with each call.
    pub(crate) fn header(&self) -> (&'static str, String) {
        match self {
            Credentials::Token(token) => ("authorization", format!("Bearer {token}")),
            Credentials::Session => (SESSION_HEADER, "1".to_owned()),
        }
    }
}

/// Nobody is signed in: there is no token; and why, when a sign-in of our own was tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SignedOut(pub(crate) Option<SignInTrouble>);

/// Why a sign-in of our own signed nobody in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SignInTrouble {
    /// The person or the provider said no.
    Refused,
    /// The provider cannot be reached.
    Unreachable,
    /// Anything else: an answer that does not hold, a setting that the provider does not know.
    Failed,
}

impl SignInTrouble {
    /// From what the loader's functions reject with.
    fn of(fault: &JsValue) -> SignInTrouble {
        let code = Reflect::get(fault, &"code".into()).ok();
        let code = code.and_then(|code| code.as_string());
        SignInTrouble::named(code.as_deref().unwrap_or_default())
    }

    fn named(code: &str) -> SignInTrouble {
        match code {
            "refused" => SignInTrouble::Refused,
            "unreachable" => SignInTrouble::Unreachable,
            _ => SignInTrouble::Failed,
        }
    }

    /// What the server's sign-in has said in the address to whoever comes back without a session. It is taken out of there.
    fn in_the_address() -> Option<SignInTrouble> {
        let window = web_sys::window()?;
        let (location, history) = (window.location(), window.history().ok()?);
        let search = location.search().ok()?;
        let is_told = |part: &&str| part.split('=').next() == Some(SIGN_IN_TROUBLE);
        let (told, others): (Vec<&str>, Vec<&str>) =
            search.trim_start_matches('?').split('&').partition(is_told);
        let (_, code) = told.first()?.split_once('=')?;
        let joint = if others.is_empty() { "" } else { "?" };
        let page = format!("{}{}", location.origin().ok()?, location.pathname().ok()?);
        let address = format!("{page}{joint}{}{}", others.join("&"), location.hash().ok()?);
        let noted = history.state().unwrap_or(JsValue::NULL);
        // A history that refuses keeps the code in the address, where it does no harm.
        let _ = history.replace_state_with_url(&noted, "", Some(&address));
        Some(SignInTrouble::named(code))
    }
}

/// Why somebody has to sign in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SignInReason {
    /// Nobody is signed in.
    SignedOut,
    /// The server refuses even a fresh token.
    Expired,
    /// The reader has asked to sign in.
    Asked,
    /// The reader wants to be somebody else.
    SwitchAccount,
}

impl SignInReason {
    fn code(self) -> &'static str {
        match self {
            SignInReason::SignedOut => "signed-out",
            SignInReason::Expired => "expired",
            SignInReason::Asked => "asked",
            SignInReason::SwitchAccount => "switch-account",
        }
    }
}

#[wasm_bindgen]
extern "C" {
    /// The loader's own sign-in.
    #[derive(Clone)]
    pub(crate) type LoadersSignIn;

    #[wasm_bindgen(method, catch)]
    async fn token(this: &LoadersSignIn, force_refresh: bool) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn start(this: &LoadersSignIn, another_account: bool) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn end(this: &LoadersSignIn) -> Result<JsValue, JsValue>;
}

/// What stands in where the host page hands over no tokens.
#[derive(Clone)]
pub(crate) enum OwnSignIn {
    /// The loader gets tokens.
    Loader(LoadersSignIn),
    /// The server keeps a session.
    Server,
}

impl OwnSignIn {
    /// Reads the loader's setting.
    pub(crate) fn read(setting: JsValue) -> Option<OwnSignIn> {
        match setting.as_string().as_deref() {
            Some("session") => Some(OwnSignIn::Server),
            Some(_) => None,
            None => setting
                .is_object()
                .then(|| OwnSignIn::Loader(setting.unchecked_into())),
        }
    }
}

/// The way to a sign-in.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    host: Host,
    own: leptos::prelude::StoredValue<Option<OwnSignIn>, LocalStorage>,
    trouble: RwSignal<Option<SignInTrouble>>,
    navigator: Navigator,
    /// Somebody has to sign in as soon as a page is shown that is not for anybody.
    later: StoredValue<Option<SignInReason>>,
    /// Somebody was signed in, and has not left.
    lasts: StoredValue<bool>,
    /// Where the API is.
    api: StoredValue<String>,
}

impl Session {
    /// By the host page's `getAccessToken`; without one, by our own sign-in, if there is one.
    pub(crate) fn new(host: Host, own: Option<OwnSignIn>, navigator: Navigator) -> Session {
        let trouble = match own {
            Some(OwnSignIn::Server) => SignInTrouble::in_the_address(),
            _ => None,
        };
        let session = Session {
            host,
            own: leptos::prelude::StoredValue::new_local(own),
            trouble: RwSignal::new(trouble),
            navigator,
            later: StoredValue::new(None),
            lasts: StoredValue::new(false),
            api: StoredValue::new(String::new()),
        };
        Effect::new(move |_| {
            navigator.route();
            if let Some(reason) = session.later.get_value() {
                session.ask_to_sign_in(reason);
            }
        });
        session
    }

    /// The API is there from now on.
    pub(crate) fn set_api(self, base: &str) {
        self.api.set_value(base.to_owned());
    }

    /// What says who is calling; something fresh when the last was refused.
    ///
    /// # Errors
    /// [`SignedOut`] when nobody has a token to give, or it is none; a session that was refused is over.
    pub(crate) async fn credentials(self, force_refresh: bool) -> Result<Credentials, SignedOut> {
        let answer = match self.host.property("getAccessToken") {
            Some(source) => from_the_host(source, force_refresh)
                .await
                .ok_or(SignedOut(None))?,
            None => match self.own.try_get_value().flatten() {
                Some(OwnSignIn::Loader(own)) => {
                    let answer = own.token(force_refresh).await;
                    answer.map_err(|fault| SignedOut(Some(SignInTrouble::of(&fault))))?
                }
                Some(OwnSignIn::Server) if !force_refresh => return Ok(Credentials::Session),
                Some(OwnSignIn::Server) => {
                    let trouble = self.trouble.try_get_untracked().flatten();
                    return Err(SignedOut(trouble));
                }
                None => return Err(SignedOut(None)),
            },
        };
        answer
            .as_string()
            .filter(|token| !token.is_empty())
            .map(Credentials::Token)
            .ok_or(SignedOut(None))
    }

    /// Why the last sign-in of our own signed nobody in.
    pub(crate) fn trouble(self) -> Option<SignInTrouble> {
        self.trouble.get()
    }

    /// The server knows somebody.
    pub(crate) fn is_signed_in(self) {
        let _ = self.later.try_set_value(None);
        let _ = self.lasts.try_set_value(true);
    }

    /// Whether somebody was signed in who has not left: when nobody is now, it has ended by itself, and they go on where they
    /// were.
    pub(crate) fn goes_on(self) -> bool {
        self.lasts.try_get_value().unwrap_or_default()
    }

    /// Whoever was signed in has left, or the host page has set another way to get tokens.
    pub(crate) fn is_left(self) {
        let _ = self.lasts.try_set_value(false);
    }

    /// Who signs people out: we do where we sign them in, and else the host page.
    pub(crate) fn own(self) -> Option<OwnSignIn> {
        match self.host.property("getAccessToken") {
            Some(_) => None,
            None => self.own.try_get_value().flatten(),
        }
    }

    /// Signs out by the loader's own sign-in, which leaves for the provider where that signs people out.
    pub(crate) async fn end(own: &LoadersSignIn) {
        // It has forgotten the tokens in any case.
        let _ = own.end().await;
    }

    /// Nobody is signed in: the host page is told, and the reader why, when that is known.
    pub(crate) fn is_signed_out(self, SignedOut(trouble): SignedOut) {
        let _ = self.trouble.try_set(trouble);
        self.ask_to_sign_in(SignInReason::SignedOut);
    }

    /// Asks the host page to sign somebody in; on a page that is for anybody, when the reader has asked for it, and otherwise
    /// as soon as another page is shown. Our own sign-in leaves the page when the reader has asked for it, and then alone.
    pub(crate) fn ask_to_sign_in(self, reason: SignInReason) {
        let wished = matches!(reason, SignInReason::Asked | SignInReason::SwitchAccount);
        let waits = !wished && self.navigator.is_for_anybody();
        let _ = self.later.try_set_value(waits.then_some(reason));
        if waits {
            return;
        }
        self.host
            .emit("auth-required", &[("reason", reason.code())]);
        if !wished {
            return;
        }
        let another = reason == SignInReason::SwitchAccount;
        match self.own() {
            Some(OwnSignIn::Loader(own)) => {
                let _ = self.trouble.try_set(None);
                self.navigator.keep();
                leptos::task::spawn_local(async move {
                    if let Err(fault) = own.start(another).await {
                        let _ = self.trouble.try_set(Some(SignInTrouble::of(&fault)));
                    }
                });
            }
            Some(OwnSignIn::Server) => self.leave(&|back| paths::session_start(back, another)),
            None => {}
        }
    }

    /// Leaves for an address of the server's, which comes back to this very page.
    pub(crate) fn leave(self, to: &dyn Fn(&str) -> String) {
        let leave = || {
            let location = web_sys::window()?.location();
            let (path, query) = (location.pathname().ok()?, location.search().ok()?);
            let page = format!("{path}{query}{}", location.hash().ok()?);
            let (here, api) = (location.origin().ok()?, self.api.try_get_value()?);
            let is_here = api
                .strip_prefix(&here)
                .is_some_and(|it| it.starts_with('/'));
            let back = if is_here {
                page
            } else {
                format!("{here}{page}")
            };
            location.assign(&format!("{api}{}", to(&back))).ok()
        };
        // A page that has no address cannot be left.
        let _ = leave();
    }
}

/// What the host page's callback answers; nothing when it is no callback, or it rejects.
async fn from_the_host(source: JsValue, force_refresh: bool) -> Option<JsValue> {
    let source: Function = source.dyn_into().ok()?;
    let wish = Object::new();
    Reflect::set(&wish, &"forceRefresh".into(), &force_refresh.into()).ok()?;
    let answer = source.call1(&JsValue::UNDEFINED, &wish).ok()?;
    // A callback that answers at once is as good as one that promises.
    JsFuture::from(Promise::resolve(&answer)).await.ok()
}

/// The session of the surrounding app.
pub(crate) fn session() -> Session {
    expect_context::<Session>()
}
