//! Who is signed in. The host page signs people in, or the loader does so by the `signIn` setting; the app asks either for an
//! access token before each call and keeps none.

use crate::element::Host;
use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// An access token. Never shown, logged or stored.
pub(crate) struct AccessToken(String);

impl AccessToken {
    /// The value of the `Authorization` header.
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
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
        match code.and_then(|code| code.as_string()).as_deref() {
            Some("refused") => SignInTrouble::Refused,
            Some("unreachable") => SignInTrouble::Unreachable,
            _ => SignInTrouble::Failed,
        }
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
    /// The loader's own sign-in, which stands in where the host page hands over no tokens.
    #[derive(Clone)]
    pub(crate) type OwnSignIn;

    #[wasm_bindgen(method, catch)]
    async fn token(this: &OwnSignIn, force_refresh: bool) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn start(this: &OwnSignIn, another_account: bool) -> Result<JsValue, JsValue>;
}

/// The way to a sign-in.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    host: Host,
    own: StoredValue<Option<OwnSignIn>, LocalStorage>,
    trouble: RwSignal<Option<SignInTrouble>>,
}

impl Session {
    /// By the host page's `getAccessToken`; without one, by our own sign-in, if there is one.
    pub(crate) fn new(host: Host, own: Option<OwnSignIn>) -> Session {
        Session {
            host,
            own: StoredValue::new_local(own),
            trouble: RwSignal::new(None),
        }
    }

    /// A token; a fresh one when the last was refused.
    ///
    /// # Errors
    /// [`SignedOut`] when nobody has one to give, or it is none.
    pub(crate) async fn access_token(self, force_refresh: bool) -> Result<AccessToken, SignedOut> {
        let answer = match self.host.property("getAccessToken") {
            Some(source) => from_the_host(source, force_refresh)
                .await
                .ok_or(SignedOut(None))?,
            None => {
                let own = self.own.try_get_value().flatten().ok_or(SignedOut(None))?;
                let answer = own.token(force_refresh).await;
                answer.map_err(|fault| SignedOut(Some(SignInTrouble::of(&fault))))?
            }
        };
        answer
            .as_string()
            .filter(|token| !token.is_empty())
            .map(AccessToken)
            .ok_or(SignedOut(None))
    }

    /// Why the last sign-in of our own signed nobody in.
    pub(crate) fn trouble(self) -> Option<SignInTrouble> {
        self.trouble.get()
    }

    /// Nobody is signed in: the host page is told, and the reader why, when that is known.
    pub(crate) fn is_signed_out(self, SignedOut(trouble): SignedOut) {
        let _ = self.trouble.try_set(trouble);
        self.ask_to_sign_in(SignInReason::SignedOut);
    }

    /// Asks the host page to sign somebody in. Our own sign-in leaves the page when the reader has asked for it, and then
    /// alone.
    pub(crate) fn ask_to_sign_in(self, reason: SignInReason) {
        self.host
            .emit("auth-required", &[("reason", reason.code())]);
        let wished = matches!(reason, SignInReason::Asked | SignInReason::SwitchAccount);
        if !wished || self.host.property("getAccessToken").is_some() {
            return;
        }
        if let Some(own) = self.own.try_get_value().flatten() {
            let _ = self.trouble.try_set(None);
            leptos::task::spawn_local(async move {
                if let Err(fault) = own.start(reason == SignInReason::SwitchAccount).await {
                    let _ = self.trouble.try_set(Some(SignInTrouble::of(&fault)));
                }
            });
        }
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
