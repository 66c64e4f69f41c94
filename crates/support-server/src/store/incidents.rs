//! Incidents: created with the ledger line that pays for them, and read by those whom they concern.

use super::ledger::{self, Line};
use super::numbers::{new_id, next_incident_number};
use super::sqlite::{emit, touch_partner};
use super::{Cover, Failure, StoreError, facts};
use crate::auth::Person;
use crate::clock::Moment;
use crate::problem::Trouble;
use entitlement_rules::{AccountFacts, BenefitKey, EntryKind};
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::json;
use support_api::{Incident, IncidentStatus, NewIncident, ProblemCode};

/// Writes an incident that the law has just allowed on these facts.
pub(super) fn open(
    connection: &Connection,
    account: &AccountFacts,
    person: &Person,
    now: Moment,
    request: &NewIncident,
    cover: &Cover,
) -> Result<Incident, Failure> {
    let id = new_id(now)?;
    let number = next_incident_number(connection)?;
    let holder = match &cover.contract {
        Some(contract) => Some(holder(connection, account, person, contract)?),
        None => account.partner.as_ref().map(|partner| partner.id.clone()),
    };
    // Only a partner has a plan of its own.
    let Some(holder) = holder else {
        return Err(Trouble::new(ProblemCode::NotFound).into());
    };
    connection
        .prepare_cached(
            "INSERT INTO incident
               (partner_id, id, number, status, created_at, creator_issuer, creator_subject,
                creator_name, request, benefit, consumed, portal)
             VALUES (?1, ?2, ?3, 'open', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(rusqlite::params![
            holder,
            id,
            number,
            now.0,
            person.issuer,
            person.subject,
            person.name,
            json!(request).to_string(),
            cover.benefit.as_ref().map(BenefitKey::to_string),
            cover.consumed,
            cover.portal,
        ])?;
    if let Some(contract) = &cover.contract {
        // An unlimited contract counts too (S27).
        ledger::append(
            connection,
            &Line {
                partner: &holder,
                contract,
                kind: EntryKind::Consume,
                amount: Some(1),
                incident: Some(&id),
                at: now,
                by_subject: &person.subject,
            },
        )?;
    }
    touch_partner(connection, &holder)?;
    let payload = json!({ "incident": id, "number": written(number), "consumed": cover.consumed });
    emit(connection, &holder, now, "incident-created", &payload)?;
    Ok(message(
        Stored {
            id,
            number,
            status: IncidentStatus::Open,
            created_at: now,
            created_by: person.name.clone(),
            request: request.clone(),
            benefit: cover.benefit.clone(),
            consumed: cover.consumed,
            portal: cover.portal.clone(),
        },
        true,
    ))
}

/// The company that holds a contract of the account: the person's own, or the one whose contract they linked.
fn holder(
    connection: &Connection,
    account: &AccountFacts,
    person: &Person,
    contract: &str,
) -> Result<String, StoreError> {
    let own = account
        .contracts
        .iter()
        .any(|held| held.own && held.reference == contract);
    match &account.partner {
        Some(partner) if own => Ok(partner.id.clone()),
        _ => Ok(connection
            .prepare_cached(
                "SELECT partner_id FROM contract_link
                 WHERE issuer = ?1 AND subject = ?2 AND reference = ?3",
            )?
            .query_row([person.issuer.as_str(), &person.subject, contract], |row| {
                row.get(0)
            })?),
    }
}

const COLUMNS: &str = "i.id, i.number, i.status, i.created_at, i.creator_name, i.request, \
                       i.benefit, i.consumed, i.portal";

/// A person sees the incidents of their partner, and those that they created on anybody's contract.
pub(super) fn list(
    connection: &Connection,
    person: &Person,
    limit: u32,
    after: Option<&str>,
) -> Result<Vec<Incident>, StoreError> {
    // Two short walks along two indexes, newest first; what both find is there once.
    let mut statement = connection.prepare_cached(&format!(
        "SELECT * FROM (
           SELECT {COLUMNS} FROM viewer v JOIN incident i ON i.partner_id = v.partner_id
           WHERE v.issuer = ?1 AND v.subject = ?2 AND v.sees_offers AND (?3 IS NULL OR i.id < ?3)
           ORDER BY i.id DESC LIMIT ?4)
         UNION
         SELECT * FROM (
           SELECT {COLUMNS} FROM incident i
           WHERE i.creator_issuer = ?1 AND i.creator_subject = ?2 AND (?3 IS NULL OR i.id < ?3)
           ORDER BY i.id DESC LIMIT ?4)
         ORDER BY 1 DESC LIMIT ?4"
    ))?;
    let mut rows = statement.query(rusqlite::params![
        person.issuer,
        person.subject,
        after,
        limit
    ])?;
    let mut incidents = Vec::new();
    while let Some(row) = rows.next()? {
        incidents.push(message(stored(row)?, false));
    }
    Ok(incidents)
}

/// An incident, when the person may see it.
pub(super) fn read(
    connection: &Connection,
    person: &Person,
    id: &str,
) -> Result<Option<Incident>, StoreError> {
    let partner: Option<String> = connection
        .prepare_cached(
            "SELECT partner_id FROM viewer WHERE issuer = ?1 AND subject = ?2 AND sees_offers",
        )?
        .query_row([&person.issuer, &person.subject], |row| row.get(0))
        .optional()?
        .flatten();
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM incident i WHERE i.partner_id = ?3 AND i.id = ?4
         UNION
         SELECT {COLUMNS} FROM incident i
         WHERE i.creator_issuer = ?1 AND i.creator_subject = ?2 AND i.id = ?4"
    ))?;
    let mut rows = statement.query(rusqlite::params![
        person.issuer,
        person.subject,
        partner,
        id
    ])?;
    match rows.next()? {
        Some(row) => Ok(Some(message(stored(row)?, true))),
        None => Ok(None),
    }
}

struct Stored {
    id: String,
    number: i64,
    status: IncidentStatus,
    created_at: Moment,
    created_by: String,
    request: NewIncident,
    benefit: Option<BenefitKey>,
    consumed: u32,
    portal: Option<String>,
}

fn stored(row: &Row<'_>) -> Result<Stored, StoreError> {
    let benefit: Option<String> = row.get(6)?;
    Ok(Stored {
        id: row.get(0)?,
        number: row.get(1)?,
        status: match row.get_ref(2)?.as_str() {
            Ok("open") => IncidentStatus::Open,
            _ => IncidentStatus::Closed,
        },
        created_at: Moment(row.get(3)?),
        created_by: row.get(4)?,
        request: facts::json(row, 5)?,
        benefit: benefit.as_deref().and_then(BenefitKey::parse),
        consumed: row.get(7)?,
        portal: row.get(8)?,
    })
}

/// An incident's number as people say it.
fn written(number: i64) -> String {
    format!("PS-{number}")
}

fn message(stored: Stored, with_description: bool) -> Incident {
    let request = stored.request;
    Incident {
        id: stored.id,
        number: written(stored.number),
        status: stored.status,
        created_at: stored.created_at.rfc3339(),
        created_by: stored.created_by,
        beneficiary: request.beneficiary,
        customer: request.customer,
        product: request.product,
        version: request.version,
        failing_side: request.failing_side,
        kind: request.kind,
        severity: request.severity,
        title: request.title,
        description: with_description.then_some(request.description),
        funding: request.funding,
        benefit: stored.benefit,
        consumed: stored.consumed,
        portal: stored.portal,
    }
}
