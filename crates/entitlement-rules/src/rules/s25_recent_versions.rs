//! S25: Product Support covers recent versions (L64, L71). The seed does not say what "recent" is: E1 reads it as the
//! current version N or N-1, itself still in mainstream support on that day. Without E1 a version is recent while any
//! support of it runs.

use super::prelude::*;
use crate::lifecycle::recency;
use crate::programme::MainstreamEnd;
use crate::verdict::Status;

pub(super) const RULE: Rule = Rule::of_the_seed(&[64, 71], Asks::INCIDENT);

pub(super) fn check<'a, 't, T: Trace<'a>>(case: &Case<'a>, trace: &'t mut T) -> Finding<'t, T> {
    let (Some(incident), Some(benefit)) = (case.incident, case.subject.benefit) else {
        return trace.not_applicable();
    };
    if benefit.scope != Placement::OnPremises {
        return trace.not_applicable();
    }
    let Some(product) = case.product() else {
        return trace.needs(Need::Product);
    };
    match case.placement() {
        Ok(Placement::OnPremises) => {}
        Ok(_) => return trace.not_applicable(),
        Err(need) => return trace.needs(need),
    }
    let reading = super::on(&case.programme.policy().extensions.recent);
    let finding = match (incident.version, &incident.asked.version) {
        (Some(version), _) => {
            let recency = recency(product, version, case.as_of);
            let finding = trace
                .pass_if(recency.is_recent(reading))
                .with("version", || Seen::Id(&version.id))
                .with("versions-behind", || {
                    recency.versions_behind.map_or(Seen::Missing, Seen::Count)
                })
                .with("in-mainstream", || Seen::Flag(recency.in_mainstream));
            match version.mainstream_end {
                MainstreamEnd::On(end) => finding.with("mainstream-end", || Seen::Date(end)),
                MainstreamEnd::Modern => finding,
            }
        }
        (None, Some(unknown)) => trace.fail().with("version", || Seen::Id(unknown)),
        // A product without a list of versions is its own one version, until it is retired.
        (None, None) if product.versions.is_empty() => {
            trace.pass_if(product.retired.is_none_or(|last| case.as_of <= last))
        }
        (None, None) => return trace.needs(Need::Version),
    };
    let finding = match reading {
        Some(_) => finding.by(RuleId::E1),
        None => finding,
    };
    let covered = || {
        let versions = product.versions.iter();
        versions.filter(|version| recency(product, version, case.as_of).is_recent(reading))
    };
    let finding = match finding.status == Status::Fail && covered().next().is_some() {
        false => finding,
        true => finding.else_try(|| NextStep::ChooseVersion {
            product: product.id.clone(),
            versions: covered().map(|version| version.id.clone()).collect(),
        }),
    };
    finding.else_try(|| NextStep::ComparePlans {
        plans: case.paid_plans_for(Placement::OnPremises),
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{PRODUCT_SUPPORT, incident, member, reasons, status};
    use crate::{Allotment, FailingSide, IncidentQuestion, NextStep, RuleId, Status, Verdict};

    fn answer(product: &str, version: &str, as_of: &str) -> Verdict {
        let world = member().offer("gold", Some("datacenter"));
        let world = world
            .active(PRODUCT_SUPPORT, Allotment::Finite(20))
            .contract(|contract| contract.end = crate::testing::day("2030-12-31"))
            .on(as_of);
        world.creates(incident(product, Some(version)))
    }

    #[test]
    fn the_current_version_and_the_one_before_it_pass() {
        for version in ["2019", "2016"] {
            let verdict = answer("windows-server", version, "2021-03-04");
            assert!(verdict.is_allowed(), "{version}");
        }
    }

    #[test]
    fn older_versions_and_those_out_of_mainstream_support_are_refused() {
        for (product, version) in [
            ("windows-server", "2012-r2"),
            // N-2, although its mainstream support runs until July.
            ("sql-server", "2016"),
            // N-1, but out of mainstream support.
            ("exchange-server", "2016"),
        ] {
            let verdict = answer(product, version, "2021-03-04");
            assert_eq!(reasons(&verdict), ["S25"], "{product} {version}");
            assert_eq!(
                verdict.rule(RuleId::S25).unwrap().extension,
                Some(RuleId::E1)
            );
        }
    }

    #[test]
    fn a_refused_version_names_the_covered_ones() {
        let verdict = answer("windows-server", "2012-r2", "2021-03-04");
        let step = NextStep::ChooseVersion {
            product: "windows-server".into(),
            versions: vec!["2016".into(), "2019".into()],
        };
        assert_eq!(verdict.next_steps.first(), Some(&step));
    }

    #[test]
    fn the_last_day_of_mainstream_support_is_included() {
        assert!(answer("windows-server", "2016", "2021-10-01").is_allowed());
        assert!(answer("dynamics-nav", "2018", "2023-01-10").is_allowed());
        assert_eq!(
            reasons(&answer("dynamics-nav", "2018", "2023-01-11")),
            ["S25"]
        );
    }

    #[test]
    fn a_version_that_has_not_started_is_refused() {
        assert_eq!(
            reasons(&answer("windows-server", "2022", "2021-03-04")),
            ["S25"]
        );
    }

    #[test]
    fn a_product_without_versions_is_covered_until_its_last_day() {
        let world = member().offer("gold", Some("datacenter"));
        let mut world = world
            .active(PRODUCT_SUPPORT, Allotment::Finite(20))
            .programme(|data| {
                let mut products = data.products.iter_mut();
                let product = products.find(|it| it.id == "azure-stack-hub").unwrap();
                product.retired = Some(crate::testing::day("2021-03-04"));
            });
        let on_premises = IncidentQuestion {
            failing_side: Some(FailingSide::OnPremises),
            ..incident("azure-stack-hub", None)
        };
        for (day, expected) in [("2021-03-04", Status::Pass), ("2021-03-05", Status::Fail)] {
            world = world.on(day);
            let verdict = world.creates(on_premises.clone());
            assert_eq!(status(&verdict, RuleId::S25), expected, "{day}");
        }
    }

    #[test]
    fn an_unknown_version_is_refused() {
        assert_eq!(
            reasons(&answer("windows-server", "2099", "2021-03-04")),
            ["S25"]
        );
    }
}
