//! The product catalogue as the form offers it: what matches some typed text, and where each version stands.

use crate::verdict::Code;
use entitlement_rules::{Date, MainstreamEnd, Placement, Product, Programme, Version, recency};

/// A product to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offered {
    /// Id of the product.
    pub(super) id: String,
    /// Its name.
    pub(super) name: String,
    /// Name of its workload, under which it is listed.
    pub(super) workload: String,
    /// Where it runs.
    pub(super) placement: Code,
}

/// Every product, workload by workload in the programme's order, by name within each.
pub(super) fn offered(programme: &Programme, language: &str) -> Vec<Offered> {
    let mut all = Vec::new();
    for workload in &programme.data().workloads {
        let mut products: Vec<Offered> = programme
            .data()
            .products
            .iter()
            .filter(|product| product.workload == workload.id)
            .map(|product| Offered {
                id: product.id.clone(),
                name: product.name.clone(),
                workload: workload.name.in_language(language).to_owned(),
                placement: match product.placement {
                    Placement::OnPremises => Code::OnPremises,
                    Placement::Cloud => Code::Cloud,
                    Placement::Hybrid => Code::Hybrid,
                },
            })
            .collect();
        products.sort_by_key(|product| product.name.to_lowercase());
        all.append(&mut products);
    }
    all
}

/// Whether every word of the typed text is in the product's name or its workload's, in any order.
pub(super) fn matches(product: &Offered, typed: &str) -> bool {
    let (name, workload) = (product.name.to_lowercase(), product.workload.to_lowercase());
    typed
        .to_lowercase()
        .split_whitespace()
        .all(|word| name.contains(word) || workload.contains(word))
}

/// Where a version stands in its product's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The current one.
    Current,
    /// This many newer ones are out.
    Behind(u32),
    /// It starts on this day.
    Future(Date),
}

/// How long it is supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Supported {
    /// In mainstream support until this day.
    Mainstream(Date),
    /// As long as it is kept current.
    Modern,
    /// Mainstream support ended on the first day; extended support runs until the second, when it still does.
    Over(Date, Option<Date>),
}

/// Where a version stands on a day.
pub(super) fn standing(product: &Product, version: &Version, day: Date) -> (Standing, Supported) {
    let recency = recency(product, version, day);
    let standing = match recency.versions_behind {
        None => Standing::Future(version.start),
        Some(0) => Standing::Current,
        Some(behind) => Standing::Behind(behind),
    };
    let supported = match version.mainstream_end {
        MainstreamEnd::Modern => Supported::Modern,
        MainstreamEnd::On(end) if recency.in_mainstream => Supported::Mainstream(end),
        MainstreamEnd::On(end) => {
            Supported::Over(end, version.extended_end.filter(|_| recency.in_extended))
        }
    };
    (standing, supported)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programme() -> Programme {
        let text = include_str!("../../../programmes/mpn-2021.json");
        Programme::check(serde_json::from_str(text).unwrap()).unwrap()
    }

    fn found(typed: &str) -> Vec<String> {
        let all = offered(&programme(), "en");
        let found = all.into_iter().filter(|product| matches(product, typed));
        found.map(|product| product.name).collect()
    }

    #[test]
    fn every_product_is_offered_once() {
        let programme = programme();
        let mut ids: Vec<String> = offered(&programme, "fr")
            .into_iter()
            .map(|product| product.id)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), programme.data().products.len());
    }

    #[test]
    fn a_product_is_found_by_any_part_of_its_name_in_any_order() {
        assert_eq!(found("machines VIRTUAL"), ["Azure Virtual Machines"]);
        assert!(found("azure").contains(&"Azure Stack HCI".to_owned()));
        assert!(found("zzz").is_empty());
        assert_eq!(found("  ").len(), programme().data().products.len());
    }

    #[test]
    fn each_version_says_where_it_stands_on_the_accounts_day() {
        let programme = programme();
        let day = |text| Date::parse(text).unwrap();
        let product = programme.product("windows-server").unwrap();
        let stands = |id, on| standing(product, product.version(id).unwrap(), day(on));
        let seed = "2021-03-04";
        assert_eq!(
            stands("2019", seed),
            (Standing::Current, Supported::Mainstream(day("2024-01-09")))
        );
        assert_eq!(stands("2016", seed).0, Standing::Behind(1));
        assert_eq!(
            stands("2012-r2", seed),
            (
                Standing::Behind(2),
                Supported::Over(day("2018-10-09"), Some(day("2023-10-10")))
            )
        );
        assert_eq!(stands("2022", seed).0, Standing::Future(day("2021-11-02")));
        assert_eq!(
            stands("2012-r2", "2024-01-01").1,
            Supported::Over(day("2018-10-09"), None)
        );
    }
}
