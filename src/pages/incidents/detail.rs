//! One incident.

use super::actions::{Actions, CommentForm};
use super::row::Row;
use super::{Phase, StatusBadge, Time, consumed_text, payer_text, severity_text};
use crate::account::{Known, account};
use crate::backend::{Problem, backend};
use crate::frame::{Page, ProblemNotice, StaleNotice, WhenKnown};
use crate::freshness::follow;
use crate::incident::{Zone, contacts, nature, test_notice, timeline, told};
use crate::navigator::{PageLink, navigator};
use crate::remote::Fetched;
use crate::route::{Route, View};
use crate::signals::{Memo, Signal};
use crate::ui::{Empty, ExternalLink, Fact, Facts, Loading, Notice, Tone, announcer};
use crate::words::{self, Words, words};
use entitlement_rules::{Allotment, Funding};
use leptos::prelude::*;
use support_api::{Incident, ProblemCode, Side};

/// One incident.
#[component]
pub(crate) fn IncidentPage(
    /// Its id.
    id: String,
) -> impl IntoView {
    let words = words();
    let found = Fetched::<Incident>::new();
    let title = Signal::derive(move || {
        found.now().with(|now| match now.ready() {
            Some(incident) => words::incidents::incident_title(words, &incident.number),
            None => words::incidents::incident_title_plain(words).to_owned(),
        })
    });
    let just_created = account().takes_created(&id);
    let list = navigator().list();
    let back = match list.is_plain() {
        true => words::incidents::back(words),
        false => words::incidents::back_to_view(words),
    };
    view! { class="ps",
        <Page title=title>
            <p class="back"><PageLink to=Route::Incidents(list)>{back}</PageLink></p>
            <WhenKnown children=std::sync::Arc::new(move |known| {
                let id = id.clone();
                view! { class="ps",
                    <Found id=id found=found known=known just_created=just_created/>
                }
                .into_any()
            })/>
        </Page>
    }
}

/// The incident, or why it is not there.
#[component]
fn Found(
    /// Its id.
    id: String,
    /// Where the fetching of it stands.
    found: Fetched<Incident>,
    /// The account.
    known: Signal<Known>,
    /// It was created here just now.
    just_created: bool,
) -> impl IntoView {
    let words = words();
    let backend = backend();
    follow(account(), backend);
    let fetch = Callback::new(move |()| {
        let id = id.clone();
        found.fetch(async move { backend.incident(&id).await });
    });
    // What was there may have been fetched for somebody who was signed in before.
    found.forget();
    // Whatever happens to an incident changes the account too.
    let revision = Memo::new(move |_| known.with(|known| known.facts.revision));
    Effect::new(move |_| {
        // A memo that is tracked and never read does not follow.
        let _ = revision.get();
        fetch.run(());
    });
    let phase = Phase::of(found, |_| false);
    move || {
        match phase.get() {
        Phase::Loading { slowly } => view! { class="ps", <Loading slowly=slowly/> }.into_any(),
        Phase::Failed(problem) if is_absent(&problem) => view! { class="ps",
            <Empty title=words::incidents::absent_title(words)>
                <p>{words::incidents::absent_text(words)}</p>
                <PageLink to=Route::Incidents(View::default()) class="button">{words::incidents::back(words)}</PageLink>
            </Empty>
        }
        .into_any(),
        Phase::Failed(problem) => {
            view! { class="ps", <ProblemNotice problem=problem retry=fetch/> }.into_any()
        }
        Phase::Empty => ().into_any(),
        Phase::Ready => view! { class="ps", <Shown found=found known=known just_created=just_created retry=fetch/> }.into_any(),
    }
    }
}

/// The incident. What is typed into its forms stays when it changes.
#[component]
fn Shown(
    /// The incident; it is there.
    found: Fetched<Incident>,
    /// The account.
    known: Signal<Known>,
    /// It was created here just now.
    just_created: bool,
    /// Fetches it again.
    retry: Callback<()>,
) -> impl IntoView {
    let words = words();
    let part = move |draw: fn(Words, &Incident, &Known) -> AnyView| {
        move || {
            found
                .now()
                .with(|now| known.with(|known| now.ready().map(|now| draw(words, now, known))))
        }
    };
    say_what_others_do(words, found, known);
    let created = just_created
        .then(|| {
            found
                .now()
                .with_untracked(|now| now.ready().map(|it| it.number.clone()))
        })
        .flatten();
    view! { class="ps",
        {created.map(|number| view! { class="ps", <Created number=number/> })}
        {part(|words, incident, _| test_notice(words, incident))}
        {part(portal)}
        <StaleNotice problem=found.stale() retry=retry/>
        <div class="incident">
            <div class="incident-main">
                <section class="card incident-story" aria-labelledby="incident-title">{part(story)}</section>
                <section class="card" aria-labelledby="incident-timeline">
                    <h2 id="incident-timeline">{words::incidents::timeline(words)}</h2>
                    <Zone/>
                    {part(|words, incident, _| timeline(words, incident).into_any())}
                    <CommentForm found=found known=known/>
                </section>
            </div>
            <div class="incident-side">
                <section class="card incident-facts" aria-labelledby="incident-facts-title">
                    <h2 id="incident-facts-title">{words::incidents::facts(words)}</h2>
                    {part(facts)}
                </section>
                <section class="card" aria-labelledby="incident-actions">
                    <h2 id="incident-actions">{words::incidents::actions(words)}</h2>
                    <Actions found=found known=known/>
                </section>
            </div>
        </div>
    }
}

/// Says once what somebody else has just done to the incident; what the reader does says so itself.
fn say_what_others_do(words: Words, found: Fetched<Incident>, known: Signal<Known>) {
    let announcer = announcer();
    Effect::new(move |was: Option<String>| {
        let last = found
            .now()
            .with(|now| now.ready()?.timeline.last().cloned());
        let Some(last) = last else {
            return was.unwrap_or_default();
        };
        let viewer = known.with_untracked(|known| known.facts.viewer.name.clone());
        let is_own = last.side == Side::Partner && last.by.as_ref() == Some(&viewer);
        if was.is_some_and(|was| was != last.id) && !is_own {
            announcer.say(told(words, &last));
        }
        last.id
    });
}

/// Whether no such incident can be seen with this account, however often one tries. An id that is none at all is the
/// same to the reader.
fn is_absent(problem: &Problem) -> bool {
    matches!(
        problem.code(),
        Some(ProblemCode::NotFound | ProblemCode::BadRequest | ProblemCode::Invalid)
    )
}

/// It was created here just now.
#[component]
fn Created(
    /// The number to say on the phone.
    number: String,
) -> impl IntoView {
    let words = words();
    let title = words::incidents::created_title(words, &number);
    crate::ui::announce(title.clone());
    view! { class="ps",
        <Notice tone=Tone::Good title=title>
            <p>{words::incidents::created_text(words)}</p>
        </Notice>
    }
}

/// Title and description.
fn story(_: Words, incident: &Incident, _: &Known) -> AnyView {
    let title = incident.title.clone();
    let description = incident.description.clone().map(|description| {
        view! { class="ps",
            <p class="incident-description" dir="auto">{description}</p>
        }
    });
    view! { class="ps", <h2 id="incident-title" dir="auto">{title}</h2>{description} }.into_any()
}

/// Everything else that is known about it.
fn facts(words: Words, incident: &Incident, known: &Known) -> AnyView {
    let language = words.language();
    let row = Row::new(incident, &known.programme, &known.facts, language);
    let (nature, contacts) = (nature(words, incident), contacts(words, incident));
    let left = left(incident, known).map(|left| match left {
        Allotment::Unlimited => words::incidents::left_unlimited(words).to_owned(),
        Allotment::Finite(count) => words::incidents::left(words, count),
        Allotment::None => words::incidents::left(words, 0),
    });
    view! { class="ps",
                <Facts>
                    <Fact name=words::incidents::column_number(words)>
                        <span class="code">{row.number.clone()}</span>
                    </Fact>
                    <Fact name=words::incidents::column_status(words)><StatusBadge status=row.status/></Fact>
                    <Fact name=words::incidents::column_severity(words)>{severity_text(words, row.severity)}</Fact>
                    <Fact name=words::incidents::column_product(words)>{row.product.clone()}</Fact>
                    {nature}
                    <Fact name=words::incidents::column_created(words)><Time at=row.created_at.clone()/></Fact>
                    <Fact name=words::incidents::column_created_by(words)>
                        <span dir="auto">{row.created_by.clone()}</span>
                    </Fact>
                    <Fact name=words::incidents::column_paid_by(words)>{payer_text(words, &row.payer)}</Fact>
                    <Fact name=words::incidents::consumption(words)>
                        {consumed_text(words, row.consumed)}
                        {left.map(|left| view! { class="ps", <p class="hint">{left}</p> })}
                    </Fact>
                    {contacts}
                </Facts>
    }
    .into_any()
}

/// Where it goes on, if it does.
fn portal(words: Words, incident: &Incident, known: &Known) -> AnyView {
    let portal = incident.portal.as_deref();
    let portal = portal.and_then(|portal| known.programme.portal(portal));
    let Some(portal) = portal.filter(|_| !incident.status.is_over()) else {
        return ().into_any();
    };
    let name = portal.name.in_language(words.language()).to_owned();
    let url = portal.url.clone();
    view! { class="ps",
        <Notice tone=Tone::Info title=words::incidents::portal_title(words, &name)>
            <p>{words::incidents::portal_text(words)}</p>
            <ExternalLink href=url text=words::incidents::portal_open(words, &name)/>
        </Notice>
    }
    .into_any()
}

/// What is left of the contract that paid, now; `None` when this account does not see it.
fn left(incident: &Incident, known: &Known) -> Option<Allotment> {
    let Funding::Contract { contract } = &incident.funding else {
        return None;
    };
    known
        .facts
        .contracts
        .iter()
        .find(|held| held.reference == *contract)
        .map(entitlement_rules::Contract::remaining)
}
