//! Events to hand over, as the store writes them.

use entitlement_rules::{
    Allotment, Beneficiary, BenefitKey, Date, Funding, IncidentKind, Severity,
};
use serde_json::json;
use support_api::handover::{
    ACTIVATION_REQUESTED, ActivationHandover, HandoverPartner, INCIDENT_COMMENTED,
    INCIDENT_CREATED, IncidentHandover, IncidentNews,
};
use support_api::{Incident, IncidentStatus};
use support_server::clock::Moment;
use support_server::handover::queue::Event;

/// Nine o'clock on the programme's date.
pub(crate) fn morning() -> Moment {
    Moment::morning_of(Date::parse("2021-03-04").unwrap())
}

pub(crate) fn incident() -> Incident {
    Incident {
        id: "0177fc7a-5a80-7000-8000-00000000000a".into(),
        number: "100123".into(),
        status: IncidentStatus::Open,
        created_at: morning().rfc3339(),
        created_by: "Jonas Meyer".into(),
        beneficiary: Beneficiary::Customer,
        customer: Some("Café Müller".into()),
        product: "sql-server".into(),
        version: Some("2019".into()),
        failing_side: None,
        kind: IncidentKind::BreakFix,
        severity: Severity::B,
        title: "Backups fail with “access denied”".into(),
        description: Some("Since Monday.\nError 5 on every run; 日本語 too.".into()),
        funding: Funding::Contract {
            contract: "0177fc7a-0000-7000-8000-000000000001".into(),
        },
        benefit: BenefitKey::parse("product-support.competency"),
        consumed: 1,
        portal: Some("services-hub".into()),
        timeline: Vec::new(),
        contacts: Vec::new(),
        test: false,
    }
}

pub(crate) fn incident_created(incident: Incident) -> Event {
    let handover = IncidentHandover {
        partner: HandoverPartner {
            id: "juniper".into(),
            name: "Juniper Data".into(),
        },
        incident,
    };
    event(INCIDENT_CREATED, 1, json!(handover).to_string())
}

pub(crate) fn commented() -> Event {
    let news = IncidentNews {
        partner: "juniper".into(),
        incident: incident().id,
        number: "PS-100123".into(),
        by: "Jonas Meyer".into(),
        text: Some("They run as LocalSystem.".into()),
        severity: None,
        status: None,
        side: None,
    };
    event(INCIDENT_COMMENTED, 1, json!(news).to_string())
}

pub(crate) fn activation_requested() -> Event {
    let request = ActivationHandover {
        partner: "juniper".into(),
        partner_name: "Juniper Data".into(),
        benefit: BenefitKey::parse("product-support.competency").unwrap(),
        allotment: Some(Allotment::Finite(20)),
        requested_on: morning().date(),
        requested_by: "Jonas Meyer".into(),
    };
    event(ACTIVATION_REQUESTED, 2, json!(request).to_string())
}

/// An event whose id is made of a number.
pub(crate) fn event(kind: &str, number: u32, payload: String) -> Event {
    Event {
        partner: "juniper".into(),
        id: format!("0177fc7a-5a80-7000-8000-{number:012}"),
        kind: kind.into(),
        payload,
        at: morning(),
        tries: 1,
    }
}
