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
