//! One partner account: its master data, offers, activations, contracts with their balances, and the people who belong to
//! it.

use super::lists::{Pages, Part};
use super::reject::reason_sentence;
use super::{Sending, allotment_text, benefit_name, is_absent, is_changed};
use crate::account::Known;
use crate::backend::{Backend, Problem, backend, to_json};
use crate::connection::connection;
use crate::frame::{ProblemNotice, StaleNotice};
use crate::incident::{Time, timed};
use crate::navigator::PageLink;
use crate::remote::{Fetched, Remote};
use crate::route::{Board, Desk, Route};
use crate::signals::{Memo, RwSignal, Signal, StoredValue};
use crate::ui::{
    Announcer, Button, Check, Dialog, Emphasis, Empty, ErrorSummary, Fact, Facts, FieldError,
    Loading, Table, TextArea, TextField, announcer, error_of, unique_id,
};
use crate::verdict::Names;
use crate::words::{self, Words, words};
use entitlement_rules::{
    AccountFacts, Activation, Allotment, Balance, Contract, EntryKind, MembershipOffer,
    MembershipPortal, OfferStatus, ResellerKind,
};
use leptos::prelude::*;
use std::sync::Arc;
use support_api::desk::PartnerPeople;
use support_api::{Correction, LedgerLine, LedgerPage, PersonBinding, REASON_LENGTH, paths};

/// Lines of a history that are told at a time.
const LINES: u32 = 25;
/// Most by which a balance can be corrected at a time.
const MOST: i32 = 1_000;
/// Longest issuer and subject, in characters.
const NAME_LENGTH: u32 = 255;

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Shown {
    id: StoredValue<String>,
    facts: Fetched<Arc<AccountFacts>>,
    people: Fetched<PartnerPeople>,
    backend: Backend,
    announcer: Announcer,
    known: Signal<Known>,
    /// Counts what changed a balance here.
    changes: RwSignal<u32>,
}

impl Shown {
    fn fetch(self) {
        let (backend, id) = (self.backend, self.id.get_value());
        let (account, people) = (paths::partner_account(&id), paths::partner_people(&id));
        self.facts
            .fetch(async move { backend.desk(account).await.map(Arc::new) });
        self.people.fetch(async move { backend.desk(people).await });
    }
}

/// One account.
#[component]
pub(super) fn AccountSection(
    /// Its id.
    id: String,
    /// The operator's account, for the programme.
    known: Signal<Known>,
    /// The page's title.
    title: RwSignal<String>,
) -> impl IntoView {
    let words = words();
    let shown = Shown {
        id: StoredValue::new(id),
        facts: Fetched::new(),
        people: Fetched::new(),
        backend: backend(),
        announcer: announcer(),
        known,
        changes: RwSignal::new(0),
    };
    shown.fetch();
    let partner_name = Memo::new(move |_| {
        shown.facts.now().with(|now| {
            let partner = now.ready()?.partner.as_ref()?;
            Some(partner.name.clone())
        })
    });
    Effect::new(move |_| {
        if let Some(name) = partner_name.get() {
            title.set(name);
        }
    });
    let phase = Memo::new(move |_| {
        shown.facts.now().with(|now| match now {
            Remote::Loading => Some(Err(None)),
            Remote::LoadingSlowly => Some(Ok(())),
            Remote::Ready(_) => None,
            Remote::Failed(problem) => Some(Err(Some(problem.clone()))),
        })
    });
    let fetch = Callback::new(move |()| shown.fetch());
    connection().on_return(Callback::new(move |()| {
        if shown
            .facts
            .now()
            .with_untracked(|now| now.ready().is_some())
        {
            shown.fetch();
        }
    }));
    move || match phase.get() {
        None => view! { class="ps", <Account shown=shown/> }.into_any(),
        Some(Ok(())) => view! { class="ps", <Loading slowly=true/> }.into_any(),
        Some(Err(None)) => view! { class="ps", <Loading slowly=false/> }.into_any(),
        Some(Err(Some(problem))) if is_absent(&problem) => view! { class="ps",
            <Empty title=words::desk::account_absent(words)>
                <p>{words::desk::account_absent_text(words)}</p>
                <PageLink to=Route::Operator(Desk::Accounts(String::new())) class="button">
                    {words::desk::section_accounts(words)}
                </PageLink>
            </Empty>
        }
        .into_any(),
        Some(Err(Some(problem))) => {
            view! { class="ps", <ProblemNotice problem=problem retry=fetch/> }.into_any()
        }
    }
}

/// The account, part by part.
#[component]
fn Account(
    /// What the parts share.
    shown: Shown,
) -> impl IntoView {
    let words = words();
    let part = move |draw: fn(Words, &AccountFacts, &Known) -> AnyView| {
        move || {
            shown.facts.now().with(|now| {
                shown
                    .known
                    .with(|known| now.ready().map(|now| draw(words, now, known)))
            })
        }
    };
    let id = shown.id.get_value();
    let board = Route::Operator(Desk::Incidents(Board {
        partner: id.clone(),
        status: "all".into(),
        ..Board::default()
    }));
    let again = Callback::new(move |()| shown.fetch());
    let correcting = Correcting {
        sending: Sending::new(),
        contract: RwSignal::new(None),
    };
    view! { class="ps",
        <div class="desk-section">
            <StaleNotice problem=shown.facts.stale() retry=again/>
            <div class="row">
                <PageLink to=board class="button">{words::desk::see_incidents(words)}</PageLink>
                <PageLink to=Route::Operator(Desk::Audit(id)) class="button">{words::desk::see_audit(words)}</PageLink>
                <Button on_press=again>{words::operator::refresh(words)}</Button>
            </div>
            <section class="card" aria-labelledby="account-data">
                <h2 id="account-data">{words::desk::master_data(words)}</h2>
                {part(master_data)}
                <p class="hint">{words::desk::master_data_hint(words)}</p>
            </section>
            <div class="card">
                <h2 id="account-offers">{words::desk::offers(words)}</h2>
                {part(offers)}
            </div>
            <section class="card" aria-labelledby="account-benefits">
                <h2 id="account-benefits">{words::desk::activations(words)}</h2>
                {part(activations)}
            </section>
            <section class="card" aria-labelledby="account-contracts">
                <h2 id="account-contracts">{words::desk::contracts(words)}</h2>
                <Contracts shown=shown correcting=correcting/>
            </section>
            <div class="card">
                <h2 id="account-people">{words::desk::people(words)}</h2>
                <People shown=shown/>
            </div>
        </div>
        <CorrectDialog shown=shown correcting=correcting/>
    }
}

fn master_data(words: Words, facts: &AccountFacts, known: &Known) -> AnyView {
    use words::desk as say;
    let Some(partner) = &facts.partner else {
        return ().into_any();
    };
    let names = Names::of_programme(&known.programme, words.language());
    let portal = match partner.portal {
        MembershipPortal::PartnerCenter => say::portal_partner_center(words),
        MembershipPortal::PartnerMembershipCenter => say::portal_membership_center(words),
    };
    let reseller = partner.reseller.map(|kind| match kind {
        ResellerKind::DirectBill => say::reseller_direct(words),
        ResellerKind::IndirectProvider => say::reseller_provider(words),
        ResellerKind::IndirectReseller => say::reseller_indirect(words),
    });
    let list = |names: Vec<String>| match names.is_empty() {
        true => say::none(words).to_owned(),
        false => words.all_of(&names),
    };
    let plans = partner.plans.iter().map(|plan| names.plan(plan)).collect();
    let (id, region) = (partner.id.clone(), partner.region.clone());
    let (plans, activators) = (list(plans), list(partner.activators.clone()));
    view! { class="ps",
        <Facts>
            <Fact name=say::account_id(words)><span class="code">{id}</span></Fact>
            <Fact name=say::region(words)>{region}</Fact>
            <Fact name=say::portal(words)>{portal}</Fact>
            <Fact name=say::reseller(words)>{reseller.unwrap_or_else(|| say::none(words))}</Fact>
            <Fact name=say::plans(words)>{plans}</Fact>
            <Fact name=say::activators(words)>{activators}</Fact>
        </Facts>
    }
    .into_any()
}

fn offers(words: Words, facts: &AccountFacts, known: &Known) -> AnyView {
    use words::desk as say;
    let names = Names::of_programme(&known.programme, words.language());
    let offers = facts.partner.as_ref().map(|it| it.offers.as_slice());
    let offers = offers.unwrap_or_default();
    if offers.is_empty() {
        return view! { class="ps", <p>{say::no_offers(words)}</p> }.into_any();
    }
    let row = |offer: &MembershipOffer| {
        let status = match offer.status {
            OfferStatus::Active => say::offer_active(words),
            OfferStatus::Lapsed => say::offer_ended(words),
        };
        let competency = offer.competency.as_ref().map(|it| names.competency(it));
        let competency = competency.unwrap_or_else(|| say::none(words).to_owned());
        let (name, start) = (names.offer(&offer.offer), words.date(offer.start));
        let anniversary = words.date(offer.anniversary);
        view! { class="ps",
            <tr>
                <th scope="row">{name}</th>
                <td>{competency}</td>
                <td>{start}</td>
                <td>{anniversary}</td>
                <td>{status}</td>
            </tr>
        }
    };
    let rows = offers.iter().map(row).collect_view();
    view! { class="ps",
        <Table caption=say::offers(words) caption_hidden=true>
            <thead>
                <tr>
                    <th scope="col">{say::offer(words)}</th>
                    <th scope="col">{say::competency(words)}</th>
                    <th scope="col">{words::operator::start(words)}</th>
                    <th scope="col">{say::anniversary(words)}</th>
                    <th scope="col">{words::incidents::column_status(words)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn activations(words: Words, facts: &AccountFacts, known: &Known) -> AnyView {
    use words::desk as say;
    let activations = facts.partner.as_ref().map(|it| it.activations.as_slice());
    let activations = activations.unwrap_or_default();
    if activations.is_empty() {
        return view! { class="ps", <p>{say::no_activations(words)}</p> }.into_any();
    }
    let fact = |it: &entitlement_rules::BenefitActivation| {
        let state = match &it.activation {
            Activation::NotActivated => say::not_activated(words).to_owned(),
            Activation::Pending {
                requested_on,
                requested_by,
            } => say::activation_pending(words, *requested_on, requested_by),
            Activation::Active { .. } => say::activation_active(words).to_owned(),
            Activation::Failed { on, reason } => {
                say::activation_failed(words, *on, reason_sentence(words, *reason))
            }
        };
        let name = benefit_name(known, &it.benefit, words);
        view! { class="ps", <Fact name=name>{state}</Fact> }
    };
    let facts = activations.iter().map(fact).collect_view();
    view! { class="ps", <Facts>{facts}</Facts> }.into_any()
}

/// The contract whose balance is being corrected.
#[derive(Clone, Copy)]
struct Correcting {
    sending: Sending,
    contract: RwSignal<Option<Contract>>,
}

/// The contracts, each with its balance and, unfolded, the history of it.
#[component]
fn Contracts(
    /// What the parts share.
    shown: Shown,
    /// The correction of a balance.
    correcting: Correcting,
) -> impl IntoView {
    let words = words();
    let contracts = Memo::new(move |_| {
        shown.facts.now().with(|now| {
            now.ready()
                .map(|facts| facts.contracts.clone())
                .unwrap_or_default()
        })
    });
    let one = move |contract: Contract| {
        let known = shown.known.get_untracked();
        let name = benefit_name(&known, &contract.benefit, words);
        let (which, hidden) = (name.clone(), name.clone());
        let left = words::desk::balance(
            words,
            &allotment_text(words, Some(contract.remaining())),
            &allotment_text(words, Some(contract.balance.granted)),
        );
        let is_unlimited = contract.balance.granted == Allotment::Unlimited;
        let why_not = is_unlimited.then(|| words::desk::correct_unlimited(words).to_owned());
        let ids = [&contract.access_id_masked, &contract.contract_id_masked];
        let [access, held] = ids.map(|id| id.clone().unwrap_or_default());
        let reference = contract.reference.clone();
        let of_press = contract.clone();
        let correct = Callback::new(move |()| {
            correcting.contract.set(Some(of_press.clone()));
            correcting.sending.start();
        });
        view! { class="ps",
            <li class="desk-contract">
                <h3>{name}</h3>
                <Facts>
                    <Fact name=words::operator::access_id(words)><span class="code">{access}</span></Fact>
                    <Fact name=words::operator::contract_id(words)><span class="code">{held}</span></Fact>
                    <Fact name=words::desk::runs(words)>
                        {words::desk::from_to(words, contract.start, contract.end)}
                    </Fact>
                    <Fact name=words::desk::left(words)>{left}</Fact>
                </Facts>
                <div>
                    <Button why_not=Signal::stored(why_not) on_press=correct>
                        {words::desk::correct(words)}
                        <span class="visually-hidden">" "{hidden}</span>
                    </Button>
                </div>
                <History shown=shown reference=reference name=which/>
            </li>
        }
    };
    move || {
        let contracts = contracts.get();
        match contracts.is_empty() {
            true => view! { class="ps", <p>{words::desk::no_contracts(words)}</p> }.into_any(),
            false => view! { class="ps",
                <ul class="desk-contracts">{contracts.into_iter().map(one).collect_view()}</ul>
            }
            .into_any(),
        }
    }
}

/// The history of a balance; asked for when it is unfolded.
#[component]
fn History(
    /// What the parts share.
    shown: Shown,
    /// Reference of the contract.
    reference: String,
    /// The benefit behind it.
    name: String,
) -> impl IntoView {
    let words = words();
    let backend = shown.backend;
    let opened = RwSignal::new(false);
    let pages = Pages::new(move |after| {
        let id = shown.id.get_value();
        let path = paths::partner_ledger(&id, &reference, LINES, after.as_deref());
        Box::pin(async move {
            let page: LedgerPage = backend.desk(path).await?;
            Ok(Part {
                items: page.lines,
                next: page.next,
            })
        })
    });
    Effect::new(move |_| {
        shown.changes.track();
        if opened.get() {
            pages.fetch();
        }
    });
    let nothing = || ().into_any();
    let caption = timed(words, words::desk::history_of(words, &name));
    let row = move |line: LedgerLine| {
        let amount = line.amount.map_or_else(
            || words::operator::grants_unlimited(words).to_owned(),
            |amount| format!("{amount:+}"),
        );
        view! { class="ps",
            <tr>
                <td><Time at=line.at/></td>
                <th scope="row">{kind_text(words, line.kind)}</th>
                <td>{amount}</td>
                <td>{line.incident}</td>
                <td><span dir="auto">{line.reason}</span></td>
                <td>{allotment_text(words, Some(line.remaining))}</td>
            </tr>
        }
    };
    let full = move || {
        let caption = caption.clone();
        let table = move || {
            let caption = caption.clone();
            view! { class="ps",
                <Table caption=caption>
                    <thead>
                        <tr>
                            <th scope="col">{words::desk::when(words)}</th>
                            <th scope="col">{words::desk::what(words)}</th>
                            <th scope="col">{words::desk::amount(words)}</th>
                            <th scope="col">{words::incidents::incident_title_plain(words)}</th>
                            <th scope="col">{words::operator::reason(words)}</th>
                            <th scope="col">{words::desk::left(words)}</th>
                        </tr>
                    </thead>
                    <tbody>{pages.items().into_iter().map(row).collect_view()}</tbody>
                </Table>
            }
        };
        table.into_any()
    };
    let list = move || opened.get().then(|| pages.show(nothing, full.clone()));
    let toggle = move |_| opened.update(|opened| *opened = !*opened);
    view! { class="ps",
        <details class="fold" on:toggle=toggle>
            <summary>{words::desk::history(words)}<span class="visually-hidden">" "{name}</span></summary>
            {list}
        </details>
    }
}

fn kind_text(words: Words, kind: EntryKind) -> &'static str {
    use words::desk as say;
    match kind {
        EntryKind::Grant => say::line_grant(words),
        EntryKind::Consume => say::line_consume(words),
        EntryKind::Refund => say::line_refund(words),
        EntryKind::Expire => say::line_expire(words),
        EntryKind::Correct => say::line_correct(words),
    }
}

/// By how much a text corrects a balance, and what is left then; nothing when it cannot.
fn corrected(balance: Balance, by: &str) -> Option<(i32, Balance)> {
    let by: i32 = by.trim().trim_start_matches('+').parse().ok()?;
    let by = (-MOST..=MOST).contains(&by).then_some(by)?;
    Some((by, balance.corrected(by)?))
}

/// The dialog that corrects a balance.
#[component]
fn CorrectDialog(
    /// What the parts share.
    shown: Shown,
    /// Of which contract.
    correcting: Correcting,
) -> impl IntoView {
    let words = words();
    let title = words::desk::correct(words).to_owned();
    view! { class="ps",
        <Dialog open=correcting.sending.open title=Signal::stored(title)>
            {move || untrack(|| correcting.contract.get()).map(|contract| view! { class="ps",
                <CorrectForm shown=shown sending=correcting.sending contract=contract/>
            })}
        </Dialog>
    }
}

/// The form in it; made anew each time the dialog opens.
#[component]
fn CorrectForm(
    /// What the parts of the page share.
    shown: Shown,
    /// What is being sent.
    sending: Sending,
    /// The contract.
    contract: Contract,
) -> impl IntoView {
    let words = words();
    let (by, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (by_field, reason_field) = (unique_id("by"), unique_id("reason"));
    let (by_error, reason_error) = (
        error_of(sending.errors, &by_field),
        error_of(sending.errors, &reason_field),
    );
    let balance = contract.balance;
    let left = move |balance: Balance| allotment_text(words, Some(balance.remaining()));
    let about = {
        let known = shown.known.get_untracked();
        let name = benefit_name(&known, &contract.benefit, words);
        words::desk::correct_text(words, &name, &left(balance))
    };
    let does = move || {
        let (_, after) = by.with(|by| corrected(balance, by))?;
        Some(words::desk::correct_after(words, &left(after)))
    };
    let (wanted_by, wanted_reason) = (by_field.clone(), reason_field.clone());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let mut errors = Vec::new();
        let mut wrong = |field: &str, text: &str| {
            errors.push(FieldError {
                field: field.to_owned(),
                text: text.to_owned(),
            });
        };
        let wanted = by.with_untracked(|by| corrected(balance, by));
        if wanted.is_none() {
            wrong(&wanted_by, words::desk::correct_by_wrong(words));
        }
        let said = reason.get_untracked().trim().to_owned();
        if said.is_empty() {
            wrong(&wanted_reason, words::desk::correct_reason_missing(words));
        }
        let (Some((by, _)), true) = (wanted, errors.is_empty()) else {
            sending.problem.set(None);
            sending.errors.set(errors);
            return;
        };
        if !sending.begin() {
            return;
        }
        let body = Correction { by, reason: said };
        let id = shown.id.get_value();
        let key = sending.key.for_body(&(&id, &contract.reference, &body));
        let path = paths::correction(&id, &contract.reference);
        leptos::task::spawn_local(async move {
            let sent = match to_json(&body) {
                Ok(body) => {
                    shown
                        .backend
                        .desk_act::<AccountFacts>(path, body, key)
                        .await
                }
                Err(problem) => Err(problem),
            };
            if sent.as_ref().err().is_some_and(is_changed) {
                shown.fetch();
            }
            if let Some(facts) = sending.end(sent) {
                shown.facts.put(Arc::new(facts));
                shown.changes.update(|changes| *changes += 1);
                shown.announcer.say(words::desk::corrected(words));
            }
        });
    };
    view! { class="ps",
        <form class="form" novalidate=true on:submit=submit>
            <p>{about}</p>
            <ErrorSummary errors=sending.errors/>
            {sending.trouble(words)}
            <TextField
                id=by_field label=words::desk::correct_by(words) hint=words::desk::correct_by_hint(words) value=by
                error=by_error max_length=6
            />
            <p role="status"><strong>{does}</strong></p>
            <TextArea
                id=reason_field label=words::operator::reason(words) hint=words::desk::correct_reason_hint(words)
                value=reason error=reason_error rows=2
                max_length=u32::try_from(REASON_LENGTH).unwrap_or(u32::MAX)
            />
            <div class="dialog-actions">
                <Button submit=true emphasis=Emphasis::Primary busy=sending.busy>{words::desk::correct_submit(words)}</Button>
                <Button on_press=Callback::new(move |()| sending.open.set(false))>{words::operator::cancel(words)}</Button>
            </div>
        </form>
    }
}

/// Who belongs to the account, and the form that says so of somebody.
#[component]
fn People(
    /// What the parts share.
    shown: Shown,
) -> impl IntoView {
    let words = words();
    let sending = Sending::new();
    // Whom the dialog is open for; nobody is somebody new.
    let whom = RwSignal::new(None::<PersonBinding>);
    let start = move |person: Option<PersonBinding>| {
        Callback::new(move |()| {
            whom.set(person.clone());
            sending.start();
        })
    };
    let retry = Callback::new(move |()| shown.fetch());
    let row = move |person: PersonBinding| {
        let sees = match person.sees_offers {
            true => words::desk::sees_offers(words),
            false => words::desk::sees_nothing(words),
        };
        let (subject, of_press) = (person.subject.clone(), person.clone());
        view! { class="ps",
            <tr>
                <th scope="row"><span class="code">{person.subject}</span></th>
                <td><span class="code">{person.issuer}</span></td>
                <td>{sees}</td>
                <td>
                    <Button on_press=start(Some(of_press))>
                        {words::desk::change(words)}
                        <span class="visually-hidden">" "{subject}</span>
                    </Button>
                </td>
            </tr>
        }
    };
    let list = move || match shown.people.now().get() {
        Remote::Loading => view! { class="ps", <Loading slowly=false/> }.into_any(),
        Remote::LoadingSlowly => view! { class="ps", <Loading slowly=true/> }.into_any(),
        Remote::Failed(problem) => {
            view! { class="ps", <ProblemNotice problem=problem retry=retry/> }.into_any()
        }
        Remote::Ready(found) => {
            let tenants: Vec<String> = found.tenants.into_iter().map(|it| it.tenant).collect();
            let directories = (!tenants.is_empty()).then(|| {
                let text = words::desk::directories(words, &words.all_of(&tenants));
                view! { class="ps", <p>{text}</p> }
            });
            let people = match found.people.is_empty() {
                true => view! { class="ps", <p>{words::desk::no_people(words)}</p> }.into_any(),
                false => view! { class="ps",
                    <Table caption=words::desk::people(words) caption_hidden=true>
                        <thead>
                            <tr>
                                <th scope="col">{words::desk::subject(words)}</th>
                                <th scope="col">{words::desk::issuer(words)}</th>
                                <th scope="col">{words::desk::sees(words)}</th>
                                <th scope="col">{words::desk::change(words)}</th>
                            </tr>
                        </thead>
                        <tbody>{found.people.into_iter().map(row).collect_view()}</tbody>
                    </Table>
                }
                .into_any(),
            };
            view! { class="ps", {people}{directories} }.into_any()
        }
    };
    view! { class="ps",
        <p class="hint">{words::desk::people_hint(words)}</p>
        {list}
        <div class="row"><Button on_press=start(None)>{words::desk::add_person(words)}</Button></div>
        <Dialog open=sending.open title=Signal::stored(words::desk::person_title(words).to_owned())>
            <PersonForm shown=shown sending=sending whom=whom/>
        </Dialog>
    }
}

/// The form that binds a person; made anew each time the dialog opens.
#[component]
fn PersonForm(
    /// What the parts of the page share.
    shown: Shown,
    /// What is being sent.
    sending: Sending,
    /// Whom it is about; nobody for somebody new.
    whom: RwSignal<Option<PersonBinding>>,
) -> impl IntoView {
    let words = words();
    let now = whom.get_untracked();
    let is_new = now.is_none();
    let issuer_of_others = shown.people.now().with_untracked(|now| {
        let person = now.ready()?.people.first()?;
        Some(person.issuer.clone())
    });
    let now = now.unwrap_or_else(|| PersonBinding {
        issuer: issuer_of_others.unwrap_or_default(),
        subject: String::new(),
        partner: None,
        sees_offers: true,
    });
    let (issuer, subject) = (RwSignal::new(now.issuer), RwSignal::new(now.subject));
    let sees = RwSignal::new(now.sees_offers);
    let (issuer_field, subject_field) = (unique_id("issuer"), unique_id("subject"));
    let (issuer_error, subject_error) = (
        error_of(sending.errors, &issuer_field),
        error_of(sending.errors, &subject_field),
    );
    let fields = [issuer_field.clone(), subject_field.clone()];
    let send = move |partner: Option<String>, said: &'static str| {
        let [issuer_field, subject_field] = &fields;
        let texts = [(issuer, issuer_field), (subject, subject_field)];
        let missing = texts
            .iter()
            .filter(|(text, _)| text.with_untracked(|it| it.trim().is_empty()));
        let errors: Vec<FieldError> = missing
            .map(|(_, field)| FieldError {
                field: (*field).clone(),
                text: words::desk::person_missing(words).to_owned(),
            })
            .collect();
        if !errors.is_empty() {
            sending.problem.set(None);
            sending.errors.set(errors);
            return;
        }
        if !sending.begin() {
            return;
        }
        let body = PersonBinding {
            issuer: issuer.get_untracked().trim().to_owned(),
            subject: subject.get_untracked().trim().to_owned(),
            partner,
            sees_offers: sees.get_untracked(),
        };
        leptos::task::spawn_local(async move {
            let sent: Result<PersonBinding, Problem> = match to_json(&body) {
                Ok(body) => shown.backend.desk_put(paths::PEOPLE, body).await,
                Err(problem) => Err(problem),
            };
            if sending.end(sent).is_some() {
                shown.announcer.say(said);
                shown.fetch();
            }
        });
    };
    let take_away = send.clone();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        send(Some(shown.id.get_value()), words::desk::person_bound(words));
    };
    let remove = Callback::new(move |()| take_away(None, words::desk::person_unbound(words)));
    view! { class="ps",
        <form class="form" novalidate=true on:submit=submit>
            <p>{words::desk::person_text(words)}</p>
            <ErrorSummary errors=sending.errors/>
            {sending.trouble(words)}
            <TextField
                id=issuer_field label=words::desk::issuer(words) hint=words::desk::issuer_hint(words) value=issuer
                error=issuer_error code=true max_length=NAME_LENGTH
            />
            <TextField
                id=subject_field label=words::desk::subject(words) hint=words::desk::subject_hint(words) value=subject
                error=subject_error code=true max_length=NAME_LENGTH
            />
            <Check label=words::desk::sees_label(words) value=sees/>
            <div class="dialog-actions">
                <Button submit=true emphasis=Emphasis::Primary busy=sending.busy>{words::desk::person_submit(words)}</Button>
                {(!is_new).then(|| view! { class="ps",
                    <Button emphasis=Emphasis::Danger busy=sending.busy on_press=remove>{words::desk::person_remove(words)}</Button>
                })}
                <Button on_press=Callback::new(move |()| sending.open.set(false))>{words::operator::cancel(words)}</Button>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_is_a_whole_number_within_what_is_left() {
        let balance = Balance::granted(Allotment::Finite(3));
        let by = |text: &str| corrected(balance, text).map(|(by, _)| by);
        assert_eq!(by(" +2 "), Some(2));
        assert_eq!(by("-3"), Some(-3));
        for wrong in ["", "0", "-4", "1.5", "1001", "two"] {
            assert_eq!(by(wrong), None, "{wrong}");
        }
    }
}
