//! The technical support benefits: what the partner has, what is left of it, and how to activate it.

mod activation;
mod card;
mod closed;
mod ids;
mod link;
mod state;

use crate::account::Known;
use crate::frame::{Page, WhenKnown};
use crate::ui::{Badge, Notice, Tone};
use crate::verdict::extension_tag;
use crate::words::{self, words};
use card::{BenefitCard, LinkedCard};
use closed::{Closed, Door, door};
use entitlement_rules::RuleId;
use leptos::prelude::*;
use link::LinkForm;
use state::Reminder;
use std::sync::Arc;

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
    let door = Memo::new(move |_| known.with(door));
    view! { class="ps",
        {move || match door.get() {
            Door::Open { only_reads } => {
                view! { class="ps", <OwnBenefits known=known only_reads=only_reads/> }.into_any()
            }
            closed => view! { class="ps", <Closed door=closed known=known/> }.into_any(),
        }}
        <LinkedContracts known=known/>
        <LinkForm/>
    }
}

/// The benefits of the viewer's own company.
#[component]
fn OwnBenefits(
    /// The account.
    known: Signal<Known>,
    /// The viewer may read, and that is all (E2).
    only_reads: bool,
) -> impl IntoView {
    let words = words();
    let keys = Memo::new(move |_| known.with(state::keys));
    let partner = known.with_untracked(|known| known.facts.partner.clone());
    let name = partner.map(|partner| partner.name).unwrap_or_default();
    let language = words.language();
    let reminder = Memo::new(move |_| known.with(|known| state::reminder(known, language)));
    view! { class="ps",
        <section class="section" aria-labelledby="own-benefits">
            <h2 id="own-benefits">{words::benefits::benefits_heading(words, &name)}</h2>
            {only_reads.then(|| view! { class="ps", <Notice><p>{words::benefits::reader_note(words)}</p></Notice> })}
            {move || reminder.get().map(|due| view! { class="ps", <ReminderNotice due=due/> })}
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
) -> impl IntoView {
    let words = words();
    let (title, text) = if due.has_passed {
        (
            words::benefits::reminder_passed(words, &due.offer, due.anniversary),
            words::benefits::reminder_passed_text(words),
        )
    } else {
        (
            words::benefits::reminder_near(words, &due.offer, due.anniversary),
            words::benefits::reminder_near_text(words),
        )
    };
    view! { class="ps",
        <Notice tone=Tone::Warning title=title>
            <p>{text}</p>
            <p><Badge tone=Tone::Info text=extension_tag(words, RuleId::E8)/></p>
        </Notice>
    }
}

/// Contracts of other companies that the viewer has linked.
#[component]
fn LinkedContracts(
    /// The account.
    known: Signal<Known>,
) -> impl IntoView {
    let words = words();
    let references = Memo::new(move |_| known.with(state::linked_references));
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
