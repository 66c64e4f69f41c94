//! The list, newest first.

use super::listing::Listing;
use super::row::Row;
use super::{Phase, StatusBadge, Time, consumed_text, payer_text, severity_text, status_text};
use crate::account::Known;
use crate::backend::{Problem, backend};
use crate::frame::{Page, ProblemNotice, WhenKnown, problem_sentence};
use crate::navigator::PageLink;
use crate::remote::Fetched;
use crate::route::{Prefill, Route};
use crate::ui::{
    Button, Choice, Empty, Loading, Notice, Select, TextField, Tone, announcer, unique_id,
};
use crate::words::{self, words};
use leptos::prelude::*;
use support_api::IncidentStatus;
use wasm_bindgen::JsValue;

/// Incidents that one call asks for.
const PAGE: u32 = 25;

/// The list.
#[component]
pub(crate) fn IncidentsPage() -> impl IntoView {
    let words = words();
    view! { class="ps",
        <Page title=words::incidents::title(words).to_owned() lead=words::incidents::lead(words)>
            <WhenKnown children=std::sync::Arc::new(|known| {
                view! { class="ps", <Incidents known=known/> }.into_any()
            })/>
        </Page>
    }
}

/// The incidents of the account that is signed in.
#[component]
fn Incidents(
    /// The account.
    known: Signal<Known>,
) -> impl IntoView {
    let backend = backend();
    let listing = Fetched::<Listing>::new();
    let fetch = move || {
        listing.fetch(async move {
            let first = backend.incidents(PAGE, None).await?;
            let now = listing
                .now()
                .try_with_untracked(|now| now.ready().cloned())
                .flatten();
            Ok(now.unwrap_or_default().refreshed(first))
        });
    };
    // Whatever changes the account may have created an incident, here or elsewhere.
    let revision = Memo::new(move |_| known.with(|known| known.facts.revision));
    Effect::new(move |_| {
        revision.track();
        fetch();
    });
    let phase = Phase::of(listing, |listing| listing.incidents().is_empty());
    move || {
        match phase.get() {
        Phase::Loading { slowly } => view! { class="ps", <Loading slowly=slowly/> }.into_any(),
        Phase::Failed(problem) => {
            view! { class="ps", <ProblemNotice problem=problem retry=Callback::new(move |()| fetch())/> }
                .into_any()
        }
        Phase::Empty => view! { class="ps", <NoIncidents/> }.into_any(),
        Phase::Ready => view! { class="ps", <FoundIncidents known=known listing=listing/> }.into_any(),
    }
    }
}

/// There are none yet, and how to open one.
#[component]
fn NoIncidents() -> impl IntoView {
    let words = words();
    view! { class="ps",
        <Empty title=words::incidents::empty_title(words)>
            <p>{words::incidents::empty_text(words)}</p>
            <NewIncidentLink/>
        </Empty>
    }
}

/// The way to the form.
#[component]
fn NewIncidentLink() -> impl IntoView {
    let words = words();
    view! { class="ps",
        <PageLink to=Route::NewIncident(Prefill::default()) class="button primary">
            {words::incidents::new_incident(words)}
        </PageLink>
    }
}

/// What the reader looks for.
#[derive(Clone, Copy)]
struct Filter {
    text: RwSignal<String>,
    /// `open`, `closed`, or empty.
    status: RwSignal<String>,
}

/// What the list can be narrowed to.
const STATUSES: [(&str, IncidentStatus); 6] = [
    ("open", IncidentStatus::Open),
    ("in-progress", IncidentStatus::InProgress),
    ("waiting-for-partner", IncidentStatus::WaitingForPartner),
    ("resolved", IncidentStatus::Resolved),
    ("closed", IncidentStatus::Closed),
    ("cancelled", IncidentStatus::Cancelled),
];

impl Filter {
    fn new() -> Filter {
        Filter {
            text: RwSignal::new(String::new()),
            status: RwSignal::new(String::new()),
        }
    }

    fn is_set(self) -> bool {
        !self.status.read().is_empty() || !self.text.read().trim().is_empty()
    }

    fn lets_through(self, row: &Row) -> bool {
        let status = self.status.with(|chosen| {
            let mut statuses = STATUSES.into_iter();
            statuses.find(|(id, _)| id == chosen).map(|(_, it)| it)
        });
        self.text.with(|text| row.matches(text, status))
    }
}

/// The table, with what narrows it and what makes it longer.
#[component]
fn FoundIncidents(
    /// The account.
    known: Signal<Known>,
    /// The incidents; there is at least one.
    listing: Fetched<Listing>,
) -> impl IntoView {
    let words = words();
    let language = words.language().tag();
    let filter = Filter::new();
    let rows = Memo::new(move |_| {
        known.with(|known| {
            listing.now().with(|now| {
                let incidents = now.ready().map(Listing::incidents).unwrap_or_default();
                incidents
                    .iter()
                    .map(|incident| Row::new(incident, &known.programme, &known.facts, language))
                    .collect::<Vec<Row>>()
            })
        })
    });
    let shown = Memo::new(move |_| {
        rows.with(|rows| {
            rows.iter()
                .filter(|row| filter.lets_through(row))
                .cloned()
                .collect::<Vec<Row>>()
        })
    });
    let found = Memo::new(move |_| {
        filter.is_set().then(|| {
            let count = u32::try_from(shown.with(Vec::len)).unwrap_or(u32::MAX);
            let all = u32::try_from(rows.with(Vec::len)).unwrap_or(u32::MAX);
            words::incidents::found(words, count, all)
        })
    });
    let statuses = STATUSES.map(|(id, status)| Choice::new(id, status_text(words, status)));
    view! { class="ps",
        <div class="incidents">
            <div class="incidents-tools">
                <div class="incidents-filter" role="search" aria-label=words::incidents::filter(words)>
                    <TextField
                        id=unique_id("find")
                        label=words::incidents::find(words)
                        value=filter.text
                    />
                    <Select
                        id=unique_id("status")
                        label=words::incidents::column_status(words)
                        placeholder=words::incidents::any_status(words)
                        choices=Signal::derive(move || statuses.to_vec())
                        value=filter.status
                    />
                </div>
                <NewIncidentLink/>
            </div>
            <p class="incidents-found hint" role="status">{move || found.get()}</p>
            <IncidentTable rows=shown/>
            <More listing=listing/>
        </div>
    }
}

/// The incidents as a table; in a narrow place each row is a card. The roles are stated, because a table that is laid
/// out in another way is no table any more for some screen readers.
#[component]
fn IncidentTable(
    /// The rows.
    rows: Memo<Vec<Row>>,
) -> impl IntoView {
    let words = words();
    let columns = [
        words::incidents::column_number(words),
        words::incidents::column_title(words),
        words::incidents::column_product(words),
        words::incidents::column_severity(words),
        words::incidents::column_status(words),
        words::incidents::column_created(words),
        words::incidents::column_created_by(words),
        words::incidents::column_paid_by(words),
    ];
    let heads = columns.map(|column| {
        view! { class="ps", <th scope="col" role="columnheader">{column}</th> }
    });
    let caption = match time_zone() {
        Some(zone) => words::incidents::caption(words, &zone),
        None => words::incidents::caption_plain(words).to_owned(),
    };
    view! { class="ps",
        <table class="incident-table" role="table" class:none=move || rows.with(Vec::is_empty)>
            <caption>{caption}</caption>
            <thead role="rowgroup"><tr role="row">{heads.collect_view()}</tr></thead>
            <tbody role="rowgroup">
                // A row is drawn anew when anything in it changes: its status, or a name in another language.
                <For each=move || rows.get() key=Row::clone let:row>
                    <IncidentRow row=row/>
                </For>
            </tbody>
        </table>
    }
}

/// One incident in the table.
#[component]
fn IncidentRow(
    /// The incident.
    row: Row,
) -> impl IntoView {
    let words = words();
    view! { class="ps",
        <tr role="row">
            <Cell name=words::incidents::column_number(words)><span class="code">{row.number}</span></Cell>
            <th scope="row" role="rowheader">
                <PageLink to=Route::Incident(row.id)><span dir="auto">{row.title}</span></PageLink>
                {row.customer.map(|customer| view! { class="ps",
                    <p class="hint" dir="auto">{words::incidents::for_customer(words, &customer)}</p>
                })}
            </th>
            <Cell name=words::incidents::column_product(words)>{row.product}</Cell>
            <Cell name=words::incidents::column_severity(words)>{severity_text(words, row.severity)}</Cell>
            <Cell name=words::incidents::column_status(words)><StatusBadge status=row.status/></Cell>
            <Cell name=words::incidents::column_created(words)><Time at=row.created_at/></Cell>
            <Cell name=words::incidents::column_created_by(words)><span dir="auto">{row.created_by}</span></Cell>
            <Cell name=words::incidents::column_paid_by(words)>
                {payer_text(words, &row.payer)}
                <p class="hint">{consumed_text(words, row.consumed)}</p>
            </Cell>
        </tr>
    }
}

/// A cell that can say the name of its column where the head of the table is not on show.
#[component]
fn Cell(
    /// The column.
    name: &'static str,
    /// What the cell says.
    children: Children,
) -> impl IntoView {
    view! { class="ps",
        <td role="cell">
            <span class="cell-name" aria-hidden="true">{name}</span>
            <div>{children()}</div>
        </td>
    }
}

/// "Show more", while there is more. It stays in its place when everything is here, so that the focus is not lost.
#[component]
fn More(
    /// The incidents.
    listing: Fetched<Listing>,
) -> impl IntoView {
    let words = words();
    let backend = backend();
    let announcer = announcer();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let used = RwSignal::new(false);
    let next = Memo::new(move |_| {
        listing
            .now()
            .with(|now| now.ready().and_then(Listing::next).map(str::to_owned))
    });
    let total = Memo::new(move |_| {
        let total = listing
            .now()
            .with(|now| now.ready().map_or(0, |listing| listing.incidents().len()));
        u32::try_from(total).unwrap_or(u32::MAX)
    });
    let fetch = move |()| {
        let Some(after) = next.get_untracked() else {
            return;
        };
        busy.set(true);
        used.set(true);
        problem.set(None);
        leptos::task::spawn_local(async move {
            let outcome = backend.incidents(PAGE, Some(after.clone())).await;
            // The page may have been left by now.
            if busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(page) => {
                    let now = listing.now().with_untracked(|now| now.ready().cloned());
                    let mut longer = now.unwrap_or_default();
                    let more = longer.append(&after, page);
                    let all = u32::try_from(longer.incidents().len()).unwrap_or(u32::MAX);
                    listing.put(longer);
                    announcer.say(words::incidents::more_loaded(words, more, all));
                }
                Err(fault) => problem.set(Some(fault)),
            }
        });
    };
    let why_not = Signal::derive(move || {
        next.with(Option::is_none)
            .then(|| words::incidents::all_loaded(words, total.get()))
    });
    view! { class="ps",
        <Show when=move || next.with(Option::is_some) || used.get()>
            <div class="incidents-more">
                {move || problem.get().map(|problem| view! { class="ps",
                    <Notice tone=Tone::Bad title=words::incidents::more_failed(words) urgent=true>
                        <p>{problem_sentence(words, &problem)}</p>
                    </Notice>
                })}
                <Button busy=busy why_not=why_not on_press=Callback::new(fetch)>
                    {words::incidents::more(words)}
                </Button>
            </div>
        </Show>
    }
}

/// The name of the reader's time zone, such as `Europe/Paris`.
fn time_zone() -> Option<String> {
    let options = js_sys::Intl::DateTimeFormat::default().resolved_options();
    js_sys::Reflect::get(&options, &JsValue::from_str("timeZone"))
        .ok()?
        .as_string()
}
