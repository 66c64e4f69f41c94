//! What belongs to one element: its settings, its account, and the words it speaks.

use crate::account::Account;
use crate::backend::Backend;
use crate::element::Host;
use crate::frame::Frame;
use crate::freshness::keep_up_to_date;
use crate::navigator::{Navigator, Routing};
use crate::pages::follow_sign_outs;
use crate::route::Route;
use crate::session::Session;
use crate::ui::Announcer;
use crate::words::{Words, browser_tags, choose_tag};
use leptos::prelude::*;

/// What the host page can change while the app runs.
#[derive(Clone, Copy)]
pub(crate) struct Controls {
    host: Host,
    locale: RwSignal<Option<String>>,
    backend: Backend,
    account: Account,
    navigator: Navigator,
    session: Session,
}

impl Controls {
    /// Reads the element's attributes and starts to fetch the account.
    pub(crate) fn new(host: Host) -> Controls {
        let session = Session::new(host);
        let backend = Backend::new(session, host.attribute("api-base"));
        let routing = Routing::of_attribute(host.attribute("routing").as_deref());
        let controls = Controls {
            host,
            locale: RwSignal::new(host.attribute("locale")),
            backend,
            account: Account::new(backend),
            navigator: Navigator::new(host, routing),
            session,
        };
        controls.account.fetch();
        follow_sign_outs(controls.account);
        keep_up_to_date(controls.account);
        controls
    }

    /// An attribute changed. The theme is the style sheet's alone.
    pub(crate) fn attribute_changed(self, name: &str, value: Option<&str>) {
        match name {
            "locale" => self.locale.set(value.map(str::to_owned)),
            "routing" => self.navigator.set_routing(Routing::of_attribute(value)),
            "api-base" => {
                self.backend.set_base(value.map(str::to_owned));
                self.account.start_again();
            }
            _ => {}
        }
    }

    pub(crate) fn navigate(self, path: &str) {
        self.navigator.go(Route::parse(path));
    }

    pub(crate) fn refresh(self) {
        self.account.fetch();
    }

    /// Somebody else may be signed in now: what is known of the last one is forgotten.
    pub(crate) fn session_changed(self) {
        self.account.start_again();
    }

    /// The first language that the product speaks, of the attribute, the host page and the browser.
    fn words(self) -> Words {
        let stated = self.locale.get();
        let page = self.host.page_language();
        let browser = browser_tags();
        let tags = stated.iter().chain(page.iter()).chain(browser.iter());
        Words::for_tag(choose_tag(tags.map(String::as_str)))
    }
}

/// The app of one element. Another language draws everything anew; what the account knows lives above that.
#[component]
pub(crate) fn App(
    /// What the host page can change.
    controls: Controls,
) -> impl IntoView {
    let announcer = Announcer::new();
    provide_context(controls.host);
    provide_context(controls.navigator);
    provide_context(controls.session);
    provide_context(controls.backend);
    provide_context(controls.account);
    provide_context(announcer);
    move || {
        provide_context(controls.words());
        view! { class="ps", <Frame/> }
    }
}
