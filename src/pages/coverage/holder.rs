//! Whom the page asks about where no account is meant: somebody who holds all that the programme offers.

use entitlement_rules::{
    AccountFacts, AccountKind, Activation, Allotment, Balance, BenefitActivation, BenefitKey,
    Contract, Date, MembershipOffer, MembershipPortal, OfferStatus, Partner, Programme, Viewer,
    entitlements,
};

/// An account with all in order on every day: each offer of the programme is active, each benefit has a contract whose IDs
/// were entered and from which nothing was taken, and each paid plan is bought. It has no role. What it is refused, the
/// programme refuses to everybody, or to everybody without a certain role.
pub(super) fn holder(programme: &Programme, as_of: Date) -> AccountFacts {
    let data = programme.data();
    let first = Date::from_days_since_epoch(i32::MIN);
    let last = Date::from_days_since_epoch(i32::MAX);
    let mut competencies = data.competencies.iter();
    let competency = competencies
        .find(|competency| competency.is_cloud)
        .or(data.competencies.first())
        .map(|competency| competency.id.clone());
    let offers = data.offers.iter().map(|offer| MembershipOffer {
        offer: offer.id.clone(),
        competency: competency.clone().filter(|_| offer.needs_competency),
        start: first,
        anniversary: last,
        status: OfferStatus::Active,
    });
    let mut facts = AccountFacts {
        revision: 0,
        as_of,
        viewer: Viewer {
            id: String::new(),
            name: String::new(),
            kind: AccountKind::Work,
            associations: data.associations.iter().map(|it| it.id.clone()).collect(),
            roles: Vec::new(),
            operator: false,
        },
        partner: Some(Partner {
            id: String::new(),
            name: String::new(),
            region: String::new(),
            portal: MembershipPortal::PartnerCenter,
            offers: offers.collect(),
            offers_hidden: false,
            plans: programme.paid_plans().map(|plan| plan.id.clone()).collect(),
            reseller: None,
            activators: Vec::new(),
            activations: Vec::new(),
        }),
        contracts: Vec::new(),
    };
    // Where an offer grants nothing, that alone stands in the way, and not that nothing is left.
    let granted = |allotment| match allotment {
        Some(Allotment::None) | None => Allotment::Unlimited,
        Some(granted) => granted,
    };
    let held: Vec<(BenefitKey, Allotment)> = entitlements(programme, &facts, as_of)
        .iter()
        .map(|held| (held.key.clone(), granted(held.allotment())))
        .collect();
    let masked = || Some(String::new());
    facts.contracts = held
        .iter()
        .map(|(benefit, granted)| Contract {
            reference: benefit.to_string(),
            benefit: benefit.clone(),
            holder: String::new(),
            own: true,
            access_id_masked: masked(),
            contract_id_masked: masked(),
            start: first,
            end: last,
            balance: Balance::granted(*granted),
            linked_on: Some(first),
        })
        .collect();
    if let Some(partner) = &mut facts.partner {
        partner.activations = held
            .into_iter()
            .map(|(benefit, _)| BenefitActivation {
                activation: Activation::Active {
                    contract: benefit.to_string(),
                },
                benefit,
            })
            .collect();
    }
    facts
}
