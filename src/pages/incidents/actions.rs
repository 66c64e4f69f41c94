//! What whoever sees an incident can do to it: each action says before it is pressed whether it can be done, by which rule,
//! and what it gives or takes.

use super::listing::SEVERITIES;
use super::severity_text;
use crate::account::{Account, Known, account};
use crate::backend::{Backend, FormKey, IncidentAct, Problem, backend};
use crate::draft;
use crate::frame::{SignInAgain, problem_sentence};
use crate::remote::Fetched;
use crate::signals::{RwSignal, Signal, StoredValue};
use crate::ui::{
    Announcer, Button, Choice, Dialog, Emphasis, Notice, RadioGroup, TextArea, Tone, announcer,
    focus_by_id, unique_id,
};
use crate::verdict::rule_alone;
use crate::words::{self, Words, words};
use entitlement_rules::{Date, Funding, IncidentQuestion, Question, RefundReason, RuleId};
use leptos::html;
use leptos::prelude::*;
use support_api::{
    COMMENT_LENGTH, Happening, Impact, Incident, IncidentStatus, NewComment, NewSeverity,
    ProblemCode, Severity, last_day_to_reopen,
};

/// One act at a time, and what came of it.
#[derive(Clone, Copy)]
struct Doing {
    found: Fetched<Incident>,
    account: Account,
    backend: Backend,
    announcer: Announcer,
    key: FormKey,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
}

impl Doing {
    fn new(found: Fetched<Incident>) -> Doing {
        Doing {
            found,
            account: account(),
            backend: backend(),
            announcer: announcer(),
            key: FormKey::new(),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
        }
    }

    /// Sends an act, unless one is on its way. Done, it is said, and `then` follows.
    fn send(self, act: IncidentAct, said: String, then: Callback<()>) {
        let id = self
            .found
            .now()
            .with_untracked(|now| now.ready().map(|it| it.id.clone()));
        let Some(id) = id.filter(|_| !self.busy.get_untracked()) else {
            return;
        };
        self.busy.set(true);
        self.problem.set(None);
        let key = self.key.for_body(&(&id, &act));
        leptos::task::spawn_local(async move {
            let outcome = self.backend.act(&id, &act, key).await;
            // The page may have been left by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(incident) => {
                    self.key.done();
                    self.found.put(incident);
                    self.announcer.say(said);
                    then.run(());
                    self.account.look_again();
                }
                Err(problem) => {
                    self.key.settle(&problem);
                    self.account.learn_from(&problem);
                    if problem.code() == Some(ProblemCode::StateChanged) {
                        let backend = self.backend;
                        self.found.fetch(async move { backend.incident(&id).await });
                    }
                    self.problem.set(Some(problem));
                }
            }
        });
    }

    /// Why the last try did nothing, or may have done nothing. What repeats it stands beside.
    fn trouble(self, words: Words) -> Option<AnyView> {
        let problem = self.problem.get()?;
        let is_open = FormKey::may_be_done(&problem);
        let (title, kept) = match &problem {
            Problem::SignedOut => (
                words::shell::problem_title(words),
                words::incidents::still_here(words),
            ),
            _ if is_open => (
                words::incidents::not_sure(words),
                words::incidents::safe_to_repeat(words),
            ),
            _ => (
                words::shell::problem_title(words),
                words::incidents::still_here(words),
            ),
        };
        let view = view! { class="ps",
            <Notice tone=Tone::Bad title=title urgent=true>
                <p>{problem_sentence(words, &problem)}</p>
                <p>{kept}</p>
                <SignInAgain problem=problem/>
            </Notice>
        };
        Some(view.into_any())
    }
}

/// The form that writes on an incident. What was typed stays until it was sent.
#[component]
pub(super) fn CommentForm(
    /// The incident; it is there.
    found: Fetched<Incident>,
    /// The account.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let doing = Doing::new(found);
    let id = of(found, |incident| incident.id.clone()).unwrap_or_default();
    let viewer = known.with_untracked(|known| known.facts.viewer.id.clone());
    let text = draft::comment_on(id, viewer);
    let field = unique_id("comment");
    let form = NodeRef::<html::Form>::new();
    let missing = RwSignal::new(false);
    let error = Signal::derive(move || {
        (missing.get() && text.with(|text| text.trim().is_empty()))
            .then(|| words::incidents::comment_missing(words).to_owned())
    });
    let why_not = Signal::derive(move || {
        let status = found.now().with(|now| now.ready().map(|it| it.status))?;
        match status {
            IncidentStatus::Closed => Some(words::incidents::comment_closed(words).to_owned()),
            IncidentStatus::Cancelled => Some(words::incidents::cancelled_final(words).to_owned()),
            _ => None,
        }
    });
    let target = field.clone();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if why_not.with_untracked(Option::is_some) {
            return;
        }
        let written = text.get_untracked();
        if written.trim().is_empty() {
            missing.set(true);
            if let Some(form) = form.get_untracked() {
                focus_by_id(&form, &target);
            }
            return;
        }
        missing.set(false);
        let comment = NewComment {
            text: written.clone(),
        };
        let said = words::incidents::comment_sent(words).to_owned();
        let then = Callback::new(move |()| {
            // What was typed on in the meantime is another comment.
            if text.with_untracked(|now| *now == written) {
                text.set(String::new());
            }
        });
        doing.send(IncidentAct::Comment(comment), said, then);
    };
    view! { class="ps",
        <form class="form" novalidate=true node_ref=form on:submit=submit>
            <TextArea
                id=field label=words::incidents::comment(words) hint=words::incidents::comment_hint(words)
                value=text rows=4 max_length=u32::try_from(COMMENT_LENGTH).unwrap_or(u32::MAX) error=error
            />
            {move || doing.trouble(words)}
            <div>
                <Button submit=true emphasis=Emphasis::Primary busy=doing.busy why_not=why_not>
                    {words::incidents::comment_send(words)}
                </Button>
            </div>
        </form>
    }
}

/// What the dialog is open for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Severity,
    Cancel,
    Reopen,
}

/// The actions, and the dialog in which each is confirmed: a page that frames or covers this one must not get one by a
/// single stolen click.
#[component]
pub(super) fn Actions(
    /// The incident; it is there.
    found: Fetched<Incident>,
    /// The account.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let doing = Doing::new(found);
    let open = RwSignal::new(false);
    let asked = StoredValue::new(Asked::Severity);
    let why_not = move |asked: Asked| {
        Signal::derive(move || {
            let today = known.with(|known| known.facts.as_of);
            found
                .now()
                .with(|now| why_not(words, now.ready()?, today, asked))
        })
    };
    let (severity, cancel, reopen) = (
        why_not(Asked::Severity),
        why_not(Asked::Cancel),
        why_not(Asked::Reopen),
    );
    let show = move |what: Asked| {
        Callback::new(move |()| {
            doing.problem.set(None);
            asked.set_value(what);
            open.set(true);
        })
    };
    let close = Callback::new(move |()| open.set(false));
    // Asked anew whenever the dialog opens.
    let title = Signal::derive(move || {
        open.track();
        match asked.get_value() {
            Asked::Severity => words::incidents::severity_change(words),
            Asked::Cancel => words::incidents::cancel(words),
            Asked::Reopen => words::incidents::reopen(words),
        }
        .to_owned()
    });
    let send = move |act: IncidentAct, said: &'static str| {
        Callback::new(move |()| doing.send(act.clone(), said.to_owned(), close))
    };
    view! { class="ps",
        <div class="incident-actions">
            <div><Button why_not=severity on_press=show(Asked::Severity)>{words::incidents::severity_change(words)}</Button></div>
            <div><Button why_not=reopen on_press=show(Asked::Reopen)>{words::incidents::reopen(words)}</Button></div>
            <div><Button emphasis=Emphasis::Danger why_not=cancel on_press=show(Asked::Cancel)>
                {words::incidents::cancel(words)}
            </Button></div>
        </div>
        <Dialog open=open title=title>
            {move || match asked.get_value() {
                Asked::Severity => {
                    view! { class="ps", <SeverityForm doing=doing known=known closed=severity close=close/> }.into_any()
                }
                Asked::Cancel => view! { class="ps",
                    <p>{words::incidents::cancel_text(words)}</p>
                    {move || found.now().with(|now| {
                        known.with(|known| now.ready().map(|incident| given_back(words, incident, known)))
                    })}
                    {move || doing.trouble(words)}
                    <div class="dialog-actions">
                        <Button
                            emphasis=Emphasis::Danger busy=doing.busy why_not=cancel
                            on_press=send(IncidentAct::Cancel, words::incidents::cancel_done(words))
                        >
                            {words::incidents::cancel(words)}
                        </Button>
                        <Button on_press=close>{words::incidents::go_back(words)}</Button>
                    </div>
                }
                .into_any(),
                Asked::Reopen => view! { class="ps",
                    <p>{words::incidents::reopen_text(words)}</p>
                    <p>{words::incidents::reopen_takes(words)}</p>
                    {move || found.now().with(|now| {
                        let last = last_day_to_reopen(since(now.ready()?)?);
                        Some(view! { class="ps", <p class="hint">{words::incidents::reopen_until(words, last)}</p> })
                    })}
                    {move || doing.trouble(words)}
                    <div class="dialog-actions">
                        <Button
                            emphasis=Emphasis::Primary busy=doing.busy why_not=reopen
                            on_press=send(IncidentAct::Reopen, words::incidents::reopen_done(words))
                        >
                            {words::incidents::reopen(words)}
                        </Button>
                        <Button on_press=close>{words::incidents::go_back(words)}</Button>
                    </div>
                }
                .into_any(),
            }}
        </Dialog>
    }
}

/// Effects on the business, with the value that the radio button of each has.
const IMPACTS: [(&str, Impact); 3] = [
    ("critical", Impact::Critical),
    ("moderate", Impact::Moderate),
    ("minimal", Impact::Minimal),
];

/// The form that changes the severity; made anew each time the dialog opens.
#[component]
fn SeverityForm(
    /// What it does.
    doing: Doing,
    /// The account.
    known: Signal<Known>,
    /// Why no severity can be chosen.
    closed: Signal<Option<String>>,
    /// Closes the dialog.
    close: Callback<()>,
) -> impl IntoView {
    let words = words();
    let (severity, impact) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // Where the programme does not ask for it, it says nothing (E18).
    let asks_impact = known.with_untracked(|known| RuleId::E18.is_in_force(&known.programme));
    let chosen = move || {
        let severity = severity.with(|code| SEVERITIES.iter().find(|(it, _)| it == code).copied());
        let impact = impact.with(|code| IMPACTS.iter().find(|(it, _)| it == code).copied());
        (severity.map(|(_, it)| it), impact.map(|(_, it)| it))
    };
    // The law's own answer for what is chosen.
    let ruled = move || {
        let (severity, impact) = chosen();
        let (severity, impact) = (severity?, impact?);
        doing.found.now().with(|now| {
            let question = question(now.ready()?, severity, impact);
            known.with(|known| rule_alone(words, known, &question, RuleId::E18))
        })
    };
    let why_not = Signal::derive(move || {
        let now = doing
            .found
            .now()
            .with(|now| now.ready().map(|it| it.severity));
        let reason = match chosen() {
            _ if closed.with(Option::is_some) => return closed.get(),
            (_, None) if asks_impact => words::incidents::impact_choose(words),
            (None, _) => words::incidents::severity_choose(words),
            (severity, _) if severity == now => words::incidents::severity_same(words),
            _ if ruled().is_some_and(|(fails, _)| fails) => {
                words::incidents::severity_unjustified(words)
            }
            _ => return None,
        };
        Some(reason.to_owned())
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (Some(severity), impact) = untrack(chosen) else {
            return;
        };
        if why_not.with_untracked(Option::is_some) {
            return;
        }
        let said = words::incidents::severity_done(words, severity_text(words, severity));
        doing.send(
            IncidentAct::Severity(NewSeverity { severity, impact }),
            said,
            close,
        );
    };
    let present = move || {
        let now = doing
            .found
            .now()
            .with(|now| now.ready().map(|it| it.severity));
        now.map(|now| words::incidents::severity_now(words, severity_text(words, now)))
    };
    let impacts = asks_impact.then(|| {
        use words::new_incident as say;
        let choices = [say::impact_critical(words), say::impact_moderate(words), say::impact_minimal(words)];
        let choices: Vec<Choice> =
            IMPACTS.iter().zip(choices).map(|((code, _), text)| Choice::new(*code, text)).collect();
        view! { class="ps",
            <RadioGroup
                id=unique_id("impact") legend=say::impact(words) hint=words::incidents::impact_hint(words)
                choices=Signal::stored(choices) value=impact
            />
        }
    });
    let severities: Vec<Choice> = SEVERITIES
        .iter()
        .map(|(code, it)| Choice::new(*code, severity_text(words, *it)))
        .collect();
    view! { class="ps",
        <form class="form" novalidate=true on:submit=submit>
            <p>{present}</p>
            {impacts}
            <RadioGroup
                id=unique_id("severity") legend=words::new_incident::severity(words)
                choices=Signal::stored(severities) value=severity
            />
            {move || ruled().map(|(_, rule)| rule)}
            {move || doing.trouble(words)}
            <div class="dialog-actions">
                <Button submit=true emphasis=Emphasis::Primary busy=doing.busy why_not=why_not>
                    {words::incidents::severity_change(words)}
                </Button>
                <Button on_press=close>{words::incidents::go_back(words)}</Button>
            </div>
        </form>
    }
}

/// The question of its creation, with another severity and another effect on the business.
fn question(incident: &Incident, severity: Severity, impact: Impact) -> Question {
    Question::CreateIncident(IncidentQuestion {
        beneficiary: Some(incident.beneficiary),
        product: Some(incident.product.clone()),
        version: incident.version.clone(),
        failing_side: incident.failing_side,
        kind: Some(incident.kind),
        severity: Some(severity),
        impact: Some(impact),
        issues: None,
        funding: Some(incident.funding.clone()),
    })
}

/// What cancelling gives back: nothing by itself, and whether the law would let the operator do it.
fn given_back(words: Words, incident: &Incident, known: &Known) -> AnyView {
    if incident.consumed == 0 {
        let nothing = words::incidents::cancel_nothing(words);
        return view! { class="ps", <p>{nothing}</p> }.into_any();
    }
    let kept = words::incidents::cancel_kept(words, incident.consumed);
    let ruled = match &incident.funding {
        Funding::Contract { contract } => {
            let question = Question::Refund {
                contract: contract.clone(),
                because: RefundReason::Withdrawn,
            };
            rule_alone(words, known, &question, RuleId::E9)
        }
        _ => None,
    };
    let ask = ruled.as_ref().is_some_and(|(fails, _)| !fails);
    let ask = ask.then(|| {
        let ask = words::incidents::cancel_ask(words);
        view! { class="ps", <p>{ask}</p> }
    });
    let rule = ruled.map(|(_, rule)| rule);
    view! { class="ps", <p><strong>{kept}</strong></p>{ask}{rule} }.into_any()
}

/// Why an action cannot be done as the incident stands on this day.
fn why_not(words: Words, incident: &Incident, today: Date, asked: Asked) -> Option<String> {
    use words::incidents as say;
    let status = incident.status;
    let reason = match asked {
        Asked::Severity if status.is_over() => say::severity_over(words),
        Asked::Cancel if status.can_be_cancelled() => return None,
        Asked::Cancel if status.is_over() => say::cancel_over(words),
        Asked::Cancel => say::cancel_begun(words),
        Asked::Reopen if status == IncidentStatus::Cancelled => say::cancelled_final(words),
        Asked::Reopen if !status.can_be_reopened() => say::reopen_not_over(words),
        Asked::Reopen => {
            let last = last_day_to_reopen(since(incident)?);
            return (today > last).then(|| say::reopen_late(words, last));
        }
        Asked::Severity => return None,
    };
    Some(reason.to_owned())
}

/// Since when it stands where it stands, as far as its timeline says.
fn since(incident: &Incident) -> Option<Date> {
    let mut changes = incident.timeline.iter().rev();
    let last = changes.find(|entry| matches!(entry.what, Happening::StatusChanged { .. }))?;
    Date::parse(last.at.get(..10)?)
}

fn of<T>(found: Fetched<Incident>, read: impl FnOnce(&Incident) -> T) -> Option<T> {
    found.now().with_untracked(|now| now.ready().map(read))
}

#[cfg(test)]
mod tests {
    use super::super::row::testing::incident;
    use super::*;
    use support_api::{Side, TimelineEntry};

    fn closed_on(day: &str) -> Incident {
        let mut incident = incident("7");
        incident.status = IncidentStatus::Closed;
        let event = |at: String, what| TimelineEntry {
            id: at.clone(),
            at,
            by: None,
            side: Side::Vendor,
            what,
        };
        let status = IncidentStatus::Closed;
        let text = "Thank you".into();
        incident.timeline = vec![
            event(
                format!("{day}T10:00:00Z"),
                Happening::StatusChanged { status },
            ),
            event("2021-03-04T10:00:00Z".into(), Happening::Commented { text }),
        ];
        incident
    }

    #[test]
    fn the_fortnight_of_reopening_counts_from_the_last_change_of_status() {
        let closed = Date::parse("2021-02-18");
        assert_eq!(since(&closed_on("2021-02-18")), closed);
        assert_eq!(closed.map(last_day_to_reopen), Date::parse("2021-03-04"));
    }

    #[test]
    fn the_law_is_asked_about_another_severity_of_the_same_incident() {
        let Question::CreateIncident(asked) =
            question(&incident("7"), Severity::A, Impact::Minimal)
        else {
            panic!("not about an incident")
        };
        assert_eq!(asked.severity, Some(Severity::A));
        assert_eq!(asked.impact, Some(Impact::Minimal));
        assert_eq!(asked.product.as_deref(), Some("windows-server"));
        assert_eq!(asked.funding, Some(incident("7").funding));
    }
}
