//! The operator's desk: requests for activation, incidents of every partner, their accounts, who did what, and many
//! accounts entered at once.

mod account;
mod accounts;
mod audit;
mod board;
mod fulfil;
mod import;
mod import_file;
mod incident;
mod lists;
#[cfg(feature = "gallery")]
pub(crate) mod parts;
mod queue;
mod refund;
mod reject;

use crate::account::Known;
use crate::backend::{FormKey, Problem};
use crate::frame::{Page, SignInAgain, WhenKnown, problem_sentence};
use crate::navigator::PageLink;
use crate::route::{Board, Desk, Route};
use crate::session::{SignInReason, session};
use crate::signals::{RwSignal, Signal};
use crate::ui::{Button, Empty, FieldError, Notice, Tone};
use crate::words::{self, Words, words};
use entitlement_rules::{Allotment, BenefitKey};
use leptos::prelude::*;
use std::sync::Arc;
use support_api::ProblemCode;

/// A section of the desk.
#[component]
pub(super) fn OperatorPage(
    /// Which.
    section: Desk,
) -> impl IntoView {
    let words = words();
    let (title, lead) = head(words, &section);
    // What a section is about may have a name, once it came.
    let title = RwSignal::new(title.to_owned());
    view! { class="ps",
        <Page title=title lead=lead>
            <WhenKnown children=Arc::new(move |known| {
                if !known.with_untracked(|known| known.facts.viewer.operator) {
                    return view! { class="ps", <NotOperator/> }.into_any();
                }
                let content = match section.clone() {
                    Desk::Queue => view! { class="ps", <queue::QueueSection known=known/> }.into_any(),
                    Desk::Incidents(_) => view! { class="ps", <board::BoardSection known=known/> }.into_any(),
                    Desk::Incident { partner, id } => view! { class="ps",
                        <incident::IncidentSection partner=partner id=id known=known title=title/>
                    }
                    .into_any(),
                    Desk::Accounts(_) => view! { class="ps", <accounts::AccountsSection/> }.into_any(),
                    Desk::Account(id) => view! { class="ps",
                        <account::AccountSection id=id known=known title=title/>
                    }
                    .into_any(),
                    Desk::Audit(_) => view! { class="ps", <audit::AuditSection known=known/> }.into_any(),
                    Desk::Import => view! { class="ps", <import::ImportSection/> }.into_any(),
                };
                view! { class="ps", <div class="desk"><Sections current=section.clone()/>{content}</div> }.into_any()
            })/>
        </Page>
    }
}

/// Title and lead of a section.
fn head(words: Words, section: &Desk) -> (&'static str, &'static str) {
    use words::desk as say;
    match section {
        Desk::Queue => (words::operator::title(words), words::operator::lead(words)),
        Desk::Incidents(_) => (say::incidents_title(words), say::incidents_lead(words)),
        Desk::Incident { .. } => (
            words::incidents::incident_title_plain(words),
            say::incident_lead(words),
        ),
        Desk::Accounts(_) => (say::accounts_title(words), say::accounts_lead(words)),
        Desk::Account(_) => (say::account_title(words), say::account_lead(words)),
        Desk::Audit(_) => (say::audit_title(words), say::audit_lead(words)),
        Desk::Import => (say::import_title(words), say::import_lead(words)),
    }
}

/// The ways to the sections.
#[component]
fn Sections(
    /// The one that is shown.
    current: Desk,
) -> impl IntoView {
    let words = words();
    use words::desk as say;
    let sections = [
        (Desk::Queue, say::section_queue(words)),
        (
            Desk::Incidents(Board::default()),
            say::section_incidents(words),
        ),
        (Desk::Accounts(String::new()), say::section_accounts(words)),
        (Desk::Audit(String::new()), say::section_audit(words)),
        (Desk::Import, say::section_import(words)),
    ];
    // One incident belongs to the board, one account to the accounts.
    let shown = match current {
        Desk::Incident { .. } | Desk::Incidents(_) => Desk::Incidents(Board::default()),
        Desk::Account(_) | Desk::Accounts(_) => Desk::Accounts(String::new()),
        Desk::Audit(_) => Desk::Audit(String::new()),
        other => other,
    };
    let links = sections.map(|(section, name)| {
        let is_current = section == shown;
        view! { class="ps",
            <li><PageLink to=Route::Operator(section) current=Signal::stored(is_current)>{name}</PageLink></li>
        }
    });
    view! { class="ps",
        <nav class="desk-sections" aria-label=say::sections(words)><ul>{links.collect_view()}</ul></nav>
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

/// Something that is being sent from a dialog, and why it failed.
#[derive(Clone, Copy)]
struct Sending {
    open: RwSignal<bool>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    errors: RwSignal<Vec<FieldError>>,
    key: FormKey,
}

impl Sending {
    fn new() -> Sending {
        Sending {
            open: RwSignal::new(false),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            errors: RwSignal::new(Vec::new()),
            key: FormKey::new(),
        }
    }

    fn start(self) {
        self.problem.set(None);
        self.errors.set(Vec::new());
        self.open.set(true);
    }

    /// Begins to send, unless it is being sent already.
    fn begin(self) -> bool {
        self.problem.set(None);
        self.errors.set(Vec::new());
        !self.busy.get_untracked() && {
            self.busy.set(true);
            true
        }
    }

    /// Takes the outcome: what came when it was done, and the dialog is closed; or nothing, and why is shown.
    fn end<T>(self, outcome: Result<T, Problem>) -> Option<T> {
        // The page may have been left by now.
        if self.busy.try_set(false).is_some() {
            return None;
        }
        match outcome {
            Ok(done) => {
                self.key.done();
                self.open.set(false);
                Some(done)
            }
            Err(problem) => {
                self.key.settle(&problem);
                self.problem.set(Some(problem));
                None
            }
        }
    }

    /// Why the last try failed, unless a field says so.
    fn trouble(self, words: Words) -> impl IntoView {
        move || {
            let is_said = self.errors.with(|errors| !errors.is_empty());
            self.problem.get().filter(|_| !is_said).map(|problem| {
                view! { class="ps",
                    <Notice tone=Tone::Bad title=words::shell::problem_title(words) urgent=true>
                        <p>{problem_sentence(words, &problem)}</p>
                        <SignInAgain problem=problem/>
                    </Notice>
                }
            })
        }
    }
}

/// Whether somebody else was faster: what is shown is no longer so.
fn is_changed(problem: &Problem) -> bool {
    matches!(
        problem.code(),
        Some(ProblemCode::StateChanged | ProblemCode::Refused)
    )
}

/// Whether there is no such thing, however often one asks.
fn is_absent(problem: &Problem) -> bool {
    matches!(
        problem.code(),
        Some(ProblemCode::NotFound | ProblemCode::BadRequest | ProblemCode::Invalid)
    )
}

fn benefit_name(known: &Known, key: &BenefitKey, words: Words) -> String {
    match known.programme.benefit(&key.benefit) {
        Some(benefit) => benefit.name.in_language(words.language()).to_owned(),
        None => key.to_string(),
    }
}

fn allotment_text(words: Words, allotment: Option<Allotment>) -> String {
    match allotment {
        Some(Allotment::Finite(count)) => words::operator::grants_finite(words, count),
        Some(Allotment::Unlimited) => words::operator::grants_unlimited(words).to_owned(),
        Some(Allotment::None) => words::operator::grants_none(words).to_owned(),
        None => words::operator::grants_unknown(words).to_owned(),
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
