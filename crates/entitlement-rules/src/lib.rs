//! The law of a partner programme's technical support benefits.
//!
//! One pure crate answers every question, in the browser and on the server alike: [`decide`] takes the checked
//! [`Programme`], the [`AccountFacts`] and a [`Question`], and returns a [`Verdict`] that carries the result of
//! **every** rule with the facts that it looked at. It reads no clock (`as_of` is a fact), does no I/O and knows no
//! prose: reasons are codes and data.
//!
//! ```text
//! ProgrammeData ── check ──► Programme ┐
//! AccountFacts ────────────────────────┼──► decide ──► Verdict { outcome, rules, candidates, next steps }
//! Question ────────────────────────────┘
//! ```
//!
//! Around it, by the same decision: [`remedies`] (what would make it yes), [`changes`] (on which days the answer changes),
//! [`forecast`] (when a balance runs out) and [`BenefitsPage`] (where everything stands that an account has).

mod account;
mod activation;
mod allotment;
mod benefits;
mod case;
mod date;
mod decide;
mod entitlement;
mod forecast;
mod ledger;
mod lifecycle;
mod matrix;
mod programme;
mod programme_check;
#[cfg(feature = "file")]
mod programme_file;
mod question;
mod remedy;
mod rule_book;
mod rule_set;
pub mod rules;
#[cfg(feature = "schema")]
mod schema;
#[cfg(test)]
mod testing;
mod timeline;
mod verdict;
mod what_if;

pub use account::{
    AccountFacts, AccountKind, BenefitActivation, BenefitKey, Contract, MembershipOffer,
    MembershipPortal, OfferStatus, Partner, ResellerKind, Viewer,
};
pub use activation::{Activation, FailureReason, NotInThisState};
pub use allotment::Allotment;
pub use benefits::{
    ActivationRefusal, BenefitStanding, BenefitState, BenefitsPage, Coming, ComingDay,
    ContractStanding, Door, GrantingOffer, Reminder, WhyNot, coming, linked_contracts,
    membership_portal,
};
pub use case::Incident;
pub use date::Date;
pub use decide::{Account, Brief, Explanation, Way, decide};
pub use entitlement::{Entitlement, entitlements};
pub use forecast::{Assumption, Forecast, Outlook, forecast};
pub use ledger::{Balance, EntryKind};
pub use lifecycle::{Recency, recency};
pub use matrix::{Answer, Column, Matrix, Row, matrix};
pub use programme::{
    ActivationEstimate, AdvisoryHours, AllotmentCondition, AllotmentRow, Benefit, Competency,
    Confidence, ContractTerm, CustomerPlan, Extensions, Fault, LegacyContacts, MainstreamEnd,
    Named, Offer, Period, Placement, Plan, PlanAttribute, PlanFigure, PlanValue, Policy, Portal,
    Product, Programme, ProgrammeData, RecentVersions, Refunds, RenewalReminders, ResellerPlan,
    SCHEMA, SeverityByImpact, SeverityTargets, Source, Switch, Version, Words, Workload,
};
pub use question::{
    Beneficiary, FailingSide, Funding, Impact, IncidentKind, IncidentQuestion, Question,
    QuestionKind, RefundReason, Severity,
};
pub use remedy::{Change, MOST_CHANGES, MOST_TRIES, ProductChoice, Remedy, remedies};
pub use rule_book::{RuleDifference, RulePage, Setting, difference, rule_book};
pub use rule_set::RuleSet;
pub use rules::RuleId;
pub use timeline::{Cause, ChangeDay, changes, turning_days};
pub use verdict::{Candidate, Input, Need, NextStep, Outcome, RuleResult, Status, Value, Verdict};
pub use what_if::{
    AllotmentUse, Fee, FeeBasis, Figure, Gap, PastIncident, PlanOutlook, Price, Quote, Quotes,
    Refusals, YearCost, what_if,
};
