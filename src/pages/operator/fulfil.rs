//! Handing over a contract.

use super::{Answer, desk};
use crate::frame::problem_sentence;
use crate::ui::{
    Button, DateField, Dialog, Emphasis, ErrorSummary, FieldError, Notice, TextField, Tone,
    error_of, unique_id,
};
use crate::words::{self, Words, words};
use entitlement_rules::{Activation, Date};
use leptos::prelude::*;
use support_api::{Fulfilment, ID_LENGTH, PendingActivation, SupportIds};

/// The dialog.
#[component]
pub(super) fn FulfilDialog(
    /// The answer that it makes.
    answer: Answer,
    /// The name of a request's benefit.
    name_of: Callback<PendingActivation, String>,
) -> impl IntoView {
    let words = words();
    let title = Signal::derive(move || {
        let partner = answer
            .request
            .with(|request| request.as_ref().map(|it| it.partner_name.clone()));
        words::operator::fulfil_title(words, &partner.unwrap_or_default())
    });
    view! { class="ps",
        <Dialog open=answer.open title=title>
            <FulfilForm answer=answer name_of=name_of/>
        </Dialog>
    }
}

/// Ids of the fields.
#[derive(Clone)]
struct Fields {
    access: String,
    contract: String,
    start: String,
    end: String,
}

/// What was typed, as a fulfilment; or what is wrong with it.
fn read(
    words: Words,
    fields: &Fields,
    access: &str,
    contract: &str,
    start: &str,
    end: &str,
) -> Result<Fulfilment, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, text: &str| {
        errors.push(FieldError {
            field: field.to_owned(),
            text: text.to_owned(),
        });
    };
    if access.is_empty() {
        wrong(&fields.access, words::operator::access_missing(words));
    }
    if contract.is_empty() {
        wrong(&fields.contract, words::operator::contract_missing(words));
    }
    let (start, end) = (Date::parse(start), Date::parse(end));
    if start.is_none() {
        wrong(&fields.start, words::operator::start_missing(words));
    }
    if end.is_none() {
        wrong(&fields.end, words::operator::end_missing(words));
    }
    match (start, end) {
        (Some(start), Some(end)) if end < start => {
            wrong(&fields.end, words::operator::end_before_start(words));
        }
        (Some(start), Some(end)) if errors.is_empty() => {
            let ids = SupportIds {
                access_id: access.to_owned(),
                contract_id: contract.to_owned(),
            };
            return Ok(Fulfilment { ids, start, end });
        }
        _ => {}
    }
    Err(errors)
}

/// The form in it; made anew each time the dialog opens. The contract starts on the server's date and ends on the last
/// day before its anniversary, until the operator says otherwise.
#[component]
fn FulfilForm(
    /// The answer that it makes.
    answer: Answer,
    /// The name of a request's benefit.
    name_of: Callback<PendingActivation, String>,
) -> impl IntoView {
    let words = words();
    let desk = desk();
    let today = desk
        .queue
        .now()
        .with_untracked(|now| now.ready().map(|queue| queue.as_of));
    let in_a_year = today.map(|today| today.plus_years(1).plus_days(-1));
    let text = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let (access, contract) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (start, end) = (RwSignal::new(text(today)), RwSignal::new(text(in_a_year)));
    let fields = Fields {
        access: unique_id("access-id"),
        contract: unique_id("contract-id"),
        start: unique_id("start"),
        end: unique_id("end"),
    };
    let errors = RwSignal::new(Vec::<FieldError>::new());
    let length = u32::try_from(ID_LENGTH).unwrap_or(u32::MAX);
    let about = answer.request.get_untracked().map(|request| {
        let benefit = name_of.run(request);
        words::operator::fulfil_text(words, &benefit)
    });

    let read_fields = fields.clone();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(request) = answer.request.get_untracked() else {
            return;
        };
        if answer.busy.get_untracked() {
            return;
        }
        answer.problem.set(None);
        let typed = read(
            words,
            &read_fields,
            access.get_untracked().trim(),
            contract.get_untracked().trim(),
            &start.get_untracked(),
            &end.get_untracked(),
        );
        match typed {
            Err(wrong) => errors.set(wrong),
            Ok(fulfilment) => {
                errors.set(Vec::new());
                answer.busy.set(true);
                leptos::task::spawn_local(async move {
                    let key =
                        answer
                            .key
                            .for_body(&(&request.partner, &request.benefit, &fulfilment));
                    let sent = desk
                        .backend
                        .fulfil(&request.partner, &request.benefit, fulfilment, key)
                        .await;
                    let said = sent.map(|after| match after.activation {
                        Activation::Failed { .. } => {
                            words::operator::lapsed(words, &request.partner_name)
                        }
                        _ => words::operator::fulfilled(words, &request.partner_name),
                    });
                    answer.finish(desk, said);
                });
            }
        }
    };
    let (access_error, contract_error) = (
        error_of(errors, &fields.access),
        error_of(errors, &fields.contract),
    );
    let (start_error, end_error) = (
        error_of(errors, &fields.start),
        error_of(errors, &fields.end),
    );
    view! { class="ps",
        <form class="form" novalidate=true on:submit=submit>
            <p>{about}</p>
            <ErrorSummary errors=errors/>
            {move || {
                answer
                    .problem
                    .get()
                    .map(|problem| {
                        view! { class="ps",
                            <Notice tone=Tone::Bad title=words::shell::problem_title(words) urgent=true>
                                <p>{problem_sentence(words, &problem)}</p>
                            </Notice>
                        }
                    })
            }}
            <TextField
                id=fields.access label=words::operator::access_id(words) value=access error=access_error
                code=true max_length=length
            />
            <TextField
                id=fields.contract label=words::operator::contract_id(words) value=contract error=contract_error
                code=true max_length=length
            />
            <DateField id=fields.start label=words::operator::start(words) value=start error=start_error/>
            <DateField
                id=fields.end label=words::operator::end(words) hint=words::operator::end_hint(words) value=end
                error=end_error
            />
            <div class="dialog-actions">
                <Button submit=true emphasis=Emphasis::Primary busy=answer.busy>
                    {words::operator::fulfil_submit(words)}
                </Button>
                <Button on_press=Callback::new(move |()| answer.open.set(false))>
                    {words::operator::cancel(words)}
                </Button>
            </div>
        </form>
    }
}
