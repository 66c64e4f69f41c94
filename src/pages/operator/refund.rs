//! Giving back what an incident consumed (E9): what the law says, and what it does to the balance, before it is pressed.

use super::incident::Open;
use super::{Sending, allotment_text, is_changed};
use crate::account::Known;
use crate::backend::to_json;
use crate::signals::{RwSignal, Signal};
use crate::ui::{
    Button, Choice, Dialog, Emphasis, ErrorSummary, FieldError, RadioGroup, TextArea, error_of,
    unique_id,
};
use crate::verdict::{Code, rule_alone};
use crate::words::{self, words};
use entitlement_rules::{
    AccountFacts, Allotment, Contract, EntryKind, Funding, Question, RefundReason, RuleId,
};
use leptos::prelude::*;
use std::sync::Arc;
use support_api::desk::DeskIncident;
use support_api::{Happening, NewRefund, REASON_LENGTH, paths};

/// What an incident can turn out to be, with the value that the radio button of each has.
const REASONS: [(&str, RefundReason); 3] = [
    ("duplicate", RefundReason::Duplicate),
    ("product-bug", RefundReason::ProductBug),
    ("withdrawn", RefundReason::Withdrawn),
];

/// The contract that paid for an incident, as its partner's account has it.
fn paying<'a>(found: &DeskIncident, facts: &'a AccountFacts) -> Option<&'a Contract> {
    let Funding::Contract { contract } = &found.incident.funding else {
        return None;
    };
    facts
        .contracts
        .iter()
        .find(|held| held.reference == *contract)
}

fn is_given_back(found: &DeskIncident) -> bool {
    let mut timeline = found.incident.timeline.iter();
    timeline.any(|entry| matches!(entry.what, Happening::Refunded { .. }))
}

/// The button, or why nothing can be given back; and the dialog.
#[component]
pub(super) fn Refund(
    /// The incident, and its partner's account.
    desk: Open,
    /// The operator's account, for the programme.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let sending = Sending::new();
    let both = move || {
        let found = desk.found.now().with(|now| now.ready().cloned())?;
        let facts = desk.facts.now().with(|now| now.ready().cloned())?;
        Some((found, facts))
    };
    let why_not = Signal::derive(move || {
        let reason = match both() {
            None => words::desk::refund_unknown(words),
            Some((found, _)) if is_given_back(&found) => words::desk::refund_done_before(words),
            Some((found, facts)) if paying(&found, &facts).is_none() => {
                words::desk::refund_nothing(words)
            }
            Some(_) => return None,
        };
        Some(reason.to_owned())
    });
    let start = Callback::new(move |()| sending.start());
    view! { class="ps",
        <p class="hint">{words::desk::refund_text(words)}</p>
        <div><Button why_not=why_not on_press=start>{words::desk::refund(words)}</Button></div>
        <Dialog open=sending.open title=Signal::stored(words::desk::refund(words).to_owned())>
            {move || untrack(both).map(|(found, facts)| view! { class="ps",
                <RefundForm desk=desk known=known sending=sending found=found facts=facts/>
            })}
        </Dialog>
    }
}

/// The form in the dialog; made anew each time it opens.
#[component]
pub(super) fn RefundForm(
    /// What the parts of the page share.
    desk: Open,
    /// The operator's account, for the programme.
    known: Signal<Known>,
    /// What is being sent.
    sending: Sending,
    /// The incident.
    found: DeskIncident,
    /// Its partner's account.
    facts: Arc<AccountFacts>,
) -> impl IntoView {
    let words = words();
    let (reason, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (field, note_field) = (unique_id("reason"), unique_id("note"));
    let error = error_of(sending.errors, &field);
    let choices: Vec<Choice> = REASONS
        .iter()
        .map(|(code, reason)| {
            let said = match reason {
                RefundReason::Duplicate => Code::Duplicate,
                RefundReason::ProductBug => Code::ProductBug,
                RefundReason::Withdrawn => Code::Withdrawn,
            };
            Choice::new(*code, said.word(words))
        })
        .collect();
    let contract = paying(&found, &facts).cloned();
    let does = contract.as_ref().map(|contract| {
        let after = contract
            .balance
            .with(EntryKind::Refund, Allotment::Finite(1));
        words::desk::refund_balance(
            words,
            &allotment_text(words, Some(contract.remaining())),
            &allotment_text(words, Some(after.remaining())),
        )
    });
    let reference = contract
        .map(|contract| contract.reference)
        .unwrap_or_default();
    let partners = Known {
        facts,
        programme: known.with_untracked(|known| Arc::clone(&known.programme)),
    };
    let ruled = move || {
        let chosen = reason.get();
        let because = REASONS.iter().find(|(code, _)| *code == chosen)?.1;
        let question = Question::Refund {
            contract: reference.clone(),
            because,
        };
        rule_alone(words, &partners, &question, RuleId::E9)
    };
    let judged = ruled.clone();
    let why_not = Signal::derive(move || {
        let refused = judged().is_some_and(|(fails, _)| fails);
        refused.then(|| words::desk::refund_refused(words).to_owned())
    });
    let target = field.clone();
    let (partner, id) = (found.partner, found.incident.id);
    let number = found.incident.number;
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if why_not.with_untracked(Option::is_some) {
            return;
        }
        let chosen = reason.get_untracked();
        let Some((_, because)) = REASONS.iter().find(|(code, _)| *code == chosen) else {
            let text = words::operator::reason_missing(words).to_owned();
            sending.problem.set(None);
            sending.errors.set(vec![FieldError {
                field: target.clone(),
                text,
            }]);
            return;
        };
        if !sending.begin() {
            return;
        }
        let note = note.get_untracked().trim().to_owned();
        let body = NewRefund {
            reason: *because,
            note: (!note.is_empty()).then_some(note),
        };
        let key = sending.key.for_body(&(&partner, &id, &body));
        let path = paths::refund(&partner, &id);
        let said = words::desk::refunded(words, &number);
        leptos::task::spawn_local(async move {
            let sent = match to_json(&body) {
                Ok(body) => desk.backend.desk_act::<AccountFacts>(path, body, key).await,
                Err(problem) => Err(problem),
            };
            if sent.as_ref().err().is_some_and(is_changed) {
                desk.fetch();
            }
            if let Some(facts) = sending.end(sent) {
                desk.announcer.say(said);
                desk.facts.put(Arc::new(facts));
                desk.fetch();
            }
        });
    };
    view! { class="ps",
        <form class="form" novalidate=true on:submit=submit>
            <p><strong>{does}</strong></p>
            <ErrorSummary errors=sending.errors/>
            {sending.trouble(words)}
            <RadioGroup
                id=field legend=words::desk::refund_legend(words) choices=Signal::stored(choices) value=reason error=error
            />
            {move || ruled().map(|(_, rule)| rule)}
            <TextArea
                id=note_field label=words::desk::refund_note(words) hint=words::desk::refund_note_hint(words) value=note
                rows=2 max_length=u32::try_from(REASON_LENGTH).unwrap_or(u32::MAX)
            />
            <div class="dialog-actions">
                <Button submit=true emphasis=Emphasis::Primary busy=sending.busy why_not=why_not>
                    {words::desk::refund_submit(words)}
                </Button>
                <Button on_press=Callback::new(move |()| sending.open.set(false))>{words::operator::cancel(words)}</Button>
            </div>
        </form>
    }
}
