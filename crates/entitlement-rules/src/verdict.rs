//! The answer to a question: codes and data, never prose.

use crate::account::BenefitKey;
use crate::allotment::Allotment;
use crate::date::Date;
use crate::programme::ActivationEstimate;
use crate::question::{Funding, Severity};
use crate::rules::RuleId;
use light_json::FromJson;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The answer, with the result of every rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// The date that it holds for.
    pub as_of: Date,
    /// The answer.
    pub outcome: Outcome,
    /// Facts that are still needed when the outcome is [`Outcome::Incomplete`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    /// What pays, when an incident was asked about: the one asked for, or else the best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funding: Option<Funding>,
    /// Incidents that would be consumed from a finite allotment: 0 or 1.
    #[serde(default)]
    pub consumes: u32,
    /// Every rule, in the order of their numbers, for that funding.
    pub rules: Vec<RuleResult>,
    /// Every way to pay that was looked at, best first, each with its own result.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// What the viewer can do next, most useful first. A refusal always has one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub next_steps: Vec<NextStep>,
}

impl Verdict {
    /// The rules that say no.
    pub fn reasons(&self) -> impl Iterator<Item = &RuleResult> {
        self.rules
            .iter()
            .filter(|result| result.status == Status::Fail)
    }

    /// The result of one rule.
    #[must_use]
    pub fn rule(&self, id: RuleId) -> Option<&RuleResult> {
        self.rules.iter().find(|result| result.rule == id)
    }

    /// Whether the answer is yes.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.outcome == Outcome::Allowed
    }
}

/// The answer in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Yes: every rule that applies passed.
    Allowed,
    /// Nothing says no so far; [`Verdict::needs`] says which facts are missing.
    Incomplete,
    /// Nothing is wrong, there is just nothing to show (S4).
    Empty,
    /// No: at least one rule failed.
    Refused,
}

/// A fact that the question did not give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// For whom it is.
    Beneficiary,
    /// Which product.
    Product,
    /// Which version of it.
    Version,
    /// Which side of a hybrid product fails.
    FailingSide,
    /// What is asked for.
    Kind,
}

/// What one rule says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleResult {
    /// Which rule.
    pub rule: RuleId,
    /// What it says.
    pub status: Status,
    /// The extension that shaped the result, when one did: it is shown beside the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<RuleId>,
    /// The rule passed, but its reader should know something (grace days, read-only view).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub warning: bool,
    /// The facts that it looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Input>,
}

impl RuleResult {
    /// The value of the named input.
    #[must_use]
    pub fn input(&self, name: &str) -> Option<&Value> {
        self.inputs
            .iter()
            .find(|input| input.name == name)
            .map(|input| &input.value)
    }
}

/// What a rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It agrees.
    Pass,
    /// It refuses.
    Fail,
    /// It has nothing to say here.
    NotApplicable,
    /// It would have something to say once a missing fact is known.
    NeedsFact,
}

/// A fact that a rule looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its name: a stable code.
    pub name: Cow<'static, str>,
    /// Its value.
    #[cfg_attr(feature = "schema", schema(value_type = FactValue))]
    pub value: Value,
}

/// Says to the schema that this is no JSON of any shape, for which it would take the name `Value`.
#[cfg(feature = "schema")]
type FactValue = Value;

/// The value of a fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = FactValue))]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A count.
    Count(u32),
    /// A number of incidents.
    Amount(Allotment),
    /// A day.
    Date(Date),
    /// The id of an entry of the programme, or a code.
    Id(String),
    /// Several ids.
    Ids(Vec<String>),
    /// A name of the partner's or a person's own.
    Name(String),
    /// Several names.
    Names(Vec<String>),
    /// The fact is missing.
    Missing,
}

/// One way to pay for an incident, with its own result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// What would pay.
    pub funding: Funding,
    /// The benefit behind it, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benefit: Option<BenefitKey>,
    /// The answer for it.
    pub outcome: Outcome,
    /// Incidents left, when it has a contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining: Option<Allotment>,
    /// Last day of its contract, when it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Date>,
    /// Facts that are still needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    /// Every rule for it.
    pub rules: Vec<RuleResult>,
    /// What would help, if it is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub next_steps: Vec<NextStep>,
}

impl Candidate {
    /// The rules that say no to it.
    pub fn reasons(&self) -> impl Iterator<Item = &RuleResult> {
        self.rules
            .iter()
            .filter(|result| result.status == Status::Fail)
    }
}

/// Something that the viewer can do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "step", rename_all = "kebab-case", deny_unknown_fields)]
pub enum NextStep {
    /// Sign in with an account that has this association.
    SignInWithAnotherAccount {
        /// Id of the association that is needed, when that is the reason.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        association: Option<String>,
    },
    /// Get a membership offer.
    GetOffer {
        /// Ids of the offers that would help.
        offers: Vec<String>,
    },
    /// Ask for one of these roles.
    AskForRole {
        /// Ids of the roles.
        roles: Vec<String>,
    },
    /// Activate the benefit.
    Activate {
        /// Which one.
        benefit: BenefitKey,
    },
    /// Ask a colleague to activate the benefit.
    AskToActivate {
        /// Which one.
        benefit: BenefitKey,
        /// Ids of the roles that may.
        roles: Vec<String>,
        /// Names of the colleagues who have one (E3); may be empty.
        people: Vec<String>,
    },
    /// Wait until the request is answered.
    Wait {
        /// For which benefit.
        benefit: BenefitKey,
        /// Since when.
        requested_on: Date,
        /// Who asked.
        requested_by: String,
        /// In which unit it is usually counted.
        usually: ActivationEstimate,
    },
    /// Enter both IDs once, to tie the contract to this account.
    Link {
        /// The contract's reference, when it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contract: Option<String>,
    },
    /// Earn one of these competencies.
    EarnCompetency {
        /// Ids of the competencies.
        competencies: Vec<String>,
    },
    /// Choose one of these versions of the product.
    ChooseVersion {
        /// Id of the product.
        product: String,
        /// Ids of the versions that are covered.
        versions: Vec<String>,
    },
    /// Use a benefit that covers this kind of product.
    UseBenefit {
        /// Id of the programme's benefit.
        benefit: String,
    },
    /// Use the hours of advice that come with the membership.
    UseAdvisoryHours {
        /// How many hours the membership carries in all.
        hours: u32,
    },
    /// Describe a specific problem instead, if there is one.
    DescribeProblem,
    /// Raise it for a customer instead.
    ChooseCustomer,
    /// Renew the membership.
    RenewMembership,
    /// Look at these paid plans.
    ComparePlans {
        /// Ids of the plans that cover this kind of product.
        plans: Vec<String>,
    },
    /// Go on in this portal.
    OpenPortal {
        /// Id of the portal.
        portal: String,
    },
    /// Raise one incident per issue.
    SplitIncident,
    /// Ask the publisher of this marketplace product.
    AskPublisher {
        /// Id of the product.
        product: String,
    },
    /// Ask the indirect provider to raise it.
    AskIndirectProvider,
    /// Choose this severity, which the impact justifies.
    ChooseSeverity {
        /// The most urgent one that fits.
        severity: Severity,
    },
    /// Ask the legacy portal's contact for the region.
    ContactRegion {
        /// The region's code.
        region: String,
        /// Where the contact is named.
        url: String,
    },
    /// Use this contract: it is linked already.
    UseContract {
        /// The contract's reference.
        contract: String,
    },
    /// The account's data has a hole: the programme must mend it.
    ContactProgramme,
}
