//! What crosses the wire between the app and the server: every path, every message, the problem body. Nothing here
//! does anything; serde alone.
//!
//! The account facts, questions and verdicts are the law's own types (`entitlement-rules`), sent as they are.

pub mod desk;
pub mod handover;
pub mod paths;
mod problem;

pub use entitlement_rules::{Impact, Severity};
pub use problem::{PROBLEM_JSON, Problem, ProblemCode};

use entitlement_rules::{
    AccountFacts, Allotment, Beneficiary, BenefitKey, ChangeDay, Contract, Date, EntryKind,
    FailingSide, FailureReason, Funding, IncidentKind, IncidentQuestion, MembershipOffer,
    MembershipPortal, Partner, Question, RefundReason, Remedy, ResellerKind, Verdict, Viewer,
};
use light_json::FromJson;
use serde::{Deserialize, Serialize};

/// Header that makes a POST safe to repeat: 1 to 64 visible ASCII characters, made once per form. The same key with
/// the same body gives the first answer again; with another body it is refused (422).
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Header without which a session's cookie counts for nothing: no page of another site can send it. Its value is `1`.
pub const SESSION_HEADER: &str = "x-partner-support-session";
/// Parameter of the page's address that says why nobody was signed in, to whoever comes back from the provider without
/// a session: `refused`, `unreachable` or `failed`.
pub const SIGN_IN_TROUBLE: &str = "partner-support-sign-in";

/// Longest Access ID or Contract ID, in characters. Their format is not documented, so only the length is limited.
pub const ID_LENGTH: usize = 64;
/// Longest incident title, in characters.
pub const TITLE_LENGTH: usize = 120;
/// Longest incident description, in characters.
pub const DESCRIPTION_LENGTH: usize = 8_000;
/// Longest customer name, in characters.
pub const CUSTOMER_LENGTH: usize = 120;
/// Most people that an incident names as contacts. The seed names no number; five is a reading of this desk.
pub const CONTACTS: usize = 5;
/// Longest part of a contact, in characters: a name, an address, a number, a language, a time zone.
pub const CONTACT_LENGTH: usize = 120;

/// The two IDs that open a contract, like a name and a password. They travel in bodies alone, over POST.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SupportIds {
    /// The Access ID, 1 to [`ID_LENGTH`] characters, opaque.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 64))]
    pub access_id: String,
    /// The Contract ID, 1 to [`ID_LENGTH`] characters, opaque.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 64))]
    pub contract_id: String,
}

/// The IDs never reach a log by way of `{:?}`.
impl std::fmt::Debug for SupportIds {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("SupportIds(hidden)")
    }
}

/// Body of POST [`paths::fulfilment`]: the operator hands over a contract for a pending activation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Fulfilment {
    /// The two IDs of the new contract.
    pub ids: SupportIds,
    /// First day of the contract.
    pub start: Date,
    /// Last day of the contract; not before the first.
    pub end: Date,
}

/// Body of POST [`paths::rejection`]: the operator refuses a pending activation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// Why.
    pub reason: FailureReason,
}

/// What an event of GET [`paths::ACCOUNT_CHANGES`] says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountChange {
    /// The `ETag` of the account facts as they are now.
    pub etag: String,
}

/// Answer of POST [`paths::SESSION_END`], where the provider can sign the person out too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionEnded {
    /// The address for the browser to open within a minute: [`paths::SESSION_LEAVE`].
    pub leave: String,
}

/// Answer of GET [`paths::ACTIVATION_QUEUE`]: what waits at the operator's desk, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ActivationQueue {
    /// The server's date.
    pub as_of: Date,
    /// The requests.
    pub pending: Vec<PendingActivation>,
    /// Hand it back as `after` to go on; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Body of PUT [`paths::partner`]: a partner account as the vendor's master data says. Replaces all of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PartnerData {
    /// Company name, 1 to 120 characters.
    pub name: String,
    /// Region id, as the programme names them.
    pub region: String,
    /// Which portal manages the membership.
    pub portal: MembershipPortal,
    /// Membership offers, up to 64.
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

/// Answer of GET and PUT [`paths::partner`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PartnerRecord {
    /// Its id.
    pub id: String,
    /// Counts the changes of all that belongs to this company; only grows.
    pub revision: u64,
    /// What the master data says.
    pub data: PartnerData,
}

/// Body of PUT [`paths::PEOPLE`]: which partner account a person belongs to. Replaces what was said before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PersonBinding {
    /// Who signs them in: the `iss` of their tokens.
    pub issuer: String,
    /// Their id there: the `sub` of their tokens.
    pub subject: String,
    /// Id of the partner account; absent for none at all, whatever their directory is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// Whether they see the membership's offers, contracts and incidents.
    pub sees_offers: bool,
}

/// Body of PUT [`paths::TENANTS`]: which partner account everybody of a directory belongs to who has no binding of
/// their own. They see all of it. Replaces what was said before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TenantBinding {
    /// Who signs them in: the `iss` of their tokens.
    pub issuer: String,
    /// The directory there.
    pub tenant: String,
    /// Id of the partner account.
    pub partner: String,
}

/// Answer of GET [`paths::DEAD_LETTERS`]: by partner, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeadLetterPage {
    /// Up to the asked number of events that were given up.
    pub letters: Vec<DeadLetter>,
    /// Hand it back as `after` to go on; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// An event that could not be handed over and was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeadLetter {
    /// Id of the partner account that it is about.
    pub partner: String,
    /// Its id.
    pub id: String,
    /// Its type, such as `incident.created`.
    pub kind: String,
    /// The incident, the contract or the benefit that it is about.
    pub concerns: String,
    /// When it happened, RFC 3339 in UTC on the desk's clock.
    pub at: String,
    /// When it was given up, RFC 3339 in UTC.
    pub dead_at: String,
    /// How often it was tried.
    pub tries: u32,
    /// Why the last try failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
}

/// Body of POST [`paths::DEAD_LETTER_REPLAY`]: which dead letters are to be tried again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// Those of this partner; absent for every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// This one of that partner's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// Answer of POST [`paths::DEAD_LETTER_REPLAY`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Replayed {
    /// How many are due again.
    pub count: u64,
}

/// A request for activation that waits for the operator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PendingActivation {
    /// Id of the partner account.
    pub partner: String,
    /// The company's name.
    pub partner_name: String,
    /// Which benefit.
    pub benefit: BenefitKey,
    /// How many incidents the membership grants now; absent when the account's data has a hole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allotment: Option<Allotment>,
    /// The day of the request.
    pub requested_on: Date,
    /// Name of the person who asked.
    pub requested_by: String,
}

/// Body of POST [`paths::INCIDENTS`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewIncident {
    /// For whom.
    pub beneficiary: Beneficiary,
    /// The customer's name, when it is for a customer; up to [`CUSTOMER_LENGTH`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 120))]
    pub customer: Option<String>,
    /// Id of the product.
    pub product: String,
    /// Id of its version, for products that have versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Which side fails, for hybrid products.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_side: Option<FailingSide>,
    /// What is asked for.
    pub kind: IncidentKind,
    /// How bad it is.
    pub severity: Severity,
    /// What it does to the business, when that was said (E18).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<Impact>,
    /// What pays for it: the one that the person saw and agreed to, so that nothing else is ever consumed.
    pub funding: Funding,
    /// What it is about; 1 to [`TITLE_LENGTH`] characters.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 120))]
    pub title: String,
    /// What happens, with error texts and what was tried; 1 to [`DESCRIPTION_LENGTH`] characters.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 8_000))]
    pub description: String,
    /// Who may be reached about it, the first one first; up to [`CONTACTS`]. Personal data: told to whoever may read the
    /// incident and to the vendor, never in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(max_items = 5))]
    pub contacts: Vec<IncidentContact>,
    /// It only tries the way out: the same rules decide, and nothing is consumed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
}

/// Somebody who may be reached about an incident: by e-mail, by phone, or both.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IncidentContact {
    /// Their name; 1 to [`CONTACT_LENGTH`] characters, as each part has that is there.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 120))]
    pub name: String,
    /// Their e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 120))]
    pub email: Option<String>,
    /// Their phone number, as they write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 120))]
    pub phone: Option<String>,
    /// The language that they prefer, in their own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 120))]
    pub language: Option<String>,
    /// The time zone that they are in, such as `Europe/Paris`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 120))]
    pub time_zone: Option<String>,
}

/// Whether a text could be an e-mail address: something, an at sign, something; no blanks.
#[must_use]
pub fn looks_like_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
        && !text.contains(char::is_whitespace)
}

/// Nobody's name, address or number reaches a log by way of `{:?}`.
impl std::fmt::Debug for IncidentContact {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("IncidentContact(hidden)")
    }
}

impl NewIncident {
    /// The part of it that coverage depends on.
    #[must_use]
    pub fn question(&self) -> IncidentQuestion {
        IncidentQuestion {
            beneficiary: Some(self.beneficiary),
            product: Some(self.product.clone()),
            version: self.version.clone(),
            failing_side: self.failing_side,
            kind: Some(self.kind),
            severity: Some(self.severity),
            impact: self.impact,
            issues: None,
            funding: Some(self.funding.clone()),
        }
    }
}

/// Where an incident stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum IncidentStatus {
    /// Created, and handed over to the support organisation; nobody works on it yet.
    Open,
    /// Somebody at the vendor works on it.
    InProgress,
    /// The vendor has asked, and waits for the partner's answer.
    WaitingForPartner,
    /// The vendor holds it for solved; it can be reopened for [`REOPENING_DAYS`].
    Resolved,
    /// Over; it can be reopened for [`REOPENING_DAYS`].
    Closed,
    /// Taken back by the partner before anybody worked on it. Final.
    Cancelled,
}

impl IncidentStatus {
    /// Nothing goes on with it unless it is reopened: nobody writes on it, and its severity stays.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, IncidentStatus::Closed | IncidentStatus::Cancelled)
    }

    /// Nobody works on it yet, so it can be taken back.
    #[must_use]
    pub fn can_be_cancelled(self) -> bool {
        self == IncidentStatus::Open
    }

    /// It can be sent back to the vendor, up to [`last_day_to_reopen`].
    #[must_use]
    pub fn can_be_reopened(self) -> bool {
        matches!(self, IncidentStatus::Resolved | IncidentStatus::Closed)
    }
}

/// The last day on which an incident can be reopened that stands where it stands since `since`.
#[must_use]
pub fn last_day_to_reopen(since: Date) -> Date {
    since.plus_days(i32::try_from(REOPENING_DAYS).unwrap_or(i32::MAX))
}

/// For so many days an incident that is resolved or closed can be reopened. The seed names no number; a fortnight is a
/// reading of this desk.
pub const REOPENING_DAYS: u32 = 14;
/// Longest comment on an incident, in characters.
pub const COMMENT_LENGTH: usize = 8_000;
/// Longest reason or note of the operator, in characters.
pub const REASON_LENGTH: usize = 500;

/// Something that happened to an incident after it was created.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TimelineEntry {
    /// Its id, a UUIDv7: ids sort by time.
    pub id: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Name of whoever did it; absent when the vendor's system did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// On whose side they are.
    pub side: Side,
    /// What happened.
    pub what: Happening,
}

/// On whose side somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The partner's, or whoever created the incident.
    Partner,
    /// The vendor's, its operator included.
    Vendor,
}

/// What happened to an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Happening {
    /// It stands elsewhere.
    StatusChanged {
        /// Where it stands since then.
        status: IncidentStatus,
    },
    /// Somebody wrote.
    Commented {
        /// Plain text.
        text: String,
    },
    /// It is more or less urgent.
    SeverityChanged {
        /// How bad it is since then.
        severity: Severity,
    },
    /// What it consumed was given back (E9).
    Refunded {
        /// Why.
        because: RefundReason,
        /// What the operator adds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
}

/// Body of POST [`paths::incident_comments`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    /// Plain text, 1 to [`COMMENT_LENGTH`] characters.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 8_000))]
    pub text: String,
}

/// Body of POST [`paths::incident_severity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSeverity {
    /// How bad it is now.
    pub severity: Severity,
    /// What it does to the business now; without it, what was said before counts (E18).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<Impact>,
}

/// Body of POST [`paths::refund`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRefund {
    /// What the incident turned out to be; the programme says what counts (E9).
    pub reason: RefundReason,
    /// What the partner reads about it in the timeline; up to [`REASON_LENGTH`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Body of POST [`paths::correction`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Incidents more, or (below zero) fewer; not zero, at most 1 000 either way, and no more than are left.
    pub by: i32,
    /// What the partner reads about it in the history; 1 to [`REASON_LENGTH`] characters.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 500))]
    pub reason: String,
}

/// Answer of GET [`paths::ledger`]: newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LedgerPage {
    /// Up to the asked number of lines.
    pub lines: Vec<LedgerLine>,
    /// Hand it back as `after` to go on; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A line of the history of a contract's balance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LedgerLine {
    /// What it is.
    pub kind: EntryKind,
    /// Incidents granted, consumed, given back, expired, or corrected by (which can be below zero); absent for an
    /// unlimited grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// Number of the incident that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
    /// Id of that incident, when the person can open it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident_id: Option<String>,
    /// Name of the person who created that incident, when the person can open it; whatever else happens to a balance, the
    /// programme does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why the operator did it: a refund's reason, or the operator's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// What was left after it.
    pub remaining: Allotment,
}

/// An incident as its partner sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// Its id, a UUIDv7: ids sort by creation.
    pub id: String,
    /// Short number to say on the phone, unique in the whole programme.
    pub number: String,
    /// Where it stands.
    pub status: IncidentStatus,
    /// When it was created, RFC 3339 in UTC.
    pub created_at: String,
    /// Name of the person who created it.
    pub created_by: String,
    /// For whom.
    pub beneficiary: Beneficiary,
    /// The customer's name, when it is for a customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// Id of the product.
    pub product: String,
    /// Id of its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Which side fails, for hybrid products.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_side: Option<FailingSide>,
    /// What was asked for.
    pub kind: IncidentKind,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub title: String,
    /// What happens; left out in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who may be reached about it; left out in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<IncidentContact>,
    /// It only tries the way out: it consumes nothing, and nobody has a problem.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
    /// What paid for it.
    pub funding: Funding,
    /// The benefit that paid for it, when it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benefit: Option<BenefitKey>,
    /// Incidents that it consumed from a finite allotment: 0 or 1.
    pub consumed: u32,
    /// Id of the portal where it goes on (S29, S33).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portal: Option<String>,
    /// What happened to it since, oldest first, the newest [`TIMELINE_LENGTH`] of it; left out in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timeline: Vec<TimelineEntry>,
}

/// Most entries of an incident's timeline that are told.
pub const TIMELINE_LENGTH: u32 = 500;

/// Answer of POST [`paths::INCIDENTS`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IncidentCreated {
    /// The incident.
    pub incident: Incident,
    /// The account after it.
    pub account: AccountFacts,
}

/// Answer of GET [`paths::INCIDENTS`]: newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IncidentPage {
    /// Up to the asked number of incidents, without their descriptions.
    pub incidents: Vec<Incident>,
    /// Hand it back as `after` to go on; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A programme that a server knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProgrammeSummary {
    /// Its id, as [`paths::programme`] and a [`VerdictRequest`] take it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The day for which its data holds.
    pub as_of: Date,
}

/// Answer of GET [`paths::PROGRAMMES`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProgrammeList {
    /// First the one that the server decides by.
    pub programmes: Vec<ProgrammeSummary>,
}

/// Body of POST [`paths::VERDICTS`]: a question to the law, with the facts to decide it on. The answer is the law's
/// [`Verdict`](entitlement_rules::Verdict), whatever its outcome: a refusal is an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerdictRequest {
    /// Id of the programme whose rules are asked.
    pub programme: String,
    /// The facts.
    pub facts: CaseFacts,
    /// The question.
    pub question: Question,
    /// The day to decide for; absent for the server's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Date>,
    /// Whether to say what would make it yes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub remedies: bool,
    /// The last day up to which to say on which days the verdict changes; absent to leave that out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes_until: Option<Date>,
}

/// The answer to a [`VerdictRequest`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct VerdictAnswer {
    /// The verdict.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The smallest sets of changes that would make it yes, each verified; only when they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedies: Option<Vec<Remedy>>,
    /// The days on which the verdict changes; only when they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<ChangeDay>>,
}

/// The facts of a question that its sender states: [`AccountFacts`] without its `revision`, which only the server's own
/// store has, and without its `as_of`, so that a request cannot name two days that contradict each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseFacts {
    /// Who asks.
    pub viewer: Viewer,
    /// Their partner account; absent for a bare account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<Partner>,
    /// The support contracts that they could pay with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contracts: Vec<Contract>,
}

impl CaseFacts {
    /// The same facts as the law takes them.
    #[must_use]
    pub fn on(self, as_of: Date) -> AccountFacts {
        AccountFacts {
            revision: 0,
            as_of,
            viewer: self.viewer,
            partner: self.partner,
            contracts: self.contracts,
        }
    }
}

/// Most entries of any list in a [`VerdictRequest`]: one question costs bounded work.
pub const VERDICT_LIST_LENGTH: usize = 64;
/// Longest text in a [`VerdictRequest`], in characters.
pub const VERDICT_TEXT_LENGTH: usize = 256;
/// Longest [`VerdictRequest`] as JSON, in bytes.
pub const VERDICT_REQUEST_LENGTH: usize = 256 * 1_024;
