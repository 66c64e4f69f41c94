//! The card of a benefit, and of a contract that was linked from elsewhere.

use super::activation::ActivateButton;
use super::ids::Ids;
use super::message::Message;
use super::state::{self, Card, ContractView, State, WhyNot};
use crate::account::Known;
use crate::navigator::PageLink;
use crate::route::{Prefill, Route};
use crate::signals::{Memo, Signal};
use crate::ui::{Badge, Fact, Facts, Meter, Tone, unique_id};
use crate::verdict::steps_alone;
use crate::words::{self, Words, words};
use entitlement_rules::{
    ActivationEstimate, Allotment, BenefitKey, FailureReason, Forecast, Outlook, Placement, RuleId,
};
use leptos::prelude::*;

/// One benefit of the viewer's own company. Parts of the card that a change of the account does not touch (an open
/// dialog, shown IDs) stay as they are.
#[component]
pub(crate) fn BenefitCard(
    /// The account.
    known: Signal<Known>,
    /// Which benefit.
    of: BenefitKey,
) -> impl IntoView {
    let words = words();
    let language = words.language();
    let key = of.clone();
    let card = Memo::new(move |_| known.with(|known| state::card(known, &key, language)));
    let estimate =
        Signal::derive(move || known.with(|known| known.programme.policy().activation_takes));
    let asks =
        Memo::new(move |_| card.with(|card| card.as_ref().is_some_and(Card::can_be_asked_for)));
    let why_not = Signal::derive(move || {
        card.with(|card| {
            let card = card.as_ref()?;
            why_sentence(words, card.why_not.as_ref()?, card.refused_by?)
        })
    });
    let other_path = move || {
        let steps = card.with(
            |card| match card.as_ref().and_then(|card| card.why_not.clone()) {
                Some(WhyNot::Legacy(steps)) => steps,
                _ => Vec::new(),
            },
        );
        (!steps.is_empty()).then(|| known.with(|known| steps_alone(words, known, &steps)))
    };
    let message = move || {
        let (benefit, why) = card.with(|card| {
            let card = card.as_ref()?;
            Some((card.name.clone(), card.why_not.clone()?))
        })?;
        let WhyNot::Role { roles, people } = why else {
            return None;
        };
        Some(view! { class="ps", <Message known=known benefit=benefit roles=roles people=people/> })
    };
    let again = Signal::derive(move || {
        card.with(|card| {
            matches!(
                card,
                Some(Card {
                    state: State::Rejected { .. } | State::Expired,
                    ..
                })
            )
        })
    });
    let name = Signal::derive(move || {
        card.with(|card| {
            card.as_ref()
                .map(|card| card.name.clone())
                .unwrap_or_default()
        })
    });
    let partner = Signal::derive(move || {
        known.with(|known| {
            known
                .facts
                .partner
                .as_ref()
                .map(|partner| partner.name.clone())
                .unwrap_or_default()
        })
    });
    let title_id = unique_id("benefit");
    let focus_id = title_id.clone();
    view! { class="ps",
        <CardFrame known=known card=card estimate=estimate holder=None title_id=title_id>
            {move || {
                let (of, focus_id) = (of.clone(), focus_id.clone());
                asks.get()
                    .then(|| {
                        view! { class="ps",
                            <ActivateButton of=of name=name partner=partner again=again why_not=why_not card_title=focus_id/>
                            {message}
                            {other_path}
                        }
                    })
            }}
        </CardFrame>
    }
}

/// A contract of another company.
#[component]
pub(crate) fn LinkedCard(
    /// The account.
    known: Signal<Known>,
    /// Its reference.
    reference: String,
) -> impl IntoView {
    let words = words();
    let language = words.language();
    let found =
        Memo::new(move |_| known.with(|known| state::linked_card(known, &reference, language)));
    let card = Memo::new(move |_| found.get().map(|(card, _)| card));
    let holder = found.with_untracked(|found| found.as_ref().map(|(_, holder)| holder.clone()));
    let estimate =
        Signal::derive(move || known.with(|known| known.programme.policy().activation_takes));
    view! { class="ps", <CardFrame known=known card=card estimate=estimate holder=holder title_id=unique_id("contract")>""</CardFrame> }
}

/// What both kinds of card show.
#[component]
fn CardFrame(
    /// The account.
    known: Signal<Known>,
    /// The card; absent once the partner does not have it any more.
    card: Memo<Option<Card>>,
    /// In which unit an activation is usually counted.
    estimate: Signal<ActivationEstimate>,
    /// The company that holds the contract, when it is not the viewer's own.
    holder: Option<String>,
    /// Id of its title.
    title_id: String,
    /// Buttons of this kind of card.
    children: Children,
) -> impl IntoView {
    let words = words();
    let labelled_by = title_id.clone();
    let contract =
        Memo::new(move |_| card.with(|card| card.as_ref().and_then(|card| card.contract.clone())));
    let reference = Memo::new(move |_| {
        contract.with(|contract| contract.as_ref().map(|it| it.reference.clone()))
    });
    let name = Signal::derive(move || {
        card.with(|card| {
            card.as_ref()
                .map(|card| card.name.clone())
                .unwrap_or_default()
        })
    });
    let badge = move || {
        card.get().map(|card| {
            let (tone, text) = badge(words, &card.state);
            view! { class="ps", <Badge tone=tone text=text/> }
        })
    };
    let usable = move || {
        let reference =
            contract.with(|contract| contract.as_ref().map(|contract| contract.reference.clone()));
        card.with(|card| card.as_ref().is_some_and(Card::can_be_used)).then(|| {
            let prefill = Prefill::paid_by(reference);
            view! { class="ps",
                <PageLink to=Route::NewIncident(prefill) class="button">
                    {words::benefits::new_incident(words)}
                    <span class="visually-hidden">" "{words::benefits::ids_of(words, &name.get_untracked())}</span>
                </PageLink>
            }
        })
    };
    // Another company's membership is renewed by that company.
    let is_own = holder.is_none();
    let asks_to_renew =
        Memo::new(move |_| card.with(|card| card.as_ref().is_some_and(Card::asks_to_renew)));
    let to_renew = move || {
        (is_own && asks_to_renew.get())
            .then(|| known.with_untracked(|known| super::renewal(words, known)))
    };
    view! { class="ps",
        <article class="card benefit" aria-labelledby=labelled_by>
            <div class="card-head">
                <div>
                    <h3 id=title_id tabindex="-1">{move || name.get()}</h3>
                    {holder.map(|holder| {
                        view! { class="ps", <p class="hint">{words::benefits::held_by(words, &holder)}</p> }
                    })}
                </div>
                {badge}
            </div>
            {move || {
                let text = card.with(|card| card.as_ref().and_then(|card| explain(words, card, estimate.get())));
                text.map(|text| view! { class="ps", <p>{text}</p> })
            }}
            {to_renew}
            {move || contract.get().map(|contract| view! { class="ps",
                <Remaining contract=contract.clone()/>
                <Pace forecast=contract.forecast/>
            })}
            {move || card.get().map(|card| view! { class="ps", <CardFacts card=card/> })}
            {move || {
                reference
                    .get()
                    .map(|reference| {
                        view! { class="ps", <Ids reference=reference contract=contract name=name/> }
                    })
            }}
            {move || reference.get().map(|reference| view! { class="ps",
                <PageLink to=Route::Usage(Some(reference))>
                    {words::benefits::history(words)}
                    <span class="visually-hidden">" "{words::benefits::ids_of(words, &name.get_untracked())}</span>
                </PageLink>
            })}
            <div class="card-actions">
                {usable}
                {children()}
            </div>
        </article>
    }
}

/// The meter of a contract, or the count where nothing runs out.
#[component]
fn Remaining(
    /// The contract.
    contract: ContractView,
) -> impl IntoView {
    let words = words();
    match (contract.granted, contract.remaining) {
        (Allotment::Finite(granted), Allotment::Finite(left)) => view! { class="ps",
            <Meter
                label=words::benefits::remaining(words)
                text=words::benefits::remaining_of(words, left, granted)
                value=left
                max=granted
            />
        }
        .into_any(),
        (Allotment::Unlimited, _) => view! { class="ps",
            <p class="meter-text">{words::benefits::unlimited_used(words, contract.used)}</p>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

/// With fewer incidents than this a pace is a guess.
const FEW: u32 = 3;

/// When the incidents run out at the present pace, what that is based on, and a warning when it is too early.
#[component]
fn Pace(
    /// How the balance is going.
    forecast: Forecast,
) -> impl IntoView {
    let words = words();
    let (tone, text) = match forecast.outlook {
        Outlook::RunsOut {
            on,
            before_the_end: true,
            ..
        } => (Tone::Warning, words::benefits::pace_runs_out(words, on)),
        Outlook::RunsOut { .. } => (Tone::Neutral, words::benefits::pace_lasts(words).to_owned()),
        Outlook::NothingUsed => (
            Tone::Neutral,
            words::benefits::pace_unused(words).to_owned(),
        ),
        // The card's state says it.
        Outlook::NotStarted | Outlook::Over | Outlook::Unlimited | Outlook::Spent => {
            return ().into_any();
        }
    };
    let basis = (forecast.used > 0).then(|| {
        let few = (forecast.used < FEW).then(|| words::benefits::pace_few(words));
        let basis = words::benefits::pace_basis(words, forecast.used, forecast.days);
        view! { class="ps", <p class="hint">{basis}" "{few}</p> }
    });
    let early = (tone == Tone::Warning).then(|| {
        view! { class="ps", <Badge tone=tone text=words::benefits::pace_early(words)/> }
    });
    view! { class="ps",
        <Facts><Fact name=words::benefits::pace(words)>{early}<p>{text}</p>{basis}</Fact></Facts>
    }
    .into_any()
}

/// Where it comes from, what it covers, until when.
#[component]
fn CardFacts(
    /// The card.
    card: Card,
) -> impl IntoView {
    let words = words();
    let sources: Vec<String> = card
        .sources
        .iter()
        .map(|source| match source.competencies.is_empty() {
            true => source.offer.clone(),
            false => {
                words::benefits::source_with(words, &source.offer, &source.competencies.join(", "))
            }
        })
        .collect();
    let source = match sources.is_empty() {
        true => words::benefits::source_ended(words).to_owned(),
        false => words.all_of(&sources),
    };
    // A contract from elsewhere comes with its own company's membership, which is not known here.
    let is_own = card.allotment.is_some() || !card.sources.is_empty();
    let covers = card.scope.map(|scope| match scope {
        Placement::OnPremises => words::benefits::covers_on_premises(words),
        Placement::Cloud => words::benefits::covers_cloud(words),
        Placement::Hybrid => words::benefits::covers_both(words),
    });
    let allotment = match card.allotment {
        Some(Allotment::Finite(count)) => words::benefits::allotment_finite(words, count),
        Some(Allotment::Unlimited) => words::benefits::allotment_unlimited(words).to_owned(),
        Some(Allotment::None) => words::benefits::allotment_none(words).to_owned(),
        None => words::benefits::allotment_unknown(words).to_owned(),
    };
    view! { class="ps",
        <Facts>
            {is_own.then(|| view! { class="ps", <Fact name=words::benefits::source(words)>{source}</Fact> })}
            {covers.map(|covers| view! { class="ps", <Fact name=words::benefits::covers(words)>{covers}</Fact> })}
            {is_own.then(|| view! { class="ps", <Fact name=words::benefits::allotment(words)>{allotment}</Fact> })}
            {card
                .contract
                .map(|contract| {
                    let linked = match contract.linked_on {
                        Some(day) => words::benefits::linked_since(words, day),
                        None => words::benefits::linked_not_yet(words).to_owned(),
                    };
                    view! { class="ps",
                        <Fact name=words::benefits::valid(words)>
                            {words::benefits::valid_from_to(words, contract.start, contract.end)}
                        </Fact>
                        <Fact name=words::benefits::linked(words)>{linked}</Fact>
                    }
                })}
        </Facts>
    }
}

fn badge(words: Words, state: &State) -> (Tone, &'static str) {
    match state {
        State::NotCarried => (Tone::Neutral, words::benefits::state_not_carried(words)),
        State::DataIncomplete => (Tone::Bad, words::benefits::state_data_incomplete(words)),
        State::MembershipEnded => (Tone::Bad, words::benefits::state_membership_ended(words)),
        State::NotActivated => (Tone::Info, words::benefits::state_not_activated(words)),
        State::Pending { .. } => (Tone::Warning, words::benefits::state_pending(words)),
        State::Rejected { .. } => (Tone::Bad, words::benefits::state_rejected(words)),
        State::ContractMissing => (Tone::Bad, words::benefits::state_contract_missing(words)),
        State::NotStarted => (Tone::Info, words::benefits::state_not_started(words)),
        State::Usable => (Tone::Good, words::benefits::state_usable(words)),
        State::Grace { .. } => (Tone::Warning, words::benefits::state_grace(words)),
        State::Exhausted => (Tone::Bad, words::benefits::state_exhausted(words)),
        State::Expired => (Tone::Bad, words::benefits::state_expired(words)),
    }
}

/// What the state means and what can be done, in a sentence or two.
fn explain(words: Words, card: &Card, estimate: ActivationEstimate) -> Option<String> {
    let contract = card.contract.as_ref();
    Some(match &card.state {
        State::NotCarried => words::benefits::text_not_carried(words).to_owned(),
        State::DataIncomplete => words::benefits::text_data_incomplete(words).to_owned(),
        State::MembershipEnded => words::benefits::text_membership_ended(words).to_owned(),
        State::NotActivated => words::benefits::text_not_activated(words).to_owned(),
        State::Pending {
            requested_on,
            requested_by,
        } => {
            let asked = words::benefits::text_pending(words, *requested_on, requested_by);
            let usually = match estimate {
                ActivationEstimate::Days => words::benefits::text_pending_days(words),
                ActivationEstimate::Minutes => words::benefits::text_pending_minutes(words),
            };
            format!("{asked} {usually}")
        }
        State::Rejected { on, reason } => {
            let reason = match reason {
                FailureReason::OfferLapsed => words::benefits::rejected_offer_lapsed(words),
                FailureReason::MembershipNotConfirmed => {
                    words::benefits::rejected_not_confirmed(words)
                }
                FailureReason::DetailsIncomplete => words::benefits::rejected_incomplete(words),
                FailureReason::AlreadyHeld => words::benefits::rejected_already_held(words),
            };
            words::benefits::text_rejected(words, *on, reason)
        }
        State::ContractMissing => words::benefits::text_contract_missing(words).to_owned(),
        State::NotStarted => words::benefits::text_not_started(words, contract?.start),
        State::Usable => return None,
        State::Grace { last_usable } => {
            words::benefits::text_grace(words, contract?.end, *last_usable)
        }
        State::Exhausted => words::benefits::text_exhausted(words).to_owned(),
        State::Expired => words::benefits::text_expired(words, contract?.end),
    })
}

/// Why it cannot be activated, with the rule that says so.
fn why_sentence(words: Words, why: &WhyNot, refused_by: RuleId) -> Option<String> {
    let sentence = match why {
        WhyNot::Role { roles, people } if people.is_empty() => {
            words::benefits::why_role(words, &words.any_of(roles))
        }
        WhyNot::Role { roles, people } => {
            words::benefits::why_role_people(words, &words.any_of(roles), &words.any_of(people))
        }
        WhyNot::Association(association) => words::benefits::why_association(words, association),
        WhyNot::Tier => words::benefits::why_tier(words).to_owned(),
        WhyNot::Legacy(_) => words::verdict::f38(words).to_owned(),
        WhyNot::Rule(rule) => return Some(words::benefits::why_rule(words, rule)),
    };
    Some(format!("{sentence} ({})", refused_by.code()))
}
