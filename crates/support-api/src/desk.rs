//! What crosses the wire between the server and the page of the programme's operator.

use crate::handover::DeskStatus;
use crate::{Incident, PersonBinding, TenantBinding};
use entitlement_rules::{MembershipOffer, MembershipPortal, ResellerKind};
use light_json::FromJson;
use serde::{Deserialize, Serialize};

/// An incident with the company that it is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeskIncident {
    /// Id of the partner account whose contract or membership pays.
    pub partner: String,
    /// The company's name.
    pub partner_name: String,
    /// The incident.
    pub incident: Incident,
}

/// Answer of GET [`paths::DESK_INCIDENTS`](crate::paths::DESK_INCIDENTS).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeskIncidentPage {
    /// Up to the asked number of incidents, without descriptions and timelines.
    pub incidents: Vec<DeskIncident>,
    /// Hand it back as `after` to go on; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Body of POST [`paths::desk_status`](crate::paths::desk_status).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewStatus {
    /// Where it stands now.
    pub status: DeskStatus,
    /// Where it stood when the operator decided: when it stands elsewhere by then, nothing is changed.
    pub from: DeskStatus,
}

/// A partner account in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PartnerSummary {
    /// Its id.
    pub id: String,
    /// The company's name.
    pub name: String,
    /// Its region, as the programme names them.
    pub region: String,
    /// How many requests for activation wait.
    pub pending: u32,
    /// How many of its incidents are not over.
    pub unfinished: u32,
}

/// Answer of GET [`paths::PARTNERS`](crate::paths::PARTNERS): by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PartnerPage {
    /// Up to the asked number of partner accounts.
    pub partners: Vec<PartnerSummary>,
    /// Hand it back as `after` to go on; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Answer of GET [`paths::partner_people`](crate::paths::partner_people): up to [`PEOPLE_LENGTH`] of each. Names and
/// roles are not among it: each person's identity provider says them when they sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PartnerPeople {
    /// People who are bound to it themselves.
    pub people: Vec<PersonBinding>,
    /// Directories whose people belong to it.
    pub tenants: Vec<TenantBinding>,
}

/// Most people, and most directories, of a partner account that are told.
pub const PEOPLE_LENGTH: u32 = 500;

/// Body of PUT [`paths::PARTNERS`](crate::paths::PARTNERS): up to [`IMPORT_ROWS`] partner accounts as the vendor's master
/// data says. Each row is checked by itself; those that are right are entered, or replace what was entered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PartnerImport {
    /// Only check: nothing is written.
    #[serde(default)]
    pub dry_run: bool,
    /// The accounts.
    pub rows: Vec<PartnerRow>,
}

/// Most rows of one [`PartnerImport`].
pub const IMPORT_ROWS: usize = 100;

/// A partner account in an import: [`PartnerData`](crate::PartnerData) with its id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PartnerRow {
    /// Its id, 1 to 64 characters.
    pub id: String,
    /// Company name, 1 to 120 characters.
    pub name: String,
    /// Region id, as the programme names them.
    pub region: String,
    /// Which portal manages the membership.
    pub portal: MembershipPortal,
    /// Membership offers, up to 64.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<MembershipOffer>,
    /// Ids of the paid plans that it has bought, up to 64.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plans: Vec<String>,
    /// What kind of reseller it is, when it is one and that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reseller: Option<ResellerKind>,
    /// Names of those who may activate, up to 64 (E3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub activators: Vec<String>,
}

/// Answer of PUT [`paths::PARTNERS`](crate::paths::PARTNERS).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportReport {
    /// What became, or would become, of each row; in the order of the rows.
    pub rows: Vec<ImportedRow>,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportedRow {
    /// What it is beside what was entered before.
    pub outcome: ImportOutcome,
    /// The fields that differ from what was entered before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
    /// Everything that is wrong with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<ImportFault>,
}

/// What a row is beside what was entered before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ImportOutcome {
    /// An account that was not there.
    New,
    /// An account that was there and is another one now.
    Changed,
    /// An account that was there and is the same: nothing is written.
    Same,
    /// It is wrong: nothing is written.
    Wrong,
}

/// Something that is wrong with a row; never what stood there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportFault {
    /// Which field, as a JSON path; empty for the row as a whole.
    pub field: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What can be wrong with a field of master data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// It is not there.
    Missing,
    /// No field is called like that.
    UnknownField,
    /// It is of another type, or none of the values that it can have.
    Malformed,
    /// It is empty or too long, or has control characters.
    Text,
    /// The list has too many entries.
    TooMany,
    /// The programme has no such region.
    UnknownRegion,
    /// The programme has no such offer.
    UnknownOffer,
    /// The programme has no such competency.
    UnknownCompetency,
    /// The offer is earned with a competency.
    NeedsCompetency,
    /// The offer is earned without a competency.
    NeedsNoCompetency,
    /// The anniversary is before the first day.
    EndsBeforeStart,
    /// The programme has no such paid plan.
    UnknownPlan,
    /// Another row is about the same account.
    Twice,
}

/// Answer of GET [`paths::AUDIT`](crate::paths::AUDIT): newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AuditPage {
    /// Up to the asked number of entries.
    pub entries: Vec<AuditEntry>,
    /// Hand it back as `after` to go on; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Who did what, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AuditEntry {
    /// Its id, a UUIDv7: ids sort by time.
    pub id: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Id of the partner account that it is about, when it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// That company's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_name: Option<String>,
    /// Name of whoever did it; empty when the vendor's system did not say.
    pub by: String,
    /// Their id at whoever signed them in: the `sub` of their tokens.
    pub subject: String,
    /// What they did.
    pub deed: AuditDeed,
    /// The number of the incident, the benefit or the person that it is about; empty for the account itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub concerns: String,
    /// More about it: a code of this API, such as a status or a reason, or the operator's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AuditDeed {
    /// Asked for the activation of a benefit.
    ActivationRequested,
    /// Handed over a contract.
    ActivationFulfilled,
    /// Refused a request for activation; the detail is the reason.
    ActivationRejected,
    /// Tied a contract to their account.
    ContractLinked,
    /// Had the two IDs of a contract shown.
    IdsRevealed,
    /// Opened an incident.
    IncidentOpened,
    /// Said where an incident stands; the detail is the status.
    StatusChanged,
    /// Made an incident more or less urgent; the detail is the severity.
    SeverityChanged,
    /// Wrote on an incident.
    IncidentCommented,
    /// Gave back what an incident consumed; the detail is the reason.
    IncidentRefunded,
    /// Raised or lowered a balance; the detail is by how much, and the operator's reason.
    BalanceCorrected,
    /// Wrote off what was left of a contract that is over; the detail is how much.
    BalanceExpired,
    /// Entered a partner account.
    PartnerEntered,
    /// Changed a partner account; the detail is the fields.
    PartnerChanged,
    /// Said which account a person belongs to.
    PersonBound,
    /// Said which account the people of a directory belong to.
    TenantBound,
}
