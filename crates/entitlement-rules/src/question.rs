//! What can be asked of the law.

use crate::account::BenefitKey;
use light_json::FromJson;
use serde::{Deserialize, Serialize};

/// A question about one signed-in person's account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "ask", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Question {
    /// May this person open the technical benefits page (S1-S7)?
    OpenBenefits,
    /// May this person activate this benefit (S9, S10, S13)?
    Activate {
        /// Which one.
        benefit: BenefitKey,
    },
    /// May this person see the two IDs of this contract (S11, S12)?
    ViewIds {
        /// The contract's reference.
        contract: String,
    },
    /// May this person enter the two IDs of this contract (S12, S14-S17)?
    Link {
        /// The contract's reference.
        contract: String,
    },
    /// Is an incident that this contract paid for given back (E9)?
    Refund {
        /// The contract's reference.
        contract: String,
        /// What it turned out to be.
        because: RefundReason,
    },
    /// May the support plans be compared (S35)?
    ComparePlans,
    /// Is this incident covered, and by what?
    CreateIncident(IncidentQuestion),
}

impl IncidentQuestion {
    /// Nothing is known yet.
    pub(crate) const NOTHING: IncidentQuestion = IncidentQuestion {
        beneficiary: None,
        product: None,
        version: None,
        failing_side: None,
        kind: None,
        severity: None,
        impact: None,
        issues: None,
        funding: None,
    };
}

impl Question {
    /// What kind of question it is.
    #[must_use]
    pub fn kind(&self) -> QuestionKind {
        match self {
            Question::OpenBenefits => QuestionKind::OpenBenefits,
            Question::Activate { .. } => QuestionKind::Activate,
            Question::ViewIds { .. } => QuestionKind::ViewIds,
            Question::Link { .. } => QuestionKind::Link,
            Question::Refund { .. } => QuestionKind::Refund,
            Question::ComparePlans => QuestionKind::ComparePlans,
            Question::CreateIncident(_) => QuestionKind::CreateIncident,
        }
    }
}

/// The kinds of question; each rule says which of them it speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(
    missing_docs,
    reason = "the names are those of Question, which documents them"
)]
pub enum QuestionKind {
    OpenBenefits,
    Activate,
    ViewIds,
    Link,
    Refund,
    ComparePlans,
    CreateIncident,
}

impl QuestionKind {
    /// Every kind.
    pub const ALL: [QuestionKind; 7] = [
        QuestionKind::OpenBenefits,
        QuestionKind::Activate,
        QuestionKind::ViewIds,
        QuestionKind::Link,
        QuestionKind::Refund,
        QuestionKind::ComparePlans,
        QuestionKind::CreateIncident,
    ];
}

/// The facts of an incident that coverage depends on. What is not known yet is absent: the verdict then says what it
/// still needs, so that an answer is there before anything is typed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IncidentQuestion {
    /// For whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneficiary: Option<Beneficiary>,
    /// Id of the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Id of its version, for products that have versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Which side fails, for hybrid products.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_side: Option<FailingSide>,
    /// What is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<IncidentKind>,
    /// How urgent it is said to be; absent when not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// What it does to the business; absent when not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<Impact>,
    /// How many separate issues it describes; absent when not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issues: Option<u32>,
    /// What is to pay for it; absent to let the law suggest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funding: Option<Funding>,
}

/// For whom an incident is raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Beneficiary {
    /// The partner itself.
    OwnCompany,
    /// A customer of the partner.
    Customer,
}

/// Which side of a hybrid product fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FailingSide {
    /// The side on own machines.
    OnPremises,
    /// The side in the cloud.
    Cloud,
}

/// What is asked for (S18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum IncidentKind {
    /// A specific problem, an error message, or a feature that does not work as expected.
    BreakFix,
    /// Advice: how to do something, design, planning.
    Advisory,
    /// A question about an invoice or a subscription.
    Billing,
}

/// How urgent an incident is, the most urgent first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson,
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Critical: the business stands still.
    A,
    /// Moderate: the business is impaired.
    B,
    /// Minimal: an inconvenience.
    C,
}

/// What an incident does to the business, the worst first (E18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Impact {
    /// It stands still.
    Critical,
    /// It is impaired.
    Moderate,
    /// It is hardly touched.
    Minimal,
}

/// Why a consumed incident is to be given back (E9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RefundReason {
    /// The same problem was raised already.
    Duplicate,
    /// The cause was a bug in the product.
    ProductBug,
    /// The partner withdrew it.
    Withdrawn,
}

/// What pays for an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "by", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Funding {
    /// A support contract of the partner, or one linked by the viewer.
    Contract {
        /// The contract's reference.
        contract: String,
    },
    /// A benefit of the partner that has no contract yet.
    Benefit {
        /// Which one.
        benefit: BenefitKey,
    },
    /// A contract whose two IDs the viewer holds but has not linked yet (S28).
    HeldIds,
    /// The resellers' plan (S30).
    ResellerPlan {
        /// Its id.
        plan: String,
    },
    /// A paid support plan (S34).
    PaidPlan {
        /// Its id.
        plan: String,
    },
}
