//! "Go to a page": by the host page's fragment, by its path, or in memory when the host owns its address.

use crate::element::{Host, has_crashed};
use crate::pace::frame_shown;
use crate::route::{Base, Route, View};
use crate::signals::{Memo, RwSignal, Signal, StoredValue};
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

/// Where the present page is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Routing {
    /// In the host page's fragment, `#/support/…`: deep links without any change to the host.
    Hash,
    /// In the element alone; the host follows by the `navigate` event.
    Memory,
    /// In the path of the host's site, under a base: the host answers each of these paths with the page.
    Path(Base),
}

thread_local! {
    /// Counts the addresses that elements have set: a history says nothing of new entries, and the other elements of the
    /// page follow the same address.
    static ADDRESSES_SET: ArcRwSignal<u32> = ArcRwSignal::new(0);
    /// Whether an element is setting the address right now: a browser that tells of every change tells of that at once.
    static IS_SETTING: Cell<bool> = const { Cell::new(false) };
}

/// The present page, and the way to another one.
#[derive(Clone, Copy)]
pub(crate) struct Navigator {
    route: RwSignal<Route>,
    /// Shown when the address names none.
    start: StoredValue<Route>,
    /// The page changed by the reader's wish, and the focus has not followed yet.
    focus_due: StoredValue<bool>,
    routing: RwSignal<Routing>,
    host: Host,
    /// Of the page that is shown.
    title: StoredValue<String>,
    /// How the list of incidents was narrowed and ordered from which the reader came to the incident on show.
    list: StoredValue<View>,
}

impl Navigator {
    /// Starts on the page that the address asks for, or on `start`.
    pub(crate) fn new(host: Host, routing: Routing, start: Route) -> Navigator {
        let asked = addressed(&routing);
        let navigator = Navigator {
            route: RwSignal::new(asked.unwrap_or_else(|| start.clone())),
            start: StoredValue::new(start),
            focus_due: StoredValue::new(false),
            routing: RwSignal::new(routing),
            host,
            title: StoredValue::new(String::new()),
            list: StoredValue::new(View::default()),
        };
        navigator.follow_the_address();
        navigator.follow_other_elements();
        navigator
    }

    /// The list of incidents from which the reader came to the incident on show; all of them, where it was another page.
    pub(crate) fn list(self) -> View {
        self.list.get_value()
    }

    /// The present page.
    pub(crate) fn route(self) -> Route {
        self.route.get()
    }

    /// Whether the page on show needs nobody to be signed in.
    pub(crate) fn is_for_anybody(self) -> bool {
        self.route
            .try_with_untracked(Route::is_for_anybody)
            .unwrap_or_default()
    }

    /// Whether the focus will follow to this page's heading.
    pub(crate) fn focus_is_due(self) -> bool {
        self.focus_due.get_value()
    }

    /// Whether this page was reached from another one, so that the focus must follow; true once per change.
    pub(crate) fn takes_focus(self) -> bool {
        let due = self.focus_due.get_value();
        self.focus_due.set_value(false);
        due
    }

    /// The page that is drawn next takes the focus: what has it now goes away.
    pub(crate) fn let_focus_follow(self) {
        self.focus_due.set_value(true);
    }

    /// Goes to a page, as a new entry of the browser's history.
    pub(crate) fn go(self, route: Route) {
        let routing = self.routing.get_untracked();
        if let Some((history, address)) = to_be_addressed(&routing, &route) {
            // A history that refuses (too many calls at once) costs the entry, not the page.
            let _ = setting(|| history.push_state_with_url(&JsValue::NULL, "", Some(&address)));
            ADDRESSES_SET.with(|set| set.update(|count| *count = count.wrapping_add(1)));
        }
        self.show(route);
    }

    /// Changes where the page is kept. The page stays; the present entry of the history now says it in the new way, and
    /// keeps what the host has noted there.
    pub(crate) fn set_routing(self, routing: Routing) {
        if self.routing.get_untracked() == routing {
            return;
        }
        replace_address(&routing, &self.route.get_untracked());
        self.routing.set(routing);
    }

    /// The reader has changed what the page shows: its address says so, in the entry of the history that it has. The host
    /// page learns of it. A page that has been left changes no address any more.
    pub(crate) fn amend(self, route: Route) {
        let shown = self.route.get_untracked();
        if shown == route || shown.page() != route.page() {
            return;
        }
        if replace_address(&self.routing.get_untracked(), &route) {
            ADDRESSES_SET.with(|set| set.update(|count| *count = count.wrapping_add(1)));
        }
        self.route.set(route);
        self.announce(&self.title.get_value());
    }

    /// Has the address say which page is shown, also where it was the host page that has chosen it: somebody leaves, and comes back by
    /// the address alone.
    pub(crate) fn keep(self) {
        replace_address(&self.routing.get_untracked(), &self.route.get_untracked());
    }

    /// The whole address of what is shown, to be copied; `None` where no address brings it back.
    pub(crate) fn shown_at(self) -> Option<String> {
        self.whole_address(&self.route.get_untracked())
    }

    /// The whole address of a page, to be copied; `None` where no address brings it back.
    pub(crate) fn whole_address(self, route: &Route) -> Option<String> {
        match self.routing.get_untracked() {
            Routing::Hash => {
                let here = location()?.href().ok()?;
                Some(format!("{}{}", without_fragment(&here), route.fragment()))
            }
            routing => address(&routing, route),
        }
    }

    fn show(self, route: Route) {
        let shown = self.route.get_untracked();
        if shown != route {
            self.list.set_value(match (&shown, &route) {
                (Route::Incidents(view), Route::Incident(_)) => view.clone(),
                _ => View::default(),
            });
            if shown.page() != route.page() {
                self.focus_due.set_value(true);
            }
            self.route.set(route);
        }
    }

    /// Tells the host which page is shown, with the title that it may put into the document's.
    pub(crate) fn announce(self, title: &str) {
        let route = self.route.get_untracked();
        self.title.set_value(title.to_owned());
        self.host.emit(
            "navigate",
            &[
                ("route", route.code()),
                ("path", &route.path()),
                ("title", title),
            ],
        );
    }

    /// Back, forward, edited addresses, and those that the host's own router sets. Only read: the host's own clicks and
    /// anchors are never touched.
    fn follow_the_address(self) {
        let routing = move || {
            let routing = (!has_crashed()).then(|| self.routing.try_get_untracked());
            routing.flatten()
        };
        let follow = move || {
            let Some(routing) = routing() else {
                return;
            };
            match addressed(&routing) {
                Some(route) => self.show(route),
                // The host's anchors all have a fragment, be it an empty one: only the way back leads to none.
                None if routing == Routing::Hash && !has_fragment() => {
                    self.show(self.start.get_value());
                }
                None => {}
            }
        };
        let on_pop = window_event_listener_untyped("popstate", move |_| follow());
        let on_hash = window_event_listener_untyped("hashchange", move |_| follow());
        // What `pushState` and `replaceState` set is told by the browser's `navigation` alone, where it has that. An address
        // that is not ours leaves the page as it is: it is the host's, with a fragment or without.
        if let Some(navigation) = navigation() {
            let on_entry = move || {
                if !IS_SETTING.get()
                    && let Some(route) = routing().and_then(|routing| addressed(&routing))
                {
                    self.show(route);
                }
            };
            let listener = Listener::new(navigation, "currententrychange", on_entry);
            leptos::prelude::StoredValue::new_local(listener);
        }
        on_cleanup(move || {
            on_pop.remove();
            on_hash.remove();
        });
    }

    /// Another element of the page has set the address that this one is kept in too. The focus stays there.
    fn follow_other_elements(self) {
        Effect::new(move |_| {
            ADDRESSES_SET.with(Track::track);
            if let Some(route) = addressed(&self.routing.get_untracked())
                && self.route.get_untracked() != route
            {
                self.route.set(route);
            }
        });
    }

    /// Another one when the same pages have other addresses.
    pub(crate) fn place(self) -> Memo<String> {
        Memo::new(move |_| self.href(&Route::Benefits))
    }

    /// The address of a link to a page, one of very many: that of the moment, so whoever lists such links changes them when
    /// [`Navigator::place`] is another one. A thousand links that each follow it by themselves run at every choice.
    pub(crate) fn listed(self, route: &Route) -> String {
        untrack(|| self.href(route))
    }

    /// A press on a link to a page goes there, unless the reader wants it elsewhere.
    pub(crate) fn follow(self, click: &web_sys::MouseEvent, to: &Route) {
        let plain = click.button() == 0
            && !(click.meta_key() || click.ctrl_key() || click.shift_key() || click.alt_key());
        if plain && !click.default_prevented() {
            click.prevent_default();
            let to = to.clone();
            self.after_press(move || self.go(to));
        }
    }

    /// Does what a press asks for as soon as the browser has shown the press, unless the element is gone by then. To draw a page or to
    /// ask for another list is the longest that a press has the reader wait for.
    pub(crate) fn after_press(self, act: impl FnOnce() + 'static) {
        leptos::task::spawn_local(async move {
            frame_shown().await;
            if self.route.try_with_untracked(|_| ()).is_some() {
                act();
            }
        });
    }

    /// The address of a link to a page. No address brings back a page that is kept in memory: its links lead to the
    /// host's page as it is.
    fn href(self, route: &Route) -> String {
        // The host's own part of the address changes no sooner than the page does.
        self.route.track();
        self.routing.with(|routing| {
            address(routing, route)
                .or_else(|| location()?.href().ok())
                .unwrap_or_default()
        })
    }
}

/// Hears one kind of event for as long as it is kept.
struct Listener {
    target: EventTarget,
    event: &'static str,
    heard: Closure<dyn Fn()>,
}

impl Listener {
    fn new(target: EventTarget, event: &'static str, heard: impl Fn() + 'static) -> Listener {
        let heard = Closure::<dyn Fn()>::new(heard);
        let _ = target.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
        Listener {
            target,
            event,
            heard,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let heard = self.heard.as_ref().unchecked_ref();
        let _ = (self.target).remove_event_listener_with_callback(self.event, heard);
    }
}

/// What tells of every change of the address, in browsers that have it.
fn navigation() -> Option<EventTarget> {
    let window: JsValue = web_sys::window()?.into();
    let navigation = js_sys::Reflect::get(&window, &"navigation".into());
    navigation.ok()?.dyn_into().ok()
}

fn location() -> Option<web_sys::Location> {
    Some(web_sys::window()?.location())
}

fn has_fragment() -> bool {
    location()
        .and_then(|location| location.href().ok())
        .is_some_and(|href| href.contains('#'))
}

/// The page that the host page's address names, when it names one of ours.
fn addressed(routing: &Routing) -> Option<Route> {
    let location = location()?;
    match routing {
        Routing::Hash => Route::parse_fragment(&location.hash().ok()?),
        Routing::Path(base) => {
            Route::parse_under(base, &location.pathname().ok()?, &location.search().ok()?)
        }
        Routing::Memory => None,
    }
}

/// The address that brings back a page. Relative addresses would count from the host's `<base>`, where it has one.
fn address(routing: &Routing, route: &Route) -> Option<String> {
    match routing {
        Routing::Hash => {
            let here = location()?.href().ok()?;
            let here = without_fragment(&here);
            let base = document().base_uri().ok().flatten()?;
            let here = if without_fragment(&base) == here {
                ""
            } else {
                here
            };
            Some(format!("{here}{}", route.fragment()))
        }
        Routing::Path(base) => {
            let origin = location()?.origin().ok()?;
            Some(format!("{origin}{}", route.path_under(base)))
        }
        Routing::Memory => None,
    }
}

fn without_fragment(address: &str) -> &str {
    address.split('#').next().unwrap_or(address)
}

/// The history and the address that it must be given for this page; nothing when the address names the page already, or
/// no address does.
fn to_be_addressed(routing: &Routing, route: &Route) -> Option<(web_sys::History, String)> {
    let address = address(routing, route)?;
    if addressed(routing).as_ref() == Some(route) {
        return None;
    }
    Some((web_sys::window()?.history().ok()?, address))
}

/// Has the present entry of the history say this page, and keep what the host has noted there; whether it was to.
fn replace_address(routing: &Routing, route: &Route) -> bool {
    let Some((history, address)) = to_be_addressed(routing, route) else {
        return false;
    };
    let noted = history.state().unwrap_or(JsValue::NULL);
    // A history that refuses (too many calls at once) keeps the address that it has.
    let _ = setting(|| history.replace_state_with_url(&noted, "", Some(&address)));
    true
}

/// Sets the address, which is nothing that the elements of this page have to follow.
fn setting<T>(set: impl FnOnce() -> T) -> T {
    IS_SETTING.set(true);
    let done = set();
    IS_SETTING.set(false);
    done
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
    let target = to.clone();
    let href = move || navigator.href(&target);
    let on_click = follows(navigator, to);
    view! { class="ps",
        <a href=href class=class aria-current=move || current.get().then_some("page") on:click=on_click>
            {children()}
        </a>
    }
}

/// What a press on a link to a page does: it goes there, unless the reader wants it elsewhere.
fn follows(navigator: Navigator, to: Route) -> impl Fn(web_sys::MouseEvent) + 'static {
    move |click| navigator.follow(&click, &to)
}
