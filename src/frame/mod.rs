//! What surrounds every page: the head with the ways to the pages, the account menu, and what is said while the
//! account is not there.

mod account_menu;
mod problem;

use crate::account::{Known, Public, account};
use crate::backend::Problem;
use crate::connection::connection;
use crate::navigator::{PageLink, navigator};
use crate::pages;
use crate::remote::Remote;
use crate::route::{Coverage, Desk, Prefill, Route, View};
use crate::session::{SignInReason, SignInTrouble, session};
use crate::signals::{Memo, RwSignal, Signal};
use crate::ui::{Button, LiveRegion, Loading, Notice, Tone, announcer};
use crate::words::{self, words};
use account_menu::AccountMenu;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// What the gallery shows of it.
#[cfg(feature = "gallery")]
pub(crate) mod parts {
    pub(crate) use super::account_menu::AccountMenu;
}

pub(crate) use problem::{ProblemNotice, SignInAgain, problem_sentence};

/// Without a connection for so long, the reader is told.
const NEWS: Duration = Duration::from_millis(300);

/// Head, page and foot.
#[component]
pub(crate) fn Frame() -> impl IntoView {
    let words = words();
    let account = account();
    let app = NodeRef::<html::Div>::new();
    let announcer = announcer();
    let menu_open = RwSignal::new(false);
    let navigator = navigator();
    Effect::new(move |_| {
        navigator.route();
        menu_open.set(false);
    });
    // A list that is narrowed is still the same page.
    let page = Memo::new(move |_| navigator.route().page());
    // A fragment link would do nothing inside a shadow root.
    let skip = move |_| {
        if let Some(app) = app.get_untracked() {
            crate::ui::focus_by_id(&app, "page-title");
        }
    };
    let about = move || {
        account.public().ready().map(|public| {
            let data = public.programme.data();
            let as_of = public
                .facts
                .as_ref()
                .map_or(data.as_of, |facts| facts.as_of);
            words::shell::about(words, &data.name, as_of)
        })
    };
    view! { class="ps",
        // The language decides, whatever direction the host page has.
        <div class="app" lang=words.language() dir=words.direction() node_ref=app>
            <button type="button" class="skip" on:click=skip>{words::shell::skip(words)}</button>
            <div class="top" part="header">
                <p class="product" part="product">
                    <span class="product-mark" aria-hidden="true"></span>
                    {words::shell::product(words)}
                </p>
                <button
                    type="button" class="button quiet menu-button"
                    aria-expanded=move || menu_open.get().to_string()
                    on:click=move |_| menu_open.update(|open| *open = !*open)
                >
                    {words::shell::menu(words)}
                </button>
                <Navigation open=menu_open/>
                <AccountMenu/>
            </div>
            <OfflineNotice/>
            <StaleNotice
                problem=Signal::derive(move || account.stale())
                retry=Callback::new(move |()| account.fetch())
            />
            <SignInNotice/>
            <div class="content">{move || pages::page(page.get())}</div>
            <p class="foot" part="footer">{about}</p>
            <LiveRegion announcer=announcer/>
        </div>
    }
}

/// The ways to the pages.
#[component]
fn Navigation(
    /// Whether it is unfolded, where there is no room to show it always.
    open: RwSignal<bool>,
) -> impl IntoView {
    let words = words();
    let account = account();
    let navigator = navigator();
    let is_operator = move || {
        account
            .known()
            .is_some_and(|known| known.facts.viewer.operator)
    };
    let link = move |to: Route, text: &'static str| {
        let code = to.code();
        // An incident is found from the list, and the use from the benefits: such a page belongs to that link.
        let current = Signal::derive(move || {
            let shown = navigator.route().code();
            shown == code
                || matches!(
                    (shown, code),
                    ("incident", "incidents") | ("usage", "benefits")
                )
        });
        view! { class="ps", <li><PageLink to=to current=current>{text}</PageLink></li> }
    };
    view! { class="ps",
        <nav class="nav" part="navigation" class:open=move || open.get() aria-label=words::shell::navigation(words)>
            <ul>
                {link(Route::Benefits, words::shell::nav_benefits(words))}
                {link(Route::Incidents(View::default()), words::shell::nav_incidents(words))}
                {link(Route::NewIncident(Prefill::default()), words::shell::nav_new_incident(words))}
                {link(Route::Plans, words::shell::nav_plans(words))}
                {link(Route::Coverage(Coverage::default()), words::shell::nav_coverage(words))}
                {link(Route::Rules(None), words::shell::nav_rules(words))}
                {move || is_operator().then(|| link(Route::Operator(Desk::Queue), words::shell::nav_operator(words)))}
            </ul>
        </nav>
    }
}

/// Says that the browser has no network, as long as that is so.
#[component]
fn OfflineNotice() -> impl IntoView {
    let connection = connection();
    move || {
        connection
            .is_away()
            .then(|| view! { class="ps", <Offline/> })
    }
}

/// The sentence comes a moment after its place: only then is it read out, and a connection that is back by then is no news.
#[component]
fn Offline() -> impl IntoView {
    let words = words();
    let is_news = RwSignal::new(false);
    set_timeout(
        move || {
            let _ = is_news.try_set(true);
        },
        NEWS,
    );
    let notice = move || {
        is_news.get().then(|| {
            view! { class="ps",
                <Notice title=words::shell::offline(words)><p>{words::shell::offline_text(words)}</p></Notice>
            }
        })
    };
    view! { class="ps", <div class="offline" role="status">{notice}</div> }
}

/// Says that what is shown may be out of date; why, unless the reader knows already that there is no network.
#[component]
pub(crate) fn StaleNotice(
    /// Why it could not be brought up to date.
    #[prop(into)]
    problem: Signal<Option<Problem>>,
    /// Tries again.
    retry: Callback<()>,
) -> impl IntoView {
    let words = words();
    let connection = connection();
    let announcer = announcer();
    // The same problem again leaves the button where it is, with its focus.
    let problem = Memo::new(move |_| problem.get().filter(|_| !connection.is_away()));
    move || {
        problem.get().map(|problem| {
            announcer.say(words::shell::stale(words));
            view! { class="ps",
                <Notice tone=Tone::Warning title=words::shell::stale(words)>
                    <p>{problem_sentence(words, &problem)}</p>
                    <Button on_press=retry>{words::shell::retry(words)}</Button>
                </Notice>
            }
        })
    }
}

/// Says why the last sign-in signed nobody in. The ways to try again are where they were.
#[component]
fn SignInNotice() -> impl IntoView {
    let words = words();
    let session = session();
    move || {
        session.trouble().map(|trouble| {
            let sentence = match trouble {
                SignInTrouble::Refused => words::shell::sign_in_refused(words),
                SignInTrouble::Unreachable => words::shell::sign_in_unreachable(words),
                SignInTrouble::Failed => words::shell::sign_in_failed(words),
            };
            view! { class="ps",
                <Notice tone=Tone::Bad title=words::shell::sign_in_trouble(words) urgent=true>
                    <p>{sentence}</p>
                </Notice>
            }
        })
    }
}

/// A page: its title, what it is for, and its content. Reached from another page, its title takes the focus; the host
/// page learns of it by the `navigate` event.
#[component]
pub(crate) fn Page(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// What the page is for, in a sentence.
    #[prop(optional, into)]
    lead: Option<String>,
    /// The content.
    children: Children,
) -> impl IntoView {
    let navigator = navigator();
    let heading = NodeRef::<html::H1>::new();
    let takes_focus = navigator.takes_focus();
    Effect::new(move |_| navigator.announce(&title.get()));
    Effect::new(move |_| {
        if let (true, Some(heading)) = (takes_focus, heading.get()) {
            // A heading that is gone by now leaves the focus where it is.
            let _ = heading.focus();
        }
    });
    view! { class="ps",
        <div class="page">
            <div class="page-head">
                <h1 id="page-title" part="title" tabindex="-1" node_ref=heading>{move || title.get()}</h1>
                {lead.map(|lead| view! { class="ps", <p class="lead">{lead}</p> })}
            </div>
            {children()}
        </div>
    }
}

/// Shows `children` once the account is there, and until then what is going on. The signal that they get follows the
/// account; they are not drawn anew when it changes, so that what was typed stays.
#[component]
pub(crate) fn WhenKnown(
    /// What is shown with the account.
    children: Arc<dyn Fn(Signal<Known>) -> AnyView + Send + Sync>,
) -> impl IntoView {
    let account = account();
    let phase = Memo::new(move |_| account.now().and_then(|_| Remote::Ready(())));
    once_there(
        phase,
        Callback::new(move |()| account.fetch()),
        Box::new(move || match untrack(|| account.known()) {
            Some(first) => {
                let known =
                    Signal::derive(move || account.known().unwrap_or_else(|| first.clone()));
                children(known)
            }
            None => ().into_any(),
        }),
    )
}

/// The same for a page that anybody may read: once the programme is there, with the account or without.
#[component]
pub(crate) fn WhenProgramme(
    /// What is shown with it.
    children: Arc<dyn Fn(Signal<Public>) -> AnyView + Send + Sync>,
) -> impl IntoView {
    let account = account();
    let phase = Memo::new(move |_| account.public().and_then(|_| Remote::Ready(())));
    once_there(
        phase,
        Callback::new(move |()| account.fetch()),
        Box::new(move || match untrack(|| account.public()) {
            Remote::Ready(first) => {
                let public =
                    Signal::derive(move || account.public().ready().unwrap_or(&first).clone());
                children(public)
            }
            _ => ().into_any(),
        }),
    )
}

/// Shows something once what it is drawn from is there, and until then how that stands.
pub(crate) fn once_there(
    phase: Memo<Remote<()>>,
    retry: Callback<()>,
    show: Box<dyn Fn() -> AnyView + Send>,
) -> impl IntoView {
    move || match phase.get() {
        Remote::Loading => view! { class="ps", <Loading slowly=false/> }.into_any(),
        Remote::LoadingSlowly => view! { class="ps", <Loading slowly=true/> }.into_any(),
        Remote::Ready(()) => show(),
        Remote::Failed(problem) => view! { class="ps",
            <ProblemNotice problem=problem retry=retry/>
        }
        .into_any(),
    }
}

/// On a page that anybody may read, while there is no account: what signing in adds and the way to do so, or why the account
/// did not come.
#[component]
pub(crate) fn SignInAdds(
    /// What it adds, as a sentence.
    what: &'static str,
) -> impl IntoView {
    let words = words();
    let account = account();
    let session = session();
    move || match account.missing() {
        None => ().into_any(),
        Some(Problem::SignedOut) => {
            let sign_in = Callback::new(move |()| session.ask_to_sign_in(SignInReason::Asked));
            view! { class="ps",
                <div class="sign-in-adds">
                    <p>{what}</p>
                    <Button on_press=sign_in>{words::shell::sign_in(words)}</Button>
                </div>
            }
            .into_any()
        }
        Some(problem) => view! { class="ps",
            <ProblemNotice problem=problem retry=Callback::new(move |()| account.fetch())/>
        }
        .into_any(),
    }
}
