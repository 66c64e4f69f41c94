//! The operator's desk: requests for activation, each answered with a contract or with a reason.

mod fulfil;
mod queue;
mod reject;

use crate::account::Known;
use crate::backend::{FormKey, Problem, backend};
use crate::frame::{Page, ProblemNotice, WhenKnown};
use crate::remote::{Fetched, Remote};
use crate::session::{SignInReason, session};
use crate::ui::{Button, Empty, Loading, announcer, focus_by_id};
use crate::words::{self, words};
use leptos::html;
use leptos::prelude::*;
use queue::Queue;
use std::sync::Arc;
use support_api::{ActivationQueue, PendingActivation};

/// The page.
#[component]
pub(super) fn OperatorPage() -> impl IntoView {
    let words = words();
    view! { class="ps",
        <Page title=words::operator::title(words).to_owned() lead=words::operator::lead(words)>
            <WhenKnown children=Arc::new(|known| {
                let is_operator = known.with_untracked(|known| known.facts.viewer.operator);
                if is_operator {
                    view! { class="ps", <Desk known=known/> }.into_any()
                } else {
                    view! { class="ps", <NotOperator/> }.into_any()
                }
            })/>
        </Page>
    }
}

/// For everybody else.
#[component]
fn NotOperator() -> impl IntoView {
    let words = words();
    let session = session();
    let switch = Callback::new(move |()| session.ask_to_sign_in(SignInReason::SwitchAccount));
    view! { class="ps",
        <Empty title=words::operator::not_operator_title(words)>
            <p>{words::operator::not_operator_text(words)}</p>
            <Button on_press=switch>{words::operator::switch_account(words)}</Button>
        </Empty>
    }
}

/// The queue, and where it comes from.
#[component]
fn Desk(
    /// The account.
    known: Signal<Known>,
) -> impl IntoView {
    let desk = DeskState::new();
    provide_context(desk);
    desk.fetch();
    let phase = Memo::new(move |_| {
        desk.queue.now().with(|now| match now {
            Remote::Loading => Phase::Loading(false),
            Remote::LoadingSlowly => Phase::Loading(true),
            Remote::Ready(queue) if queue.pending.is_empty() => Phase::Empty,
            Remote::Ready(_) => Phase::Waiting,
            Remote::Failed(problem) => Phase::Failed(problem.clone()),
        })
    });
    let words = words();
    let fetch = Callback::new(move |()| desk.fetch());
    let content = move || match phase.get() {
        Phase::Loading(slowly) => view! { class="ps", <Loading slowly=slowly/> }.into_any(),
        Phase::Failed(problem) => {
            view! { class="ps", <ProblemNotice problem=problem retry=fetch/> }.into_any()
        }
        Phase::Empty => view! { class="ps",
            <Empty title=words::operator::empty_title(words)>
                <p>{words::operator::empty_text(words)}</p>
                <Button on_press=fetch>{words::operator::refresh(words)}</Button>
            </Empty>
        }
        .into_any(),
        Phase::Waiting => view! { class="ps", <Queue known=known/> }.into_any(),
    };
    view! { class="ps", <div node_ref=desk.place>{content}</div> }
}

#[derive(Clone, PartialEq)]
enum Phase {
    Loading(bool),
    Failed(Problem),
    Empty,
    Waiting,
}

/// What the parts of the desk share.
#[derive(Clone, Copy)]
struct DeskState {
    queue: Fetched<ActivationQueue>,
    backend: crate::backend::Backend,
    announcer: crate::ui::Announcer,
    /// Around the queue.
    place: NodeRef<html::Div>,
}

impl DeskState {
    fn new() -> DeskState {
        DeskState {
            queue: Fetched::new(),
            backend: backend(),
            announcer: announcer(),
            place: NodeRef::new(),
        }
    }

    fn fetch(self) {
        let backend = self.backend;
        self.queue
            .fetch(async move { backend.activation_queue().await });
    }
}

/// The desk of the surrounding page.
fn desk() -> DeskState {
    use_context::<DeskState>().unwrap_or_else(DeskState::new)
}

/// One answer to a request: which request, whether it is being sent, and why it failed.
#[derive(Clone, Copy)]
struct Answer {
    /// The request that the dialog is open for.
    request: RwSignal<Option<PendingActivation>>,
    open: RwSignal<bool>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    key: FormKey,
}

impl Answer {
    fn new() -> Answer {
        Answer {
            request: RwSignal::new(None),
            open: RwSignal::new(false),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            key: FormKey::new(),
        }
    }

    fn start(self, request: PendingActivation) {
        self.problem.set(None);
        self.request.set(Some(request));
        self.open.set(true);
    }

    /// Takes the outcome: closes the dialog and says what was done, or shows why it was not.
    fn finish(self, desk: DeskState, outcome: Result<String, Problem>) {
        self.busy.set(false);
        match outcome {
            Ok(done) => {
                self.open.set(false);
                desk.announcer.say(done);
                // The button that opened the dialog goes with its request: the focus goes to the page's title.
                if let Some(Some(place)) = desk.place.try_get_untracked() {
                    request_animation_frame(move || focus_by_id(&place, "page-title"));
                }
                desk.fetch();
            }
            Err(problem) => {
                self.key.settle(&problem);
                self.problem.set(Some(problem));
            }
        }
    }
}
