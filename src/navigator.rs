//! "Go to a page": by the host page's fragment, or in memory when the host owns its address.

use crate::element::Host;
use crate::route::Route;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

/// Where the present page is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Routing {
    /// In the host page's fragment, `#/support/…`: deep links without any change to the host.
    Hash,
    /// In the element alone; the host follows by the `navigate` event.
    Memory,
}

impl Routing {
    /// The `routing` attribute's value; anything but `memory` is `hash`.
    pub(crate) fn of_attribute(value: Option<&str>) -> Routing {
        match value {
            Some("memory") => Routing::Memory,
            _ => Routing::Hash,
        }
    }
}

/// The present page, and the way to another one.
#[derive(Clone, Copy)]
pub(crate) struct Navigator {
    route: RwSignal<Route>,
    /// The page changed by the reader's wish, and the focus has not followed yet.
    focus_due: StoredValue<bool>,
    routing: RwSignal<Routing>,
    host: Host,
}

impl Navigator {
    /// Starts on the page that the fragment asks for, or on the first page.
    pub(crate) fn new(host: Host, routing: Routing) -> Navigator {
        let asked = match routing {
            Routing::Hash => fragment_route(),
            Routing::Memory => None,
        };
        let navigator = Navigator {
            route: RwSignal::new(asked.unwrap_or(Route::Benefits)),
            focus_due: StoredValue::new(false),
            routing: RwSignal::new(routing),
            host,
        };
        navigator.follow_the_fragment();
        navigator
    }

    /// The present page.
    pub(crate) fn route(self) -> Route {
        self.route.get()
    }

    /// Whether this page was reached from another one, so that the focus must follow; true once per change.
    pub(crate) fn takes_focus(self) -> bool {
        let due = self.focus_due.get_value();
        self.focus_due.set_value(false);
        due
    }

    /// Goes to a page, as a new entry of the browser's history.
    pub(crate) fn go(self, route: Route) {
        if self.routing.get_untracked() == Routing::Hash
            && fragment_route().as_ref() != Some(&route)
            && let Some(history) = web_sys::window().and_then(|window| window.history().ok())
        {
            // A history that refuses (too many calls at once) costs the entry, not the page.
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&route.fragment()));
        }
        self.show(route);
    }

    /// Changes where the page is kept.
    pub(crate) fn set_routing(self, routing: Routing) {
        self.routing.set(routing);
    }

    fn show(self, route: Route) {
        if self.route.get_untracked() != route {
            self.focus_due.set_value(true);
            self.route.set(route);
        }
    }

    /// Tells the host which page is shown, with the title that it may put into the document's.
    pub(crate) fn announce(self, title: &str) {
        let route = self.route.get_untracked();
        self.host.emit(
            "navigate",
            &[
                ("route", route.code()),
                ("path", &route.path()),
                ("title", title),
            ],
        );
    }

    /// Back, forward and edited addresses. Only read: the host's own clicks and anchors are never touched.
    fn follow_the_fragment(self) {
        let follow = move || {
            if self.routing.try_get_untracked() == Some(Routing::Hash)
                && let Some(route) = fragment_route()
            {
                self.show(route);
            }
        };
        let on_pop = window_event_listener_untyped("popstate", move |_| follow());
        let on_hash = window_event_listener_untyped("hashchange", move |_| follow());
        on_cleanup(move || {
            on_pop.remove();
            on_hash.remove();
        });
    }
}

fn fragment_route() -> Option<Route> {
    let fragment = web_sys::window()?.location().hash().ok()?;
    Route::parse_fragment(&fragment)
}

/// The navigator of the surrounding app.
pub(crate) fn navigator() -> Navigator {
    expect_context::<Navigator>()
}

/// A link to a page. A plain click stays in the app; any other click (new tab, download) is the browser's.
#[component]
pub(crate) fn PageLink(
    /// Where to.
    to: Route,
    /// Class names.
    #[prop(optional)]
    class: &'static str,
    /// Marks the link of the page that is shown.
    #[prop(optional, into)]
    current: Signal<bool>,
    /// What the link says.
    children: Children,
) -> impl IntoView {
    let navigator = navigator();
    let href = to.fragment();
    let on_click = move |click: web_sys::MouseEvent| {
        let plain = click.button() == 0
            && !(click.meta_key() || click.ctrl_key() || click.shift_key() || click.alt_key());
        if plain && !click.default_prevented() {
            click.prevent_default();
            navigator.go(to.clone());
        }
    };
    view! { class="ps",
        <a href=href class=class aria-current=move || current.get().then_some("page") on:click=on_click>
            {children()}
        </a>
    }
}
