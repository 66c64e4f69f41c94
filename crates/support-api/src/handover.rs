//! What crosses the wire between this desk and the vendor's own systems: events that go out, calls that come in. Both
//! are bodies of Standard Webhooks 1.0.0: `{"type": …, "timestamp": …, "data": …}`.

use crate::{Fulfilment, Incident, IncidentStatus, PendingActivation, Rejection, Side};
use entitlement_rules::{BenefitKey, Severity};
use serde::{Deserialize, Serialize};

/// An incident was created; its data is an [`IncidentHandover`].
pub const INCIDENT_CREATED: &str = "incident.created";
/// A partner asked for a benefit; its data is a [`PendingActivation`].
pub const ACTIVATION_REQUESTED: &str = "activation.requested";

/// Data of [`INCIDENT_CREATED`]: everything that the vendor's agent needs to work on it. The contract that pays is named
/// by its reference, inside the incident's funding; the Access ID and the Contract ID are never part of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentHandover {
    /// The company whose contract or membership pays.
    pub partner: HandoverPartner,
    /// The incident, with its description, and with the portal where it goes on when that is another one (S29, S33).
    pub incident: Incident,
}

/// A company, as the vendor's agent needs to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoverPartner {
    /// Id of the partner account.
    pub id: String,
    /// The company's name.
    pub name: String,
}

/// A partner took an incident back before anybody worked on it; its data is an [`IncidentNews`].
pub const INCIDENT_CANCELLED: &str = "incident.cancelled";
/// A partner reopened an incident that was resolved or closed; its data is an [`IncidentNews`].
pub const INCIDENT_REOPENED: &str = "incident.reopened";
/// A partner commented on an incident; its data is an [`IncidentNews`] with `text`.
pub const INCIDENT_COMMENTED: &str = "incident.commented";
/// A partner changed the severity of an incident; its data is an [`IncidentNews`] with `severity`.
pub const INCIDENT_SEVERITY_CHANGED: &str = "incident.severity-changed";

/// An operator said at this desk where an incident stands; its data is an [`IncidentNews`] with `status`.
pub const INCIDENT_STATUS_CHANGED: &str = "incident.status-changed";

/// What a partner, or an operator of this desk, did to an incident that was handed over before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentNews {
    /// Id of the partner account.
    pub partner: String,
    /// Id of the incident, as it was handed over.
    pub incident: String,
    /// Its number.
    pub number: String,
    /// Name of whoever did it.
    pub by: String,
    /// What they wrote, as plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How bad it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Where it stands now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<IncidentStatus>,
    /// On whose side they are; absent for the partner's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
}

/// Data of [`ACTIVATION_REQUESTED`].
pub type ActivationHandover = PendingActivation;

/// Longest body of a call of the vendor's system, in bytes.
pub const DESK_CALL_LENGTH: usize = 64 * 1_024;

/// What the vendor's system tells: `type` and `data` of its signed call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "type", content = "data")]
pub enum DeskCall {
    /// A contract for a pending activation.
    #[serde(rename = "activation.fulfilled")]
    ActivationFulfilled(ActivationFulfilled),
    /// A pending activation is refused.
    #[serde(rename = "activation.rejected")]
    ActivationRejected(ActivationRejected),
    /// Where an incident stands now.
    #[serde(rename = "incident.status-changed")]
    StatusChanged(StatusChanged),
    /// Somebody at the vendor answered on an incident.
    #[serde(rename = "incident.commented")]
    Commented(Commented),
    /// The vendor and the partner agreed on another severity.
    #[serde(rename = "incident.severity-changed")]
    SeverityChanged(SeverityChanged),
}

/// Data of `activation.fulfilled`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ActivationFulfilled {
    /// Id of the partner account.
    pub partner: String,
    /// Which benefit.
    pub benefit: BenefitKey,
    /// The contract.
    pub contract: Fulfilment,
}

/// Data of `activation.rejected`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ActivationRejected {
    /// Id of the partner account.
    pub partner: String,
    /// Which benefit.
    pub benefit: BenefitKey,
    /// Why.
    pub rejection: Rejection,
}

/// Data of `incident.status-changed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StatusChanged {
    /// Id of the incident, as it was handed over.
    pub incident: String,
    /// Where it stands.
    pub status: DeskStatus,
}

/// Where an incident stands at the vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DeskStatus {
    /// Nobody works on it yet.
    Open,
    /// Somebody works on it.
    InProgress,
    /// The partner has to answer.
    WaitingForPartner,
    /// The vendor holds it for solved.
    Resolved,
    /// Over.
    Closed,
}

impl From<DeskStatus> for IncidentStatus {
    fn from(status: DeskStatus) -> IncidentStatus {
        match status {
            DeskStatus::Open => IncidentStatus::Open,
            DeskStatus::InProgress => IncidentStatus::InProgress,
            DeskStatus::WaitingForPartner => IncidentStatus::WaitingForPartner,
            DeskStatus::Resolved => IncidentStatus::Resolved,
            DeskStatus::Closed => IncidentStatus::Closed,
        }
    }
}

/// Data of `incident.commented`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Commented {
    /// Id of the incident, as it was handed over.
    pub incident: String,
    /// Name of whoever wrote it; 1 to 120 characters.
    pub author: String,
    /// What they wrote, as plain text; 1 to [`COMMENT_LENGTH`](crate::COMMENT_LENGTH) characters.
    pub text: String,
}

/// Data of `incident.severity-changed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SeverityChanged {
    /// Id of the incident, as it was handed over.
    pub incident: String,
    /// How bad it is now.
    pub severity: Severity,
}
