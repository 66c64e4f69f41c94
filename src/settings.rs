//! What the host page has set for one element. The loader gathers it from the `config` property, the attributes and
//! `config.json`, checks it, and hands it over whole.

use crate::navigator::Routing;
use crate::route::{Base, Route};
use crate::session::OwnSignIn;
use wasm_bindgen::{JsCast, JsValue};

/// The settings of one element.
#[derive(Clone)]
pub(crate) struct Settings {
    /// Where the API is, as a whole address; its default place without one.
    pub(crate) api_base: Option<String>,
    /// The reader's language and notation, as a BCP 47 tag: the loader has chosen it among those that the product speaks.
    pub(crate) locale: String,
    /// The sentences of that language, one a line, where it is another than the program's own.
    pub(crate) sentences: Option<String>,
    /// Where the present page is kept.
    pub(crate) routing: Routing,
    /// The page to begin with when the address names none.
    pub(crate) view: Route,
    /// Signs people in where the host page hands over no tokens.
    pub(crate) sign_in: Option<OwnSignIn>,
    /// What the loader has asked the server for while the program was on its way: by its address, a promise of the answer.
    pub(crate) early: Option<js_sys::Map>,
}

impl Settings {
    /// Reads the loader's object: texts, each under the name that it has in `config`, and what is only the loader's.
    pub(crate) fn read(object: &JsValue) -> Settings {
        let value = |name: &str| js_sys::Reflect::get(object, &JsValue::from_str(name)).ok();
        let text = |name: &str| value(name)?.as_string();
        let routing = match text("routing").as_deref() {
            Some("memory") => Routing::Memory,
            Some("path") => Routing::Path(Base::new(&text("base").unwrap_or_default())),
            _ => Routing::Hash,
        };
        Settings {
            api_base: text("apiBase"),
            locale: text("locale").unwrap_or_default(),
            sentences: text("sentences"),
            routing,
            view: Route::parse(&text("view").unwrap_or_default()),
            sign_in: value("signIn").and_then(OwnSignIn::read),
            early: value("early").and_then(|early| early.dyn_into().ok()),
        }
    }
}
