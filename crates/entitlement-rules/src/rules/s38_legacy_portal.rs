//! S38: members of the legacy Partner Membership Center activate by another path (L102), and manage their benefits and
//! offers in the portal that the document names next (L101). With E16 in force the contact of their region is named. A
//! benefit that such a partner has active already works like any other.

use super::prelude::*;
use crate::account::MembershipPortal;

pub(super) const RULE: Rule = Rule::of_the_seed(&[101, 102], Asks::of(&[QuestionKind::Activate]))
    .with(|programme| {
        let policy = programme.policy();
        let portals = [
            ("legacy-portal", &policy.legacy_portal),
            ("benefits-portal", &policy.benefits_portal),
        ];
        let named = portals
            .into_iter()
            .filter_map(|(name, portal)| Some((name, portal.clone()?)));
        named
            .map(|(name, portal)| parameter(name, Value::Id(portal)))
            .collect()
    });

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    if case.facts.partner.is_none() {
        return trace.not_applicable();
    }
    let finding = trace
        .pass_if(!is_legacy(case))
        .with("legacy-portal", || Seen::Flag(is_legacy(case)));
    other_path(case, finding)
}

pub(super) fn is_legacy(case: &Case<'_>) -> bool {
    let partner = case.facts.partner.as_ref();
    partner.is_some_and(|it| it.portal == MembershipPortal::PartnerMembershipCenter)
}

/// Adds the steps by which a member of the legacy portal gets on.
pub(super) fn other_path<'a, 't, T: Trace<'a>>(
    case: &Case<'a>,
    finding: Finding<'t, T>,
) -> Finding<'t, T> {
    let finding = finding.else_try(|| match &case.programme.policy().legacy_portal {
        Some(portal) => NextStep::OpenPortal {
            portal: portal.clone(),
        },
        None => NextStep::ContactProgramme,
    });
    match super::e16_region_contacts::contact(case) {
        Some((region, url)) => finding
            .by(RuleId::E16)
            .else_try(|| NextStep::ContactRegion {
                region: region.to_owned(),
                url: url.to_owned(),
            }),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, incident, member, reasons};
    use crate::{Allotment, MembershipPortal, NextStep};

    fn silver() -> crate::testing::World {
        member().offer("silver", Some("datacenter"))
    }

    fn legacy(mut world: crate::testing::World) -> crate::testing::World {
        world.partner().portal = MembershipPortal::PartnerMembershipCenter;
        world
    }

    #[test]
    fn a_partner_of_the_present_portal_activates_here() {
        assert!(silver().activates(PRODUCT_SUPPORT).is_allowed());
    }

    #[test]
    fn a_member_of_the_legacy_portal_is_shown_the_other_path() {
        let verdict = legacy(silver()).activates(PRODUCT_SUPPORT);
        assert_eq!(reasons(&verdict), ["S38"]);
        let portal = silver().programme.policy().legacy_portal.clone();
        assert!(verdict.next_steps.contains(&match portal {
            Some(portal) => NextStep::OpenPortal { portal },
            None => NextStep::ContactProgramme,
        }));
    }

    #[test]
    fn its_incident_without_activation_is_shown_the_same_path() {
        let verdict = legacy(silver()).creates(incident("windows-server", Some("2019")));
        let here = |step: &NextStep| {
            matches!(
                step,
                NextStep::Activate { .. } | NextStep::AskToActivate { .. }
            )
        };
        assert!(
            !verdict.next_steps.iter().any(here),
            "{:?}",
            verdict.next_steps
        );
    }

    #[test]
    fn what_it_has_active_already_works() {
        let world = legacy(silver()).active(PRODUCT_SUPPORT, Allotment::Finite(15));
        assert!(
            world
                .creates(incident("windows-server", Some("2019")))
                .is_allowed()
        );
    }
}
