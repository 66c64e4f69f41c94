//! E16: members of the legacy portal have a contact by region. It completes what S38 says.

use super::prelude::*;
use crate::verdict::Input;

pub(super) const RULE: Rule = Rule::extension(Asks::of(&[QuestionKind::Activate]), |programme| {
    super::on(&programme.policy().extensions.legacy_contacts).is_some()
})
.with(|programme| {
    let contacts = programme
        .policy()
        .extensions
        .legacy_contacts
        .iter()
        .flat_map(|it| &it.contacts);
    contacts
        .map(|(region, url)| Input {
            name: region.clone().into(),
            value: Value::Name(url.clone()),
        })
        .collect()
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    match contact(case) {
        Some((region, url)) => trace
            .pass()
            .with("region", || Seen::Id(region))
            .with("contact", || Seen::Name(url)),
        None => trace.not_applicable(),
    }
}

/// The region of a partner of the legacy portal, and its contact.
pub(super) fn contact<'a>(case: &Case<'a>) -> Option<(&'a str, &'a str)> {
    if !super::s38_legacy_portal::is_legacy(case) {
        return None;
    }
    let region = &case.facts.partner.as_ref()?.region;
    let url = super::on(&case.programme.policy().extensions.legacy_contacts)?
        .contacts
        .get(region)?;
    Some((region, url))
}

#[cfg(test)]
mod tests {
    use crate::programme::LegacyContacts;
    use crate::testing::{PRODUCT_SUPPORT, World, member, status};
    use crate::{MembershipPortal, NextStep, RuleId, Status};

    fn legacy_in(region: &str) -> World {
        let mut world = member()
            .offer("silver", Some("datacenter"))
            .policy(|policy| {
                policy.extensions.legacy_contacts = Some(LegacyContacts {
                    on: true,
                    contacts: [("emea".to_owned(), "https://contact.example/emea".to_owned())]
                        .into(),
                    source: "reading".into(),
                });
            });
        world.partner().portal = MembershipPortal::PartnerMembershipCenter;
        world.partner().region = region.into();
        world
    }

    #[test]
    fn the_contact_of_the_region_is_named() {
        let verdict = legacy_in("emea").activates(PRODUCT_SUPPORT);
        assert_eq!(status(&verdict, RuleId::E16), Status::Pass);
        let url = "https://contact.example/emea".to_owned();
        assert!(verdict.next_steps.contains(&NextStep::ContactRegion {
            region: "emea".into(),
            url
        }));
    }

    #[test]
    fn a_region_without_a_contact_names_none() {
        let verdict = legacy_in("apac").activates(PRODUCT_SUPPORT);
        assert_eq!(status(&verdict, RuleId::E16), Status::NotApplicable);
        assert!(
            !verdict
                .next_steps
                .iter()
                .any(|step| matches!(step, NextStep::ContactRegion { .. }))
        );
    }
}
