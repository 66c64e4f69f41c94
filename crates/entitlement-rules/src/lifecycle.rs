//! Where a version stands in its product's life on a date.

use crate::date::Date;
use crate::programme::{MainstreamEnd, Product, RecentVersions, Version};

/// Where a version stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recency {
    /// How many newer versions have started: 0 is the current one (N), 1 is N-1; absent for one that has not started.
    pub versions_behind: Option<u32>,
    /// Mainstream support, or servicing, still runs (its last day included).
    pub in_mainstream: bool,
    /// Extended support still runs.
    pub in_extended: bool,
}

impl Recency {
    /// Whether the version is recent by the given reading (E1). Without one, any version that is still supported
    /// in some way counts.
    #[must_use]
    pub fn is_recent(self, reading: Option<&RecentVersions>) -> bool {
        let Some(behind) = self.versions_behind else {
            return false;
        };
        match reading {
            Some(reading) if reading.on => {
                behind <= reading.versions_back && (self.in_mainstream || !reading.mainstream)
            }
            _ => self.in_mainstream || self.in_extended,
        }
    }
}

/// Where `version` stands among the versions of `product` on `as_of`. N is the version with the latest start that is
/// not after `as_of`.
#[must_use]
pub fn recency(product: &Product, version: &Version, as_of: Date) -> Recency {
    let newer = product
        .versions
        .iter()
        .filter(|other| other.start > version.start && other.start <= as_of);
    let started = version.start <= as_of;
    Recency {
        versions_behind: started.then(|| u32::try_from(newer.count()).unwrap_or(u32::MAX)),
        in_mainstream: match version.mainstream_end {
            MainstreamEnd::On(end) => as_of <= end,
            MainstreamEnd::Modern => true,
        },
        in_extended: version.extended_end.is_some_and(|end| as_of <= end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{day, mpn};

    const NEVER: Recency = Recency {
        versions_behind: Some(0),
        in_mainstream: false,
        in_extended: false,
    };

    #[test]
    fn without_a_reading_whatever_is_still_supported_is_recent() {
        let off = RecentVersions {
            on: false,
            versions_back: 1,
            mainstream: true,
            source: String::new(),
        };
        for reading in [None, Some(&off)] {
            assert!(!NEVER.is_recent(reading));
            for (in_mainstream, in_extended) in [(true, false), (false, true), (true, true)] {
                let supported = Recency {
                    versions_behind: Some(7),
                    in_mainstream,
                    in_extended,
                };
                assert!(supported.is_recent(reading));
            }
        }
    }

    #[test]
    fn support_runs_until_the_end_of_its_last_day() {
        let programme = mpn();
        let product = programme.product("windows-server").unwrap();
        let version = product.version("2016").unwrap();
        let MainstreamEnd::On(mainstream) = version.mainstream_end else {
            panic!("it has an end")
        };
        let extended = version.extended_end.unwrap();
        let on = |date| recency(product, version, date);
        assert!(on(mainstream).in_mainstream && on(extended).in_extended);
        assert!(!on(mainstream.plus_days(1)).in_mainstream);
        assert!(!on(extended.plus_days(1)).in_extended);
        assert_eq!(on(day("2001-01-01")).versions_behind, None);
    }
}
