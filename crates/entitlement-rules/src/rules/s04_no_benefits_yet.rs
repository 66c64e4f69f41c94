//! S4: a member without any active membership offer sees "Looks like you don't have any benefits yet" (L42). It is an
//! empty page, not an error and not S2, so its failure makes the outcome empty instead of refused.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(&[42], Asks::of(&[QuestionKind::OpenBenefits]));

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let hidden = case
        .facts
        .partner
        .as_ref()
        .is_some_and(|partner| partner.offers_hidden);
    if !case.standing.member || hidden {
        return trace.not_applicable();
    }
    let active = case
        .facts
        .partner
        .iter()
        .flat_map(|partner| &partner.offers);
    let active = active.filter(|offer| offer.is_active(case.as_of)).count();
    // A lapsed membership whose contract still runs is not an empty page: the contract is listed with its dates. What is
    // over as well is listed by E5 alone.
    let mut listed = case.entitlements.iter();
    let over = listed.all(|held| held.contract.is_some_and(|contract| case.is_over(contract)));
    let finding = trace.pass_if(active > 0 || !case.entitlements.is_empty());
    let finding = match active == 0 && !case.entitlements.is_empty() && over {
        true => finding.by(RuleId::E5),
        false => finding,
    };
    finding
        .with("active-offers", || {
            Seen::Count(u32::try_from(active).unwrap_or(u32::MAX))
        })
        .else_try(|| NextStep::GetOffer {
            offers: case
                .programme
                .data()
                .offers
                .iter()
                .map(|offer| offer.id.clone())
                .collect(),
        })
        .else_try(|| NextStep::SignInWithAnotherAccount { association: None })
}

#[cfg(test)]
mod tests {
    use crate::testing::{member, reasons, status};
    use crate::{Outcome, RuleId, Status};

    #[test]
    fn an_active_offer_fills_the_page() {
        let verdict = member().offer("action-pack", None).opens_benefits();
        assert_eq!(status(&verdict, RuleId::S4), Status::Pass);
    }

    #[test]
    fn a_member_without_offers_sees_an_empty_page_and_no_error() {
        let verdict = member().opens_benefits();
        assert_eq!(verdict.outcome, Outcome::Empty);
        assert_eq!(reasons(&verdict), ["S4"]);
        assert!(!verdict.next_steps.is_empty());
    }

    #[test]
    fn an_active_offer_that_the_programme_does_not_know_is_a_membership_all_the_same() {
        let verdict = member().offer("of-old", None).opens_benefits();
        assert!(verdict.is_allowed());
        assert_eq!(status(&verdict, RuleId::S4), Status::Pass);
    }

    #[test]
    fn an_offer_past_its_anniversary_is_not_active() {
        let world = member().offer("gold", Some("datacenter")).on("2021-06-01");
        assert_eq!(world.opens_benefits().outcome, Outcome::Empty);
        let world = member().offer("gold", Some("datacenter")).on("2021-05-31");
        assert!(world.opens_benefits().is_allowed());
    }
}
