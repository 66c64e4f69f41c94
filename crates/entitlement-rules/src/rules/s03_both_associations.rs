//! S3: an account that is associated with both programmes is not refused by S2 (L37).

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(&[37], Asks::PAGE);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    if case.standing.member && case.standing.reseller {
        trace.pass().with("associations", || {
            Seen::Ids(&case.facts.viewer.associations)
        })
    } else {
        trace.not_applicable()
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{member, status};
    use crate::{RuleId, Status};

    #[test]
    fn both_associations_open_the_page() {
        let world = member()
            .associations(&["mpn", "csp"])
            .offer("silver", Some("datacenter"));
        let verdict = world.opens_benefits();
        assert!(verdict.is_allowed());
        assert_eq!(status(&verdict, RuleId::S3), Status::Pass);
    }

    #[test]
    fn one_association_alone_is_none_of_its_business() {
        let verdict = member().associations(&["csp"]).opens_benefits();
        assert_eq!(status(&verdict, RuleId::S3), Status::NotApplicable);
    }
}
