//! The activation of a benefit: asked for by the partner, answered by the programme's operator.

use crate::date::Date;
use light_json::FromJson;
use serde::{Deserialize, Serialize};

/// Where an activation stands. Exhausted and expired are derived from the ledger and the date, never stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Activation {
    /// Nobody has asked yet.
    #[default]
    NotActivated,
    /// Asked for, not yet answered; the benefit is not usable (S10, S12).
    Pending {
        /// The day of the request.
        requested_on: Date,
        /// Name of the person who asked.
        requested_by: String,
    },
    /// Answered with a support contract (S11).
    Active {
        /// The contract's reference.
        contract: String,
    },
    /// Answered with a refusal; it may be asked for again.
    Failed {
        /// The day of the answer.
        on: Date,
        /// Why.
        reason: FailureReason,
    },
}

/// Why the operator rejected a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FailureReason {
    /// The membership offer lapsed while the request was pending.
    OfferLapsed,
    /// The membership could not be confirmed.
    MembershipNotConfirmed,
    /// The account's details are incomplete.
    DetailsIncomplete,
    /// The company already holds a contract for this benefit.
    AlreadyHeld,
}

/// A step that the present state does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotInThisState;

impl Activation {
    /// A person asks. Possible when nothing is pending or active.
    ///
    /// # Errors
    /// [`NotInThisState`] while a request is pending or a contract is active.
    pub fn request(self, on: Date, by: String) -> Result<Activation, NotInThisState> {
        match self {
            Activation::NotActivated | Activation::Failed { .. } => Ok(Activation::Pending {
                requested_on: on,
                requested_by: by,
            }),
            Activation::Pending { .. } | Activation::Active { .. } => Err(NotInThisState),
        }
    }

    /// A contract that is over (S16) leaves the benefit as if nobody had asked, so that a renewed membership can ask
    /// again. Whether it is over is the law's to say.
    #[must_use]
    pub fn once_over(self) -> Activation {
        match self {
            Activation::Active { .. } => Activation::NotActivated,
            other => other,
        }
    }

    /// The operator hands over a contract.
    ///
    /// # Errors
    /// [`NotInThisState`] unless a request is pending.
    pub fn fulfil(self, contract: String) -> Result<Activation, NotInThisState> {
        match self {
            Activation::Pending { .. } => Ok(Activation::Active { contract }),
            _ => Err(NotInThisState),
        }
    }

    /// The operator rejects the request.
    ///
    /// # Errors
    /// [`NotInThisState`] unless a request is pending.
    pub fn reject(self, on: Date, reason: FailureReason) -> Result<Activation, NotInThisState> {
        match self {
            Activation::Pending { .. } => Ok(Activation::Failed { on, reason }),
            _ => Err(NotInThisState),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> Date {
        Date::parse("2021-03-04").unwrap()
    }

    #[test]
    fn a_request_is_answered_once() {
        let pending = Activation::NotActivated
            .request(day(), "Ada".into())
            .unwrap();
        let active = pending.clone().fulfil("c1".into()).unwrap();
        assert_eq!(
            active,
            Activation::Active {
                contract: "c1".into()
            }
        );
        assert_eq!(active.clone().fulfil("c2".into()), Err(NotInThisState));
        assert_eq!(
            active.reject(day(), FailureReason::OfferLapsed),
            Err(NotInThisState)
        );
        assert_eq!(pending.request(day(), "Bob".into()), Err(NotInThisState));
    }

    #[test]
    fn a_rejected_request_may_be_made_again() {
        let failed = Activation::NotActivated
            .request(day(), "Ada".into())
            .and_then(|pending| pending.reject(day(), FailureReason::DetailsIncomplete))
            .unwrap();
        assert!(failed.request(day(), "Ada".into()).is_ok());
    }
}
