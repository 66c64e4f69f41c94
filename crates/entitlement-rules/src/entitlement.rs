//! What a partner is entitled to: the benefits of its membership offers, with how much each grants.

use crate::account::{AccountFacts, BenefitKey, Contract, MembershipOffer, Partner};
use crate::activation::Activation;
use crate::allotment::Allotment;
use crate::date::Date;
use crate::programme::{AllotmentCondition, AllotmentRow, Benefit, Offer, Programme};

/// One benefit of one package of offers, as the partner holds it on a date.
#[derive(Clone, Debug, PartialEq)]
pub struct Entitlement<'a> {
    /// Which benefit of which package.
    pub key: BenefitKey,
    /// The programme's benefit.
    pub benefit: &'a Benefit,
    /// The partner's active offers of the package; the first is the one that grants the most.
    pub offers: Vec<&'a Offer>,
    /// The row of the programme that states the amount; absent when the account's data has a hole, which the law
    /// refuses aloud.
    pub row: Option<&'a AllotmentRow>,
    /// Where its activation stands.
    pub activation: Activation,
    /// Its support contract, once there is one.
    pub contract: Option<&'a Contract>,
}

impl Entitlement<'_> {
    /// How many incidents the offers grant; `None` (the option) when the account's data does not say.
    #[must_use]
    pub fn allotment(&self) -> Option<Allotment> {
        self.row.map(|row| row.amount)
    }
}

/// The benefits of the partner's packages, in the programme's order (S6). A package counts while one of its offers is
/// active, and as long as it has a contract or a request, so that nothing disappears unexplained (E5).
#[must_use]
pub fn entitlements<'a>(
    programme: &'a Programme,
    facts: &'a AccountFacts,
    as_of: Date,
) -> Vec<Entitlement<'a>> {
    let Some(partner) = &facts.partner else {
        return Vec::new();
    };
    let mut packages: Vec<&str> = Vec::new();
    for offer in &programme.data().offers {
        if !packages.contains(&offer.package.as_str()) {
            packages.push(&offer.package);
        }
    }
    let extensions = &programme.policy().extensions;
    let list_unusable = extensions
        .list_unusable
        .as_ref()
        .is_some_and(|switch| switch.on);
    let mut found = Vec::new();
    for package in packages {
        let offers = active_offers(programme, partner, package, as_of);
        for benefit in &programme.data().benefits {
            let key = BenefitKey {
                benefit: benefit.id.clone(),
                package: package.to_owned(),
            };
            let activation = partner
                .activations
                .iter()
                .find(|entry| entry.benefit == key)
                .map(|entry| entry.activation.clone())
                .unwrap_or_default();
            if offers.is_empty() && activation == Activation::NotActivated {
                continue;
            }
            let contract = match &activation {
                Activation::Active { contract } => facts
                    .contracts
                    .iter()
                    .find(|held| held.reference == *contract),
                _ => None,
            };
            let is_over = |contract: &Contract| programme.last_usable_day(contract.end) < as_of;
            if offers.is_empty() && !list_unusable && contract.is_some_and(is_over) {
                continue;
            }
            let (row, offers) = best_row(programme, partner, benefit, &offers, as_of);
            found.push(Entitlement {
                key,
                benefit,
                offers,
                row,
                activation,
                contract,
            });
        }
    }
    found
}

/// The programme's offers of a package that the partner holds actively, each once.
fn active_offers<'a>(
    programme: &'a Programme,
    partner: &Partner,
    package: &str,
    as_of: Date,
) -> Vec<&'a Offer> {
    programme
        .data()
        .offers
        .iter()
        .filter(|offer| offer.package == package)
        .filter(|offer| {
            partner
                .offers
                .iter()
                .any(|held| held.offer == offer.id && held.is_active(as_of))
        })
        .collect()
}

/// The row that grants the most among the offers, and the offers with that one first. One core package counts by its
/// highest attainment, so the amounts of several offers are not added up; among equal amounts the offer that the
/// programme lists last, its highest, is named.
fn best_row<'a>(
    programme: &Programme,
    partner: &Partner,
    benefit: &'a Benefit,
    offers: &[&'a Offer],
    as_of: Date,
) -> (Option<&'a AllotmentRow>, Vec<&'a Offer>) {
    let held = competencies(partner, as_of);
    let cloud = held.iter().any(|id| {
        programme
            .competency(id)
            .is_some_and(|competency| competency.is_cloud)
    });
    let mut offers = offers.to_vec();
    let mut best: Option<(&AllotmentRow, usize)> = None;
    for (position, offer) in offers.iter().enumerate() {
        // An offer that is earned with a competency, held without one, is a hole in the data: nothing is guessed.
        let earned = |own: &MembershipOffer| {
            own.offer == offer.id && own.competency.is_some() && own.is_active(as_of)
        };
        if offer.needs_competency && !partner.offers.iter().any(earned) {
            continue;
        }
        let row = benefit.allotments.iter().find(|row| {
            row.offer == offer.id
                && match row.when {
                    AllotmentCondition::Always => true,
                    AllotmentCondition::CloudCompetency => cloud,
                    AllotmentCondition::OtherCompetency => !cloud,
                }
        });
        if let Some(row) = row
            && best.is_none_or(|(other, _)| other.amount <= row.amount)
        {
            best = Some((row, position));
        }
    }
    if let Some((_, position)) = best
        && let Some(front) = offers.get_mut(..=position)
    {
        front.rotate_right(1);
    }
    (best.map(|(row, _)| row), offers)
}

/// Ids of the competencies that the partner's active offers were earned with.
#[must_use]
pub(crate) fn competencies(partner: &Partner, as_of: Date) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for offer in partner.offers.iter().filter(|offer| offer.is_active(as_of)) {
        if let Some(competency) = &offer.competency
            && !found.contains(&competency.as_str())
        {
            found.push(competency);
        }
    }
    found
}
