//! E1: the reading of "recent" in S25: the current version N, or one of the versions just before it, and itself still in
//! mainstream support. It is S25 that passes or refuses by it.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::extension(Asks::INCIDENT, |programme| {
    super::on(&programme.policy().extensions.recent).is_some()
})
.with(|programme| match &programme.policy().extensions.recent {
    Some(reading) => vec![
        parameter("versions-back", Value::Count(reading.versions_back)),
        parameter("mainstream", Value::Flag(reading.mainstream)),
    ],
    None => Vec::new(),
});

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let on_premises = case
        .subject
        .benefit
        .is_some_and(|benefit| benefit.scope == Placement::OnPremises);
    let known = case.incident.is_some_and(|incident| {
        incident.placement == Ok(Placement::OnPremises)
            && (incident.asked.version.is_some()
                || incident
                    .product
                    .is_some_and(|product| product.versions.is_empty()))
    });
    match super::on(&case.programme.policy().extensions.recent) {
        Some(reading) if on_premises && known => trace
            .pass()
            .with("versions-back", || Seen::Count(reading.versions_back))
            .with("mainstream", || Seen::Flag(reading.mainstream)),
        _ => trace.not_applicable(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, incident, member, reasons, status};
    use crate::{Allotment, RuleId, Status};

    fn silver() -> crate::testing::World {
        let world = member().offer("silver", Some("datacenter"));
        world.active(PRODUCT_SUPPORT, Allotment::Finite(15))
    }

    #[test]
    fn the_version_before_the_current_one_is_recent_while_mainstream_support_runs() {
        let verdict = silver().creates(incident("windows-server", Some("2016")));
        assert!(verdict.is_allowed());
        assert_eq!(status(&verdict, RuleId::E1), Status::Pass);
    }

    #[test]
    fn without_it_any_version_that_is_still_supported_is_recent() {
        assert_eq!(
            reasons(&silver().creates(incident("sql-server", Some("2016")))),
            ["S25"]
        );
        let world = silver().policy(|policy| policy.extensions.recent = None);
        let verdict = world.creates(incident("sql-server", Some("2016")));
        assert!(verdict.is_allowed());
        assert_eq!(status(&verdict, RuleId::E1), Status::NotApplicable);
    }
}
