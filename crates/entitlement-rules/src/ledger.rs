//! The append-only ledger of a contract, and the balance that is its sum.

use crate::allotment::Allotment;
use serde::{Deserialize, Serialize};

/// One line of the ledger. Lines are added, never changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// The allotment of a fulfilled activation.
    Grant,
    /// One incident was created (S27).
    Consume,
    /// One incident was given back (E9).
    Refund,
    /// What was left went with the contract's end.
    Expire,
}

/// Sums over one contract's ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Balance {
    /// Incidents granted.
    pub granted: Allotment,
    /// Incidents consumed, refunded ones included.
    pub consumed: u32,
    /// Incidents given back.
    pub refunded: u32,
    /// Incidents that went with the contract's end.
    pub expired: u32,
}

impl Balance {
    /// A grant that nothing was taken from.
    #[must_use]
    pub fn granted(granted: Allotment) -> Balance {
        Balance {
            granted,
            consumed: 0,
            refunded: 0,
            expired: 0,
        }
    }

    /// Adds one line. `amount` counts incidents; a grant of `Unlimited` has no count.
    #[must_use]
    pub fn with(mut self, kind: EntryKind, amount: Allotment) -> Balance {
        let count = match amount {
            Allotment::Finite(count) => count,
            Allotment::None | Allotment::Unlimited => 0,
        };
        match kind {
            EntryKind::Grant => {
                self.granted = match (self.granted, amount) {
                    (Allotment::Unlimited, _) | (_, Allotment::Unlimited) => Allotment::Unlimited,
                    (Allotment::Finite(had), Allotment::Finite(more)) => {
                        Allotment::Finite(had.saturating_add(more))
                    }
                    (Allotment::None, other) | (other, Allotment::None) => other,
                }
            }
            EntryKind::Consume => self.consumed = self.consumed.saturating_add(count),
            EntryKind::Refund => self.refunded = self.refunded.saturating_add(count),
            EntryKind::Expire => self.expired = self.expired.saturating_add(count),
        }
        self
    }

    /// What is left: granted - consumed + refunded - expired, never below zero.
    #[must_use]
    pub fn remaining(self) -> Allotment {
        self.granted.less(self.used().saturating_add(self.expired))
    }

    /// Incidents consumed and not given back.
    #[must_use]
    pub fn used(self) -> u32 {
        self.consumed.saturating_sub(self.refunded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refund_after_the_last_incident_makes_the_contract_usable_again() {
        let one = Allotment::Finite(1);
        let spent = Balance::granted(one).with(EntryKind::Consume, one);
        assert_eq!(spent.remaining(), Allotment::Finite(0));
        assert_eq!(spent.with(EntryKind::Refund, one).remaining(), one);
    }

    #[test]
    fn unlimited_only_counts() {
        let mut balance = Balance::granted(Allotment::Unlimited);
        for _ in 0..1_000 {
            balance = balance.with(EntryKind::Consume, Allotment::Finite(1));
        }
        assert_eq!(balance.remaining(), Allotment::Unlimited);
        assert_eq!(balance.used(), 1_000);
    }
}
