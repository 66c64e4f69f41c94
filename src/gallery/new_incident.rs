//! The parts of the form that opens an incident.

use super::accounts::{Accounts, programme};
use super::law::{each, unreadable};
use super::specimen::{Pressed, Specimen};
use super::troubles::refused;
use crate::backend::Problem;
use crate::pages::parts::new_incident as form;
use crate::signals::Signal;
use crate::words::{self, words};
use leptos::prelude::*;
use support_api::ProblemCode;

/// Room for a list that hangs over what follows.
const ROOM: &str = "28rem";

/// Every part.
pub(super) fn new_incident() -> AnyView {
    use words::new_incident as say;
    let words = words();
    let (accounts, programme) = match (Accounts::read(), programme()) {
        (Ok(accounts), Ok(programme)) => (accounts, programme),
        (Err(fault), _) | (_, Err(fault)) => return unreadable(fault),
    };
    let Some(member) = accounts.answers.first() else {
        return unreadable("answers");
    };
    let known = Signal::stored(accounts.known(member, &programme));
    let missing = say::missing_product(words);
    let contract = known.with_untracked(|known| known.facts.contracts.first().cloned());
    let benefit = programme.data().benefits.first();
    let benefit = benefit.map(|it| it.name.in_language(words.language()).to_owned());
    let [for_whom, side, kind] = form::plain_choices();
    let severities = member
        .question
        .as_ref()
        .map(|asked| form::severities_of(known, asked));
    let [describe, contacts] = form::typed(accounts.typed.clone());
    let similar = accounts.incidents.iter().take(2).cloned().collect();
    view! { class="ps",
        {progress()}
        <Specimen part="RadioGroup" state="For whom">{for_whom}</Specimen>
        <Specimen part="RadioGroup" state="Failing side">{side}</Specimen>
        <Specimen part="RadioGroup" state="Kind">{kind}</Specimen>
        <Specimen part="RadioGroup" state="Severity with targets">{severities}</Specimen>
        <Specimen part="RadioGroup" state="Versions">{form::versions_of(known, "exchange-server")}</Specimen>
        {customer_ways()}
        <Specimen part="ProductField" state="Nothing chosen">{form::product(known, "", None)}</Specimen>
        <Specimen part="ProductField" state="Error">{form::product(known, "", Some(missing))}</Specimen>
        <Specimen part="ProductField" state="List">
            <Pressed of="input" room=ROOM>{form::product(known, "biztalk-server", None)}</Pressed>
        </Specimen>
        <Specimen part="ProductField" state="Chosen">{form::product(known, "azure-marketplace", None)}</Specimen>
        <Specimen part="Life" state="In its versions">{form::product(known, "sql-server", None)}</Specimen>
        <Specimen part="Life" state="Until a day">{form::product(known, "skype-for-business-online", None)}</Specimen>
        <Specimen part="LinkContract" state="Of a benefit">{form::link_contract(known, "link-benefit", benefit, None)}</Specimen>
        <Specimen part="LinkContract" state="From elsewhere">{form::link_contract(known, "link-any", None, None)}</Specimen>
        <Specimen part="LinkContract" state="Error, nothing typed">
            <Pressed of="button">
                {form::link_contract(known, "link-error", None, Some(say::missing_link(words)))}
            </Pressed>
        </Specimen>
        <Specimen part="LinkedNotice" state="Now">{form::linked(known, contract)}</Specimen>
        <Specimen part="LinkedNotice" state="Before">{form::linked(known, None)}</Specimen>
        {ways()}
        <Specimen part="Describe" state="Everything">{describe}</Specimen>
        <Specimen part="Contacts" state="One">{contacts}</Specimen>
        <Specimen part="Similar" state="Some">{form::alike(similar)}</Specimen>
        <Specimen part="Similar" state="Not known">{form::alike_unknown()}</Specimen>
        {reviews()}
        <Specimen part="TroubleNotice" state="SignedOut">{form::trouble(Problem::SignedOut)}</Specimen>
        <Specimen part="TroubleNotice" state="Unreachable">{form::trouble(Problem::Unreachable)}</Specimen>
        <Specimen part="TroubleNotice" state="Refused">{form::trouble(refused(ProblemCode::Refused))}</Specimen>
        <Specimen part="TroubleNotice" state="IdempotencyKeyReused">
            {form::trouble(refused(ProblemCode::IdempotencyKeyReused))}
        </Specimen>
    }
    .into_any()
}

fn progress() -> AnyView {
    each(
        "Progress",
        true,
        |accounts| &accounts.forms,
        |case, known| Some(form::progress(known, case.entries.clone()?)),
    )
}

fn customer_ways() -> AnyView {
    each(
        "CustomerWay",
        false,
        |accounts| &accounts.customer_ways,
        |case, known| Some(form::customer_way(known, case.question.clone()?)),
    )
}

fn ways() -> AnyView {
    each(
        "WaysToPay",
        false,
        |accounts| &accounts.ways,
        |case, known| Some(form::ways(known, case.question.clone()?)),
    )
}

fn reviews() -> AnyView {
    each(
        "ReviewFacts",
        false,
        |accounts| &accounts.reviews,
        |case, known| form::review(known, case.entries.clone()?),
    )
}
