//! What belongs to one element: its settings, its account, and the words it speaks.

use crate::account::Account;
use crate::backend::Backend;
use crate::connection::Connection;
use crate::draft::follow_sign_outs;
use crate::element::Host;
use crate::frame::Frame;
use crate::freshness::keep_up_to_date;
use crate::navigator::Navigator;
use crate::route::Route;
use crate::session::Session;
use crate::settings::Settings;
use crate::signals::RwSignal;
use crate::ui::Announcer;
use crate::words::{self, Words};
use leptos::prelude::*;

/// What the host page can change while the app runs.
#[derive(Clone, Copy)]
pub(crate) struct Controls {
    host: Host,
    locale: RwSignal<String>,
    backend: Backend,
    connection: Connection,
    account: Account,
    navigator: Navigator,
    session: Session,
}

impl Controls {
    /// Starts to fetch the account.
    pub(crate) fn new(host: Host, settings: Settings) -> Controls {
        learn(&settings);
        let navigator = Navigator::new(host, settings.routing, settings.view);
        let session = Session::new(host, settings.sign_in, navigator);
        let connection = Connection::new();
        let backend = Backend::new(session, connection, settings.api_base, settings.early);
        let controls = Controls {
            host,
            locale: RwSignal::new(settings.locale),
            backend,
            connection,
            account: Account::new(backend),
            navigator,
            session,
        };
        controls.account.fetch();
        follow_sign_outs(controls.account, session);
        keep_up_to_date(controls.account, connection);
        controls
    }

    /// The host page has changed its settings. The theme is the loader's and the style sheet's, and where to begin is past.
    pub(crate) fn update(self, settings: Settings) {
        learn(&settings);
        if self.locale.get_untracked() != settings.locale {
            self.locale.set(settings.locale);
        }
        self.navigator.set_routing(settings.routing);
        if self.backend.set_base(settings.api_base) {
            self.account.start_again();
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
        self.session.is_left();
        self.account.start_again();
    }
}

/// Sentences come before they are spoken.
fn learn(settings: &Settings) {
    if let Some(sentences) = &settings.sentences {
        words::learn(&settings.locale, sentences);
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
    provide_context(controls.connection);
    provide_context(controls.account);
    provide_context(announcer);
    move || {
        provide_context(Words::for_tag(&controls.locale.get()));
        view! { class="ps", <Frame/> }
    }
}
