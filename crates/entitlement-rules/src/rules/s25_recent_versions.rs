//! S25: Product Support covers recent versions (L64, L71). The seed does not say what "recent" is: E1 reads it as the
//! current version N or N-1, itself still in mainstream support on that day. Without E1 a version is recent while any
//! support of it runs.

use super::prelude::*;
use crate::lifecycle::recency;
use crate::programme::MainstreamEnd;

pub(super) const SEED: &[u16] = &[64, 71];

pub(super) fn check(case: &Case<'_>) -> Finding {
    let (Some(incident), Some(benefit)) = (case.incident(), case.benefit()) else {
        return Finding::not_applicable();
    };
    if benefit.scope != Placement::OnPremises {
        return Finding::not_applicable();
    }
    let Some(product) = case.product() else { return Finding::needs(Need::Product) };
    match case.placement() {
        Ok(Placement::OnPremises) => {}
        Ok(_) => return Finding::not_applicable(),
        Err(need) => return Finding::needs(need),
    }
    let reading = case.programme.policy().extensions.recent.as_ref().filter(|reading| reading.on);
    let finding = match (case.version(), &incident.version) {
        (Some((_, version)), _) => {
            let recency = recency(product, version, case.as_of);
            let finding = Finding::pass_if(recency.is_recent(reading))
                .with("version", Value::Id(version.id.clone()))
                .with(
                    "versions-behind",
                    recency.versions_behind.map_or(Value::Missing, Value::Count),
                )
                .with("in-mainstream", Value::Flag(recency.in_mainstream));
            match version.mainstream_end {
                MainstreamEnd::On(end) => finding.with("mainstream-end", Value::Date(end)),
                MainstreamEnd::Modern => finding,
            }
        }
        (None, Some(unknown)) => Finding::fail().with("version", Value::Id(unknown.clone())),
        // A product without a list of versions is its own one version, until it is retired.
        (None, None) if product.versions.is_empty() => Finding::pass_if(is_alive(case)),
        (None, None) => return Finding::needs(Need::Version),
    };
    let finding = match reading {
        Some(_) => finding.by(ExtensionId::E1),
        None => finding,
    };
    let covered: Vec<String> = product
        .versions
        .iter()
        .filter(|version| recency(product, version, case.as_of).is_recent(reading))
        .map(|version| version.id.clone())
        .collect();
    let finding = match covered.is_empty() {
        true => finding,
        false => finding
            .else_try(NextStep::ChooseVersion { product: product.id.clone(), versions: covered }),
    };
    finding.else_try(NextStep::ComparePlans { plans: case.paid_plans_for(Placement::OnPremises) })
}

fn is_alive(case: &Case<'_>) -> bool {
    case.product().is_some_and(|product| product.retired.is_none_or(|last| case.as_of <= last))
}
