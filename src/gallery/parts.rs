//! The parts of `ui`.

use super::accounts::Named;
use super::law::unreadable;
use super::specimen::Specimen;
use crate::signals::{RwSignal, Signal, StoredValue};
use crate::ui::{
    Announcer, Badge, Button, Check, Choice, CopyButton, DateField, Dialog, Emphasis, Empty,
    ErrorSummary, ExternalLink, Fact, Facts, FieldError, LiveRegion, Loading, Meter, Notice,
    RadioGroup, Select, Table, TextArea, TextField, Tone, announce, csv, error_of, save_file,
    unique_id,
};
use crate::words::{self, Words, words};
use leptos::prelude::*;

/// `tests/gallery.test.mjs` misses one that is not here.
const TONES: [(&str, Tone); 5] = [
    ("Neutral", Tone::Neutral),
    ("Info", Tone::Info),
    ("Good", Tone::Good),
    ("Warning", Tone::Warning),
    ("Bad", Tone::Bad),
];

/// What is pressed, and where else one is led.
pub(super) fn buttons() -> AnyView {
    let words = words();
    // With what each says, and why it could not be pressed. `tests/gallery.test.mjs` misses one that is not here.
    let emphases = [
        (
            "Primary",
            Emphasis::Primary,
            words::benefits::activate(words),
            words::benefits::why_tier(words),
        ),
        (
            "Secondary",
            Emphasis::Secondary,
            words::incidents::reopen(words),
            words::incidents::reopen_not_over(words),
        ),
        (
            "Quiet",
            Emphasis::Quiet,
            words::incidents::comment_send(words),
            words::incidents::comment_closed(words),
        ),
        (
            "Danger",
            Emphasis::Danger,
            words::incidents::cancel(words),
            words::incidents::cancel_begun(words),
        ),
    ];
    let emphases = emphases.map(|(state, emphasis, text, reason)| {
        let why_not = Some(reason.to_owned());
        view! { class="ps",
            <Specimen part="Button" state=state>
                <div class="row"><Button emphasis=emphasis>{text}</Button></div>
            </Specimen>
            <Specimen part="Button" state=format!("{state}, busy")>
                <div class="row"><Button emphasis=emphasis busy=true>{text}</Button></div>
            </Specimen>
            <Specimen part="Button" state=format!("{state}, why not")>
                <div><Button emphasis=emphasis why_not=why_not>{text}</Button></div>
            </Specimen>
        }
    });
    let save = Callback::new(move |()| {
        let head = [
            words::usage::column_day(words),
            words::usage::column_change(words),
        ];
        let text = csv(&[head.map(str::to_owned).to_vec()], words.cell_separator());
        let saved = save_file("gallery.csv", "text/csv;charset=utf-8", &text);
        announce(match saved {
            Some(()) => words::usage::exported(words),
            None => words::usage::export_refused(words),
        });
    });
    let copied = Callback::new(move |()| words::new_incident::share_link(words).to_owned());
    let region = words::verdict::to_region(words);
    view! { class="ps",
        {emphases.collect_view()}
        <Specimen part="ExternalLink" state="Address of a page"><p><ExternalLink href="https://learn.microsoft.com/" text=region/></p></Specimen>
        <Specimen part="ExternalLink" state="Address of a person">
            <p><ExternalLink href="mailto:ada@partner.example" text=words::benefits::message_mail(words)/></p>
        </Specimen>
        <Specimen part="ExternalLink" state="Anything else"><p><ExternalLink href="javascript:alert(1)" text=region/></p></Specimen>
        <Specimen part="CopyButton" state="Name out of sight">
            <div class="row"><CopyButton what=words::benefits::contract_id(words) text=copied/></div>
        </Specimen>
        <Specimen part="CopyButton" state="Name in sight">
            <div class="row"><CopyButton what=words::new_incident::share_link(words) in_sight=true text=copied/></div>
        </Specimen>
        <Specimen part="save_file" state="By a button">
            <div class="row"><Button on_press=save>{words::usage::export(words)}</Button></div>
        </Specimen>
    }
    .into_any()
}

/// What is typed into and chosen from.
pub(super) fn fields() -> AnyView {
    let words = words();
    let named = match Named::read(words.language()) {
        Ok(named) => named,
        Err(fault) => return unreadable(fault),
    };
    view! { class="ps",
        {texts(words, &named)}
        {choices(words)}
        <Specimen part="DateField" state="Empty">
            <DateField id=unique_id("date") label=words::operator::start(words) value=nothing()/>
        </Specimen>
        <Specimen part="DateField" state="Hint">
            <DateField
                id=unique_id("date") label=words::operator::end(words) hint=words::operator::end_hint(words).to_owned()
                value=RwSignal::new(named.day.to_string())
            />
        </Specimen>
        <Specimen part="DateField" state="Error">
            <DateField
                id=unique_id("date") label=words::operator::end(words) hint=words::operator::end_hint(words).to_owned()
                value=RwSignal::new(named.day.to_string()) error=said(words::operator::end_before_start(words))
            />
        </Specimen>
        <Specimen part="ErrorSummary" state="After a press"><Form/></Specimen>
    }
    .into_any()
}

fn texts(words: Words, named: &Named) -> impl IntoView + use<> {
    use words::new_incident as say;
    let typed = StoredValue::new(named.typed.clone());
    let typed = move || RwSignal::new(typed.get_value());
    let masked = RwSignal::new("AB12-CD34-EF56-GH78".to_owned());
    view! { class="ps",
        <Specimen part="TextField" state="Empty">
            <TextField id=unique_id("text") label=say::subject(words) value=nothing()/>
        </Specimen>
        <Specimen part="TextField" state="Hint">
            <TextField id=unique_id("text") label=say::subject(words) hint=say::subject_hint(words).to_owned() value=typed()/>
        </Specimen>
        <Specimen part="TextField" state="Error">
            <TextField
                id=unique_id("text") label=say::subject(words) hint=say::subject_hint(words).to_owned() value=nothing()
                error=said(say::missing_title(words))
            />
        </Specimen>
        <Specimen part="TextField" state="Code">
            <TextField id=unique_id("text") label=say::access_id(words) value=masked code=true/>
        </Specimen>
        <Specimen part="TextField" state="Code, error">
            <TextField id=unique_id("text") label=say::access_id(words) value=masked code=true error=said(say::link_unknown(words))/>
        </Specimen>
        <Specimen part="TextArea" state="Hint">
            <TextArea id=unique_id("text") label=say::description(words) hint=say::description_hint(words).to_owned() value=typed()/>
        </Specimen>
        <Specimen part="TextArea" state="Error">
            <TextArea
                id=unique_id("text") label=say::description(words) hint=say::description_hint(words).to_owned()
                value=nothing() error=said(say::missing_description(words)) rows=3
            />
        </Specimen>
    }
}

fn choices(words: Words) -> impl IntoView {
    use words::new_incident as say;
    let plain = vec![
        Choice::new("a", say::severity_a(words)),
        Choice::new("b", say::severity_b(words)),
        Choice::new("c", say::severity_c(words)),
    ];
    let texts = [
        say::severity_a_text(words),
        say::severity_b_text(words),
        say::severity_c_text(words),
    ];
    let hinted = plain.iter().cloned().zip(texts);
    let hinted = hinted.map(|(choice, text)| choice.hint(text)).collect();
    let (plain, hinted) = (Signal::stored(plain), Signal::<Vec<Choice>>::stored(hinted));
    let chosen = move || RwSignal::new("b".to_owned());
    let (label, any) = (
        words::incidents::column_severity(words),
        words::incidents::any_severity(words),
    );
    let hint = move || say::severity_hint_plain(words).to_owned();
    view! { class="ps",
        <Specimen part="Select" state="Nothing chosen">
            <Select id=unique_id("select") label=label placeholder=any choices=plain value=nothing()/>
        </Specimen>
        <Specimen part="Select" state="Hint">
            <Select id=unique_id("select") label=label hint=hint() placeholder=any choices=plain value=chosen()/>
        </Specimen>
        <Specimen part="Select" state="Error">
            <Select
                id=unique_id("select") label=label hint=hint() placeholder=any choices=plain value=nothing()
                error=said(say::missing_severity(words))
            />
        </Specimen>
        <Specimen part="RadioGroup" state="Nothing chosen">
            <RadioGroup id=unique_id("radio") legend=say::severity(words) choices=plain value=nothing()/>
        </Specimen>
        <Specimen part="RadioGroup" state="Hints">
            <RadioGroup id=unique_id("radio") legend=say::severity(words) hint=hint() choices=hinted value=chosen()/>
        </Specimen>
        <Specimen part="RadioGroup" state="Error">
            <RadioGroup
                id=unique_id("radio") legend=say::severity(words) hint=hint() choices=hinted value=nothing()
                error=said(say::missing_severity(words))
            />
        </Specimen>
        <Specimen part="Check" state="Not ticked"><Check label=say::test(words) value=RwSignal::new(false)/></Specimen>
        <Specimen part="Check" state="Ticked"><Check label=say::test(words) value=RwSignal::new(true)/></Specimen>
    }
}

/// A form whose fields are missing once it is sent: at once, it would take the focus from whoever opens the page.
#[component]
fn Form() -> impl IntoView {
    use words::new_incident as say;
    let words = words();
    let (subject, description) = (unique_id("subject"), unique_id("description"));
    let errors = RwSignal::new(Vec::<FieldError>::new());
    let (subject_error, description_error) =
        (error_of(errors, &subject), error_of(errors, &description));
    let missing = [
        (subject.clone(), say::missing_title(words)),
        (description.clone(), say::missing_description(words)),
    ];
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let missing = missing.clone().map(|(field, text)| FieldError {
            field,
            text: text.to_owned(),
        });
        errors.set(missing.to_vec());
    };
    view! { class="ps",
        <form class="form" novalidate=true on:submit=submit>
            <ErrorSummary errors=errors/>
            <TextField id=subject label=say::subject(words) value=nothing() error=subject_error/>
            <TextArea id=description label=say::description(words) value=nothing() error=description_error rows=3/>
            <div><Button submit=true emphasis=Emphasis::Primary>{say::review(words)}</Button></div>
        </form>
    }
}

/// What is said in the page.
pub(super) fn messages() -> AnyView {
    use words::new_incident as say;
    let words = words();
    let named = match Named::read(words.language()) {
        Ok(named) => named,
        Err(fault) => return unreadable(fault),
    };
    let tones = TONES.map(|(state, tone)| {
        let text = match tone {
            Tone::Neutral => say::similar_unknown(words).to_owned(),
            Tone::Info => words::benefits::reader_note(words).to_owned(),
            Tone::Good => words::benefits::link_done(words).to_owned(),
            Tone::Warning => words::benefits::reminder_near(words, &named.benefit, named.day),
            Tone::Bad => say::refused(words).to_owned(),
        };
        view! { class="ps", <Specimen part="Notice" state=state><Notice tone=tone><p>{text}</p></Notice></Specimen> }
    });
    let open = RwSignal::new(false);
    let (benefit, company) = (named.benefit.clone(), named.company.clone());
    let announcer = Announcer::new();
    view! { class="ps",
        {tones.collect_view()}
        <Specimen part="Notice" state="Title">
            <Notice tone=Tone::Warning title=words::benefits::reminder_near(words, &named.benefit, named.day)>
                <p>{words::benefits::reminder_near_text(words)}</p>
            </Notice>
        </Specimen>
        <Specimen part="Notice" state="Title and a way out, urgent">
            <Notice tone=Tone::Bad title=say::not_created(words) urgent=true>
                <p>{say::kept(words)}</p>
                <Button>{words::shell::retry(words)}</Button>
            </Notice>
        </Specimen>
        <Specimen part="Dialog" state="By a button">
            <div class="row">
                <Button on_press=Callback::new(move |()| open.set(true))>{words::benefits::activate(words)}</Button>
            </div>
            <Dialog open=open title=Signal::stored(words::benefits::activate_title(words, &benefit))>
                <p>{words::benefits::activate_text(words, &company)}</p>
                <div class="dialog-actions">
                    <Button emphasis=Emphasis::Primary on_press=Callback::new(move |()| open.set(false))>
                        {words::benefits::activate_confirm(words)}
                    </Button>
                    <Button on_press=Callback::new(move |()| open.set(false))>{words::benefits::cancel(words)}</Button>
                </div>
            </Dialog>
        </Specimen>
        <Specimen part="LiveRegion" state="By a button">
            <div class="row">
                <Button on_press=Callback::new(move |()| announcer.say(words::benefits::ids_hidden(words)))>
                    {words::benefits::hide_ids(words)}
                </Button>
            </div>
            <LiveRegion announcer=announcer/>
        </Specimen>
        <Specimen part="Empty" state="With a way on">
            <Empty title=words::incidents::empty_title(words)>
                <p>{words::incidents::empty_text(words)}</p>
                <Button emphasis=Emphasis::Primary>{words::incidents::new_incident(words)}</Button>
            </Empty>
        </Specimen>
        <Specimen part="Loading" state="At first"><Loading slowly=false/></Specimen>
        <Specimen part="Loading" state="Slowly"><Loading slowly=true/></Specimen>
    }
    .into_any()
}

/// What only shows something.
pub(super) fn figures() -> AnyView {
    let words = words();
    let named = match Named::read(words.language()) {
        Ok(named) => named,
        Err(fault) => return unreadable(fault),
    };
    let tones = TONES.map(|(state, tone)| {
        let text = match tone {
            Tone::Neutral => words::benefits::state_not_carried(words),
            Tone::Info => words::benefits::state_not_activated(words),
            Tone::Good => words::benefits::state_usable(words),
            Tone::Warning => words::benefits::state_pending(words),
            Tone::Bad => words::benefits::state_contract_missing(words),
        };
        view! { class="ps",
            <Specimen part="Badge" state=state><div class="row"><Badge tone=tone text=text/></div></Specimen>
        }
    });
    let granted = 15;
    let meters = [
        ("Full", granted),
        ("Some left", 7),
        ("Few left", 3),
        ("Empty", 0),
    ]
    .map(|(state, left)| {
        let text = words::benefits::remaining_of(words, left, granted);
        view! { class="ps",
            <Specimen part="Meter" state=state>
                <Meter label=words::benefits::remaining(words) text=text value=left max=granted/>
            </Specimen>
        }
    });
    let (roles, people) = (words.any_of(&named.roles), words.any_of(&named.people));
    let facts = [
        (
            words::benefits::source(words),
            words::benefits::source_ended(words).to_owned(),
        ),
        (
            words::benefits::allotment(words),
            words::benefits::allotment_finite(words, granted),
        ),
        (
            words::benefits::valid(words),
            words::benefits::valid_from_to(words, named.day, named.day.plus_years(1)),
        ),
        (
            words::shell::roles(words),
            words::benefits::why_role_people(words, &roles, &people),
        ),
    ];
    let facts = facts.map(|(name, value)| view! { class="ps", <Fact name=name>{value}</Fact> });
    let (wide, quiet) = (table(words, &named, false), table(words, &named, true));
    let alone = view! { class="ps", <Fact name=words::benefits::remaining(words)>{words.number(granted)}</Fact> };
    view! { class="ps",
        {tones.collect_view()}
        {meters.collect_view()}
        <Specimen part="Facts" state="Several"><Facts>{facts.collect_view()}</Facts></Specimen>
        <Specimen part="Fact" state="Alone"><Facts>{alone}</Facts></Specimen>
        <Specimen part="Table" state="Wide">{wide}</Specimen>
        <Specimen part="Table" state="Caption out of sight">{quiet}</Specimen>
    }
    .into_any()
}

fn table(words: Words, named: &Named, caption_hidden: bool) -> impl IntoView + use<> {
    use words::usage as say;
    let heads = [
        say::column_day(words),
        say::column_what(words),
        say::column_change(words),
        say::column_left(words),
        say::column_by(words),
    ];
    let heads = heads.map(|head| view! { class="ps", <th scope="col">{head}</th> });
    let by = named.people.first().cloned().unwrap_or_default();
    let line = |day, what: String, change: String, left: u32| {
        view! { class="ps",
            <tr>
                <th scope="row">{words.date(day)}</th>
                <td>{what}</td>
                <td>{change}</td>
                <td>{words.number(left)}</td>
                <td>{by.clone()}</td>
            </tr>
        }
    };
    let opened = say::did_consume_number(words, "PS-204817");
    let lines = [
        line(named.day, opened, format!("−{}", words.number(1)), 14),
        line(
            named.day.plus_days(-30),
            say::did_grant(words).to_owned(),
            format!("+{}", words.number(15)),
            15,
        ),
    ];
    view! { class="ps",
        <Table caption=say::caption(words, &named.benefit) caption_hidden=caption_hidden>
            <thead><tr>{heads.collect_view()}</tr></thead>
            <tbody>{lines.collect_view()}</tbody>
        </Table>
    }
}

/// A value that is empty at first.
fn nothing() -> RwSignal<String> {
    RwSignal::new(String::new())
}

/// An error that stays.
fn said(error: &'static str) -> Signal<Option<String>> {
    Signal::stored(Some(error.to_owned()))
}
