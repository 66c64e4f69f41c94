//! The programme: everything that differs from vendor to vendor and from year to year, as data.
//!
//! [`ProgrammeData`] is the shape of a file in `programmes/`; [`Programme`] is the same data after every reference,
//! date and allotment was checked. The law only ever sees a [`Programme`].

use crate::allotment::Allotment;
use crate::date::Date;
use crate::question::{RefundReason, Severity};
use light_json::{FromJson, Json};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A programme file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProgrammeData {
    /// Version of this file format; this build reads [`SCHEMA`].
    pub schema: u32,
    /// Stable id, such as `mpn-2021`.
    pub id: String,
    /// Name of the programme.
    pub name: String,
    /// The vendor who runs it.
    pub vendor: String,
    /// The date on which the file describes the programme.
    pub as_of: Date,
    /// Where the facts come from; every other `source` names one of these.
    pub sources: Vec<Source>,
    /// What a user account can be associated with, such as the partner network or the reseller programme.
    pub associations: Vec<Named>,
    /// The roles that the rules know.
    pub roles: Vec<Named>,
    /// Solution areas of the competencies.
    pub areas: Vec<Named>,
    /// The competencies that an offer can be earned with.
    pub competencies: Vec<Competency>,
    /// The membership offers, and the package that each belongs to.
    pub offers: Vec<Offer>,
    /// The support benefits and what each offer grants of them.
    pub benefits: Vec<Benefit>,
    /// Portals where requests are made.
    pub portals: Vec<Portal>,
    /// Groups of products that share a portal.
    pub workloads: Vec<Workload>,
    /// The product catalogue.
    pub products: Vec<Product>,
    /// Attributes by which support plans are compared, in display order.
    pub plan_attributes: Vec<PlanAttribute>,
    /// Support plans, included and paid.
    pub plans: Vec<Plan>,
    /// Parameters and switches of the rules.
    pub policy: Policy,
}

/// The version of the file format that this build reads.
pub const SCHEMA: u32 = 1;

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Id that other entries name.
    pub id: String,
    /// Title of the document or data set.
    pub title: String,
    /// Public address; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The day the source describes.
    pub as_of: Date,
    /// How far to trust it.
    pub confidence: Confidence,
    /// Licence of the data, where one is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
}

/// How far a source can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The vendor says so.
    Vendor,
    /// Somebody else says so, unconfirmed.
    ThirdParty,
    /// Concluded from other facts.
    Inferred,
}

/// An id with the name that people know it by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Id that other entries name.
    pub id: String,
    /// The programme's own name for it.
    pub name: Words,
}

/// A name or short text of the programme itself: one text for all languages, or one per language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(
    untagged,
    expecting = "expected a text, or an object with a text per language"
)]
pub enum Words {
    /// The same in every language (product names, trade marks).
    Same(String),
    /// By language code; `en` is always there.
    PerLanguage(BTreeMap<String, String>),
}

impl Words {
    /// The text in `language` (such as `fr`), or in English.
    #[must_use]
    pub fn in_language(&self, language: &str) -> &str {
        match self {
            Words::Same(text) => text,
            Words::PerLanguage(texts) => texts
                .get(language)
                .or_else(|| texts.get("en"))
                .map_or("", String::as_str),
        }
    }
}

/// A competency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Competency {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Words,
    /// Id of its area.
    pub area: String,
    /// Whether it is one of the programme's cloud competencies (S23).
    pub is_cloud: bool,
    /// Id of the source.
    pub source: String,
}

/// A membership offer of the programme.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Id, such as `gold`.
    pub id: String,
    /// Name.
    pub name: Words,
    /// Offers of one package count once, by the highest; packages stand side by side.
    pub package: String,
    /// Whether it is earned with a competency.
    pub needs_competency: bool,
}

/// A support benefit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Benefit {
    /// Id, such as `product-support`.
    pub id: String,
    /// Name.
    pub name: Words,
    /// The products that it covers (S24, S26).
    pub scope: Placement,
    /// What each offer grants; every offer is named, so that a hole is an error and not a "none".
    pub allotments: Vec<AllotmentRow>,
}

/// What one offer grants of one benefit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AllotmentRow {
    /// Id of the offer.
    pub offer: String,
    /// When this row counts.
    pub when: AllotmentCondition,
    /// How many incidents.
    pub amount: Allotment,
    /// The rule that states it (S19-S22).
    pub rule: crate::rules::RuleId,
    /// Id of the source.
    pub source: String,
}

/// When an allotment row counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AllotmentCondition {
    /// For every holder of the offer.
    Always,
    /// The partner holds any cloud competency (S21, S22).
    CloudCompetency,
    /// The partner holds competencies, none of them a cloud one.
    OtherCompetency,
}

/// Where a product runs, or which products a benefit or plan covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Placement {
    /// On the customer's own machines.
    OnPremises,
    /// In the vendor's cloud.
    Cloud,
    /// Both sides: the question says which side fails.
    Hybrid,
}

/// A portal where requests are made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Portal {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Words,
    /// Its https address.
    pub url: String,
    /// Id of the source.
    pub source: String,
}

/// A group of products that share a portal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// Id, such as `azure`.
    pub id: String,
    /// Name.
    pub name: Words,
    /// Id of the portal where its requests are made (S29, S33).
    pub portal: String,
}

/// A product of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Where it runs; curated, for no public policy field says so reliably.
    pub placement: Placement,
    /// Id of its workload.
    pub workload: String,
    /// Whether the two IDs are asked for (E6 where they are not).
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub ids_needed: bool,
    /// First day of a product without versions, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Date>,
    /// Last day of a product that was retired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired: Option<Date>,
    /// Versions, oldest first; empty for cloud products, whose versions do not matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<Version>,
    /// Whether another publisher sells it through the vendor's marketplace (E15).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub marketplace: bool,
    /// Id of the source; versions may name their own.
    pub source: String,
}

fn yes() -> bool {
    true
}

/// One version of a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Id, unique in the product.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// First day of its life cycle.
    pub start: Date,
    /// Last day of mainstream support or servicing, that day included.
    pub mainstream_end: MainstreamEnd,
    /// Last day of extended support; absent where there is none or none is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_end: Option<Date>,
    /// Id of the source, when it differs from the product's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// When mainstream support ends: a date, or `"modern"` for a product that is supported as long as it is kept current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MainstreamEnd {
    /// On this day, the day itself included.
    On(Date),
    /// Not on a fixed day.
    Modern,
}

impl Serialize for MainstreamEnd {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            MainstreamEnd::On(date) => date.serialize(serializer),
            MainstreamEnd::Modern => serializer.serialize_str("modern"),
        }
    }
}

impl<'de> Deserialize<'de> for MainstreamEnd {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        if text == "modern" {
            return Ok(MainstreamEnd::Modern);
        }
        Date::parse(&text)
            .map(MainstreamEnd::On)
            .ok_or_else(|| serde::de::Error::custom("expected a date as YYYY-MM-DD, or \"modern\""))
    }
}

impl FromJson for MainstreamEnd {
    fn from_json(json: Json<'_>) -> Option<MainstreamEnd> {
        match json.text()? {
            "modern" => Some(MainstreamEnd::Modern),
            text => Date::parse(text).map(MainstreamEnd::On),
        }
    }
}

/// An attribute by which plans are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PlanAttribute {
    /// Id.
    pub id: String,
    /// Label.
    pub name: Words,
}

/// A support plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Words,
    /// One sentence on what it is.
    pub summary: Words,
    /// Whether it comes with the membership; then `benefit` names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benefit: Option<String>,
    /// Where a paid plan stands among the paid plans: each has a level of its own, and the highest is the top plan
    /// (S36). Absent for a plan that comes with the membership.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u32>,
    /// The products that it covers: cloud only, on-premises only, or all (`hybrid`).
    pub scope: Placement,
    /// Where to read on or to buy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its figures by attribute id; an attribute that is not here is not published.
    pub attributes: BTreeMap<String, PlanFigure>,
}

/// One figure of a plan, with where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PlanFigure {
    /// The figure.
    pub value: PlanValue,
    /// Id of the source; its date is shown beside the figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// The figure of a plan's attribute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum PlanValue {
    /// Comes with it.
    Included,
    /// Does not come with it.
    NotIncluded,
    /// The vendor quotes a price when asked.
    OnRequest,
    /// No source states it.
    NotPublished,
    /// A price.
    Money {
        /// Amount in units of the currency.
        amount: u32,
        /// ISO 4217 code.
        currency: String,
        /// Charged per what.
        per: Period,
        /// What restricts it, such as a region.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Words>,
    },
    /// Response targets in hours by severity A, B, C; a reference, not a promise (E11).
    Hours {
        /// Hours for severity A, B and C.
        a: u32,
        /// Hours for severity B.
        b: u32,
        /// Hours for severity C.
        c: u32,
    },
    /// Anything else, in the product's own words.
    Text {
        /// The words.
        words: Words,
    },
}

/// A span that a price is charged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Period {
    /// A month.
    Month,
    /// A year.
    Year,
    /// One incident.
    Incident,
}

/// Parameters and switches of the rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Id of the association that the benefits page needs (S1).
    pub member_association: String,
    /// Id of the association that is not enough by itself (S2).
    pub reseller_association: String,
    /// Ids of the roles that the page is meant for (S7).
    pub page_audience: Vec<String>,
    /// Ids of the roles that may activate a benefit (S9).
    pub activation_roles: Vec<String>,
    /// Ids of the roles that may raise a customer's cloud request (S31, S32).
    pub customer_roles: Vec<String>,
    /// The way to a customer's cloud request, step by step as its portal names them (S31); empty where none is stated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub customer_way: Vec<WayStep>,
    /// In which unit an activation is usually counted; no number is documented (S10).
    pub activation_takes: ActivationEstimate,
    /// The resellers' own plan, which needs no contract (S30).
    pub reseller_plan: ResellerPlan,
    /// Id of the portal where on-premises requests are made (S29).
    pub on_premises_portal: String,
    /// Id of the legacy membership portal, where its members activate their benefits (S38); absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legacy_portal: Option<String>,
    /// Id of the portal where benefits and offers are managed (S38); absent where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benefits_portal: Option<String>,
    /// Rules beyond the seed, each switchable.
    pub extensions: Extensions,
}

/// A step of a way through a portal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WayStep {
    /// What the portal calls it.
    pub name: Words,
    /// Id of the portal where it has an address of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portal: Option<String>,
}

/// How long an activation usually takes: a unit, never a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ActivationEstimate {
    /// A few minutes.
    Minutes,
    /// A few days.
    Days,
}

/// The plan that resellers may use for a customer's request without a contract (S30).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResellerPlan {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Words,
    /// Ids of the workloads that it covers.
    pub workloads: Vec<String>,
}

/// Rules from later or neighbouring public documentation. Each is off by absence or by `on: false`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Extensions {
    /// What "recent" means (S25).
    #[serde(rename = "E1", skip_serializing_if = "Option::is_none")]
    pub recent: Option<RecentVersions>,
    /// Any member of the partner may open the page and view the IDs after activation (S7).
    #[serde(rename = "E2", skip_serializing_if = "Option::is_none")]
    pub any_member_views: Option<Switch>,
    /// A disabled Activate names the colleagues who can do it (S9).
    #[serde(rename = "E3", skip_serializing_if = "Option::is_none")]
    pub name_activators: Option<Switch>,
    /// Linking a contract that is linked already does no harm (S15).
    #[serde(rename = "E4", skip_serializing_if = "Option::is_none")]
    pub link_again: Option<Switch>,
    /// A contract that cannot be used is listed with its reason, never hidden.
    #[serde(rename = "E5", skip_serializing_if = "Option::is_none")]
    pub list_unusable: Option<Switch>,
    /// Some products ask for no IDs (S14).
    #[serde(rename = "E6", skip_serializing_if = "Option::is_none")]
    pub products_without_ids: Option<Switch>,
    /// How long a contract lasts and how long it stays usable after its end (S16).
    #[serde(rename = "E7", skip_serializing_if = "Option::is_none")]
    pub contract_term: Option<ContractTerm>,
    /// When a holder is reminded of the anniversary of an offer.
    #[serde(rename = "E8", skip_serializing_if = "Option::is_none")]
    pub renewal_reminders: Option<RenewalReminders>,
    /// Why a consumed incident is given back (S27).
    #[serde(rename = "E9", skip_serializing_if = "Option::is_none")]
    pub refunds: Option<Refunds>,
    /// The resellers' plan does not cover the reseller's own tenant (S30).
    #[serde(rename = "E10", skip_serializing_if = "Option::is_none")]
    pub reseller_plan_customers_only: Option<Switch>,
    /// Reference response targets by severity.
    #[serde(rename = "E11", skip_serializing_if = "Option::is_none")]
    pub severity_targets: Option<SeverityTargets>,
    /// A reseller's customer needs a paid plan for some workloads.
    #[serde(rename = "E12", skip_serializing_if = "Option::is_none")]
    pub customer_plan: Option<CustomerPlan>,
    /// An indirect reseller cannot raise a customer's request for a workload of the resellers' plan: its provider does.
    #[serde(rename = "E13", skip_serializing_if = "Option::is_none")]
    pub indirect_resellers_ask: Option<Switch>,
    /// One incident describes one issue.
    #[serde(rename = "E14", skip_serializing_if = "Option::is_none")]
    pub one_issue: Option<Switch>,
    /// A marketplace product is supported by its publisher.
    #[serde(rename = "E15", skip_serializing_if = "Option::is_none")]
    pub marketplace_to_publisher: Option<Switch>,
    /// Whom members of the legacy portal contact, by region (S38).
    #[serde(rename = "E16", skip_serializing_if = "Option::is_none")]
    pub legacy_contacts: Option<LegacyContacts>,
    /// Hours of advice that come with the membership, by offer (S18).
    #[serde(rename = "E17", skip_serializing_if = "Option::is_none")]
    pub advisory_hours: Option<AdvisoryHours>,
    /// The highest severity that each business impact justifies.
    #[serde(rename = "E18", skip_serializing_if = "Option::is_none")]
    pub severity_by_impact: Option<SeverityByImpact>,
}

impl Extensions {
    /// The source of every extension that is in the file, by the extension's name.
    pub fn sources(&self) -> impl Iterator<Item = (&'static str, &str)> {
        macro_rules! sources {
            ($($name:literal $field:ident),*) => {
                [$(($name, self.$field.as_ref().map(|it| it.source.as_str()))),*]
            };
        }
        sources! {
            "E1" recent, "E2" any_member_views, "E3" name_activators, "E4" link_again,
            "E5" list_unusable, "E6" products_without_ids, "E7" contract_term,
            "E8" renewal_reminders, "E9" refunds, "E10" reseller_plan_customers_only,
            "E11" severity_targets, "E12" customer_plan, "E13" indirect_resellers_ask,
            "E14" one_issue, "E15" marketplace_to_publisher, "E16" legacy_contacts,
            "E17" advisory_hours, "E18" severity_by_impact
        }
        .into_iter()
        .filter_map(|(name, source)| Some((name, source?)))
    }
}

/// An extension without parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// Whether it is in force.
    pub on: bool,
    /// Id of the source.
    pub source: String,
}

/// E1: which versions are recent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecentVersions {
    /// Whether it is in force.
    pub on: bool,
    /// How many versions before the current one still count; 1 means N and N-1.
    pub versions_back: u32,
    /// Whether the version itself must be in mainstream support.
    pub mainstream: bool,
    /// Id of the source.
    pub source: String,
}

/// E7: how long a contract lasts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ContractTerm {
    /// Whether it is in force.
    pub on: bool,
    /// Years from the first day.
    pub years: u32,
    /// Days after the last day on which it is still usable, with a warning.
    pub grace_days: u32,
    /// Id of the source.
    pub source: String,
}

/// E8: when a holder is reminded of an offer's anniversary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenewalReminders {
    /// Whether it is in force.
    pub on: bool,
    /// The first reminder comes this many days before the anniversary, 1 to 366.
    pub days_before: u32,
    /// The last one comes this many days after it, 1 to 366 and within the grace days of E7, where E7 is in force.
    pub days_after: u32,
    /// Id of the source.
    pub source: String,
}

/// E9: why a consumed incident is given back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Refunds {
    /// Whether it is in force.
    pub on: bool,
    /// The reasons that count; at least one, none of them twice.
    pub reasons: Vec<RefundReason>,
    /// Id of the source.
    pub source: String,
}

/// E11: reference response targets in hours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SeverityTargets {
    /// Whether they are shown.
    pub on: bool,
    /// Severity A.
    pub a: u32,
    /// Severity B.
    pub b: u32,
    /// Severity C.
    pub c: u32,
    /// Id of the source.
    pub source: String,
}

/// E12: a reseller's customer needs a paid plan for some workloads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CustomerPlan {
    /// Whether it is in force.
    pub on: bool,
    /// Ids of the workloads; at least one, none of them twice.
    pub workloads: Vec<String>,
    /// Id of the least paid plan that is enough; so is every plan of a higher level.
    pub plan: String,
    /// Id of the source.
    pub source: String,
}

/// E16: whom members of the legacy portal contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LegacyContacts {
    /// Whether it is in force.
    pub on: bool,
    /// Https address by region id; at least one.
    pub contacts: BTreeMap<String, String>,
    /// Id of the source.
    pub source: String,
}

/// E17: hours of advice that come with the membership.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AdvisoryHours {
    /// Whether they are offered.
    pub on: bool,
    /// Hours by offer id.
    pub hours: BTreeMap<String, u32>,
    /// Id of the source.
    pub source: String,
}

/// E18: the highest severity that each business impact justifies; a lesser impact never justifies a higher one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SeverityByImpact {
    /// Whether it is in force.
    pub on: bool,
    /// For [`Impact::Critical`](crate::Impact::Critical).
    pub critical: Severity,
    /// For [`Impact::Moderate`](crate::Impact::Moderate).
    pub moderate: Severity,
    /// For [`Impact::Minimal`](crate::Impact::Minimal).
    pub minimal: Severity,
    /// Id of the source.
    pub source: String,
}

/// A checked programme. Every id that it names exists, dates are in order, and no allotment is missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Programme {
    data: ProgrammeData,
}

/// What is wrong with a programme file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON path of the offending value, such as `products[3].versions[1].start`; `$` is the whole file.
    pub path: String,
    /// What is wrong with it, for the engineer who edits the file.
    pub reason: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}", self.path, self.reason)
    }
}

impl Programme {
    /// Checks a file's data.
    ///
    /// # Errors
    /// Every fault at once, each with its path.
    pub fn check(data: ProgrammeData) -> Result<Programme, Vec<Fault>> {
        let faults = crate::programme_check::faults(&data);
        if faults.is_empty() {
            Ok(Programme { data })
        } else {
            Err(faults)
        }
    }

    /// The checked data.
    #[must_use]
    pub fn data(&self) -> &ProgrammeData {
        &self.data
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.data.policy
    }

    /// The offer with this id.
    #[must_use]
    pub fn offer(&self, id: &str) -> Option<&Offer> {
        self.data.offers.iter().find(|offer| offer.id == id)
    }

    /// The competency with this id.
    #[must_use]
    pub fn competency(&self, id: &str) -> Option<&Competency> {
        self.data
            .competencies
            .iter()
            .find(|competency| competency.id == id)
    }

    /// The benefit with this id.
    #[must_use]
    pub fn benefit(&self, id: &str) -> Option<&Benefit> {
        self.data.benefits.iter().find(|benefit| benefit.id == id)
    }

    /// The product with this id.
    #[must_use]
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.data.products.iter().find(|product| product.id == id)
    }

    /// The plan with this id.
    #[must_use]
    pub fn plan(&self, id: &str) -> Option<&Plan> {
        self.data.plans.iter().find(|plan| plan.id == id)
    }

    /// The plans that are bought, beside those that come with the membership.
    pub fn paid_plans(&self) -> impl Iterator<Item = &Plan> {
        self.data.plans.iter().filter(|plan| plan.benefit.is_none())
    }

    /// Whether no paid plan has a higher level (S36).
    #[must_use]
    pub fn is_top_plan(&self, plan: &Plan) -> bool {
        self.paid_plans().all(|other| other.level <= plan.level)
    }

    /// Whether some product of the catalogue is another publisher's (E15).
    #[must_use]
    pub fn has_marketplace(&self) -> bool {
        self.data.products.iter().any(|product| product.marketplace)
    }

    /// The workload with this id.
    #[must_use]
    pub fn workload(&self, id: &str) -> Option<&Workload> {
        self.data
            .workloads
            .iter()
            .find(|workload| workload.id == id)
    }

    /// The portal with this id.
    #[must_use]
    pub fn portal(&self, id: &str) -> Option<&Portal> {
        self.data.portals.iter().find(|portal| portal.id == id)
    }

    /// The role with this id.
    #[must_use]
    pub fn role(&self, id: &str) -> Option<&Named> {
        self.data.roles.iter().find(|role| role.id == id)
    }

    /// The source with this id.
    #[must_use]
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.data.sources.iter().find(|source| source.id == id)
    }

    /// The last day on which a contract that ends on `end` is usable, the grace days of E7 included.
    #[must_use]
    pub fn last_usable_day(&self, end: Date) -> Date {
        match &self.data.policy.extensions.contract_term {
            Some(term) if term.on => {
                end.plus_days(i32::try_from(term.grace_days).unwrap_or(i32::MAX))
            }
            _ => end,
        }
    }
}

impl Product {
    /// The version with this id.
    #[must_use]
    pub fn version(&self, id: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.id == id)
    }
}
