//! Lists that the server tells page by page, and the narrowing of one by its address.

use crate::backend::Problem;
use crate::connection::connection;
use crate::frame::{ProblemNotice, SignInAgain, StaleNotice, problem_sentence};
use crate::navigator::navigator;
use crate::remote::{Fetched, Remote};
use crate::route::{Desk, Route};
use crate::signals::{Memo, RwSignal, Signal};
use crate::ui::{Announcer, Button, Loading, Notice, Tone, announcer};
use crate::words::{self, Words, words};
use leptos::prelude::*;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

/// Entries on a page.
pub(super) const PAGE: u32 = 50;

/// So long nothing more is chosen or typed before the list follows.
const SETTLED: Duration = Duration::from_millis(300);

/// What came of a list so far.
#[derive(Clone, PartialEq)]
pub(super) struct Part<T> {
    pub(super) items: Vec<T>,
    /// Where it goes on; absent when everything is here.
    pub(super) next: Option<String>,
}

type Asked<T> = Pin<Box<dyn Future<Output = Result<Part<T>, Problem>>>>;
type Ask<T> = Rc<dyn Fn(Option<String>) -> Asked<T>>;

/// A list that is told page by page.
pub(super) struct Pages<T: 'static> {
    pub(super) found: Fetched<Part<T>>,
    /// Asks for the page after this one, as the list is narrowed at the moment.
    ask: leptos::prelude::StoredValue<Ask<T>, LocalStorage>,
    /// What is shown is not yet what was asked for.
    pub(super) behind: RwSignal<bool>,
    more: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    used: RwSignal<bool>,
    announcer: Announcer,
}

impl<T> Clone for Pages<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Pages<T> {}

#[derive(Clone, PartialEq)]
enum Phase {
    Loading(bool),
    Failed(Problem),
    Empty,
    Ready,
}

impl<T: Clone + Send + Sync + 'static> Pages<T> {
    pub(super) fn new(ask: impl Fn(Option<String>) -> Asked<T> + 'static) -> Pages<T> {
        let ask: Ask<T> = Rc::new(ask);
        Pages {
            found: Fetched::new(),
            ask: leptos::prelude::StoredValue::new_local(ask),
            behind: RwSignal::new(false),
            more: RwSignal::new(false),
            problem: RwSignal::new(None),
            used: RwSignal::new(false),
            announcer: announcer(),
        }
    }

    /// Asks for the first page anew.
    pub(super) fn fetch(self) {
        let Some(ask) = self.ask.try_get_value() else {
            return;
        };
        self.problem.set(None);
        self.behind.set(true);
        self.found.fetch(async move {
            let came = ask(None).await;
            let _ = self.behind.try_set(false);
            came
        });
    }

    /// Asks anew for a list that is there; one that did not come is asked for where that is said.
    fn look_again(self) {
        if self.found.now().with_untracked(|now| now.ready().is_some()) {
            self.fetch();
        }
    }

    /// What came so far.
    pub(super) fn items(self) -> Vec<T> {
        self.found
            .now()
            .with(|now| now.ready().map(|part| part.items.clone()))
            .unwrap_or_default()
    }

    fn go_on(self, words: Words) {
        let (Some(ask), Some(after)) = (self.ask.try_get_value(), self.next()) else {
            return;
        };
        if self.more.get_untracked() {
            return;
        }
        self.more.set(true);
        self.used.set(true);
        self.problem.set(None);
        leptos::task::spawn_local(async move {
            let came = ask(Some(after.clone())).await;
            // The page may have been left by now.
            if self.more.try_set(false).is_some() {
                return;
            }
            match came {
                // Asked for anew in the meantime: what came does not follow.
                Ok(_) if self.next().as_ref() != Some(&after) => {}
                Ok(part) => {
                    let came = super::count(part.items.len());
                    let mut items = self
                        .found
                        .now()
                        .with_untracked(|now| now.ready().map(|part| part.items.clone()))
                        .unwrap_or_default();
                    items.extend(part.items);
                    let next = part.next;
                    self.found.put(Part { items, next });
                    self.announcer.say(words::desk::more_loaded(words, came));
                }
                Err(problem) => self.problem.set(Some(problem)),
            }
        });
    }

    fn next(self) -> Option<String> {
        self.found
            .now()
            .with_untracked(|now| now.ready().and_then(|part| part.next.clone()))
    }

    /// The list: what is going on until it is here, `empty` when there is nothing, and `full`, drawn once, which follows it.
    pub(super) fn show(
        self,
        empty: impl Fn() -> AnyView + Send + 'static,
        full: impl Fn() -> AnyView + Send + 'static,
    ) -> AnyView {
        let words = words();
        let retry = Callback::new(move |()| self.fetch());
        connection().on_return(Callback::new(move |()| self.look_again()));
        let phase = Memo::new(move |_| {
            self.found.now().with(|now| match now {
                Remote::Loading => Phase::Loading(false),
                Remote::LoadingSlowly => Phase::Loading(true),
                Remote::Failed(problem) => Phase::Failed(problem.clone()),
                Remote::Ready(part) if part.items.is_empty() => Phase::Empty,
                Remote::Ready(_) => Phase::Ready,
            })
        });
        let content = move || match phase.get() {
            Phase::Loading(slowly) => view! { class="ps", <Loading slowly=slowly/> }.into_any(),
            Phase::Failed(problem) => {
                view! { class="ps", <ProblemNotice problem=problem retry=retry/> }.into_any()
            }
            Phase::Empty => empty(),
            Phase::Ready => full(),
        };
        let rest = Memo::new(move |_| {
            self.found
                .now()
                .with(|now| now.ready().is_some_and(|part| part.next.is_some()))
        });
        // It stays in its place when everything is here, so that the focus is not lost.
        let why_not =
            Signal::derive(move || (!rest.get()).then(|| words::desk::all_shown(words).to_owned()));
        let is_offered = Memo::new(move |_| rest.get() || self.used.get());
        let more = move || {
            is_offered.get().then(|| {
                view! { class="ps",
                    <div class="desk-more">
                        {move || self.problem.get().map(|problem| view! { class="ps",
                            <Notice tone=Tone::Bad title=words::incidents::more_failed(words) urgent=true>
                                <p>{problem_sentence(words, &problem)}</p>
                                <SignInAgain problem=problem/>
                            </Notice>
                        })}
                        <Button busy=self.more why_not=why_not on_press=Callback::new(move |()| self.go_on(words))>
                            {words::incidents::more(words)}
                        </Button>
                    </div>
                }
            })
        };
        view! { class="ps",
            <StaleNotice problem=self.found.stale() retry=retry/>
            <div class="desk-list renewed" aria-busy=move || self.behind.get().then_some("true")>{content}</div>
            {more}
        }
        .into_any()
    }
}

/// Has the address follow what is chosen and typed, and what is chosen the address. `read` takes the parts of an address,
/// `make` makes one of the parts.
pub(super) fn follow_address<const PARTS: usize>(
    parts: [RwSignal<String>; PARTS],
    read: fn(&Route) -> Option<[String; PARTS]>,
    make: fn([String; PARTS]) -> Desk,
) -> Memo<[String; PARTS]> {
    let navigator = navigator();
    let nothing = || std::array::from_fn(|_| String::new());
    let view = Memo::new(move |was: Option<&[String; PARTS]>| {
        // Elsewhere the page is about to go.
        read(&navigator.route()).unwrap_or_else(|| was.cloned().unwrap_or_else(nothing))
    });
    let put = move |values: [String; PARTS]| {
        for (part, value) in parts.into_iter().zip(values) {
            if part.with_untracked(|now| *now != value) {
                part.set(value);
            }
        }
    };
    put(view.get_untracked());
    Effect::new(move |_| put(view.get()));
    let timer = leptos::prelude::StoredValue::new_local(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    Effect::new(move |_| {
        let wanted = parts.map(|part| part.get());
        stop();
        if wanted != view.get_untracked() {
            let amend = move || navigator.amend(Route::Operator(make(wanted)));
            timer.set_value(set_timeout_with_handle(amend, SETTLED).ok());
        }
    });
    on_cleanup(stop);
    view
}
