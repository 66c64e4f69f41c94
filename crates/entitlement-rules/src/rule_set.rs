//! A set of rules, in one word.

use crate::rules::RuleId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A set of rules; on the wire, the list of their numbers in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RuleSet(u64);

const _: () = assert!(RuleId::ALL.len() <= 64, "every rule has a bit of its own");

impl RuleSet {
    /// Adds a rule.
    #[inline(always)]
    pub fn insert(&mut self, rule: RuleId) {
        self.0 |= 1 << rule as u64;
    }

    /// Whether the rule is in it.
    #[must_use]
    pub fn contains(self, rule: RuleId) -> bool {
        self.0 & (1 << rule as u64) != 0
    }

    /// Whether no rule is in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many rules are in it.
    #[must_use]
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Its rules, in the order of the numbers.
    pub fn iter(self) -> impl Iterator<Item = RuleId> {
        RuleId::ALL
            .iter()
            .copied()
            .filter(move |rule| self.contains(*rule))
    }
}

impl FromIterator<RuleId> for RuleSet {
    fn from_iter<I: IntoIterator<Item = RuleId>>(rules: I) -> RuleSet {
        let mut set = RuleSet::default();
        for rule in rules {
            set.insert(rule);
        }
        set
    }
}

impl Serialize for RuleSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for RuleSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RuleSet, D::Error> {
        Ok(Vec::<RuleId>::deserialize(deserializer)?
            .into_iter()
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_the_rules_that_were_added_once_each_in_order() {
        let set: RuleSet = [RuleId::E18, RuleId::S1, RuleId::S27, RuleId::S1]
            .into_iter()
            .collect();
        assert_eq!(set.len(), 3);
        let rules: Vec<RuleId> = set.iter().collect();
        assert_eq!(rules, [RuleId::S1, RuleId::S27, RuleId::E18]);
        for rule in RuleId::ALL {
            assert_eq!(set.contains(*rule), rules.contains(rule));
        }
        assert!(!set.is_empty() && RuleSet::default().is_empty());
    }
}
