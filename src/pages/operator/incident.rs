//! One incident of a partner: where it stands, what was written, and what the operator can do to it.

use super::board::{product_text, status_text};
use super::refund::Refund;
use super::{Sending, is_absent, is_changed};
use crate::account::Known;
use crate::backend::{Backend, Problem, backend, to_json};
use crate::connection::connection;
use crate::draft;
use crate::frame::{ProblemNotice, StaleNotice};
use crate::incident::{Time, Zone, contacts, nature, severity_text, test_notice, timeline};
use crate::navigator::PageLink;
use crate::remote::{Fetched, Remote};
use crate::route::{Board, Desk, Route};
use crate::signals::{Memo, RwSignal, Signal, StoredValue};
use crate::ui::{
    Announcer, Button, Choice, Emphasis, Empty, Fact, Facts, FieldError, Loading, RadioGroup,
    TextArea, announcer, error_of, focus_by_id, unique_id,
};
use crate::verdict::{Names, payer_name};
use crate::words::{self, Words, words};
use entitlement_rules::AccountFacts;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;
use support_api::desk::{DeskIncident, NewStatus};
use support_api::handover::DeskStatus;
use support_api::{COMMENT_LENGTH, IncidentStatus, NewComment, paths};

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub(super) struct Open {
    pub(super) found: Fetched<DeskIncident>,
    /// The facts of its partner's account, that a refund is judged on.
    pub(super) facts: Fetched<Arc<AccountFacts>>,
    pub(super) backend: Backend,
    pub(super) announcer: Announcer,
    pub(super) which: StoredValue<(String, String)>,
}

impl Open {
    /// Asks for both anew.
    pub(super) fn fetch(self) {
        let Some((partner, id)) = self.which.try_get_value() else {
            return;
        };
        let backend = self.backend;
        let incident = paths::desk_incident(&partner, &id);
        let account = paths::partner_account(&partner);
        self.found
            .fetch(async move { backend.desk(incident).await });
        self.facts
            .fetch(async move { backend.desk(account).await.map(Arc::new) });
    }

    /// Takes what came of an act. When somebody else was faster, what is shown is brought up to date.
    fn took(self, sending: Sending, outcome: Result<DeskIncident, Problem>, said: String) -> bool {
        if outcome.as_ref().err().is_some_and(is_changed) {
            self.fetch();
        }
        let Some(found) = sending.end(outcome) else {
            return false;
        };
        self.found.put(found);
        self.announcer.say(said);
        true
    }
}

/// One incident.
#[component]
pub(super) fn IncidentSection(
    /// Id of the partner account.
    partner: String,
    /// Its id.
    id: String,
    /// The operator's account, for the programme.
    known: Signal<Known>,
    /// The page's title.
    title: RwSignal<String>,
) -> impl IntoView {
    let words = words();
    let desk = Open {
        found: Fetched::new(),
        facts: Fetched::new(),
        backend: backend(),
        announcer: announcer(),
        which: StoredValue::new((partner, id)),
    };
    desk.fetch();
    Effect::new(move |_| {
        let number = desk
            .found
            .now()
            .with(|now| now.ready().map(|it| it.incident.number.clone()));
        if let Some(number) = number {
            title.set(words::incidents::incident_title(words, &number));
        }
    });
    let fetch = Callback::new(move |()| desk.fetch());
    connection().on_return(Callback::new(move |()| {
        if desk.found.now().with_untracked(|now| now.ready().is_some()) {
            desk.fetch();
        }
    }));
    let phase = Memo::new(move |_| {
        desk.found.now().with(|now| match now {
            Remote::Loading => Some(Err(None)),
            Remote::LoadingSlowly => Some(Ok(())),
            Remote::Ready(_) => None,
            Remote::Failed(problem) => Some(Err(Some(problem.clone()))),
        })
    });
    move || match phase.get() {
        None => view! { class="ps", <Shown desk=desk known=known/> }.into_any(),
        Some(Ok(())) => view! { class="ps", <Loading slowly=true/> }.into_any(),
        Some(Err(None)) => view! { class="ps", <Loading slowly=false/> }.into_any(),
        Some(Err(Some(problem))) if is_absent(&problem) => view! { class="ps",
            <Empty title=words::incidents::absent_title(words)>
                <p>{words::desk::incident_absent(words)}</p>
                <PageLink to=Route::Operator(Desk::Incidents(Board::default())) class="button">
                    {words::desk::section_incidents(words)}
                </PageLink>
            </Empty>
        }
        .into_any(),
        Some(Err(Some(problem))) => {
            view! { class="ps", <ProblemNotice problem=problem retry=fetch/> }.into_any()
        }
    }
}

/// The incident. What is typed into its forms stays when it changes.
#[component]
fn Shown(
    /// What the parts share.
    desk: Open,
    /// The operator's account, for the programme.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let part = move |draw: fn(Words, &DeskIncident, &Known) -> AnyView| {
        move || {
            desk.found
                .now()
                .with(|now| known.with(|known| now.ready().map(|now| draw(words, now, known))))
        }
    };
    let again = Callback::new(move |()| desk.fetch());
    view! { class="ps",
        <StaleNotice problem=desk.found.stale() retry=again/>
        <div class="incident">
            <div class="incident-main">
                {part(|words, found, _| test_notice(words, &found.incident))}
                <section class="card incident-story" aria-labelledby="incident-title">
                    {part(|_, found, _| {
                        let title = found.incident.title.clone();
                        let text = found.incident.description.clone();
                        view! { class="ps",
                            <h2 id="incident-title" dir="auto">{title}</h2>
                            <p class="incident-description" dir="auto">{text}</p>
                        }
                        .into_any()
                    })}
                </section>
                <section class="card" aria-labelledby="incident-timeline">
                    <h2 id="incident-timeline">{words::incidents::timeline(words)}</h2>
                    <Zone/>
                    {part(|words, found, _| timeline(words, &found.incident).into_any())}
                    <CommentForm desk=desk known=known/>
                </section>
            </div>
            <div class="incident-side">
                <section class="card incident-facts" aria-labelledby="incident-facts-title">
                    <h2 id="incident-facts-title">{words::incidents::facts(words)}</h2>
                    {part(facts)}
                    <div class="row"><Button on_press=again>{words::operator::refresh(words)}</Button></div>
                </section>
                <section class="card" aria-labelledby="incident-status">
                    <h2 id="incident-status">{words::desk::move_title(words)}</h2>
                    <StatusForm desk=desk/>
                </section>
                <section class="card" aria-labelledby="incident-refund">
                    <h2 id="incident-refund">{words::desk::refund(words)}</h2>
                    <Refund desk=desk known=known/>
                </section>
            </div>
        </div>
    }
}

/// What is known about it.
fn facts(words: Words, found: &DeskIncident, known: &Known) -> AnyView {
    let incident = &found.incident;
    let names = Names::of_programme(&known.programme, words.language());
    let payer = payer_name(words, &names.payer(&incident.funding));
    let benefit = incident
        .benefit
        .as_ref()
        .map(|key| super::benefit_name(known, key, words));
    let account = Route::Operator(Desk::Account(found.partner.clone()));
    let consumed = match incident.consumed {
        0 => words::incidents::consumed_none(words).to_owned(),
        some => words::incidents::consumed(words, some),
    };
    let product = product_text(names, &incident.product, incident.version.as_deref());
    let (name, by) = (found.partner_name.clone(), incident.created_by.clone());
    let (status, severity) = (incident.status, incident.severity);
    let at = incident.created_at.clone();
    let payer = benefit.unwrap_or(payer);
    let (nature, contacts) = (nature(words, incident), contacts(words, incident));
    view! { class="ps",
        <Facts>
            <Fact name=words::operator::partner(words)><PageLink to=account>{name}</PageLink></Fact>
            <Fact name=words::incidents::column_status(words)>{status_text(words, status)}</Fact>
            <Fact name=words::incidents::column_severity(words)>{severity_text(words, severity)}</Fact>
            <Fact name=words::incidents::column_product(words)>{product}</Fact>
            {nature}
            <Fact name=words::incidents::column_created(words)><Time at=at/></Fact>
            <Fact name=words::incidents::column_created_by(words)><span dir="auto">{by}</span></Fact>
            <Fact name=words::incidents::column_paid_by(words)>{payer}</Fact>
            <Fact name=words::incidents::consumption(words)>{consumed}</Fact>
            {contacts}
        </Facts>
    }
    .into_any()
}

/// Where an operator can say that it stands.
const MOVES: [(&str, DeskStatus); 5] = [
    ("open", DeskStatus::Open),
    ("in-progress", DeskStatus::InProgress),
    ("waiting-for-partner", DeskStatus::WaitingForPartner),
    ("resolved", DeskStatus::Resolved),
    ("closed", DeskStatus::Closed),
];

/// The form that says where it stands.
#[component]
fn StatusForm(
    /// What the parts share.
    desk: Open,
) -> impl IntoView {
    let words = words();
    let sending = Sending::new();
    let status = Memo::new(move |_| {
        desk.found
            .now()
            .with(|now| now.ready().map(|it| it.incident.status))
    });
    let chosen = RwSignal::new(String::new());
    // What somebody else said meanwhile is no longer a choice.
    Effect::new(move |_| {
        let _ = status.get();
        chosen.set(String::new());
    });
    let choices = Signal::derive(move || {
        let here = status.get();
        MOVES
            .iter()
            .filter(|(_, to)| Some(IncidentStatus::from(*to)) != here)
            .map(|(code, to)| {
                let to = IncidentStatus::from(*to);
                Choice::new(*code, status_text(words, to)).hint(effect_text(words, to))
            })
            .collect::<Vec<Choice>>()
    });
    let why_not = Signal::derive(move || {
        (status.get() == Some(IncidentStatus::Cancelled))
            .then(|| words::desk::move_cancelled(words).to_owned())
    });
    let field = unique_id("status");
    let error = error_of(sending.errors, &field);
    let form = NodeRef::<html::Form>::new();
    let target = field.clone();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if why_not.with_untracked(Option::is_some) {
            return;
        }
        let code = chosen.get_untracked();
        let from = status.get_untracked();
        let to = MOVES.iter().find(|(it, _)| *it == code);
        let from = MOVES
            .iter()
            .find(|(_, it)| Some(IncidentStatus::from(*it)) == from);
        let (Some((_, to)), Some((_, from))) = (to, from) else {
            let text = words::desk::move_missing(words).to_owned();
            sending.errors.set(vec![FieldError {
                field: target.clone(),
                text,
            }]);
            if let Some(form) = form.get_untracked() {
                focus_by_id(&form, &target);
            }
            return;
        };
        if !sending.begin() {
            return;
        }
        let body = NewStatus {
            status: *to,
            from: *from,
        };
        let (partner, id) = desk.which.get_value();
        let key = sending.key.for_body(&(&partner, &id, &body));
        let said = words::desk::moved(words, status_text(words, (*to).into()));
        leptos::task::spawn_local(async move {
            let sent = match to_json(&body) {
                Ok(body) => {
                    let path = paths::desk_status(&partner, &id);
                    desk.backend.desk_act(path, body, key).await
                }
                Err(problem) => Err(problem),
            };
            desk.took(sending, sent, said);
        });
    };
    view! { class="ps",
        <form class="form" novalidate=true node_ref=form on:submit=submit>
            <RadioGroup
                id=field legend=words::desk::move_legend(words) choices=choices value=chosen error=error
            />
            {sending.trouble(words)}
            <div>
                <Button submit=true emphasis=Emphasis::Primary busy=sending.busy why_not=why_not>
                    {words::desk::move_submit(words)}
                </Button>
            </div>
        </form>
    }
}

/// What a status means for the partner.
fn effect_text(words: Words, status: IncidentStatus) -> &'static str {
    use words::desk as say;
    match status {
        IncidentStatus::Open => say::to_open(words),
        IncidentStatus::InProgress => say::to_in_progress(words),
        IncidentStatus::WaitingForPartner => say::to_waiting(words),
        IncidentStatus::Resolved => say::to_resolved(words),
        IncidentStatus::Closed | IncidentStatus::Cancelled => say::to_closed(words),
    }
}

/// The form that writes on it. What was typed stays until it was sent.
#[component]
fn CommentForm(
    /// What the parts share.
    desk: Open,
    /// The operator's account.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let sending = Sending::new();
    let viewer = known.with_untracked(|known| known.facts.viewer.id.clone());
    let text = draft::comment_on(desk.which.get_value().1, viewer);
    let field = unique_id("comment");
    let error = error_of(sending.errors, &field);
    let form = NodeRef::<html::Form>::new();
    let why_not = Signal::derive(move || {
        let status = desk
            .found
            .now()
            .with(|now| now.ready().map(|it| it.incident.status))?;
        status
            .is_over()
            .then(|| words::incidents::comment_closed(words).to_owned())
    });
    let target = field.clone();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let written = text.get_untracked();
        if why_not.with_untracked(Option::is_some) {
            return;
        }
        if written.trim().is_empty() {
            let text = words::incidents::comment_missing(words).to_owned();
            sending.errors.set(vec![FieldError {
                field: target.clone(),
                text,
            }]);
            if let Some(form) = form.get_untracked() {
                focus_by_id(&form, &target);
            }
            return;
        }
        if !sending.begin() {
            return;
        }
        let body = NewComment {
            text: written.clone(),
        };
        let (partner, id) = desk.which.get_value();
        let key = sending.key.for_body(&(&partner, &id, &body));
        leptos::task::spawn_local(async move {
            let sent = match to_json(&body) {
                Ok(body) => {
                    let path = paths::desk_comments(&partner, &id);
                    desk.backend.desk_act(path, body, key).await
                }
                Err(problem) => Err(problem),
            };
            let said = words::incidents::comment_sent(words).to_owned();
            // What was typed on in the meantime is another comment.
            if desk.took(sending, sent, said) && text.with_untracked(|now| *now == written) {
                text.set(String::new());
            }
        });
    };
    view! { class="ps",
        <form class="form" novalidate=true node_ref=form on:submit=submit>
            <TextArea
                id=field label=words::incidents::comment(words) hint=words::desk::comment_hint(words)
                value=text rows=4 max_length=u32::try_from(COMMENT_LENGTH).unwrap_or(u32::MAX) error=error
            />
            {sending.trouble(words)}
            <div>
                <Button submit=true emphasis=Emphasis::Primary busy=sending.busy why_not=why_not>
                    {words::incidents::comment_send(words)}
                </Button>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::super::board::STATUSES;
    use super::*;

    #[test]
    fn every_status_but_a_cancelled_one_can_be_said_under_its_own_code() {
        for (code, status) in MOVES {
            let named = STATUSES.iter().find(|(it, _)| *it == code);
            assert_eq!(named.map(|(_, it)| *it), Some(status.into()));
        }
    }
}
