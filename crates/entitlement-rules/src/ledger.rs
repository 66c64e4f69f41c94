//! The append-only ledger of a contract, and the balance that is its sum.

use crate::allotment::Allotment;
use light_json::FromJson;
use serde::{Deserialize, Serialize};

/// One line of the ledger. Lines are added, never changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
    /// The operator raised or lowered what was granted, with a reason.
    Correct,
}

/// Sums over one contract's ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
            EntryKind::Grant | EntryKind::Correct => {
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

    /// The balance after the operator raised (or, below zero, lowered) what was granted. `None` when there is nothing to
    /// correct, because it is unlimited or nothing is to change, or when more would be taken away than is left.
    #[must_use]
    pub fn corrected(self, by: i32) -> Option<Balance> {
        let count = by.unsigned_abs();
        match (self.remaining(), by) {
            (Allotment::Unlimited, _) | (_, 0) => None,
            (_, 1..) => Some(self.with(EntryKind::Correct, Allotment::Finite(count))),
            (Allotment::Finite(left), _) if count <= left => Some(Balance {
                granted: self.granted.less(count),
                ..self
            }),
            _ => None,
        }
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
    fn a_correction_gives_more_or_takes_away_no_more_than_is_left() {
        let two = Balance::granted(Allotment::Finite(2));
        let one_left = two.with(EntryKind::Consume, Allotment::Finite(1));
        let left = |balance: Balance| balance.remaining();
        assert_eq!(one_left.corrected(3).map(left), Some(Allotment::Finite(4)));
        assert_eq!(one_left.corrected(-1).map(left), Some(Allotment::Finite(0)));
        assert_eq!(one_left.corrected(-2), None);
        assert_eq!(Balance::granted(Allotment::Unlimited).corrected(1), None);
        assert_eq!(Balance::granted(Allotment::None).corrected(-1), None);
        assert_eq!(two.corrected(0), None);
    }

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
