//! S26: Signature Cloud Support covers cloud products only (L65, L79-L81). A product that was retired is covered until
//! its last day.

use super::prelude::*;

pub(super) const RULE: Rule = Rule::of_the_seed(&[65, 79, 81], Asks::INCIDENT)
    .with(|programme| super::s24_on_premises_only::benefits_of(programme, Placement::Cloud));

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let for_cloud = case.placement() == Ok(Placement::Cloud)
        && (case.subject.benefit).is_some_and(|benefit| benefit.scope == Placement::Cloud);
    let retired = case.product().and_then(|product| product.retired);
    match retired {
        Some(last) if for_cloud && last < case.as_of => trace
            .fail()
            .with("product", || super::s24_on_premises_only::product_id(case))
            .with("retired", || Seen::Date(last))
            .else_try(|| NextStep::ComparePlans {
                plans: case.paid_plans_for(Placement::Cloud),
            }),
        _ => super::s24_on_premises_only::scope(case, trace, Placement::Cloud),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{SIGNATURE, incident, member, reasons};
    use crate::{Allotment, Verdict};

    fn by_signature(product: &str, version: Option<&str>, as_of: &str) -> Verdict {
        let world = member().offer("gold", Some("cloud-platform"));
        let world = world
            .active(SIGNATURE, Allotment::Unlimited)
            .contract(|contract| contract.end = crate::testing::day("2030-12-31"));
        let contract = "c-signature-cloud-support.competency".into();
        let mut question = incident(product, version);
        question.funding = Some(crate::Funding::Contract { contract });
        world.on(as_of).creates(question)
    }

    #[test]
    fn a_cloud_product_passes() {
        let verdict = by_signature("azure-virtual-machines", None, "2021-03-04");
        assert!(verdict.is_allowed(), "{:?}", reasons(&verdict));
        assert_eq!(verdict.consumes, 0);
    }

    #[test]
    fn an_on_premises_product_is_refused() {
        let verdict = by_signature("windows-server", Some("2019"), "2021-03-04");
        assert_eq!(reasons(&verdict), ["S26"]);
    }

    #[test]
    fn a_retired_product_is_covered_until_its_last_day() {
        assert!(by_signature("skype-for-business-online", None, "2021-07-31").is_allowed());
        let verdict = by_signature("skype-for-business-online", None, "2021-08-01");
        assert_eq!(reasons(&verdict), ["S26"]);
    }
}
