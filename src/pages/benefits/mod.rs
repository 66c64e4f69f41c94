//! The technical support benefits: what the partner has, what is left of it, and how to activate it.

mod activation;
mod card;
mod closed;
mod ids;
mod link;
mod message;

use crate::account::Known;
use crate::frame::{Page, WhenKnown};
use crate::navigator::PageLink;
use crate::route::Route;
use crate::signals::{Memo, Signal};
use crate::ui::{Badge, ExternalLink, Fact, Facts, Notice, Tone};
use crate::verdict::extension_tag;
use crate::words::{self, Words, words};
use card::{BenefitCard, LinkedCard};
use closed::Closed;
use entitlement_rules::{
    Coming, ComingDay, Door, Reminder, RuleId, coming, entitlements, linked_contracts,
};
use leptos::prelude::*;
use link::LinkForm;
use std::sync::Arc;

/// What the gallery shows of this page.
#[cfg(feature = "gallery")]
pub(crate) mod parts {
    pub(crate) use super::card::{BenefitCard, LinkedCard};
    pub(crate) use super::closed::Closed;

    use super::Benefits;
    use crate::account::Known;
    use crate::signals::Signal;
    use leptos::prelude::*;

    /// Everything of an account's.
    pub(crate) fn all(known: Signal<Known>) -> AnyView {
        view! { class="ps", <Benefits known=known/> }.into_any()
    }
}

/// The page.
#[component]
pub(super) fn BenefitsPage() -> impl IntoView {
    let words = words();
    view! { class="ps",
        <Page title=words::benefits::title(words).to_owned() lead=words::benefits::lead(words)>
            <WhenKnown children=Arc::new(|known| view! { class="ps", <Benefits known=known/> }.into_any())/>
        </Page>
    }
}

/// The page's content. The contracts that somebody holds the IDs of are open to every account (S28), so they are there
/// even when the page of the company's benefits is closed.
#[component]
fn Benefits(
    /// The account.
    known: Signal<Known>,
) -> impl IntoView {
    let door = Memo::new(move |_| known.with(|known| Door::of(&known.programme, &known.facts)));
    view! { class="ps",
        {move || match door.get() {
            Door::Open { reads_only } => view! { class="ps", <OwnBenefits known=known reads_only=reads_only/> }.into_any(),
            closed => view! { class="ps", <Closed door=closed known=known/> }.into_any(),
        }}
        <LinkedContracts known=known/>
        <ComingChanges known=known/>
        <LinkForm/>
        <NextSteps known=known/>
    }
}

/// The benefits of the viewer's own company.
#[component]
fn OwnBenefits(
    /// The account.
    known: Signal<Known>,
    /// The viewer may read, and that is all (E2).
    reads_only: bool,
) -> impl IntoView {
    let words = words();
    let keys = Memo::new(move |_| {
        known.with(|known| {
            let held = entitlements(&known.programme, &known.facts, known.facts.as_of);
            held.into_iter()
                .map(|entitlement| entitlement.key)
                .collect::<Vec<_>>()
        })
    });
    let partner = known.with_untracked(|known| known.facts.partner.clone());
    let name = partner.map(|partner| partner.name).unwrap_or_default();
    let reminder =
        Memo::new(move |_| known.with(|known| Reminder::due(&known.programme, &known.facts)));
    view! { class="ps",
        <section class="section" aria-labelledby="own-benefits">
            <h2 id="own-benefits">{words::benefits::benefits_heading(words, &name)}</h2>
            {reads_only.then(|| view! { class="ps", <Notice><p>{words::benefits::reader_note(words)}</p></Notice> })}
            {move || reminder.get().map(|due| view! { class="ps", <ReminderNotice due=due known=known/> })}
            <p><PageLink to=Route::Usage(None)>{words::benefits::usage(words)}</PageLink></p>
            <ul class="cards">
                <For each=move || keys.get() key=|key| key.to_string() let(key)>
                    <li><BenefitCard known=known of=key/></li>
                </For>
            </ul>
        </section>
    }
}

/// An anniversary is near, or has passed.
#[component]
fn ReminderNotice(
    /// Which.
    due: Reminder,
    /// The account.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let offer = due.offer.in_language(words.language());
    let (title, text) = if due.has_passed {
        (
            words::benefits::reminder_passed(words, offer, due.anniversary),
            words::benefits::reminder_passed_text(words),
        )
    } else {
        (
            words::benefits::reminder_near(words, offer, due.anniversary),
            words::benefits::reminder_near_text(words),
        )
    };
    view! { class="ps",
        <Notice tone=Tone::Warning title=title>
            <p>{text}</p>
            {known.with_untracked(|known| renewal(words, known))}
            <p><Badge tone=Tone::Info text=extension_tag(words, RuleId::E8)/></p>
        </Notice>
    }
}

/// What begins and ends next.
#[component]
fn ComingChanges(
    /// The account.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let coming = Memo::new(move |_| known.with(|known| coming(&known.programme, &known.facts)));
    move || {
        let coming = coming.get();
        (!coming.is_empty()).then(move || {
            let days = coming.iter().map(|ComingDay { on, events }| {
                let sentences = events.iter().map(|event| {
                    view! { class="ps", <p>{coming_sentence(words, event)}</p> }
                });
                let sentences = sentences.collect_view();
                view! { class="ps", <Fact name=words.date(*on)>{sentences}</Fact> }
            });
            let days = days.collect_view();
            view! { class="ps",
                <section class="section" aria-labelledby="coming">
                    <h2 id="coming">{words::benefits::coming(words)}</h2>
                    <div class="coming"><Facts>{days}</Facts></div>
                </section>
            }
        })
    }
}

fn coming_sentence(words: Words, event: &Coming) -> String {
    use words::benefits as say;
    let language = words.language();
    match event {
        Coming::ContractStarts { benefit } => {
            say::coming_contract_starts(words, benefit.in_language(language))
        }
        Coming::ContractEnds {
            benefit,
            last_usable: Some(last),
        } => say::coming_grace(words, benefit.in_language(language), *last),
        Coming::ContractEnds { benefit, .. } => {
            say::coming_contract_ends(words, benefit.in_language(language))
        }
        Coming::GraceEnds { benefit } => {
            say::coming_grace_ends(words, benefit.in_language(language))
        }
        Coming::OfferStarts { offer } => {
            say::coming_offer_starts(words, offer.in_language(language))
        }
        Coming::OfferEnds { offer } => say::coming_offer_ends(words, offer.in_language(language)),
        Coming::ReminderDue { offer } => say::coming_reminder(words, offer.in_language(language)),
    }
}

/// Where benefits and offers are managed (L101), and what can be bought beside them (S35).
#[component]
fn NextSteps(
    /// The account.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let portal = known.with_untracked(|known| {
        let portal = known.membership_portal()?;
        let name = portal.name.in_language(words.language());
        Some((portal.url.clone(), words::benefits::manage_in(words, name)))
    });
    view! { class="ps",
        <section class="section" aria-labelledby="next-steps">
            <h2 id="next-steps">{words::benefits::next_steps(words)}</h2>
            <ul class="steps">
                {portal.map(|(href, text)| view! { class="ps", <li><ExternalLink href=href text=text/></li> })}
                <li><PageLink to=Route::Plans>{words::benefits::compare_plans(words)}</PageLink></li>
            </ul>
        </section>
    }
}

fn in_words(words: Words, names: &[entitlement_rules::Words]) -> Vec<String> {
    let language = words.language();
    let names = names.iter().map(|name| name.in_language(language));
    names.map(str::to_owned).collect()
}

/// The way to where the company's membership is renewed; nothing where the programme names no place.
fn renewal(words: Words, known: &Known) -> Option<AnyView> {
    let portal = known.membership_portal()?;
    let text = words::benefits::renew_in(words, portal.name.in_language(words.language()));
    let href = portal.url.clone();
    Some(view! { class="ps", <p><ExternalLink href=href text=text/></p> }.into_any())
}

/// Contracts of other companies that the viewer has linked.
#[component]
fn LinkedContracts(
    /// The account.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let references =
        Memo::new(move |_| known.with(|known| linked_contracts(&known.programme, &known.facts)));
    let any = Memo::new(move |_| references.with(|references| !references.is_empty()));
    move || {
        any.get().then(|| {
            view! { class="ps",
                <section class="section" aria-labelledby="linked-contracts">
                    <h2 id="linked-contracts">{words::benefits::linked_heading(words)}</h2>
                    <ul class="cards">
                        <For each=move || references.get() key=Clone::clone let(reference)>
                            <li><LinkedCard known=known reference=reference/></li>
                        </For>
                    </ul>
                </section>
            }
        })
    }
}
