//! The list, as its address narrows and orders it.

use super::drawn::DrawnRows;
use super::export::Export;
use super::listing::{Listing, OLDEST, PAGE, SEVERITIES, STATUSES, next_page};
use super::row::Rows;
use super::{Phase, severity_text, status_text};
use crate::account::{Known, account};
use crate::backend::{Problem, backend};
use crate::frame::{Page, ProblemNotice, SignInAgain, StaleNotice, WhenKnown, problem_sentence};
use crate::freshness::follow;
use crate::navigator::{PageLink, navigator};
use crate::pace::frame_shown;
use crate::remote::{Fetched, Remote};
use crate::route::{Prefill, Route, View};
use crate::signals::{Memo, RwSignal, Signal, StoredValue};
use crate::ui::{
    Button, Choice, CopyButton, DateField, Empty, Loading, Notice, Select, TextField, Tone,
    announcer, unique_id,
};
use crate::words::{self, Words, words};
use leptos::prelude::*;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The list.
#[component]
pub(crate) fn IncidentsPage() -> impl IntoView {
    let words = words();
    view! { class="ps",
        <Page title=words::incidents::title(words).to_owned() lead=words::incidents::lead(words)>
            <WhenKnown children=Arc::new(|known| {
                view! { class="ps", <Incidents known=known/> }.into_any()
            })/>
        </Page>
    }
}

/// The incidents of the account that is signed in, as the page's address narrows them.
#[component]
fn Incidents(
    /// The account.
    known: Signal<Known>,
) -> impl IntoView {
    let (backend, navigator) = (backend(), navigator());
    follow(account(), backend);
    let listing = Fetched::<Listing>::new();
    let view = Memo::new(move |was: Option<&View>| match navigator.route() {
        Route::Incidents(view) => view,
        // The page is about to go.
        _ => was.cloned().unwrap_or_default(),
    });
    let fetch = Callback::new(move |()| {
        let view = view.get_untracked();
        listing.fetch(async move {
            let first = next_page(backend, &view, PAGE, None).await?;
            let now = listing
                .now()
                .try_with_untracked(|now| now.ready().cloned())
                .flatten();
            Ok(now.unwrap_or_default().refreshed(view, first))
        });
    });
    // Whatever changes the account may have created an incident, here or elsewhere.
    let revision = Memo::new(move |_| known.with(|known| known.facts.revision));
    Effect::new(move |_| {
        // A memo that is tracked and never read does not follow.
        let _ = (revision.get(), view.get());
        fetch.run(());
    });
    let phase = Phase::of(listing, |listing| {
        listing.incidents().is_empty() && listing.next().is_none() && listing.view().is_plain()
    });
    move || {
        match phase.get() {
        Phase::Loading { slowly } => view! { class="ps", <Loading slowly=slowly/> }.into_any(),
        Phase::Failed(problem) => {
            view! { class="ps", <ProblemNotice problem=problem retry=fetch/> }.into_any()
        }
        // A list that is narrowed in the meantime may have something to show.
        Phase::Empty if view.with(View::is_plain) => view! { class="ps", <NoIncidents/> }.into_any(),
        Phase::Empty | Phase::Ready => {
            view! { class="ps", <FoundIncidents known=known listing=listing view=view fetch=fetch/> }.into_any()
        }
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

/// What the reader looks for, part by part as the page's address has it.
#[derive(Clone, Copy)]
struct Filter {
    text: RwSignal<String>,
    status: RwSignal<String>,
    severity: RwSignal<String>,
    product: RwSignal<String>,
    paid_by: RwSignal<String>,
    from: RwSignal<String>,
    to: RwSignal<String>,
    order: RwSignal<String>,
}

/// So long nothing more is typed before the list follows. Who has chosen waits for nothing.
const SETTLED: Duration = Duration::from_millis(300);

impl Filter {
    /// Follows the address, and has the address follow what is chosen and typed.
    fn new(view: Memo<View>) -> Filter {
        let navigator = navigator();
        let empty = || RwSignal::new(String::new());
        let filter = Filter {
            text: empty(),
            status: empty(),
            severity: empty(),
            product: empty(),
            paid_by: empty(),
            from: empty(),
            to: empty(),
            order: empty(),
        };
        filter.put(view.get_untracked());
        Effect::new(move |_| filter.put(view.get()));
        let turn = StoredValue::new(0_u32);
        Effect::new(move |before: Option<View>| {
            let wanted = filter.view();
            let mine = turn.get_value().wrapping_add(1);
            turn.set_value(mine);
            if wanted != view.get_untracked() {
                let is_typing = before.is_some_and(|before| before.typed() != wanted.typed());
                let to = Route::Incidents(wanted.clone());
                let amend = move || {
                    // Something else was chosen since, or the page has gone.
                    if turn.try_get_value() == Some(mine) {
                        navigator.amend(to);
                    }
                };
                match is_typing {
                    true => set_timeout(amend, SETTLED),
                    false => navigator.after_press(amend),
                }
            }
            wanted
        });
        filter
    }

    fn view(self) -> View {
        View {
            text: self.text.get(),
            status: self.status.get(),
            severity: self.severity.get(),
            product: self.product.get(),
            paid_by: self.paid_by.get(),
            from: self.from.get(),
            to: self.to.get(),
            order: self.order.get(),
        }
    }

    fn put(self, view: View) {
        for (part, value) in [
            (self.text, view.text),
            (self.status, view.status),
            (self.severity, view.severity),
            (self.product, view.product),
            (self.paid_by, view.paid_by),
            (self.from, view.from),
            (self.to, view.to),
            (self.order, view.order),
        ] {
            if part.with_untracked(|now| *now != value) {
                part.set(value);
            }
        }
    }
}

/// What the list can be narrowed by: the most usual in sight, the rest folded until the address says one of it.
fn narrowing(words: Words, known: &Known, filter: Filter, view: &View) -> impl IntoView + use<> {
    use words::incidents as say;
    let language = words.language();
    let data = known.programme.data();
    let chosen = |choices: Vec<Choice>| Signal::stored(choices);
    let statuses = STATUSES.map(|(id, status)| Choice::new(id, status_text(words, status)));
    let severities = SEVERITIES.map(|(id, it)| Choice::new(id, severity_text(words, it)));
    let mut products: Vec<Choice> = data
        .products
        .iter()
        .map(|product| Choice::new(product.id.clone(), product.name.clone()))
        .collect();
    products.sort_by(|one, other| one.label.cmp(&other.label));
    let reseller = &data.policy.reseller_plan;
    let benefits = data.benefits.iter().map(|it| (&it.id, &it.name));
    let plans = data.plans.iter().map(|it| (&it.id, &it.name));
    let mut payers: Vec<Choice> = benefits
        .chain(plans)
        .chain([(&reseller.id, &reseller.name)])
        .map(|(id, name)| Choice::new(id.clone(), name.in_language(language)))
        .collect();
    // A benefit is among the plans that are compared, too.
    let mut seen = Vec::new();
    payers.retain(|payer| {
        let is_new = !seen.contains(&payer.value);
        seen.push(payer.value.clone());
        is_new
    });
    let is_open = [
        &view.severity,
        &view.product,
        &view.paid_by,
        &view.from,
        &view.to,
    ]
    .into_iter()
    .any(|part| !part.is_empty());
    view! { class="ps",
        <div class="incidents-filter">
            <TextField id=unique_id("find") label=say::find(words) value=filter.text/>
            <Select
                id=unique_id("status") label=say::column_status(words) placeholder=say::any_status(words)
                choices=chosen(statuses.into()) value=filter.status
            />
            <Select
                id=unique_id("order") label=say::order(words) placeholder=say::newest(words)
                choices=chosen(vec![Choice::new(OLDEST, say::oldest(words))]) value=filter.order
            />
        </div>
        <details class="fold" open=is_open>
            <summary>{say::more_filters(words)}</summary>
            <div class="incidents-filter">
                <Select
                    id=unique_id("severity") label=say::column_severity(words) placeholder=say::any_severity(words)
                    choices=chosen(severities.into()) value=filter.severity
                />
                <Select
                    id=unique_id("product") label=say::column_product(words) placeholder=say::any_product(words)
                    choices=chosen(products) value=filter.product
                />
                <Select
                    id=unique_id("payer") label=say::column_paid_by(words) placeholder=say::any_payer(words)
                    choices=chosen(payers) value=filter.paid_by
                />
                <DateField id=unique_id("from") label=say::opened_from(words) value=filter.from/>
                <DateField id=unique_id("to") label=say::opened_to(words) value=filter.to/>
            </div>
        </details>
    }
}

/// The table, with what narrows it and what makes it longer.
#[component]
fn FoundIncidents(
    /// The account.
    known: Signal<Known>,
    /// The incidents.
    listing: Fetched<Listing>,
    /// What the page's address asks for.
    view: Memo<View>,
    /// Fetches it again.
    fetch: Callback<()>,
) -> impl IntoView {
    let words = words();
    let navigator = navigator();
    let language = words.language();
    let filter = Filter::new(view);
    let rows = Memo::new(move |before: Option<&Rows>| {
        known.with(|known| {
            listing.now().with(|now| {
                let incidents = now.ready().map(Listing::incidents).unwrap_or_default();
                Rows::new(incidents, known, language, before)
            })
        })
    });
    // What is on show is not yet, or will not be, what the address asks for.
    let listed = Memo::new(move |_| {
        let of = |now: &Remote<Listing>| now.ready().map(|it| it.view().clone());
        listing.now().with(of)
    });
    let is_behind = move || {
        listed.with(|listed| {
            listed
                .as_ref()
                .is_some_and(|listed| view.with(|view| view != listed))
        })
    };
    let problem = move || listing.stale().get().filter(|_| is_behind());
    let stale = Signal::derive(move || listing.stale().get().filter(|_| !is_behind()));
    let busy = Signal::derive(move || is_behind() && listing.stale().with(Option::is_none));
    let found = Memo::new(move |_| {
        if busy.get() || view.with(View::is_plain) {
            return None;
        }
        let count = rows.with(Rows::len);
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let goes_on = listing
            .now()
            .with(|now| now.ready().is_some_and(|it| it.next().is_some()));
        Some(match (count, goes_on) {
            (0, false) => words::incidents::found_none(words).to_owned(),
            (_, false) => words::incidents::found_all(words, count),
            (_, true) => words::incidents::found_first(words, count),
        })
    });
    let stretch = Stretch::new(rows);
    // Another list begins at its beginning, as soon as it is there.
    Effect::new(move |_| {
        let _ = listed.get();
        stretch.first.set(0);
    });
    let clear = Callback::new(move |()| {
        navigator.after_press(move || navigator.amend(Route::Incidents(View::default())));
    });
    let link = Callback::new(move |()| navigator.shown_at().unwrap_or_default());
    let can_share = navigator.shown_at().is_some();
    view! { class="ps",
        <div class="incidents">
            <div class="incidents-narrowing" role="search" aria-label=words::incidents::filter(words)>
                {known.with_untracked(|known| view.with_untracked(|view| narrowing(words, known, filter, view)))}
            </div>
            {move || problem().map(|problem| view! { class="ps", <ProblemNotice problem=problem retry=fetch/> })}
            <StaleNotice problem=stale retry=fetch/>
            <p class="incidents-found hint" role="status">{move || found.get()}</p>
            <div class="incidents-tools">
                <NewIncidentLink/>
                <Show when=move || !view.with(View::is_plain)>
                    <Button on_press=clear>{words::incidents::clear(words)}</Button>
                </Show>
                {can_share.then(|| view! { class="ps",
                    <CopyButton what=words::incidents::view_link(words) text=link in_sight=true/>
                })}
                <Export known=known view=view/>
            </div>
            <div class="incidents-shown renewed" aria-busy=move || busy.get().then_some("true")>
                <IncidentTable rows=rows stretch=stretch/>
            </div>
            <More listing=listing stretch=stretch/>
        </div>
    }
}

/// Most rows that are on show at a time. The browser lays out and paints them all at many a key and press: the more, the longer the reader
/// waits. `cargo xtask bench long` says how long.
const MOST_SHOWN: usize = 40;
/// Rows that come, or come back, at a time.
const STEP: usize = PAGE as usize;

/// Which rows are on show of those that are here.
#[derive(Clone, Copy)]
pub(super) struct Stretch {
    rows: Memo<Rows>,
    /// Place of the first one, where there are as many from it on as are shown.
    first: RwSignal<usize>,
}

impl Stretch {
    pub(super) fn new(rows: Memo<Rows>) -> Stretch {
        Stretch {
            rows,
            first: RwSignal::new(0),
        }
    }

    /// The places of the rows on show.
    fn shown(self) -> Range<usize> {
        let here = self.rows.with(Rows::len);
        let first = self.first.get().min(here.saturating_sub(MOST_SHOWN));
        first..here.min(first + MOST_SHOWN)
    }

    /// Moves it as little as shows the row at that place and those of its step. Whether it had to move.
    fn reach(self, place: usize) -> bool {
        let shown = untrack(|| self.shown());
        let step = place - place % STEP;
        if place < shown.start {
            self.first.set(step);
        } else if place >= shown.end {
            self.first.set((step + STEP).saturating_sub(MOST_SHOWN));
        }
        !shown.contains(&place)
    }

    /// Which rows are on show, where not all are that are here.
    fn sentence(self, words: Words) -> Option<String> {
        let shown = self.shown();
        let here = self.rows.with(Rows::len);
        let number = |place| u32::try_from(place).unwrap_or(u32::MAX);
        (shown.len() < here).then(|| {
            let (from, to) = (number(shown.start + 1), number(shown.end));
            words::incidents::part_shown(words, from, to, number(here))
        })
    }
}

/// The place that a key leads to from a row, `None` where it leads to none. At an end the page scrolls on, as it does anywhere.
fn walked(key: &web_sys::KeyboardEvent, from: usize, rows: usize) -> Option<usize> {
    if key.ctrl_key() || key.alt_key() || key.meta_key() || key.shift_key() {
        return None;
    }
    let to = match key.key().as_str() {
        "ArrowDown" => from + 1,
        "ArrowUp" => from.checked_sub(1)?,
        "Home" => 0,
        "End" => rows.checked_sub(1)?,
        _ => return None,
    };
    (to < rows).then_some(to)
}

/// The incidents as a table; in a narrow place each row is a card. The arrow keys move the focus from row to row, and to the ends of
/// the list; Enter follows the link as ever. The roles are stated, because a table that is laid out in another way is no table any
/// more for some screen readers.
#[component]
pub(super) fn IncidentTable(
    /// The rows.
    rows: Memo<Rows>,
    /// Those of them on show.
    stretch: Stretch,
) -> impl IntoView {
    let words = words();
    let navigator = navigator();
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
    let caption = match words::time_zone() {
        Some(zone) => words::incidents::caption(words, &zone),
        None => words::incidents::caption_plain(words).to_owned(),
    };
    let place = navigator.place();
    let body = NodeRef::<leptos::html::Tbody>::new();
    let drawn = leptos::prelude::StoredValue::new_local(DrawnRows::new(words, navigator));
    let draw = move || {
        let (shown, place) = (stretch.shown(), place.get());
        if let Some(body) = body.get() {
            let _ = drawn.try_update_value(|drawn| {
                rows.with(|rows| drawn.draw(&body, rows, shown, place));
            });
        }
    };
    Effect::new(move |_| draw());
    let focus = Callback::new(move |place| {
        // The row must be there before it can have the focus.
        if stretch.reach(place) {
            untrack(draw);
        }
        drawn.try_with_value(|drawn| drawn.focus(place)) == Some(true)
    });
    let row_of = move |event: &web_sys::Event| {
        let within = event.target()?.dyn_into::<Element>().ok()?;
        drawn.try_with_value(|drawn| drawn.holding(&within))?
    };
    let walk = move |key: web_sys::KeyboardEvent| {
        let wanted =
            row_of(&key).and_then(|(from, _)| walked(&key, from, rows.with_untracked(Rows::len)));
        if wanted.is_some_and(|wanted| focus.run(wanted)) {
            key.prevent_default();
        }
    };
    let follow = move |click: web_sys::MouseEvent| {
        let is_link = |target: web_sys::EventTarget| {
            let within = target.dyn_into::<Element>().ok();
            within.is_some_and(|within| matches!(within.closest("a"), Ok(Some(_))))
        };
        if let Some((_, id)) = row_of(&click).filter(|_| click.target().is_some_and(is_link)) {
            navigator.follow(&click, &Route::Incident(id));
        }
    };
    let is_part = move || stretch.sentence(words).is_some();
    let earlier = Callback::new(move |()| {
        let first = untrack(|| stretch.shown()).start;
        focus.run(first.saturating_sub(STEP));
    });
    view! { class="ps",
        <Show when=move || { stretch.shown().start > 0 }>
            <div class="incidents-more">
                <Button on_press=earlier>{words::incidents::earlier(words)}</Button>
            </div>
        </Show>
        <table
            class="incident-table" role="table" class:none=move || rows.with(Rows::len) == 0
            aria-rowcount=move || is_part().then(|| (rows.with(Rows::len) + 1).to_string())
        >
            <caption>{caption}</caption>
            <thead role="rowgroup"><tr role="row">{heads.collect_view()}</tr></thead>
            <tbody role="rowgroup" node_ref=body on:keydown=walk on:click=follow></tbody>
        </table>
        <p class="incidents-found hint" role="status">{move || stretch.sentence(words)}</p>
    }
}

/// "Show more", while there is more. It stays in its place when everything is here, so that the focus is not lost.
#[component]
fn More(
    /// The incidents.
    listing: Fetched<Listing>,
    /// Those of them on show.
    stretch: Stretch,
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
    let more = move |()| {
        let shown = untrack(|| stretch.shown()).end;
        let here = stretch.rows.with_untracked(Rows::len);
        if shown < here {
            stretch.reach(here.min(shown + STEP) - 1);
            return;
        }
        let now = listing.now().with_untracked(|now| {
            now.ready()
                .and_then(|it| Some((it.view().clone(), it.next()?.to_owned())))
        });
        let Some((view, after)) = now else {
            return;
        };
        busy.set(true);
        used.set(true);
        problem.set(None);
        leptos::task::spawn_local(async move {
            frame_shown().await;
            let outcome = next_page(backend, &view, PAGE, Some(&after)).await;
            // The page may have been left by now.
            if busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(page) => {
                    let now = listing.now().with_untracked(|now| now.ready().cloned());
                    let mut longer = now.unwrap_or_default();
                    let more = longer.append(&after, page);
                    let here = longer.incidents().len();
                    let all = u32::try_from(here).unwrap_or(u32::MAX);
                    listing.put(longer);
                    stretch.reach(here.saturating_sub(1));
                    announcer.say(words::incidents::more_loaded(words, more, all));
                }
                Err(fault) => problem.set(Some(fault)),
            }
        });
    };
    let is_end =
        move || next.with(Option::is_none) && stretch.shown().end == stretch.rows.with(Rows::len);
    let why_not = Signal::derive(move || {
        let all = || words::incidents::all_loaded(words, total.get());
        is_end().then(|| stretch.sentence(words).unwrap_or_else(all))
    });
    view! { class="ps",
        <Show when=move || next.with(Option::is_some) || used.get()>
            <div class="incidents-more">
                {move || problem.get().map(|problem| view! { class="ps",
                    <Notice tone=Tone::Bad title=words::incidents::more_failed(words) urgent=true>
                        <p>{problem_sentence(words, &problem)}</p>
                        <SignInAgain problem=problem/>
                    </Notice>
                })}
                <Button busy=busy why_not=why_not on_press=Callback::new(more)>
                    {words::incidents::more(words)}
                </Button>
            </div>
        </Show>
    }
}
