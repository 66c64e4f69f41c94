//! What is derived from a verdict: the panel of each answer, the card of a benefit in each state, each closed door.

use super::accounts::{Accounts, Case, programme};
use super::specimen::Specimen;
use crate::account::Known;
use crate::pages::parts::benefits::{self, BenefitCard, Closed, LinkedCard};
use crate::signals::Signal;
use crate::ui::{Notice, Tone};
use crate::verdict::VerdictPanel;
use entitlement_rules::Door;
use leptos::prelude::*;

/// The panel of every answer.
pub(super) fn answers() -> AnyView {
    each(
        "VerdictPanel",
        false,
        |accounts| &accounts.answers,
        |case, known| {
            let question = case.question.clone()?;
            let on_change = Callback::new(|_| {});
            Some(view! { class="ps", <VerdictPanel known=known question=question on_change=on_change/> }.into_any())
        },
    )
}

/// The card of a benefit in every state, and of contracts from elsewhere.
pub(super) fn benefits() -> AnyView {
    let own = each(
        "BenefitCard",
        false,
        |accounts| &accounts.cards,
        |case, known| {
            let of = case.benefit.clone()?;
            Some(view! { class="ps", <BenefitCard known=known of=of/> }.into_any())
        },
    );
    let linked = each(
        "LinkedCard",
        false,
        |accounts| &accounts.linked,
        |_, known| {
            let reference = known.with_untracked(|known| {
                known
                    .facts
                    .contracts
                    .first()
                    .map(|contract| contract.reference.clone())
            })?;
            Some(view! { class="ps", <LinkedCard known=known reference=reference/> }.into_any())
        },
    );
    let all = each(
        "Benefits",
        true,
        |accounts| &accounts.benefits,
        |_, known| Some(benefits::all(known)),
    );
    view! { class="ps", {own}{linked}{all} }.into_any()
}

/// What stands where benefits cannot be shown.
pub(super) fn doors() -> AnyView {
    each(
        "Closed",
        false,
        |accounts| &accounts.doors,
        |_, known| {
            let door = known.with_untracked(|known| Door::of(&known.programme, &known.facts));
            Some(view! { class="ps", <Closed door=door known=known/> }.into_any())
        },
    )
}

/// A specimen of each case. What cannot be shown is said in its place: a gap would not be seen.
pub(super) fn each(
    part: &'static str,
    wide: bool,
    cases: fn(&Accounts) -> &Vec<Case>,
    show: impl Fn(&Case, Signal<Known>) -> Option<AnyView>,
) -> AnyView {
    let (accounts, programme) = match (Accounts::read(), programme()) {
        (Ok(accounts), Ok(programme)) => (accounts, programme),
        (Err(fault), _) | (_, Err(fault)) => {
            return unreadable(fault);
        }
    };
    let specimens = cases(&accounts).iter().map(|case| {
        let known = Signal::stored(accounts.known(case, &programme));
        let shown = show(case, known);
        let shown = shown.unwrap_or_else(|| unreadable("a case"));
        view! { class="ps", <Specimen part=part state=case.name.clone() wide=wide>{shown}</Specimen> }
    });
    specimens.collect_view().into_any()
}

/// A fault of the gallery's own data: where it is.
pub(super) fn unreadable(what: &'static str) -> AnyView {
    let fault = format!("The gallery's data cannot be read: {what}");
    view! { class="ps", <Notice tone=Tone::Bad urgent=true><p lang="en">{fault}</p></Notice> }
        .into_any()
}
