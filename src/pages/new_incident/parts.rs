//! What the gallery shows of this page: its parts, each of an account and of what was entered.

pub(crate) use super::entries::Entries;

use super::catalogue::offered;
use super::choices::{beneficiaries, kinds, severities, sides, versions};
use super::contacts::Contacts;
use super::customer_way::CustomerWay;
use super::describe::{Describe, composed};
use super::form::Form;
use super::life::Life;
use super::link_contract::{LinkContract, Linked};
use super::product_field::ProductField;
use super::progress::Progress;
use super::review::{Ready, ReviewFacts};
use super::ways::WaysToPay;
use super::{LinkedNotice, TroubleNotice, missing_now, similar};
use crate::account::Known;
use crate::backend::Problem;
use crate::signals::{Memo, RwSignal, Signal};
use crate::ui::{Choice, RadioGroup, unique_id};
use crate::verdict::{Reading, ask};
use crate::words::{self, Words, words};
use entitlement_rules::{Contract, Funding, Question};
use leptos::prelude::*;
use support_api::Incident;

/// The field that a product is searched in, and what is known of the life of the chosen one.
pub(crate) fn product(
    known: Signal<Known>,
    chosen: &'static str,
    error: Option<&'static str>,
) -> AnyView {
    let words = words();
    let product = RwSignal::new(chosen.to_owned());
    let products = known.with_untracked(|known| offered(&known.programme, words.language()));
    let error = Signal::stored(error.map(str::to_owned));
    view! { class="ps",
        <ProductField id=unique_id("product") products=products value=product error=error/>
        <Life known=known product=product/>
    }
    .into_any()
}

fn group(legend: &'static str, choices: Vec<Choice>) -> AnyView {
    let (id, value) = (unique_id("group"), RwSignal::new(String::new()));
    view! { class="ps", <RadioGroup id=id legend=legend choices=choices value=value/> }.into_any()
}

fn hinted(legend: &'static str, hint: String, choices: Vec<Choice>) -> AnyView {
    let (id, value) = (unique_id("group"), RwSignal::new(String::new()));
    view! { class="ps", <RadioGroup id=id legend=legend hint=hint choices=choices value=value/> }
        .into_any()
}

/// The versions of a product, each with where it stands.
pub(crate) fn versions_of(known: Signal<Known>, product: &str) -> AnyView {
    let words = words();
    let (all, hint) = known.with_untracked(|known| {
        let hint = words::new_incident::version_hint(words, known.facts.as_of);
        (versions(words, known, product), hint)
    });
    hinted(words::new_incident::version(words), hint, all)
}

/// The choices that the form has without a product, each under its question: for whom, which side fails, what is wrong.
pub(crate) fn plain_choices() -> [AnyView; 3] {
    use words::new_incident as say;
    let words = words();
    [
        group(say::for_whom(words), beneficiaries(words)),
        group(say::side(words), sides(words)),
        group(say::kind(words), kinds(words)),
    ]
}

/// The severities, with the targets that what pays has.
pub(crate) fn severities_of(known: Signal<Known>, question: &Question) -> AnyView {
    let words = words();
    let all = known.with_untracked(|known| severities(words, known, question));
    let hint = words::new_incident::severity_hint(words).to_owned();
    hinted(words::new_incident::severity(words), hint, all)
}

/// The way of the resellers' portal.
pub(crate) fn customer_way(known: Signal<Known>, question: Question) -> AnyView {
    let question = Memo::new(move |_| question.clone());
    view! { class="ps", <CustomerWay known=known question=question/> }.into_any()
}

/// What can pay.
pub(crate) fn ways(known: Signal<Known>, question: Question) -> AnyView {
    let words = words();
    let ways = Memo::new(move |_| known.with(|known| ask(known, &question, words)).ways);
    let chosen = RwSignal::new(String::new());
    view! { class="ps", <WaysToPay id=unique_id("ways") ways=ways value=chosen/> }.into_any()
}

/// What asks for the two IDs: of a benefit, or of whatever contract they belong to.
pub(crate) fn link_contract(
    known: Signal<Known>,
    id: &'static str,
    benefit: Option<String>,
    error: Option<&'static str>,
) -> AnyView {
    let error = Signal::stored(error.map(str::to_owned));
    let on_cancel = benefit.is_none().then(|| Callback::new(|()| {}));
    let on_linked = Callback::new(|_| {});
    view! { class="ps",
        <LinkContract id=id known=known benefit=benefit error=error on_linked=on_linked on_cancel=on_cancel/>
    }
    .into_any()
}

/// That a contract was linked, or had been before.
pub(crate) fn linked(known: Signal<Known>, contract: Option<Contract>) -> AnyView {
    let linked = contract.map_or(Linked::Before, |contract| Linked::Now(Box::new(contract)));
    view! { class="ps", <LinkedNotice linked=linked known=known/> }.into_any()
}

/// Why the incident is not there.
pub(crate) fn trouble(problem: Problem) -> AnyView {
    let again = Callback::new(|()| {});
    view! { class="ps", <TroubleNotice problem=problem again=again/> }.into_any()
}

/// What happens, question by question; and who may be reached.
pub(crate) fn typed(entries: Entries) -> [AnyView; 2] {
    let form = Form::new(entries);
    let lead = Callback::new(|_| {});
    let part =
        |content: AnyView| view! { class="ps", <div class="form-part">{content}</div> }.into_any();
    [
        part(
            view! { class="ps", <Describe form=form errors=RwSignal::new(Vec::new())/> }.into_any(),
        ),
        part(
            view! { class="ps", <Contacts form=form errors=RwSignal::new(Vec::new()) lead=lead/> }
                .into_any(),
        ),
    ]
}

fn answered(known: Signal<Known>, form: Form, words: Words) -> Memo<Reading> {
    let question = Memo::new(move |_| known.with(|known| form.question(known)));
    Memo::new(move |_| known.with(|known| question.with(|asked| ask(known, asked, words))))
}

/// How far the form has come.
pub(crate) fn progress(known: Signal<Known>, entries: Entries) -> AnyView {
    let words = words();
    let form = Form::new(entries);
    let reading = answered(known, form, words);
    let missing = Memo::new(move |_| known.with(|known| missing_now(words, known, form)));
    let lead = Callback::new(|_| {});
    view! { class="ps",
        <div class="new-incident"><Progress missing=missing reading=reading lead=lead/></div>
    }
    .into_any()
}

/// The last look; `None` where something is missing or nothing pays.
pub(crate) fn review(known: Signal<Known>, entries: Entries) -> Option<AnyView> {
    let words = words();
    let form = Form::new(entries.clone());
    let payer = answered(known, form, words).get_untracked().payer?;
    let known = known.get_untracked();
    let description = composed(words, &entries);
    let incident = entries.incident(&known.programme, &Funding::HeldIds, description);
    let ready = Ready {
        incident: incident.ok()?,
        payer,
    };
    Some(view! { class="ps", <ReviewFacts ready=ready known=known/> }.into_any())
}

/// Incidents that may be about the same.
pub(crate) fn alike(incidents: Vec<Incident>) -> AnyView {
    similar::notice(words(), incidents).into_any()
}

/// That it is not known whether there are any.
pub(crate) fn alike_unknown() -> AnyView {
    similar::unknown(words()).into_any()
}
