//! S13: Product Support belongs to every tier, Signature Cloud Support to Gold and Silver only (L48, L62-L65, L81). An
//! account whose data does not say what its offer grants (a tier without its competency) is refused aloud: missing is
//! not "none". A benefit that was activated keeps its contract when the offers change; to activate it anew takes an
//! active offer again.

use super::prelude::*;
use crate::programme::{Benefit, Programme};
use crate::question::Funding;
use crate::verdict::Input;
use std::borrow::Cow;

pub(super) const RULE: Rule = Rule::of_the_seed(
    &[48, 62, 63, 64, 65, 81],
    Asks::of(&[QuestionKind::Activate, QuestionKind::CreateIncident]),
)
.with(tiers);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    // A contract for a benefit that the programme does not know: nothing says what it covers.
    if let (Some(contract), None) = (case.subject.contract, case.subject.benefit) {
        return trace
            .fail()
            .with("benefit", || Seen::Key(&contract.benefit))
            .with("allotment", || Seen::Missing)
            .else_try(|| NextStep::ContactProgramme);
    }
    let Some(entitlement) = case.subject.entitlement else {
        let named = match (case.question, case.names_what_it_lacks()) {
            (Question::Activate { benefit }, _) | (_, Some(Funding::Benefit { benefit })) => {
                benefit
            }
            _ => return trace.not_applicable(),
        };
        let finding = trace
            .fail()
            .with("benefit", || Seen::Key(named))
            .with("allotment", || Seen::Missing);
        // It is held, with a contract, which alone can pay.
        let contract = case.entitlements.iter().find(|held| held.key == *named);
        if let Some(contract) = contract.and_then(|held| held.contract) {
            return finding.else_try(|| NextStep::UseContract {
                contract: contract.reference.clone(),
            });
        }
        return finding.else_try(|| NextStep::GetOffer {
            offers: carrying(case, &named.benefit),
        });
    };
    let offers = || Seen::Offers(&entitlement.offers);
    let benefit = || Seen::Key(&entitlement.key);
    let activates = matches!(case.question, Question::Activate { .. });
    let keeps_its_contract = entitlement.contract.is_some() && !activates;
    match entitlement.allotment() {
        Some(amount) => trace
            .pass_if(amount > Allotment::None || keeps_its_contract)
            .with("benefit", benefit)
            .with("offers", offers)
            .with("allotment", || Seen::Amount(amount))
            .else_try(|| NextStep::GetOffer {
                offers: carrying(case, &entitlement.key.benefit),
            }),
        None if keeps_its_contract => trace.pass().with("benefit", benefit).with("offers", offers),
        None if entitlement.offers.is_empty() => trace
            .fail()
            .with("benefit", benefit)
            .with("offers", offers)
            .else_try(|| NextStep::RenewMembership),
        None => trace
            .fail()
            .with("benefit", benefit)
            .with("offers", offers)
            .with("allotment", || Seen::Missing)
            .else_try(|| NextStep::ContactProgramme),
    }
}

/// Which offers grant something of which benefit.
fn tiers(programme: &Programme) -> Vec<Input> {
    let benefits = programme.data().benefits.iter();
    benefits
        .map(|benefit| Input {
            name: Cow::Owned(benefit.id.clone()),
            value: Value::Ids(granting(benefit)),
        })
        .collect()
}

/// Ids of the offers that grant something of the benefit.
fn carrying(case: &Case<'_>, benefit: &str) -> Vec<String> {
    case.programme
        .benefit(benefit)
        .map(granting)
        .unwrap_or_default()
}

fn granting(benefit: &Benefit) -> Vec<String> {
    let mut offers: Vec<String> = Vec::new();
    for row in &benefit.allotments {
        if row.amount > Allotment::None && !offers.contains(&row.offer) {
            offers.push(row.offer.clone());
        }
    }
    offers
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, SIGNATURE, member, reasons};
    use crate::{Allotment, NextStep, RuleId, Value};

    #[test]
    fn product_support_belongs_to_every_tier() {
        for (offer, competency, benefit) in [
            ("action-pack", None, "product-support.action-pack"),
            ("silver", Some("datacenter"), PRODUCT_SUPPORT),
            ("gold", Some("datacenter"), PRODUCT_SUPPORT),
        ] {
            assert!(
                member()
                    .offer(offer, competency)
                    .activates(benefit)
                    .is_allowed(),
                "{offer}"
            );
        }
    }

    #[test]
    fn the_action_pack_carries_no_cloud_support() {
        let world = member().offer("action-pack", None);
        let verdict = world.activates("signature-cloud-support.action-pack");
        assert_eq!(reasons(&verdict), ["S13", "S20"]);
    }

    #[test]
    fn a_tier_without_its_competency_is_an_error_said_aloud() {
        let verdict = member().offer("silver", None).activates(SIGNATURE);
        assert_eq!(reasons(&verdict), ["S13"]);
        let result = verdict.rule(RuleId::S13).unwrap();
        assert_eq!(result.input("allotment"), Some(&Value::Missing));
        assert_eq!(verdict.next_steps, [NextStep::ContactProgramme]);
    }

    #[test]
    fn a_contract_outlives_its_offer_but_is_not_asked_for_again_without_one() {
        let world = || member().active(PRODUCT_SUPPORT, Allotment::Finite(20));
        let verdict = world().creates(crate::testing::incident("windows-server", Some("2019")));
        assert!(verdict.is_allowed(), "{:?}", reasons(&verdict));
        let over = world().contract(|contract| contract.end = crate::testing::day("2021-01-01"));
        let verdict = over.activates(PRODUCT_SUPPORT);
        assert_eq!(reasons(&verdict), ["S13"]);
        assert_eq!(verdict.next_steps, [NextStep::RenewMembership]);
    }

    #[test]
    fn a_contract_for_a_benefit_that_the_programme_does_not_know_pays_for_nothing() {
        let world = crate::testing::bare_account()
            .linked_from_elsewhere("unheard-of.competency", Allotment::Unlimited);
        let mut question = crate::testing::incident("windows-server", Some("2019"));
        question.funding = Some(crate::Funding::Contract {
            contract: "c-elsewhere".into(),
        });
        let verdict = world.creates(question);
        assert_eq!(reasons(&verdict), ["S13"]);
        assert_eq!(
            verdict.next_steps.first(),
            Some(&NextStep::ContactProgramme)
        );
    }
}
