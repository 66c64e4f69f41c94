//! The form that opens an incident, with the law's answer beside it from the first moment.
//!
//! [`entries`] is what was entered, as data; [`form`] its signals and its parts; [`choices`] what can be chosen;
//! [`catalogue`] the products and where their versions stand; [`product_field`], [`customer_way`], [`ways`],
//! [`life`], [`link_contract`], [`describe`], [`contacts`] and [`similar`] are the parts with a mind of their own; [`progress`] says
//! what is still missing; [`draft`] keeps what was typed; [`review`] is the last look before it is sent.

mod answer_apart;
mod catalogue;
mod choices;
mod contacts;
mod customer_way;
mod describe;
mod draft;
mod entries;
mod form;
mod life;
mod link_contract;
#[cfg(feature = "gallery")]
pub(crate) mod parts;
mod product_field;
mod progress;
mod review;
mod similar;
mod ways;

pub(crate) use answer_apart::AnswerApart;

use crate::account::{Known, account};
use crate::backend::{IdempotencyKey, Problem, backend};
use crate::element::host;
use crate::frame::{Page, WhenKnown, problem_sentence};
use crate::navigator::{PageLink, navigator};
use crate::route::{Prefill, Route, View};
use crate::session::{SignInReason, session};
use crate::signals::{Memo, RwSignal, Signal, StoredValue};
use crate::ui::{
    Announcer, Button, Check, CopyButton, Dialog, Emphasis, ErrorSummary, FieldError, Notice,
    RadioGroup, Select, TextField, Tone, element_by_id, error_of, focus_by_id,
};
use crate::verdict::{Answer, Reading, VerdictPanel, ask, payer_name};
use crate::words::{self, Words, words};
use choices::{
    beneficiaries, impacts, kinds, severities, sides, sounds_like_advice, versions, with_severity,
};
use contacts::Contacts;
use customer_way::CustomerWay;
use describe::{Describe, composed};
use entitlement_rules::{
    Beneficiary, Change, Date, Funding, IncidentKind, Placement, Question, RuleId,
};
use entries::{Missing, code_of, funding_code};
use form::{Form, Section, field};
use leptos::html;
use leptos::prelude::*;
use leptos::task::tick;
use life::Life;
use link_contract::{LinkContract, Linked};
use product_field::ProductField;
use progress::Progress;
use review::{Ready, ReviewFacts};
use similar::Similar;
use support_api::{CUSTOMER_LENGTH, ProblemCode, TITLE_LENGTH};
use ways::WaysToPay;
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
    let kept = draft::restore(&viewer);
    // One key for one incident; a new one only when the last try has certainly created nothing.
    let key = StoredValue::new(
        kept.as_ref()
            .map_or_else(IdempotencyKey::new, |draft| draft.key.clone()),
    );
    // A link asks its own question of what was typed before: nothing that was typed is lost.
    let kept = kept.map(|draft| form::answered(draft.entries, &prefill));
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

    // What a press has made is drawn after its tick. A frame would be later than a key that follows at once.
    let lead = Callback::new(move |id: String| {
        leptos::task::spawn_local(async move {
            tick().await;
            if let Some(form) = node.try_get_untracked().flatten() {
                focus_field(&form, &id);
            }
        });
    });
    let focus = move |id: &str| lead.run(id.to_owned());
    let errors = RwSignal::new(Vec::<FieldError>::new());
    let ways = Memo::new(move |_| {
        // What can pay does not depend on the severity: the choice stays while that is made.
        known
            .with(|known| question.with(|asked| ask(known, &with_severity(asked, None), words)))
            .ways
    });
    let enter_ids = move |funding: Funding| {
        let answers = reading.with_untracked(|reading| reading.funding.as_ref() == Some(&funding));
        if !answers {
            form.funding.set(funding_code(&funding));
        }
        link_wanted.set(true);
        focus(field::ACCESS_ID);
    };
    let on_change = Callback::new(move |change: Change| {
        let put = |value: RwSignal<String>, first: Option<String>, field: &'static str| {
            value.set(first.unwrap_or_default());
            focus(field);
        };
        match change {
            Change::Link { contract } => enter_ids(Funding::Contract { contract }),
            Change::LinkHeldIds { .. } => enter_ids(Funding::HeldIds),
            Change::ChooseProduct { products } => {
                // Of many the reader chooses.
                if let [chosen] = &products[..] {
                    form.product.set(chosen.product.clone());
                    form.version.set(chosen.version.clone().unwrap_or_default());
                }
                focus(field::PRODUCT);
            }
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
                focus(field::FUNDING);
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
        let description = composed(words, &entries);
        let outcome =
            known.with_untracked(|known| entries.incident(&known.programme, &funding, description));
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
    let asked_on = Date::parse(&prefill.asked_on);
    let notes = move || {
        let shared = asked_on.map(|day| {
            let today = known.with(|known| known.facts.as_of);
            view! { class="ps",
                <Notice title=words::new_incident::shared_title(words, day)>
                    <p>{words::new_incident::shared_text(words, today)}</p>
                </Notice>
            }
        });
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
        (shared, draft, trouble)
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
    let missing = Memo::new(move |_| known.with(|known| missing_now(words, known, form)));
    let sounds_like_advice = Memo::new(move |_| {
        let is_specific = form.entries().kind() == Some(IncidentKind::BreakFix);
        is_specific && form.title.with(|title| sounds_like_advice(words, title))
    });
    Effect::new(move |_| {
        if sounds_like_advice.get() {
            say(words::new_incident::advice_title(words));
        }
    });
    let choose_advice = Callback::new(move |()| {
        form.kind.set(code_of(IncidentKind::Advisory));
        focus(field::KIND);
    });
    let link = Callback::new(move |()| {
        let entries = untrack(move || form.entries());
        let question = known.with_untracked(|known| form::shared(&entries, known));
        let address = navigator.whole_address(&Route::NewIncident(question));
        address.unwrap_or_default()
    });
    let share = navigator.shown_at().map(|_| {
        view! { class="ps",
            <div class="share">
                <CopyButton what=words::new_incident::share_link(words) text=link in_sight=true/>
                <p class="hint">{words::new_incident::share_hint(words)}</p>
            </div>
        }
    });
    let head = move |section: Section| {
        view! { class="ps", <h2 id=section.head() tabindex="-1">{section.title(words)}</h2> }
    };
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
                <Progress missing=missing reading=reading lead=lead/>
                <div class="incident-grid">
                <section class="incident-coverage form-part" aria-labelledby=Section::Coverage.head()>
                    {head(Section::Coverage)}
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
                    <CustomerWay known=known question=question/>
                    <ProductField
                        id=field::PRODUCT products=products value=form.product
                        error=error_of(errors, field::PRODUCT)
                    />
                    <Life known=known product=form.product/>
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
                </section>
                <div class="incident-answer">
                    <VerdictPanel known=known question=question on_change=on_change/>
                    {share}
                </div>
                <div class="incident-details">
                    <section class="form-part" aria-labelledby=Section::Funding.head()>
                        {head(Section::Funding)}
                        {move || linked.get().map(|linked| view! { class="ps", <LinkedNotice linked=linked known=known/> })}
                        {move || asks_for_ids.get().map(|benefit| {
                            let on_cancel = link_wanted.get().then_some(cancel_link);
                            view! { class="ps",
                                <LinkContract
                                    id=field::ACCESS_ID known=known benefit=benefit error=error_of(errors, field::ACCESS_ID)
                                    on_linked=on_linked on_cancel=on_cancel
                                />
                            }
                        })}
                        <WaysToPay id=field::FUNDING ways=ways value=form.funding/>
                    </section>
                    <section class="form-part" aria-labelledby=Section::Severity.head()>
                        {head(Section::Severity)}
                        {impact_field}
                        <RadioGroup
                            id=field::SEVERITY legend=words::new_incident::severity(words)
                            hint=severity_hint
                            choices=severities value=form.severity
                            error=error_of(errors, field::SEVERITY)
                        />
                    </section>
                    <section class="form-part" aria-labelledby=Section::Problem.head()>
                        {head(Section::Problem)}
                        <TextField
                            id=field::TITLE label=words::new_incident::subject(words)
                            hint=words::new_incident::subject_hint(words) value=form.title
                            max_length=length(TITLE_LENGTH) error=error_of(errors, field::TITLE)
                        />
                        {move || sounds_like_advice.get().then(|| view! { class="ps",
                            <Notice title=words::new_incident::advice_title(words)>
                                <p>{words::new_incident::advice_text(words)}</p>
                                <Button on_press=choose_advice>{words::new_incident::advice_choose(words)}</Button>
                            </Notice>
                        })}
                        <Describe form=form errors=errors/>
                    </section>
                    <section class="form-part" aria-labelledby=Section::Contacts.head()>
                        {head(Section::Contacts)}
                        <Contacts form=form errors=errors lead=lead/>
                    </section>
                    <section class="form-part" aria-labelledby="part-send">
                        <h2 id="part-send">{words::new_incident::part_send(words)}</h2>
                        <Similar product=form.product title=form.title/>
                        <div>
                            <Check label=words::new_incident::test(words) value=form.test/>
                            <p class="hint">{words::new_incident::test_hint(words)}</p>
                        </div>
                        <div>
                            <Button emphasis=Emphasis::Primary submit=true why_not=why_not>
                                {words::new_incident::review(words)}
                            </Button>
                        </div>
                    </section>
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

/// Every field that is missing now, in the order of the form.
fn missing_now(words: Words, known: &Known, form: Form) -> Vec<Missing> {
    let entries = form.entries();
    let description = composed(words, &entries);
    let entered = entries.incident(&known.programme, &Funding::HeldIds, description);
    entered.err().unwrap_or_default()
}

fn field_errors(words: Words, missing: &[Missing], ids_missing: bool) -> Vec<FieldError> {
    let mut errors: Vec<FieldError> = Vec::new();
    let link = FieldError {
        field: field::ACCESS_ID.into(),
        text: words::new_incident::missing_link(words).into(),
    };
    let (before, after): (Vec<Missing>, Vec<Missing>) = missing
        .iter()
        .partition(|missing| missing.comes_before_ids());
    let error = |missing: Missing| FieldError {
        field: missing.field(),
        text: missing_sentence(words, missing),
    };
    // The IDs are asked for only once everything before them is answered.
    let ids_missing = ids_missing && before.is_empty();
    errors.extend(before.into_iter().map(error));
    errors.extend(ids_missing.then_some(link));
    errors.extend(after.into_iter().map(error));
    errors
}

fn missing_sentence(words: Words, missing: Missing) -> String {
    use words::new_incident as say;
    let number = |place: usize| u32::try_from(place + 1).unwrap_or(u32::MAX);
    let sentence = match missing {
        Missing::Beneficiary => say::missing_beneficiary(words),
        Missing::Customer => say::missing_customer(words),
        Missing::Product => say::missing_product(words),
        Missing::Version => say::missing_version(words),
        Missing::FailingSide => say::missing_side(words),
        Missing::Kind => say::missing_kind(words),
        Missing::Severity => say::missing_severity(words),
        Missing::Title => say::missing_title(words),
        Missing::Description => say::missing_description(words),
        Missing::ErrorText => say::missing_error_text(words),
        Missing::Shorter => say::missing_shorter(words),
        Missing::ContactName(place) => return say::missing_contact_name(words, number(place)),
        Missing::ContactReach(place) => return say::missing_contact_reach(words, number(place)),
        Missing::ContactEmail(place) => return say::missing_contact_email(words, number(place)),
    };
    sentence.to_owned()
}

/// Moves the focus to a field; in a group of radio buttons, to the chosen one.
fn focus_field(near: &web_sys::Node, id: &str) {
    let chosen = element_by_id(near, id)
        .and_then(|field| field.closest("fieldset.radios").ok().flatten())
        .and_then(|group| group.query_selector("input:checked").ok().flatten())
        .map(|chosen| chosen.id());
    focus_by_id(near, chosen.as_deref().unwrap_or(id));
}
