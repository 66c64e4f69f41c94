//! Handing over a contract.

use super::queue::{Answer, QueueState};
use crate::account::Known;
use crate::backend::Problem;
use crate::signals::{RwSignal, Signal};
use crate::ui::{
    Button, DateField, Dialog, Emphasis, ErrorSummary, FieldError, TextField, error_of, unique_id,
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
    /// Where the request waits.
    queue: QueueState,
    /// The account, for the server's date.
    known: Signal<Known>,
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
        <Dialog open=answer.sending.open title=title>
            <FulfilForm answer=answer queue=queue known=known name_of=name_of/>
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
    } else if contract == access {
        wrong(&fields.contract, words::desk::ids_equal(words));
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

/// What the server found wrong with what was sent, at the field where it can be put right.
fn at_field(words: Words, fields: &Fields, problem: &Problem) -> Option<FieldError> {
    let Problem::Refused(refusal) = problem else {
        return None;
    };
    let length = || words::desk::id_length(words, u32::try_from(ID_LENGTH).unwrap_or(u32::MAX));
    let (field, text) = match refusal.field.as_deref()? {
        "ids" => (&fields.access, words::desk::ids_taken(words).to_owned()),
        "ids.access_id" => (&fields.access, length()),
        "ids.contract_id" => (&fields.contract, length()),
        "end" => (
            &fields.end,
            words::operator::end_before_start(words).to_owned(),
        ),
        _ => return None,
    };
    Some(FieldError {
        field: field.clone(),
        text,
    })
}

/// The form in it; made anew each time the dialog opens. The contract starts on the server's date and ends on the last
/// day before its anniversary, until the operator says otherwise.
#[component]
pub(super) fn FulfilForm(
    /// The answer that it makes.
    answer: Answer,
    /// Where the request waits.
    queue: QueueState,
    /// The account, for the server's date.
    known: Signal<Known>,
    /// The name of a request's benefit.
    name_of: Callback<PendingActivation, String>,
) -> impl IntoView {
    let words = words();
    let today = known.with_untracked(|known| known.facts.as_of);
    let in_a_year = today.plus_years(1).plus_days(-1);
    let (access, contract) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (start, end) = (
        RwSignal::new(today.to_string()),
        RwSignal::new(in_a_year.to_string()),
    );
    let fields = Fields {
        access: unique_id("access-id"),
        contract: unique_id("contract-id"),
        start: unique_id("start"),
        end: unique_id("end"),
    };
    let sending = answer.sending;
    let errors = sending.errors;
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
        let typed = read(
            words,
            &read_fields,
            access.get_untracked().trim(),
            contract.get_untracked().trim(),
            &start.get_untracked(),
            &end.get_untracked(),
        );
        match typed {
            Err(wrong) => {
                sending.problem.set(None);
                errors.set(wrong);
            }
            Ok(fulfilment) if sending.begin() => {
                let fields = read_fields.clone();
                leptos::task::spawn_local(async move {
                    let key =
                        sending
                            .key
                            .for_body(&(&request.partner, &request.benefit, &fulfilment));
                    let sent = queue
                        .backend
                        .fulfil(&request.partner, &request.benefit, fulfilment, key)
                        .await;
                    let said = sent.map(|after| match after.activation {
                        Activation::Failed { .. } => {
                            words::operator::lapsed(words, &request.partner_name)
                        }
                        _ => words::operator::fulfilled(words, &request.partner_name),
                    });
                    // What the server found wrong is said at its field.
                    let wrong = said
                        .as_ref()
                        .err()
                        .and_then(|it| at_field(words, &fields, it));
                    answer.finish(queue, said);
                    if let Some(wrong) = wrong {
                        errors.set(vec![wrong]);
                    }
                });
            }
            Ok(_) => {}
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
            {sending.trouble(words)}
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
                <Button submit=true emphasis=Emphasis::Primary busy=sending.busy>
                    {words::operator::fulfil_submit(words)}
                </Button>
                <Button on_press=Callback::new(move |()| sending.open.set(false))>
                    {words::operator::cancel(words)}
                </Button>
            </div>
        </form>
    }
}
