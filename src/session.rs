//! Who is signed in. The host page signs people in; the app asks it for an access token before each call and keeps
//! none.

use crate::element::Host;
use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// An access token of the host page's own sign-in. Never shown, logged or stored.
pub(crate) struct AccessToken(String);

impl AccessToken {
    /// The value of the `Authorization` header.
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

/// Nobody is signed in: the host page has no token to give.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SignedOut;

/// Why the host page is asked to sign somebody in.
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

/// The way to the host page's sign-in.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    host: Host,
}

impl Session {
    pub(crate) fn new(host: Host) -> Session {
        Session { host }
    }

    /// A token from the host page's `getAccessToken`; a fresh one when the last was refused.
    ///
    /// # Errors
    /// [`SignedOut`] when there is no callback, or it rejects, or its answer is no text.
    pub(crate) async fn access_token(self, force_refresh: bool) -> Result<AccessToken, SignedOut> {
        let source = self.host.property("getAccessToken").ok_or(SignedOut)?;
        let source: Function = source.dyn_into().map_err(|_| SignedOut)?;
        let wish = Object::new();
        Reflect::set(&wish, &"forceRefresh".into(), &force_refresh.into())
            .map_err(|_| SignedOut)?;
        let answer = source
            .call1(&JsValue::UNDEFINED, &wish)
            .map_err(|_| SignedOut)?;
        // A callback that answers at once is as good as one that promises.
        let token = JsFuture::from(Promise::resolve(&answer))
            .await
            .map_err(|_| SignedOut)?;
        token
            .as_string()
            .filter(|token| !token.is_empty())
            .map(AccessToken)
            .ok_or(SignedOut)
    }

    /// Asks the host page to sign somebody in.
    pub(crate) fn ask_to_sign_in(self, reason: SignInReason) {
        self.host
            .emit("auth-required", &[("reason", reason.code())]);
    }
}

/// The session of the surrounding app.
pub(crate) fn session() -> Session {
    expect_context::<Session>()
}
