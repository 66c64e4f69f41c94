//! What the reader chooses: the day and the filters.

use super::asked;
use super::grid::{Grid, Wish, key};
use super::table::way_name;
use crate::account::Public;
use crate::route::Coverage;
use crate::signals::{Memo, RwSignal, Signal, StoredValue};
use crate::ui::{Button, Check, Choice, DateField, Select, TextField, unique_id};
use crate::words::{self, words};
use entitlement_rules::Date;
use leptos::prelude::*;

/// What stands in the address of whose incidents, and of whose ways to pay.
const CUSTOMER: &str = "customer";
const PROGRAMME: &str = "programme";

/// What was chosen. Days are kept as their fields have them.
#[derive(Clone, Copy)]
pub(super) struct Choices {
    on: RwSignal<String>,
    since: RwSignal<String>,
    differs: RwSignal<bool>,
    search: RwSignal<String>,
    family: RwSignal<String>,
    way: RwSignal<String>,
    customer: RwSignal<bool>,
    /// What the programme offers, and not what the account has of it.
    pub(super) programme: RwSignal<bool>,
    /// The day to begin with.
    day: Date,
    first: Date,
    last: Date,
}

impl Choices {
    /// What the address asks for; where it asks for no day, the account's, or the browser's as far as the programme goes.
    pub(super) fn new(public: &Public, view: &Coverage) -> Choices {
        let facts = public.facts.as_deref();
        let known = facts.map_or(public.programme.data().as_of, |facts| facts.as_of);
        let (first, last) = asked(public, false).span(known);
        let day = match facts {
            Some(facts) => facts.as_of,
            None => browsers_day().unwrap_or(known).clamp(first, last),
        };
        let text = || RwSignal::new(String::new());
        let tick = || RwSignal::new(false);
        let choices = Choices {
            on: text(),
            since: text(),
            differs: tick(),
            search: text(),
            family: text(),
            way: text(),
            customer: tick(),
            programme: tick(),
            day,
            first,
            last,
        };
        choices.follow(view);
        choices
    }

    /// Takes over what the address asks for.
    pub(super) fn follow(self, view: &Coverage) {
        let day = |text: &str| self.of_text(text).to_string();
        let on = day(&view.on);
        set(
            self.since,
            if view.since.is_empty() {
                on.clone()
            } else {
                day(&view.since)
            },
        );
        set(self.on, on);
        set(self.differs, !view.since.is_empty());
        set(self.search, view.search.clone());
        set(self.family, view.family.clone());
        set(self.way, view.way.clone());
        set(self.customer, view.whom == CUSTOMER);
        set(self.programme, view.of == PROGRAMME);
    }

    /// The day; the one to begin with while the field has none.
    pub(super) fn day(self) -> Date {
        self.on.with(|on| self.of_text(on))
    }

    /// What is to be shown.
    pub(super) fn wish(self) -> Wish {
        Wish {
            search: self.search.get(),
            family: self.family.get(),
            way: self.way.get(),
            customer: self.customer.get(),
            since: self
                .differs
                .get()
                .then(|| self.since.with(|since| self.of_text(since))),
        }
    }

    /// The same for the address; `None` when the page has gone.
    pub(super) fn view(self) -> Option<Coverage> {
        let day = |text: String| self.of_text(&text).to_string();
        let or_nothing = |is_so, text: String| if is_so { text } else { String::new() };
        Some(Coverage {
            on: day(self.on.try_get()?),
            since: or_nothing(self.differs.try_get()?, day(self.since.try_get()?)),
            search: self.search.try_get()?,
            family: self.family.try_get()?,
            way: self.way.try_get()?,
            whom: or_nothing(self.customer.try_get()?, CUSTOMER.to_owned()),
            of: or_nothing(self.programme.try_get()?, PROGRAMME.to_owned()),
        })
    }

    /// Whether incidents of a customer are asked about.
    pub(super) fn for_customer(self) -> bool {
        self.customer.get()
    }

    /// Whether only differences are left.
    pub(super) fn only_differences(self) -> bool {
        self.differs.get()
    }

    fn of_text(self, text: &str) -> Date {
        Date::parse(text)
            .unwrap_or(self.day)
            .clamp(self.first, self.last)
    }
}

/// Only what is another wakes who follows it.
fn set<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|now| *now != value) {
        signal.set(value);
    }
}

/// Today, where the reader is.
fn browsers_day() -> Option<Date> {
    let now = js_sys::Date::new_0();
    let year = i32::try_from(now.get_full_year()).ok()?;
    Date::from_ymd(year, now.get_month() + 1, now.get_date())
}

/// The day and the filters.
#[component]
pub(super) fn Controls(
    /// The programme and the account.
    public: Signal<Public>,
    /// What was chosen.
    choices: Choices,
    /// What is shown.
    grid: Memo<Grid>,
) -> impl IntoView {
    let words = words();
    let language = words.language();
    let slider = unique_id("day");
    let label_for = slider.clone();
    let slide = move |moved: web_sys::Event| {
        if let Ok(days) = event_target_value(&moved).parse() {
            let day = Date::from_days_since_epoch(days);
            choices.on.set(day.to_string());
        }
    };
    // What a press of the two buttons has found, for as long as the day stays the one that it led to.
    let found = StoredValue::new(String::new());
    let found_on = RwSignal::new(String::new());
    let jump = move |forward: bool| {
        let change = public.with_untracked(|public| {
            let (wish, day) = untrack(|| (choices.wish(), choices.day()));
            asked(public, choices.programme.get_untracked()).change(&wish, day, forward)
        });
        found.set_value(match change {
            Some((day, count)) => {
                choices.on.set(day.to_string());
                words::coverage::changed(words, count, day)
            }
            None if forward => words::coverage::no_later(words).to_owned(),
            None => words::coverage::no_earlier(words).to_owned(),
        });
        found_on.set(String::new());
        found_on.set(choices.on.get_untracked());
    };
    let status = move || {
        let (products, ways) = grid.with(|grid| (grid.products.len(), grid.ways.len()));
        let shown = match products {
            _ if ways == 0 => words::coverage::no_way(words).to_owned(),
            0 if choices.only_differences() => words::coverage::no_difference(words).to_owned(),
            0 => words::coverage::none(words).to_owned(),
            _ => words::coverage::products(words, u32::try_from(products).unwrap_or(u32::MAX)),
        };
        match found_on.get() == choices.on.get() {
            true => format!("{} {shown}", found.get_value()),
            false => shown,
        }
    };
    let families = Signal::derive(move || {
        public.with(|public| {
            let workloads = public.programme.data().workloads.iter();
            workloads
                .map(|it| Choice::new(it.id.clone(), it.name.in_language(language)))
                .collect::<Vec<Choice>>()
        })
    });
    let ways = Signal::derive(move || {
        let whole = choices.programme.get();
        public.with(|public| {
            let ways = asked(public, whole).ways(choices.day).into_iter();
            ways.map(|way| Choice::new(key(&way), way_name(words, public, whole, &way)))
                .collect::<Vec<Choice>>()
        })
    });
    let has_account = public.with_untracked(|public| public.facts.is_some());
    view! { class="ps",
        <div class="coverage-controls">
            <div class="coverage-day">
                <div class="field">
                    <label for=label_for>{words::coverage::day(words)}</label>
                    <input
                        type="range" id=slider step="1"
                        min=choices.first.days_since_epoch().to_string()
                        max=choices.last.days_since_epoch().to_string()
                        aria-valuetext=move || words.date(choices.day())
                        prop:value=move || choices.day().days_since_epoch().to_string()
                        on:input=slide
                    />
                </div>
                <DateField id=unique_id("on") label=words::coverage::day_field(words) value=choices.on/>
                <div class="row">
                    <Button on_press=Callback::new(move |()| jump(false))>{words::coverage::previous_change(words)}</Button>
                    <Button on_press=Callback::new(move |()| jump(true))>{words::coverage::next_change(words)}</Button>
                </div>
            </div>
            <fieldset class="coverage-filters">
                <legend class="visually-hidden">{words::coverage::filters(words)}</legend>
                <TextField id=unique_id("search") label=words::coverage::search(words) value=choices.search/>
                <Select
                    id=unique_id("family") label=words::coverage::family(words)
                    placeholder=words::coverage::every_family(words) choices=families value=choices.family
                />
                <Select
                    id=unique_id("way") label=words::coverage::way(words)
                    placeholder=words::coverage::every_way(words) choices=ways value=choices.way
                />
                <div class="coverage-checks">
                    <Check label=words::coverage::customer(words) value=choices.customer/>
                    {has_account.then(|| view! { class="ps",
                        <Check label=words::coverage::whole_programme(words) value=choices.programme/>
                    })}
                    <Check label=words::coverage::differs(words) value=choices.differs/>
                </div>
                {move || choices.only_differences().then(|| view! { class="ps",
                    <DateField id=unique_id("since") label=words::coverage::since(words) value=choices.since/>
                })}
            </fieldset>
        </div>
        <p class="coverage-status hint" role="status">{status}</p>
    }
}
