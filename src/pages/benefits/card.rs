//! The card of a benefit, and of a contract that was linked from elsewhere.

use super::activation::ActivateButton;
use super::ids::Ids;
use super::in_words;
use super::message::Message;
use crate::account::Known;
use crate::navigator::PageLink;
use crate::route::{Prefill, Route};
use crate::signals::{Memo, Signal};
use crate::ui::{Badge, Fact, Facts, Meter, Tone, unique_id};
use crate::verdict::steps_alone;
use crate::words::{self, Words, words};
use entitlement_rules::{
    ActivationEstimate, ActivationRefusal, Allotment, BenefitKey, BenefitStanding, BenefitState,
    ContractStanding, FailureReason, Forecast, Outlook, Placement, WhyNot,
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
    let key = of.clone();
    let standing = Memo::new(move |_| {
        known.with(|known| BenefitStanding::of_benefit(&known.programme, &known.facts, &key))
    });
    let estimate =
        Signal::derive(move || known.with(|known| known.programme.policy().activation_takes));
    let asks = Memo::new(move |_| {
        standing.with(|it| it.as_ref().is_some_and(BenefitStanding::can_be_asked_for))
    });
    let refusal =
        Memo::new(move |_| standing.with(|it| it.as_ref().and_then(|it| it.refusal.clone())));
    let why_not = Signal::derive(move || {
        refusal.with(|refusal| refusal.as_ref().map(|refusal| why_sentence(words, refusal)))
    });
    let other_path = move || match refusal.get()?.why {
        WhyNot::PresentPortal { next_steps } if !next_steps.is_empty() => {
            Some(known.with(|known| steps_alone(words, known, &next_steps)))
        }
        _ => None,
    };
    let name = name_of(words, standing);
    let message = move || {
        let WhyNot::Role { roles, people } = refusal.get()?.why else {
            return None;
        };
        let (benefit, roles) = (name.get(), in_words(words, &roles));
        Some(view! { class="ps", <Message known=known benefit=benefit roles=roles people=people/> })
    };
    let again = Signal::derive(move || {
        standing.with(|it| {
            matches!(
                it.as_ref().map(|it| &it.state),
                Some(BenefitState::Rejected { .. } | BenefitState::Expired)
            )
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
        <CardFrame known=known standing=standing estimate=estimate title_id=title_id>
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
    let standing = Memo::new(move |_| {
        known.with(|known| BenefitStanding::of_contract(&known.programme, &known.facts, &reference))
    });
    let estimate =
        Signal::derive(move || known.with(|known| known.programme.policy().activation_takes));
    view! { class="ps", <CardFrame known=known standing=standing estimate=estimate title_id=unique_id("contract")>""</CardFrame> }
}

/// What both kinds of card show.
#[component]
fn CardFrame(
    /// The account.
    known: Signal<Known>,
    /// Where it stands; absent once the partner does not have it any more.
    standing: Memo<Option<BenefitStanding>>,
    /// In which unit an activation is usually counted.
    estimate: Signal<ActivationEstimate>,
    /// Id of its title.
    title_id: String,
    /// Buttons of this kind of card.
    children: Children,
) -> impl IntoView {
    let words = words();
    let labelled_by = title_id.clone();
    let contract =
        Memo::new(move |_| standing.with(|it| it.as_ref().and_then(|it| it.contract.clone())));
    let reference = Memo::new(move |_| {
        contract.with(|contract| contract.as_ref().map(|it| it.reference.clone()))
    });
    let name = name_of(words, standing);
    let badge = move || {
        standing.get().map(|it| {
            let (tone, text) = badge(words, &it.state);
            view! { class="ps", <Badge tone=tone text=text/> }
        })
    };
    let usable = move || {
        standing.with(|it| it.as_ref().is_some_and(BenefitStanding::can_be_used)).then(|| {
            let prefill = Prefill::paid_by(reference.get());
            view! { class="ps",
                <PageLink to=Route::NewIncident(prefill) class="button">
                    {words::benefits::new_incident(words)}
                    <span class="visually-hidden">" "{words::benefits::ids_of(words, &name.get_untracked())}</span>
                </PageLink>
            }
        })
    };
    let holder = standing.with_untracked(|it| it.as_ref().and_then(|it| it.holder.clone()));
    // Another company's membership is renewed by that company.
    let is_own = holder.is_none();
    let asks_to_renew = Memo::new(move |_| {
        standing.with(|it| it.as_ref().is_some_and(BenefitStanding::asks_to_renew))
    });
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
                let text = standing.with(|it| it.as_ref().and_then(|it| explain(words, it, estimate.get())));
                text.map(|text| view! { class="ps", <p>{text}</p> })
            }}
            {to_renew}
            {move || contract.get().map(|contract| view! { class="ps",
                <Remaining contract=contract.clone()/>
                <Pace forecast=contract.forecast/>
            })}
            {move || standing.get().map(|standing| view! { class="ps", <CardFacts standing=standing/> })}
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
    contract: ContractStanding,
) -> impl IntoView {
    let words = words();
    match (contract.granted, contract.forecast.remaining) {
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
            <p class="meter-text">{words::benefits::unlimited_used(words, contract.forecast.used)}</p>
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
    /// Where it stands.
    standing: BenefitStanding,
) -> impl IntoView {
    let words = words();
    let language = words.language();
    let sources: Vec<String> = standing
        .offers
        .iter()
        .map(|source| {
            let offer = source.name.in_language(language);
            match source.competencies.is_empty() {
                true => offer.to_owned(),
                false => words::benefits::source_with(
                    words,
                    offer,
                    &words.listed(&in_words(words, &source.competencies)),
                ),
            }
        })
        .collect();
    let source = match sources.is_empty() {
        true => words::benefits::source_ended(words).to_owned(),
        false => words.all_of(&sources),
    };
    // A contract from elsewhere comes with its own company's membership, which is not known here.
    let is_own = standing.allotment.is_some() || !standing.offers.is_empty();
    let covers = standing.scope.map(|scope| match scope {
        Placement::OnPremises => words::benefits::covers_on_premises(words),
        Placement::Cloud => words::benefits::covers_cloud(words),
        Placement::Hybrid => words::benefits::covers_both(words),
    });
    let allotment = match standing.allotment {
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
            {standing
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

fn badge(words: Words, state: &BenefitState) -> (Tone, &'static str) {
    match state {
        BenefitState::NotCarried => (Tone::Neutral, words::benefits::state_not_carried(words)),
        BenefitState::DataIncomplete => (Tone::Bad, words::benefits::state_data_incomplete(words)),
        BenefitState::MembershipEnded => {
            (Tone::Bad, words::benefits::state_membership_ended(words))
        }
        BenefitState::NotActivated => (Tone::Info, words::benefits::state_not_activated(words)),
        BenefitState::Pending { .. } => (Tone::Warning, words::benefits::state_pending(words)),
        BenefitState::Rejected { .. } => (Tone::Bad, words::benefits::state_rejected(words)),
        BenefitState::ContractMissing => {
            (Tone::Bad, words::benefits::state_contract_missing(words))
        }
        BenefitState::NotStarted => (Tone::Info, words::benefits::state_not_started(words)),
        BenefitState::Usable => (Tone::Good, words::benefits::state_usable(words)),
        BenefitState::Grace { .. } => (Tone::Warning, words::benefits::state_grace(words)),
        BenefitState::Exhausted => (Tone::Bad, words::benefits::state_exhausted(words)),
        BenefitState::Expired => (Tone::Bad, words::benefits::state_expired(words)),
    }
}

/// What the state means and what can be done, in a sentence or two.
fn explain(
    words: Words,
    standing: &BenefitStanding,
    estimate: ActivationEstimate,
) -> Option<String> {
    let contract = standing.contract.as_ref();
    Some(match &standing.state {
        BenefitState::NotCarried => words::benefits::text_not_carried(words).to_owned(),
        BenefitState::DataIncomplete => words::benefits::text_data_incomplete(words).to_owned(),
        BenefitState::MembershipEnded => words::benefits::text_membership_ended(words).to_owned(),
        BenefitState::NotActivated => words::benefits::text_not_activated(words).to_owned(),
        BenefitState::Pending {
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
        BenefitState::Rejected { on, reason } => {
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
        BenefitState::ContractMissing => words::benefits::text_contract_missing(words).to_owned(),
        BenefitState::NotStarted => words::benefits::text_not_started(words, contract?.start),
        BenefitState::Usable => return None,
        BenefitState::Grace { last_usable } => {
            words::benefits::text_grace(words, contract?.end, *last_usable)
        }
        BenefitState::Exhausted => words::benefits::text_exhausted(words).to_owned(),
        BenefitState::Expired => words::benefits::text_expired(words, contract?.end),
    })
}

/// Why it cannot be activated, with the rule that says so.
fn why_sentence(words: Words, ActivationRefusal { rule, why }: &ActivationRefusal) -> String {
    let language = words.language();
    let sentence = match why {
        WhyNot::Role { roles, people } if people.is_empty() => {
            words::benefits::why_role(words, &words.any_of(&in_words(words, roles)))
        }
        WhyNot::Role { roles, people } => words::benefits::why_role_people(
            words,
            &words.any_of(&in_words(words, roles)),
            &words.any_of(people),
        ),
        WhyNot::Association { association } => {
            words::benefits::why_association(words, association.in_language(language))
        }
        WhyNot::Tier => words::benefits::why_tier(words).to_owned(),
        WhyNot::PresentPortal { .. } => words::verdict::f38(words).to_owned(),
        WhyNot::Other => return words::benefits::why_rule(words, rule.code()),
    };
    format!("{sentence} ({})", rule.code())
}

fn name_of(words: Words, standing: Memo<Option<BenefitStanding>>) -> Signal<String> {
    let language = words.language();
    Signal::derive(move || {
        standing.with(|it| {
            it.as_ref()
                .map(|it| it.name.in_language(language).to_owned())
                .unwrap_or_default()
        })
    })
}
