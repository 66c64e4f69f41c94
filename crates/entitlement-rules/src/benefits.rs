//! The benefits of an account as they stand on its date: what a page of them says, as data with names and without prose.
//!
//! The law answers questions one by one. Here its answers about everything that an account has are put together: whether the
//! page is open at all, where each benefit stands, what is left of it and until when, who may activate it, and what changes
//! next.

use crate::account::{AccountFacts, BenefitKey, Contract, MembershipPortal};
use crate::activation::{Activation, FailureReason};
use crate::allotment::Allotment;
use crate::date::Date;
use crate::decide::decide;
use crate::entitlement::{Entitlement, entitlements};
use crate::forecast::{Forecast, forecast};
use crate::programme::{Placement, Portal, Programme, Words};
use crate::question::Question;
use crate::rules::RuleId;
use crate::timeline::{Cause, changes};
use crate::verdict::{NextStep, Outcome, Value, Verdict};
use serde::Serialize;

/// Everything that an account's page of benefits says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BenefitsPage {
    /// Revision of the facts that it was made of.
    pub revision: u64,
    /// The date on which it is so.
    pub as_of: Date,
    /// Whether the page of the company's benefits is open to the viewer.
    pub door: Door,
    /// Where the partner manages membership, benefits and offers (S38, L101), where the programme says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portal: Option<Portal>,
    /// The reminder that is due (E8).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminder: Option<Reminder>,
    /// The company's benefits, in the programme's order (S6); none where the page is not open.
    pub benefits: Vec<BenefitStanding>,
    /// Contracts of other companies that the viewer has linked (S28).
    pub linked: Vec<BenefitStanding>,
    /// What changes within a year, by its first day.
    pub coming: Vec<ComingDay>,
}

/// Whether the page of the company's benefits is open to the viewer, and if not, why.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Door {
    /// Open.
    Open {
        /// The viewer may read, and that is all (E2).
        reads_only: bool,
    },
    /// Associated with the reseller programme only (S2).
    ResellerOnly {
        /// Name of that association.
        association: Words,
        /// Name of the one that it takes.
        needed: Words,
    },
    /// Associated with no membership (S1).
    NotMember {
        /// Name of the association that it takes.
        needed: Words,
    },
    /// The company has offers that this account cannot see (S5).
    WrongAccount,
    /// The role is not in the page's audience (S7).
    NoRole {
        /// Names of the roles that are.
        roles: Vec<Words>,
    },
    /// No active membership offer: nothing is wrong, there is just nothing (S4).
    NoBenefits {
        /// Names of the offers that there are.
        offers: Vec<Words>,
    },
}

/// Where a benefit stands for its partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum BenefitState {
    /// The membership's offers grant nothing of it (S13, S20).
    NotCarried,
    /// The account's data does not say how much the offers grant.
    DataIncomplete,
    /// The offers are over, and nothing of it was ever used.
    MembershipEnded,
    /// It can be asked for (S8).
    NotActivated,
    /// Asked for, not yet answered (S10).
    Pending {
        /// The day of the request.
        requested_on: Date,
        /// Name of the person who asked.
        requested_by: String,
    },
    /// Rejected; it may be asked for again.
    Rejected {
        /// The day of the answer.
        on: Date,
        /// Why.
        reason: FailureReason,
    },
    /// Answered, but the contract did not come with the account (S12).
    ContractMissing,
    /// The contract has not begun.
    NotStarted,
    /// It can be used.
    Usable,
    /// Past its end, inside the grace days (E7).
    Grace {
        /// The last of them.
        last_usable: Date,
    },
    /// No incidents remain (S27).
    Exhausted,
    /// Over (S16).
    Expired,
}

/// One benefit of the partner, or one contract that was linked from elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BenefitStanding {
    /// Which benefit of which package.
    pub benefit: BenefitKey,
    /// Its name.
    pub name: Words,
    /// The products that it covers (S24, S26); absent where the programme does not know the benefit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Placement>,
    /// Where it stands.
    pub state: BenefitState,
    /// The partner's offers that grant it, the one that counts first; none for a contract from elsewhere, and where the
    /// offers are over.
    pub offers: Vec<GrantingOffer>,
    /// How many incidents the offers grant; absent for a contract from elsewhere, and where the account does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allotment: Option<Allotment>,
    /// Its support contract, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractStanding>,
    /// Why the viewer cannot activate it; absent when they can, or when there is nothing to activate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<ActivationRefusal>,
    /// The company that holds the contract, when it is not the viewer's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
}

/// An offer that grants a benefit.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GrantingOffer {
    /// Its name.
    pub name: Words,
    /// Names of the competencies that it was earned with.
    pub competencies: Vec<Words>,
}

/// A support contract as it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ContractStanding {
    /// The server's own reference; not the Contract ID.
    pub reference: String,
    /// Last characters of the Access ID behind a mask; absent while there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_id_masked: Option<String>,
    /// Last characters of the Contract ID behind a mask; absent while there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract_id_masked: Option<String>,
    /// First day.
    pub start: Date,
    /// Last day; the grace days (E7) come after it.
    pub end: Date,
    /// How many incidents were granted.
    pub granted: Allotment,
    /// How its balance is going: what was used, what is left, and until when that lasts.
    pub forecast: Forecast,
    /// When this viewer linked it with both IDs; absent while they have not (S14, S15).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linked_on: Option<Date>,
    /// The viewer may see the two IDs (S11, S12).
    pub may_reveal: bool,
}

/// Why the viewer cannot activate a benefit.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ActivationRefusal {
    /// The rule that refuses it.
    pub rule: RuleId,
    /// What that is about.
    pub why: WhyNot,
}

/// What a refused activation lacks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "lacks", rename_all = "kebab-case")]
pub enum WhyNot {
    /// Another role (S9).
    Role {
        /// Names of the roles that may.
        roles: Vec<Words>,
        /// Names of the colleagues who have one (E3), where any are known.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        people: Vec<String>,
    },
    /// An account with this association (S1, S2).
    Association {
        /// Its name.
        association: Words,
    },
    /// An offer that carries it (S13).
    Tier,
    /// A membership that is managed in the present portal (S38).
    PresentPortal {
        /// The other path.
        next_steps: Vec<NextStep>,
    },
    /// Something else, which the rule says.
    Other,
}

/// An anniversary that the viewer is reminded of (E8).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Reminder {
    /// Name of the offer.
    pub offer: Words,
    /// The day on which it must be renewed.
    pub anniversary: Date,
    /// Whether that day is over.
    pub has_passed: bool,
}

/// What begins or ends on a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ComingDay {
    /// The first day on which it is so.
    pub on: Date,
    /// What.
    pub events: Vec<Coming>,
}

/// Something that begins or ends.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Coming {
    /// A contract begins.
    ContractStarts {
        /// Name of its benefit.
        benefit: Words,
    },
    /// A contract is over.
    ContractEnds {
        /// Name of its benefit.
        benefit: Words,
        /// The last day of grace, where there is any (E7).
        #[serde(skip_serializing_if = "Option::is_none")]
        last_usable: Option<Date>,
    },
    /// The days of grace are over (E7).
    GraceEnds {
        /// Name of the contract's benefit.
        benefit: Words,
    },
    /// A membership offer begins.
    OfferStarts {
        /// Its name.
        offer: Words,
    },
    /// A membership offer is over.
    OfferEnds {
        /// Its name.
        offer: Words,
    },
    /// A reminder of an offer's anniversary begins (E8).
    ReminderDue {
        /// Name of the offer.
        offer: Words,
    },
}

/// So many years are looked ahead: what is granted for a year changes within one.
const YEARS_AHEAD: i32 = 1;

impl BenefitsPage {
    /// The page of an account.
    #[must_use]
    pub fn of(programme: &Programme, facts: &AccountFacts) -> BenefitsPage {
        let door = Door::of(programme, facts);
        let held = match door.is_open() {
            true => entitlements(programme, facts, facts.as_of),
            false => Vec::new(),
        };
        BenefitsPage {
            revision: facts.revision,
            as_of: facts.as_of,
            door,
            portal: membership_portal(programme, facts).cloned(),
            reminder: Reminder::due(programme, facts),
            benefits: held
                .iter()
                .map(|it| BenefitStanding::of_entitlement(programme, facts, it))
                .collect(),
            linked: linked(programme, facts)
                .map(|contract| BenefitStanding::of_linked(programme, facts, contract))
                .collect(),
            coming: coming(programme, facts),
        }
    }
}

/// Where the partner of an account manages membership, benefits and offers (S38, L101), where the programme says so.
#[must_use]
pub fn membership_portal<'a>(programme: &'a Programme, facts: &AccountFacts) -> Option<&'a Portal> {
    let policy = programme.policy();
    let id = match facts.partner.as_ref()?.portal {
        MembershipPortal::PartnerCenter => policy.benefits_portal.as_ref(),
        MembershipPortal::PartnerMembershipCenter => policy.legacy_portal.as_ref(),
    };
    programme.portal(id?)
}

impl Door {
    /// Asks the law.
    #[must_use]
    pub fn of(programme: &Programme, facts: &AccountFacts) -> Door {
        let verdict = decide(programme, facts, &Question::OpenBenefits, facts.as_of);
        let fails = |rule| verdict.reasons().any(|reason| reason.rule == rule);
        let (data, policy) = (programme.data(), programme.policy());
        let needed = || association_name(programme, &policy.member_association);
        match verdict.outcome {
            Outcome::Allowed | Outcome::Incomplete => Door::Open {
                reads_only: verdict.rule(RuleId::S7).is_some_and(|it| it.warning),
            },
            Outcome::Empty => Door::NoBenefits {
                offers: data.offers.iter().map(|it| it.name.clone()).collect(),
            },
            Outcome::Refused if fails(RuleId::S2) => Door::ResellerOnly {
                association: association_name(programme, &policy.reseller_association),
                needed: needed(),
            },
            Outcome::Refused if fails(RuleId::S5) => Door::WrongAccount,
            Outcome::Refused if fails(RuleId::S7) => {
                let roles = policy.page_audience.iter();
                let roles = roles.filter_map(|id| programme.role(id));
                Door::NoRole {
                    roles: roles.map(|role| role.name.clone()).collect(),
                }
            }
            Outcome::Refused => Door::NotMember { needed: needed() },
        }
    }

    /// Whether the company's benefits are shown.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Door::Open { .. })
    }
}

impl Reminder {
    /// The reminder that is due on the account's date.
    #[must_use]
    pub fn due(programme: &Programme, facts: &AccountFacts) -> Option<Reminder> {
        let verdict = decide(programme, facts, &Question::OpenBenefits, facts.as_of);
        let rule = verdict.rule(RuleId::E8)?;
        match (rule.input("offer")?, rule.input("anniversary")?) {
            (Value::Id(offer), Value::Date(anniversary)) => Some(Reminder {
                offer: offer_name(programme, offer),
                anniversary: *anniversary,
                has_passed: *anniversary < facts.as_of,
            }),
            _ => None,
        }
    }
}

impl BenefitStanding {
    /// Where one of the partner's benefits stands; `None` when the partner does not have it.
    #[must_use]
    pub fn of_benefit(
        programme: &Programme,
        facts: &AccountFacts,
        key: &BenefitKey,
    ) -> Option<BenefitStanding> {
        let held = entitlements(programme, facts, facts.as_of);
        let entitlement = held.iter().find(|entitlement| entitlement.key == *key)?;
        Some(BenefitStanding::of_entitlement(
            programme,
            facts,
            entitlement,
        ))
    }

    /// Where a contract from elsewhere stands; `None` when the account does not have it.
    #[must_use]
    pub fn of_contract(
        programme: &Programme,
        facts: &AccountFacts,
        reference: &str,
    ) -> Option<BenefitStanding> {
        let mut contracts = facts.contracts.iter();
        let contract = contracts.find(|contract| contract.reference == reference)?;
        Some(BenefitStanding::of_linked(programme, facts, contract))
    }

    fn of_entitlement(
        programme: &Programme,
        facts: &AccountFacts,
        entitlement: &Entitlement<'_>,
    ) -> BenefitStanding {
        let mut standing = BenefitStanding {
            benefit: entitlement.key.clone(),
            name: entitlement.benefit.name.clone(),
            scope: Some(entitlement.benefit.scope),
            state: state(programme, facts, entitlement),
            offers: entitlement
                .offers
                .iter()
                .map(|offer| GrantingOffer {
                    name: offer.name.clone(),
                    competencies: earned_with(programme, facts, &offer.id),
                })
                .collect(),
            allotment: entitlement.allotment(),
            contract: entitlement
                .contract
                .map(|contract| ContractStanding::of(programme, facts, contract)),
            refusal: None,
            holder: None,
        };
        if standing.can_be_asked_for() {
            let benefit = entitlement.key.clone();
            let question = Question::Activate { benefit };
            let verdict = decide(programme, facts, &question, facts.as_of);
            standing.refusal = ActivationRefusal::of(programme, &verdict);
        }
        standing
    }

    fn of_linked(
        programme: &Programme,
        facts: &AccountFacts,
        contract: &Contract,
    ) -> BenefitStanding {
        let benefit = programme.benefit(&contract.benefit.benefit);
        BenefitStanding {
            benefit: contract.benefit.clone(),
            name: benefit_name(programme, contract),
            scope: benefit.map(|benefit| benefit.scope),
            state: contract_state(programme, facts, contract),
            offers: Vec::new(),
            allotment: None,
            contract: Some(ContractStanding::of(programme, facts, contract)),
            refusal: None,
            holder: Some(contract.holder.clone()),
        }
    }

    /// Whether its activation can be asked for, whoever may do so.
    #[must_use]
    pub fn can_be_asked_for(&self) -> bool {
        match self.state {
            BenefitState::NotActivated | BenefitState::Rejected { .. } => true,
            // A renewed membership asks anew.
            BenefitState::Expired => !self.offers.is_empty(),
            _ => false,
        }
    }

    /// Whether it goes on only with the membership renewed.
    #[must_use]
    pub fn asks_to_renew(&self) -> bool {
        matches!(
            self.state,
            BenefitState::MembershipEnded | BenefitState::Grace { .. } | BenefitState::Expired
        )
    }

    /// Whether a new incident can be paid with it.
    #[must_use]
    pub fn can_be_used(&self) -> bool {
        matches!(
            self.state,
            BenefitState::Usable | BenefitState::Grace { .. }
        )
    }
}

impl ContractStanding {
    fn of(programme: &Programme, facts: &AccountFacts, contract: &Contract) -> ContractStanding {
        let view = Question::ViewIds {
            contract: contract.reference.clone(),
        };
        ContractStanding {
            reference: contract.reference.clone(),
            access_id_masked: contract.access_id_masked.clone(),
            contract_id_masked: contract.contract_id_masked.clone(),
            start: contract.start,
            end: contract.end,
            granted: contract.balance.granted,
            forecast: forecast(contract, facts.as_of),
            linked_on: contract.linked_on,
            may_reveal: decide(programme, facts, &view, facts.as_of).is_allowed(),
        }
    }
}

impl ActivationRefusal {
    fn of(programme: &Programme, verdict: &Verdict) -> Option<ActivationRefusal> {
        let reason = verdict.reasons().next()?;
        if verdict.reasons().any(|reason| reason.rule == RuleId::S38) {
            // Whatever else is in the way here is not in the way there.
            let leads_on = |step: &&NextStep| {
                matches!(
                    step,
                    NextStep::OpenPortal { .. }
                        | NextStep::ContactRegion { .. }
                        | NextStep::ContactProgramme
                )
            };
            let next_steps = verdict.next_steps.iter().filter(leads_on).cloned();
            return Some(ActivationRefusal {
                rule: RuleId::S38,
                why: WhyNot::PresentPortal {
                    next_steps: next_steps.collect(),
                },
            });
        }
        let list = |name: &str| match reason.input(name) {
            Some(Value::Ids(list) | Value::Names(list)) => list.clone(),
            _ => Vec::new(),
        };
        let why = match reason.rule {
            RuleId::S9 => WhyNot::Role {
                roles: list("needed")
                    .into_iter()
                    .map(|id| match programme.role(&id) {
                        Some(role) => role.name.clone(),
                        None => Words::Same(id),
                    })
                    .collect(),
                people: list("activators"),
            },
            RuleId::S1 | RuleId::S2 => WhyNot::Association {
                association: association_name(programme, &programme.policy().member_association),
            },
            RuleId::S13 => WhyNot::Tier,
            _ => WhyNot::Other,
        };
        Some(ActivationRefusal {
            rule: reason.rule,
            why,
        })
    }
}

/// References of the contracts that are on no card of a benefit of the company's own: those of other companies (S28).
#[must_use]
pub fn linked_contracts(programme: &Programme, facts: &AccountFacts) -> Vec<String> {
    linked(programme, facts)
        .map(|contract| contract.reference.clone())
        .collect()
}

fn linked<'a>(
    programme: &'a Programme,
    facts: &'a AccountFacts,
) -> impl Iterator<Item = &'a Contract> {
    let held = entitlements(programme, facts, facts.as_of);
    facts.contracts.iter().filter(move |contract| {
        held.iter()
            .all(|entitlement| entitlement.contract != Some(contract))
    })
}

/// What changes for the account's offers and contracts within a year, by its first day.
#[must_use]
pub fn coming(programme: &Programme, facts: &AccountFacts) -> Vec<ComingDay> {
    let (from, to) = (facts.as_of, facts.as_of.plus_years(YEARS_AHEAD));
    let mut found: Vec<(Date, Coming)> = Vec::new();
    let mut add = |on, event| {
        let event = (on, event);
        if !found.contains(&event) {
            found.push(event);
        }
    };
    for change in changes(programme, facts, &Question::OpenBenefits, from, to) {
        for cause in &change.because {
            let name = |offer: &str| offer_name(programme, offer);
            let event = match cause {
                Cause::OfferStarts { offer } => Coming::OfferStarts { offer: name(offer) },
                Cause::OfferEnds { offer } => Coming::OfferEnds { offer: name(offer) },
                Cause::ReminderDue { offer } => Coming::ReminderDue { offer: name(offer) },
                _ => continue,
            };
            add(change.on, event);
        }
    }
    // What happens on the same day has one order, whatever the server calls the contracts.
    let mut contracts: Vec<&Contract> = facts.contracts.iter().collect();
    contracts.sort_by_key(|contract| &contract.benefit);
    for contract in contracts {
        let question = Question::Link {
            contract: contract.reference.clone(),
        };
        let benefit = || benefit_name(programme, contract);
        for change in changes(programme, facts, &question, from, to) {
            for cause in &change.because {
                let event = match cause {
                    Cause::ContractStarts { .. } => Coming::ContractStarts { benefit: benefit() },
                    Cause::ContractEnds { .. } => {
                        let last = programme.last_usable_day(contract.end);
                        Coming::ContractEnds {
                            benefit: benefit(),
                            last_usable: (contract.end < last).then_some(last),
                        }
                    }
                    Cause::GraceEnds { .. } => Coming::GraceEnds { benefit: benefit() },
                    _ => continue,
                };
                add(change.on, event);
            }
        }
    }
    found.sort_by_key(|(on, _)| *on);
    let mut days: Vec<ComingDay> = Vec::new();
    for (on, event) in found {
        match days.last_mut() {
            Some(day) if day.on == on => day.events.push(event),
            _ => days.push(ComingDay {
                on,
                events: vec![event],
            }),
        }
    }
    days
}

fn association_name(programme: &Programme, id: &str) -> Words {
    let mut known = programme.data().associations.iter();
    let named = known.find(|named| named.id == id);
    named.map_or_else(|| Words::Same(id.to_owned()), |named| named.name.clone())
}

fn offer_name(programme: &Programme, id: &str) -> Words {
    let offer = programme.offer(id);
    offer.map_or_else(|| Words::Same(id.to_owned()), |offer| offer.name.clone())
}

fn benefit_name(programme: &Programme, contract: &Contract) -> Words {
    let id = &contract.benefit.benefit;
    programme
        .benefit(id)
        .map_or_else(|| Words::Same(id.clone()), |benefit| benefit.name.clone())
}

/// Names of the competencies that the partner's active offers of this id were earned with, each once.
fn earned_with(programme: &Programme, facts: &AccountFacts, offer: &str) -> Vec<Words> {
    let held = facts.partner.iter().flat_map(|partner| &partner.offers);
    let mut names: Vec<Words> = Vec::new();
    for held in held.filter(|held| held.offer == offer && held.is_active(facts.as_of)) {
        let competency = held.competency.as_ref();
        let known = competency.and_then(|id| programme.competency(id));
        if let Some(competency) = known
            && !names.contains(&competency.name)
        {
            names.push(competency.name.clone());
        }
    }
    names
}

fn state(
    programme: &Programme,
    facts: &AccountFacts,
    entitlement: &Entitlement<'_>,
) -> BenefitState {
    match (&entitlement.activation, entitlement.contract) {
        (_, Some(contract)) => contract_state(programme, facts, contract),
        (Activation::Active { .. }, None) => BenefitState::ContractMissing,
        (
            Activation::Pending {
                requested_on,
                requested_by,
            },
            None,
        ) => BenefitState::Pending {
            requested_on: *requested_on,
            requested_by: requested_by.clone(),
        },
        (Activation::NotActivated | Activation::Failed { .. }, None) => {
            match (
                entitlement.allotment(),
                entitlement.offers.is_empty(),
                &entitlement.activation,
            ) {
                (_, true, _) => BenefitState::MembershipEnded,
                (None, false, _) => BenefitState::DataIncomplete,
                (Some(Allotment::None), ..) => BenefitState::NotCarried,
                (.., Activation::Failed { on, reason }) => BenefitState::Rejected {
                    on: *on,
                    reason: *reason,
                },
                _ => BenefitState::NotActivated,
            }
        }
    }
}

fn contract_state(
    programme: &Programme,
    facts: &AccountFacts,
    contract: &Contract,
) -> BenefitState {
    let last_usable = programme.last_usable_day(contract.end);
    if facts.as_of < contract.start {
        BenefitState::NotStarted
    } else if facts.as_of > last_usable {
        BenefitState::Expired
    } else if !contract.shows_both_ids() {
        BenefitState::ContractMissing
    } else if !contract.remaining().has_one_left() {
        BenefitState::Exhausted
    } else if facts.as_of > contract.end {
        BenefitState::Grace { last_usable }
    } else {
        BenefitState::Usable
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{PRODUCT_SUPPORT, SIGNATURE, World, day, member};

    /// Fifteen incidents come with it.
    fn silver() -> World {
        member().offer("silver", Some("datacenter"))
    }

    fn with_contract() -> World {
        silver().active(PRODUCT_SUPPORT, Allotment::Finite(15))
    }

    fn page(world: &World) -> BenefitsPage {
        BenefitsPage::of(&world.programme, &world.facts)
    }

    fn product_support(world: &World) -> BenefitStanding {
        let key = BenefitKey::parse(PRODUCT_SUPPORT).unwrap();
        BenefitStanding::of_benefit(&world.programme, &world.facts, &key).unwrap()
    }

    fn english(names: &[Words]) -> Vec<&str> {
        names.iter().map(|name| name.in_language("en")).collect()
    }

    #[test]
    fn a_new_benefit_says_where_it_comes_from_and_can_be_asked_for() {
        let standing = product_support(&silver());
        assert_eq!(standing.state, BenefitState::NotActivated);
        let [offer] = &standing.offers[..] else {
            panic!("{:?}", standing.offers)
        };
        assert_eq!(offer.name.in_language("en"), "Silver");
        assert_eq!(english(&offer.competencies), ["Datacenter"]);
        assert_eq!(standing.allotment, Some(Allotment::Finite(15)));
        assert_eq!(standing.refusal, None);
    }

    #[test]
    fn an_admin_agent_is_told_who_can_activate() {
        let refusal = product_support(&silver().roles(&["admin-agent"])).refusal;
        let Some(ActivationRefusal { rule, why }) = refusal else {
            panic!("not refused")
        };
        assert_eq!(rule, RuleId::S9);
        let WhyNot::Role { roles, people } = why else {
            panic!("{why:?}")
        };
        assert_eq!(english(&roles), ["Global admin", "MPN partner admin"]);
        assert_eq!(people, ["Ada"]);
    }

    #[test]
    fn a_member_of_the_legacy_portal_is_led_to_the_other_path() {
        let mut world = silver().roles(&["admin-agent"]);
        world.partner().portal = MembershipPortal::PartnerMembershipCenter;
        let refusal = product_support(&world).refusal;
        let Some(ActivationRefusal {
            rule: RuleId::S38,
            why: WhyNot::PresentPortal { next_steps },
        }) = refusal
        else {
            panic!("{refusal:?}")
        };
        assert!(matches!(
            next_steps[..],
            [NextStep::OpenPortal { .. }, NextStep::ContactRegion { .. }]
        ));
        let legacy = page(&world).portal.map(|portal| portal.id);
        assert_eq!(legacy, world.programme.policy().legacy_portal);
    }

    #[test]
    fn an_anniversary_is_announced_when_it_is_near_and_again_in_the_days_of_grace() {
        for (today, passed) in [
            ("2021-05-10", None),
            ("2021-05-20", Some(false)),
            ("2021-05-31", Some(false)),
            ("2021-06-10", None),
            ("2021-06-25", Some(true)),
        ] {
            let due = page(&with_contract().on(today)).reminder;
            assert_eq!(due.as_ref().map(|due| due.has_passed), passed, "{today}");
            assert!(due.is_none_or(|due| due.offer.in_language("en") == "Silver"));
        }
    }

    #[test]
    fn what_comes_next_is_named_by_its_first_day() {
        let offer = || Words::Same("Silver".into());
        let benefit = || product_support(&with_contract()).name;
        let on = |on, event| ComingDay {
            on: day(on),
            events: vec![event],
        };
        let ends = Coming::ContractEnds {
            benefit: benefit(),
            last_usable: Some(day("2021-07-30")),
        };
        assert_eq!(
            page(&with_contract()).coming,
            [
                on("2021-05-16", Coming::ReminderDue { offer: offer() }),
                on("2021-06-01", Coming::OfferEnds { offer: offer() }),
                on("2021-06-23", Coming::ReminderDue { offer: offer() }),
                on("2021-07-01", ends),
                on("2021-07-31", Coming::GraceEnds { benefit: benefit() }),
            ]
        );
    }

    #[test]
    fn what_falls_on_one_day_stands_together_and_is_said_once() {
        let world = with_contract()
            .linked_from_elsewhere(PRODUCT_SUPPORT, Allotment::Finite(5))
            .linked_from_elsewhere(SIGNATURE, Allotment::Unlimited)
            .contract(|contract| contract.reference = "first-of-all".into());
        let coming = page(&world).coming;
        let ends = coming.iter().find(|it| it.on == day("2021-07-01")).unwrap();
        let names = ends.events.iter().map(|event| match event {
            Coming::ContractEnds { benefit, .. } => benefit.in_language("en"),
            other => panic!("{other:?}"),
        });
        assert!(names.eq(["Microsoft Product Support", "Signature Cloud Support"]));
    }

    #[test]
    fn a_contract_is_usable_until_its_grace_days_are_over() {
        let grace = BenefitState::Grace {
            last_usable: day("2021-03-14"),
        };
        for (end, state, is_usable) in [
            ("2021-09-30", BenefitState::Usable, true),
            ("2021-03-04", BenefitState::Usable, true),
            ("2021-02-12", grace, true),
            ("2021-01-31", BenefitState::Expired, false),
        ] {
            let standing =
                product_support(&with_contract().contract(|contract| contract.end = day(end)));
            assert_eq!(standing.state, state, "{end}");
            assert_eq!(standing.can_be_used(), is_usable, "{end}");
        }
        let early = with_contract().contract(|contract| contract.start = day("2021-03-05"));
        assert_eq!(product_support(&early).state, BenefitState::NotStarted);
    }

    #[test]
    fn a_spent_contract_is_shown_and_cannot_be_used() {
        let standing = product_support(&with_contract().consumed(15));
        assert_eq!(standing.state, BenefitState::Exhausted);
        assert!(!standing.can_be_used());
    }

    #[test]
    fn a_contract_without_both_of_its_ids_cannot_be_used() {
        let world = with_contract().contract(|contract| contract.contract_id_masked = None);
        assert_eq!(product_support(&world).state, BenefitState::ContractMissing);
        let mut lost = with_contract();
        lost.facts.contracts.clear();
        assert_eq!(product_support(&lost).state, BenefitState::ContractMissing);
    }

    #[test]
    fn a_membership_that_is_over_leaves_what_was_asked_for_unanswered_in_sight() {
        let on = day("2021-03-01");
        let reason = FailureReason::OfferLapsed;
        let failed = || silver().activation(PRODUCT_SUPPORT, Activation::Failed { on, reason });
        let rejected = BenefitState::Rejected { on, reason };
        assert_eq!(product_support(&failed()).state, rejected);
        let mut over = failed();
        over.partner().offers.clear();
        let standing = product_support(&over);
        assert_eq!(standing.state, BenefitState::MembershipEnded);
        assert!(standing.asks_to_renew() && !standing.can_be_asked_for());
    }

    #[test]
    fn what_an_action_pack_does_not_carry_is_listed_all_the_same() {
        let world = member().offer("action-pack", None);
        let key = BenefitKey::parse("signature-cloud-support.action-pack").unwrap();
        let listed = page(&world)
            .benefits
            .into_iter()
            .find(|it| it.benefit == key);
        assert_eq!(listed.unwrap().state, BenefitState::NotCarried);
    }

    #[test]
    fn a_silver_membership_without_its_competency_is_a_hole_in_the_data_not_a_guess() {
        let standing = product_support(&member().offer("silver", None));
        assert_eq!(standing.state, BenefitState::DataIncomplete);
        assert_eq!(standing.allotment, None);
    }

    #[test]
    fn a_contract_of_another_company_stands_apart_and_keeps_its_ids() {
        let world = silver().linked_from_elsewhere(PRODUCT_SUPPORT, Allotment::Finite(15));
        let page = page(&world);
        assert!(page.benefits.iter().all(|it| it.contract.is_none()));
        let [linked] = &page.linked[..] else {
            panic!("{:?}", page.linked)
        };
        assert_eq!(linked.state, BenefitState::Usable);
        assert_eq!(linked.holder.as_deref(), Some("Cedar"));
        assert!(!linked.contract.as_ref().unwrap().may_reveal);
    }

    #[test]
    fn a_closed_door_shows_no_benefit_and_says_which_door_it_is() {
        let strict = |policy: &mut crate::Policy| policy.extensions.any_member_views = None;
        let mut hidden = member();
        hidden.partner().offers_hidden = true;
        let known = silver();
        let data = known.programme.data();
        let association = |at: usize| data.associations[at].name.clone();
        for (world, door) in [
            (silver(), Door::Open { reads_only: false }),
            (silver().roles(&[]), Door::Open { reads_only: true }),
            (
                silver().roles(&[]).policy(strict),
                Door::NoRole {
                    roles: data.roles.iter().map(|role| role.name.clone()).collect(),
                },
            ),
            (
                silver().associations(&[]),
                Door::NotMember {
                    needed: association(0),
                },
            ),
            (
                silver().associations(&["csp"]),
                Door::ResellerOnly {
                    association: association(1),
                    needed: association(0),
                },
            ),
            (hidden, Door::WrongAccount),
            (
                member(),
                Door::NoBenefits {
                    offers: data.offers.iter().map(|it| it.name.clone()).collect(),
                },
            ),
        ] {
            let page = page(&world);
            assert_eq!(page.door, door);
            assert_eq!(page.benefits.is_empty(), !door.is_open(), "{door:?}");
        }
    }

    #[test]
    fn the_wire_says_where_a_benefit_stands_beside_what_is_left() {
        let json = serde_json::to_value(page(&with_contract().consumed(3))).unwrap();
        assert_eq!(
            json["door"],
            serde_json::json!({ "is": "open", "reads_only": false })
        );
        let first = &json["benefits"][0];
        assert_eq!(first["benefit"], PRODUCT_SUPPORT);
        assert_eq!(first["state"]["is"], "usable");
        assert_eq!(first["contract"]["granted"], 15);
        assert_eq!(first["contract"]["forecast"]["remaining"], 12);
        let world = silver().roles(&["admin-agent"]);
        let json = serde_json::to_value(product_support(&world)).unwrap();
        assert_eq!(json["refusal"]["rule"], "S9");
        assert_eq!(json["refusal"]["why"]["lacks"], "role");
    }
}
