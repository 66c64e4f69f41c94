//! The form that opens an incident, with the law's answer beside it from the first moment.
//!
//! [`entries`] is what was entered, as data; [`form`] its signals; [`catalogue`] the products and where their versions
//! stand; [`product_field`] and [`link_contract`] are the two parts with a mind of their own; [`draft`] keeps what was
//! typed; [`review`] is the last look before it is sent.

mod catalogue;
mod draft;
mod entries;
mod form;
mod link_contract;
mod product_field;
mod review;

use crate::account::{Known, account};
use crate::backend::{IdempotencyKey, Problem, backend};
use crate::element::host;
use crate::frame::{Page, WhenKnown, problem_sentence};
use crate::navigator::{PageLink, navigator};
use crate::route::{Prefill, Route, View};
use crate::session::{SignInReason, session};
use crate::ui::{
    Announcer, Button, Choice, Dialog, Emphasis, ErrorSummary, FieldError, Notice, RadioGroup,
    Select, TextArea, TextField, Tone, element_by_id, error_of, focus_by_id,
};
use crate::verdict::{Answer, Code, Reading, VerdictPanel, Way, ask, payer_name, uses_sentence};
use crate::words::{self, Words, words};
use catalogue::{Standing, Supported, standing};
use entitlement_rules::{
    Beneficiary, Change, FailingSide, Funding, Impact, IncidentKind, Placement, Question, RuleId,
    Value, Version,
};
use entries::{Entries, Missing, code_of, funding_code};
use form::{Form, field};
use leptos::html;
use leptos::prelude::*;
use link_contract::{ACCESS_ID, LinkContract, Linked};
use product_field::ProductField;
use review::{Ready, ReviewFacts, impact_name, severity_name};
use support_api::{CUSTOMER_LENGTH, DESCRIPTION_LENGTH, ProblemCode, Severity, TITLE_LENGTH};
use web_sys::SubmitEvent;

/// The page.
#[component]
pub(super) fn NewIncidentPage(
    /// What the link that led here has answered already.
    prefill: Prefill,
) -> impl IntoView {
    let words = words();
    view! { class="ps",
        <Page title=words::new_incident::title(words).to_owned() lead=words::new_incident::lead(words)>
            <WhenKnown children=std::sync::Arc::new(move |known| {
                view! { class="ps", <NewIncidentForm known=known prefill=prefill.clone()/> }.into_any()
            })/>
        </Page>
    }
}

/// The form.
#[component]
fn NewIncidentForm(
    /// The account.
    known: Signal<Known>,
    /// What is answered already.
    prefill: Prefill,
) -> impl IntoView {
    let words = words();
    let (account, backend, navigator) = (account(), backend(), navigator());
    let node = NodeRef::<html::Form>::new();
    let host = host();
    let announcer = use_context::<Announcer>();
    let say = move |sentence: &str| {
        if let Some(announcer) = announcer {
            announcer.say(sentence);
        }
    };

    let first = known.with_untracked(|known| form::first_entries(known, &prefill));
    let viewer = known.with_untracked(|known| known.facts.viewer.id.clone());
    let kept = draft::restore(&viewer).filter(|draft| {
        // A link to another product starts afresh.
        prefill.product.is_none() || prefill.product.as_ref() == Some(&draft.entries.product)
    });
    // One key for one incident; a new one only when the last try has certainly created nothing.
    let key = StoredValue::new(
        kept.as_ref()
            .map_or_else(IdempotencyKey::new, |draft| draft.key.clone()),
    );
    let kept = kept.map(|draft| Entries {
        funding: match prefill.contract {
            Some(_) => first.funding.clone(),
            None => draft.entries.funding.clone(),
        },
        ..draft.entries
    });
    let restored = RwSignal::new(kept.is_some());
    let viewer = StoredValue::new(viewer);
    let form = Form::new(kept.unwrap_or_else(|| first.clone()));
    let sent = StoredValue::new(false);
    let start = StoredValue::new(first);
    Effect::new(move |_| {
        let entries = form.entries();
        if sent.get_value() || start.with_value(|start| *start == entries) {
            draft::discard();
        } else {
            viewer.with_value(|viewer| draft::keep(viewer, entries, key.get_value()));
        }
    });

    let question = Memo::new(move |_| known.with(|known| form.question(known)));
    let reading =
        Memo::new(move |_| known.with(|known| question.with(|asked| ask(known, asked, words))));
    let link_wanted = RwSignal::new(false);
    let linked = RwSignal::new(None::<Linked>);
    // Whether the two IDs are asked for, and for which benefit's.
    let asks_for_ids = Memo::new(move |_| {
        let in_the_way = reading
            .with(|reading| reading.answer == Answer::IdsFirst && reading.needs.is_empty())
            && known.with(|known| match question.get() {
                Question::CreateIncident(asked) => form::names_a_product(&asked, known),
                _ => false,
            });
        (in_the_way || link_wanted.get())
            .then(|| reading.with(|reading| benefit_asked(words, reading)))
    });

    let focus = move |id: &'static str| {
        request_animation_frame(move || {
            if let Some(form) = node.try_get_untracked().flatten() {
                focus_field(&form, id);
            }
        });
    };
    let errors = RwSignal::new(Vec::<FieldError>::new());
    let fundings = Memo::new(move |_| {
        // What can pay does not depend on the severity: the choice stays while that is made.
        let reading = known
            .with(|known| question.with(|asked| ask(known, &with_severity(asked, None), words)));
        fundings(words, &reading, &form.funding.get())
    });
    let has_fundings = Memo::new(move |_| fundings.with(|fundings| fundings.len() > 1));
    let enter_ids = move |funding: Funding| {
        let answers = reading.with_untracked(|reading| reading.funding.as_ref() == Some(&funding));
        if !answers {
            form.funding.set(funding_code(&funding));
        }
        link_wanted.set(true);
        focus(ACCESS_ID);
    };
    let on_change = Callback::new(move |change: Change| {
        let put = |value: RwSignal<String>, first: Option<String>, field: &'static str| {
            value.set(first.unwrap_or_default());
            focus(field);
        };
        match change {
            Change::Link { contract } => enter_ids(Funding::Contract { contract }),
            Change::LinkHeldIds { .. } => enter_ids(Funding::HeldIds),
            Change::ChooseVersion { versions, .. } => {
                put(form.version, versions.first().cloned(), field::VERSION);
            }
            Change::ChooseFailingSide { sides } => {
                put(form.failing_side, sides.first().map(code_of), field::SIDE);
            }
            Change::ChooseKind { kinds } => {
                put(form.kind, kinds.first().map(code_of), field::KIND);
            }
            Change::ChooseBeneficiary { beneficiaries } => {
                let whom = beneficiaries.first().map(code_of);
                put(form.beneficiary, whom, field::BENEFICIARY);
            }
            Change::ChooseSeverity { severities } => {
                put(
                    form.severity,
                    severities.first().map(code_of),
                    field::SEVERITY,
                );
            }
            Change::ChooseFunding { funding } => {
                form.funding.set(funding_code(&funding));
                // Where nothing else can pay, there is nothing to choose from.
                focus(match has_fundings.get_untracked() {
                    true => field::FUNDING,
                    false => field::KIND,
                });
            }
            _ => {}
        }
    });
    let on_linked = Callback::new(move |outcome: Linked| {
        link_wanted.set(false);
        if form.entries().funding() == Some(Funding::HeldIds) {
            form.funding.set(String::new());
        }
        // The message takes the focus, and is read with it.
        linked.set(Some(outcome));
        errors.set(Vec::new());
        focus(LINKED);
    });

    let ready = RwSignal::new(None::<Ready>);
    let reviewing = RwSignal::new(false);
    let pending = RwSignal::new(false);
    let trouble = RwSignal::new(None::<Problem>);

    let review = move || {
        let now = reading.get_untracked();
        let funding = now.funding.clone().unwrap_or(Funding::HeldIds);
        let entries = untrack(move || form.entries());
        let outcome = known.with_untracked(|known| entries.incident(&known.programme, &funding));
        let ids_missing = now.answer == Answer::IdsFirst;
        match (outcome, now.payer) {
            (Ok(incident), Some(payer)) if now.answer == Answer::Yes => {
                errors.set(Vec::new());
                ready.set(Some(Ready { incident, payer }));
                reviewing.set(true);
            }
            (outcome, _) => {
                let missing = outcome.err().unwrap_or_default();
                errors.set(field_errors(words, &missing, ids_missing));
            }
        }
    };
    let create = move || {
        let Some(Ready { incident, .. }) = ready.get_untracked() else {
            return;
        };
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        trouble.set(None);
        leptos::task::spawn_local(async move {
            let Some(sent_key) = key.try_get_value() else {
                return;
            };
            let outcome = backend.create_incident(incident, sent_key).await;
            let is_here = pending.try_set(false).is_none();
            match outcome {
                Ok(created) => {
                    draft::discard();
                    let id = created.incident.id.clone();
                    account.put(created.account);
                    if is_here {
                        sent.set_value(true);
                        reviewing.set(false);
                        account.created(&id);
                        host.emit("incident-created", &[("id", &id)]);
                        navigator.go(Route::Incident(id));
                    }
                }
                Err(problem) => {
                    account.learn_from(&problem);
                    if !is_here {
                        return;
                    }
                    if certainly_not_created(&problem) {
                        let fresh = IdempotencyKey::new();
                        key.set_value(fresh.clone());
                        let entries = untrack(move || form.entries());
                        viewer.with_value(|viewer| draft::keep(viewer, entries, fresh));
                    }
                    if !is_passing(&problem) {
                        reviewing.set(false);
                        focus(TROUBLE);
                    }
                    trouble.set(Some(problem));
                }
            }
        });
    };

    let discard = Callback::new(move |()| {
        form.put(start.get_value());
        key.set_value(IdempotencyKey::new());
        draft::discard();
        restored.set(false);
        say(words::new_incident::draft_discarded(words));
        focus(field::BENEFICIARY);
    });
    let notes = move || {
        let draft = restored.get().then(|| {
            view! { class="ps",
                <Notice title=words::new_incident::draft_title(words)>
                    <p>{words::new_incident::draft_text(words)}</p>
                    <Button on_press=discard>{words::new_incident::draft_discard(words)}</Button>
                </Notice>
            }
        });
        let trouble = trouble.get().filter(|_| !reviewing.get()).map(|problem| {
            let again = Callback::new(move |()| review());
            view! { class="ps",
                <div id=TROUBLE tabindex="-1"><TroubleNotice problem=problem again=again/></div>
            }
        });
        (draft, trouble)
    };

    let why_not = Signal::derive(move || {
        reading
            .with(|reading| matches!(reading.answer, Answer::No | Answer::TooUrgent))
            .then(|| words::new_incident::not_covered(words).to_owned())
    });
    let is_customer = Memo::new(move |_| form.beneficiary.get() == code_of(Beneficiary::Customer));
    let is_hybrid = Memo::new(move |_| {
        known.with(|known| {
            let product = form.product.with(|product| {
                known
                    .programme
                    .product(product)
                    .map(|product| product.placement)
            });
            product == Some(Placement::Hybrid)
        })
    });
    let versions =
        Memo::new(move |_| known.with(|known| versions(words, known, &form.product.get())));
    let has_versions = Memo::new(move |_| versions.with(|versions| !versions.is_empty()));
    let products =
        known.with_untracked(|known| catalogue::offered(&known.programme, words.language()));
    let severities = Memo::new(move |_| {
        known.with(|known| question.with(|asked| severities(words, known, asked)))
    });
    let is_in_force =
        |rule: RuleId| known.with_untracked(|known| rule.is_in_force(&known.programme));
    let severity_hint = if is_in_force(RuleId::E11) {
        words::new_incident::severity_hint(words)
    } else {
        words::new_incident::severity_hint_plain(words)
    };
    let impact_field = is_in_force(RuleId::E18).then(|| {
        view! { class="ps",
            <Select
                id=field::IMPACT label=words::new_incident::impact(words)
                hint=words::new_incident::impact_hint(words)
                placeholder=words::new_incident::impact_none(words)
                choices=Signal::stored(impacts(words)) value=form.impact
            />
        }
    });
    let as_of = known.with_untracked(|known| known.facts.as_of);
    let length = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let cancel_link = Callback::new(move |()| {
        link_wanted.set(false);
        form.funding.set(String::new());
        focus(field::KIND);
    });

    view! { class="ps",
        <div class="new-incident">
            <form
                class="incident-form" novalidate=true node_ref=node
                on:submit=move |submit: SubmitEvent| {
                    submit.prevent_default();
                    review();
                }
            >
                <div class="incident-notes">
                    <ErrorSummary errors=errors/>
                    {notes}
                </div>
                <div class="incident-grid">
                <div class="incident-coverage">
                    <RadioGroup
                        id=field::BENEFICIARY legend=words::new_incident::for_whom(words)
                        choices=Signal::stored(beneficiaries(words)) value=form.beneficiary
                        error=error_of(errors, field::BENEFICIARY)
                    />
                    {move || is_customer.get().then(|| view! { class="ps",
                        <TextField
                            id=field::CUSTOMER label=words::new_incident::customer(words) value=form.customer
                            max_length=length(CUSTOMER_LENGTH) error=error_of(errors, field::CUSTOMER)
                        />
                    })}
                    <ProductField
                        id=field::PRODUCT products=products value=form.product
                        error=error_of(errors, field::PRODUCT)
                    />
                    {move || has_versions.get().then(|| view! { class="ps",
                        <RadioGroup
                            id=field::VERSION legend=words::new_incident::version(words)
                            hint=words::new_incident::version_hint(words, as_of)
                            choices=versions value=form.version error=error_of(errors, field::VERSION)
                        />
                    })}
                    {move || is_hybrid.get().then(|| view! { class="ps",
                        <RadioGroup
                            id=field::SIDE legend=words::new_incident::side(words)
                            choices=Signal::stored(sides(words)) value=form.failing_side
                            error=error_of(errors, field::SIDE)
                        />
                    })}
                    <RadioGroup
                        id=field::KIND legend=words::new_incident::kind(words)
                        choices=Signal::stored(kinds(words)) value=form.kind error=error_of(errors, field::KIND)
                    />
                </div>
                <div class="incident-answer">
                    <VerdictPanel known=known question=question on_change=on_change/>
                </div>
                <div class="incident-details">
                    {move || linked.get().map(|linked| view! { class="ps", <LinkedNotice linked=linked known=known/> })}
                    {move || asks_for_ids.get().map(|benefit| {
                        let on_cancel = link_wanted.get().then_some(cancel_link);
                        view! { class="ps",
                            <LinkContract
                                known=known benefit=benefit error=error_of(errors, ACCESS_ID)
                                on_linked=on_linked on_cancel=on_cancel
                            />
                        }
                    })}
                    {move || has_fundings.get().then(|| view! { class="ps",
                        <RadioGroup
                            id=field::FUNDING legend=words::new_incident::funding(words)
                            choices=fundings value=form.funding
                        />
                    })}
                    {impact_field}
                    <RadioGroup
                        id=field::SEVERITY legend=words::new_incident::severity(words)
                        hint=severity_hint
                        choices=severities value=form.severity
                        error=error_of(errors, field::SEVERITY)
                    />
                    <TextField
                        id=field::TITLE label=words::new_incident::subject(words)
                        hint=words::new_incident::subject_hint(words) value=form.title
                        max_length=length(TITLE_LENGTH) error=error_of(errors, field::TITLE)
                    />
                    <TextArea
                        id=field::DESCRIPTION label=words::new_incident::description(words)
                        hint=words::new_incident::description_hint(words) value=form.description rows=8
                        max_length=length(DESCRIPTION_LENGTH) error=error_of(errors, field::DESCRIPTION)
                    />
                    <div>
                        <Button emphasis=Emphasis::Primary submit=true why_not=why_not>
                            {words::new_incident::review(words)}
                        </Button>
                    </div>
                </div>
                </div>
            </form>
            <Dialog open=reviewing title=words::new_incident::review_title(words).to_owned()>
                {move || ready.get().map(|ready| view! { class="ps",
                    <ReviewFacts ready=ready known=known.get_untracked()/>
                })}
                {move || trouble.get().map(|problem| view! { class="ps", <TroubleNotice problem=problem/> })}
                <div class="row dialog-actions">
                    <Button emphasis=Emphasis::Primary busy=pending on_press=Callback::new(move |()| create())>
                        {words::new_incident::create(words)}
                    </Button>
                    <Button on_press=Callback::new(move |()| reviewing.set(false))>
                        {words::new_incident::back(words)}
                    </Button>
                </div>
            </Dialog>
        </div>
    }
}

/// Id of the message that says what went wrong.
const TROUBLE: &str = "incident-trouble";
/// Id of the message that a contract was linked.
const LINKED: &str = "contract-linked";

/// Why the incident is not there, and what has become of what was typed.
#[component]
fn TroubleNotice(
    /// What went wrong.
    problem: Problem,
    /// Tries again; absent where the button for it is in sight.
    #[prop(optional, into)]
    again: Option<Callback<()>>,
) -> impl IntoView {
    let words = words();
    let session = session();
    let title = if certainly_not_created(&problem) || problem == Problem::SignedOut {
        words::new_incident::not_created(words)
    } else {
        words::new_incident::not_sure(words)
    };
    let code = problem.code();
    let text = match code {
        Some(ProblemCode::Refused) => words::new_incident::refused(words).to_owned(),
        Some(ProblemCode::IdempotencyKeyReused) => {
            words::new_incident::sent_before(words).to_owned()
        }
        _ => problem_sentence(words, &problem),
    };
    let list = (code == Some(ProblemCode::IdempotencyKeyReused)).then(|| {
        view! { class="ps",
            <p><PageLink to=Route::Incidents(View::default())>{words::new_incident::sent_before_list(words)}</PageLink></p>
        }
    });
    let kept = match &problem {
        Problem::SignedOut => Some(words::new_incident::kept_signed_out(words)),
        problem if is_passing(problem) => Some(words::new_incident::kept(words)),
        _ => None,
    };
    let way_on = match &problem {
        Problem::SignedOut => Some((
            Callback::new(move |()| session.ask_to_sign_in(SignInReason::Asked)),
            words::shell::sign_in(words),
        )),
        problem => again
            .filter(|_| is_passing(problem))
            .map(|again| (again, words::shell::retry(words))),
    };
    view! { class="ps",
        <Notice tone=Tone::Bad title=title urgent=true>
            <p>{text}</p>
            {kept.map(|kept| view! { class="ps", <p>{kept}</p> })}
            {list}
            {way_on.map(|(on_press, text)| view! { class="ps", <Button on_press=on_press>{text}</Button> })}
        </Notice>
    }
}

/// The server has answered that it did nothing: another try may be another request. After any other failure the
/// incident may be there, and only the same key makes another try safe.
fn certainly_not_created(problem: &Problem) -> bool {
    match problem.code() {
        None
        | Some(
            ProblemCode::Internal
            | ProblemCode::Unavailable
            | ProblemCode::StillRunning
            | ProblemCode::TooManyRequests,
        ) => false,
        Some(_) => true,
    }
}

/// Trying the same again may work.
fn is_passing(problem: &Problem) -> bool {
    *problem != Problem::SignedOut && !certainly_not_created(problem)
}

/// A contract was linked: which, with its IDs masked.
#[component]
fn LinkedNotice(
    /// What came of it.
    linked: Linked,
    /// The account.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let text = match &linked {
        Linked::Now(contract) => {
            let language = words.language();
            let benefit = known.with_untracked(|known| {
                crate::verdict::Names::new(&known.programme, &known.facts, language)
                    .benefit(&contract.benefit.benefit)
            });
            words::new_incident::linked_text(
                words,
                &benefit,
                contract.access_id_masked.as_deref().unwrap_or_default(),
                contract.contract_id_masked.as_deref().unwrap_or_default(),
            )
        }
        Linked::Before => words::new_incident::linked_again(words).to_owned(),
    };
    view! { class="ps",
        <div id=LINKED tabindex="-1">
            <Notice tone=Tone::Good title=words::new_incident::linked_title(words)><p>{text}</p></Notice>
        </div>
    }
}

/// Name of the partner's own benefit whose IDs are asked for; none for a contract from elsewhere.
fn benefit_asked(words: Words, reading: &Reading) -> Option<String> {
    match (&reading.funding, &reading.payer) {
        (Some(Funding::HeldIds), _) | (_, None) => None,
        (_, Some(payer)) => Some(payer_name(words, &payer.name)),
    }
}

fn field_errors(words: Words, missing: &[Missing], ids_missing: bool) -> Vec<FieldError> {
    let mut errors: Vec<FieldError> = Vec::new();
    let link = FieldError {
        field: ACCESS_ID.into(),
        text: words::new_incident::missing_link(words).into(),
    };
    let (before, after): (Vec<Missing>, Vec<Missing>) = missing
        .iter()
        .partition(|missing| missing.comes_before_ids());
    let error = |missing: Missing| FieldError {
        field: missing.field().into(),
        text: missing_sentence(words, missing).into(),
    };
    // The IDs are asked for only once everything before them is answered.
    let ids_missing = ids_missing && before.is_empty();
    errors.extend(before.into_iter().map(error));
    errors.extend(ids_missing.then_some(link));
    errors.extend(after.into_iter().map(error));
    errors
}

fn missing_sentence(words: Words, missing: Missing) -> &'static str {
    use words::new_incident as say;
    match missing {
        Missing::Beneficiary => say::missing_beneficiary(words),
        Missing::Customer => say::missing_customer(words),
        Missing::Product => say::missing_product(words),
        Missing::Version => say::missing_version(words),
        Missing::FailingSide => say::missing_side(words),
        Missing::Kind => say::missing_kind(words),
        Missing::Severity => say::missing_severity(words),
        Missing::Title => say::missing_title(words),
        Missing::Description => say::missing_description(words),
    }
}

fn beneficiaries(words: Words) -> Vec<Choice> {
    use words::new_incident as say;
    vec![
        Choice::new(code_of(Beneficiary::OwnCompany), say::for_own(words)),
        Choice::new(code_of(Beneficiary::Customer), say::for_customer(words))
            .hint(say::for_customer_hint(words)),
    ]
}

fn sides(words: Words) -> Vec<Choice> {
    use words::new_incident as say;
    vec![
        Choice::new(
            code_of(FailingSide::OnPremises),
            say::side_on_premises(words),
        ),
        Choice::new(code_of(FailingSide::Cloud), say::side_cloud(words)),
    ]
}

fn kinds(words: Words) -> Vec<Choice> {
    use words::new_incident as say;
    let choice = |kind: IncidentKind, code: Code, hint: &'static str| {
        Choice::new(code_of(kind), code.word(words)).hint(hint)
    };
    vec![
        choice(
            IncidentKind::BreakFix,
            Code::BreakFix,
            say::kind_break_fix_hint(words),
        ),
        choice(
            IncidentKind::Advisory,
            Code::Advisory,
            say::kind_advisory_hint(words),
        ),
        choice(
            IncidentKind::Billing,
            Code::Billing,
            say::kind_billing_hint(words),
        ),
    ]
}

fn impacts(words: Words) -> Vec<Choice> {
    [Impact::Critical, Impact::Moderate, Impact::Minimal]
        .map(|impact| Choice::new(code_of(impact), impact_name(words, impact)))
        .into()
}

/// The same question for another severity, whatever the effect on the business.
fn with_severity(question: &Question, severity: Option<Severity>) -> Question {
    let mut question = question.clone();
    if let Question::CreateIncident(asked) = &mut question {
        asked.severity = severity;
        asked.impact = None;
    }
    question
}

/// The reference target of a severity in hours, where what pays has one (E11).
fn target(known: &Known, question: &Question, severity: Severity) -> Option<u32> {
    let verdict = known.decide(&with_severity(question, Some(severity)));
    match verdict.rule(RuleId::E11)?.input("reference-target-hours")? {
        Value::Count(hours) => Some(*hours),
        _ => None,
    }
}

fn severities(words: Words, known: &Known, question: &Question) -> Vec<Choice> {
    use words::new_incident as say;
    let severities = [
        (Severity::A, say::severity_a_text(words)),
        (Severity::B, say::severity_b_text(words)),
        (Severity::C, say::severity_c_text(words)),
    ];
    severities
        .into_iter()
        .map(|(severity, text)| {
            let hint = match target(known, question, severity) {
                Some(hours) => format!("{text} {}", say::severity_target(words, hours)),
                None => text.to_owned(),
            };
            Choice::new(code_of(severity), severity_name(words, severity)).hint(hint)
        })
        .collect()
}

/// The versions of a product, the newest first and those still to come last, each with where it stands on the account's day.
fn versions(words: Words, known: &Known, product: &str) -> Vec<Choice> {
    use words::new_incident as say;
    let Some(product) = known.programme.product(product) else {
        return Vec::new();
    };
    let day = known.facts.as_of;
    let (out, to_come): (Vec<&Version>, Vec<&Version>) = product
        .versions
        .iter()
        .rev()
        .partition(|version| version.start <= day);
    out.into_iter()
        .chain(to_come)
        .map(|version| {
            let (standing, supported) = standing(product, version, day);
            let mut hint = vec![match standing {
                Standing::Current => say::v_current(words).to_owned(),
                Standing::Behind(count) => say::v_behind(words, count),
                Standing::Future(day) => say::v_future(words, day),
            }];
            match supported {
                Supported::Mainstream(day) => hint.push(say::v_mainstream(words, day)),
                Supported::Modern => hint.push(say::v_modern(words).to_owned()),
                Supported::Over(day, extended) => {
                    hint.push(say::v_mainstream_over(words, day));
                    hint.extend(extended.map(|day| say::v_extended(words, day)));
                }
            }
            Choice::new(version.id.clone(), version.name.clone()).hint(hint.join(" "))
        })
        .collect()
}

/// The ways to pay that would be allowed, and the one that was chosen; the first is the law's own suggestion.
fn fundings(words: Words, reading: &Reading, chosen: &str) -> Vec<Choice> {
    let choice = |way: &Way| {
        Choice::new(
            funding_code(&way.funding),
            payer_name(words, &way.payer.name),
        )
        .hint(uses_sentence(words, &way.payer))
    };
    let mut ways = reading.ways.iter();
    let Some(first) = ways.next() else {
        return Vec::new();
    };
    let suggested =
        words::new_incident::funding_suggested(words, &payer_name(words, &first.payer.name));
    // A link that asked for what the law suggests anyway has asked for nothing else.
    let value = if funding_code(&first.funding) == chosen {
        chosen
    } else {
        ""
    };
    let mut choices = vec![Choice::new(value, suggested).hint(uses_sentence(words, &first.payer))];
    choices.extend(
        ways.filter(|way| way.answer == Answer::Yes || funding_code(&way.funding) == chosen)
            .map(choice),
    );
    choices
}

/// Moves the focus to a field; in a group of radio buttons, to the chosen one.
fn focus_field(near: &web_sys::Node, id: &str) {
    let chosen = element_by_id(near, id)
        .and_then(|field| field.closest("fieldset.radios").ok().flatten())
        .and_then(|group| group.query_selector("input:checked").ok().flatten())
        .map(|chosen| chosen.id());
    focus_by_id(near, chosen.as_deref().unwrap_or(id));
}
