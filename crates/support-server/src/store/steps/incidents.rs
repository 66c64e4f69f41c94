//! Incidents: created with the ledger line that pays for them, and read by those whom they concern. What happens to them
//! later is in `incident_changes`.

use super::{Before, Ended, Judge, Work, answer, audit, code, decoded, emit, touch_partner};
use crate::auth::Person;
use crate::clock::Moment;
use crate::problem::Trouble;
use crate::store::db::{Db, Row, values};
use crate::store::engine::Step;
use crate::store::facts::{self, Standing};
use crate::store::ledger::{self, Entry, Line};
use crate::store::numbers::{before_ids_of, new_id};
use crate::store::{Cover, Failure, IncidentFilter, Order, StoreError};
use entitlement_rules::{AccountFacts, BenefitKey};
use serde_json::json;
use support_api::desk::AuditDeed;
use support_api::handover::{HandoverPartner, INCIDENT_CREATED, IncidentHandover};
use support_api::{
    Incident, IncidentCreated, IncidentStatus, NewIncident, ProblemCode, TIMELINE_LENGTH,
    TimelineEntry, paths,
};

/// An incident is created, and taken from the contract that pays.
pub(in crate::store) struct Open {
    pub(in crate::store) request: NewIncident,
    pub(in crate::store) judge: Judge<Cover>,
}

impl Work for Open {
    async fn work(&self, db: &Db<'_>, before: Before<'_>) -> Result<Ended, Failure> {
        let mut cover = (self.judge)(&before.account)?;
        let agreed = cover.contract.clone();
        let holder = match &agreed {
            Some(contract) => before.standing.holder(contract),
            // Only a partner has a plan of its own.
            None => before.standing.partner.as_deref(),
        };
        let Some(holder) = holder else {
            return Err(Trouble::new(ProblemCode::NotFound).into());
        };
        if self.request.test {
            // Whatever would pay: no line of the ledger, and no contract that could ever get one back.
            (cover.contract, cover.consumed) = (None, 0);
        }
        let id = new_id(before.now)?;
        let paying = async {
            Ok(match &cover.contract {
                Some(contract) => Some((contract, ledger::last(db, holder, contract).await?)),
                None => None,
            })
        };
        let (number, paying) = futures_util::try_join!(db.next_incident_number(), paying)?;
        let incident = message(
            Stored {
                id,
                number,
                status: IncidentStatus::Open,
                created_at: before.now,
                created_by: before.person.name.clone(),
                request: self.request.clone(),
                benefit: cover.benefit.clone(),
                consumed: cover.consumed,
                portal: cover.portal.clone(),
            },
            true,
        );
        self.insert(db, &before, holder, number, &incident, &cover)?;
        let balance = match paying {
            // An unlimited contract counts too (S27).
            Some((contract, last)) => {
                let line = Line {
                    partner: holder,
                    contract,
                    entry: Entry::Consume,
                    incident: Some(&incident.id),
                    reason: None,
                    at: before.now,
                    by_subject: &before.person.subject,
                };
                Some((contract, ledger::add(db, &line, &last)?))
            }
            None => None,
        };
        touch_partner(db, holder)?;
        let concerns = (&*incident.number, None);
        audit::note(
            db,
            holder,
            before.person,
            before.now,
            AuditDeed::IncidentOpened,
            concerns,
        )?;
        let agreed = agreed.as_deref();
        let payload = json!(handed_over(&before.account, holder, agreed, &incident));
        let event = (INCIDENT_CREATED, &*incident.id);
        emit(db, holder, before.now, event, &payload)?;
        // What a reading of the account would now show: one change more, and one line more in one balance.
        let mut account = before.account;
        account.revision += 1;
        if let Some((contract, balance)) = balance
            && let Some(held) = account
                .contracts
                .iter_mut()
                .find(|held| held.reference == *contract)
        {
            held.balance = balance;
        }
        let location = format!("{}{}", paths::BASE, paths::incident(&incident.id));
        answer(201, Some(location), &IncidentCreated { incident, account })
    }
}

impl Open {
    fn insert(
        &self,
        db: &Db<'_>,
        before: &Before<'_>,
        holder: &str,
        number: i64,
        incident: &Incident,
        cover: &Cover,
    ) -> Result<(), StoreError> {
        let request = &self.request;
        let sought = [
            &incident.number,
            &request.title,
            request.customer.as_deref().unwrap_or_default(),
        ];
        db.write(
            "INSERT INTO incident
               (partner_id, id, number, status, status_since, created_at, creator_issuer, creator_subject,
                creator_name, request, product, severity, sought, contract, benefit, consumed, portal, description)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            values![
                holder,
                &incident.id,
                number,
                code(incident.status)?,
                before.now.0,
                &before.person.issuer,
                &before.person.subject,
                &before.person.name,
                without_description(request),
                &request.product,
                code(request.severity)?,
                sought.join("\n").to_lowercase(),
                cover.contract.clone(),
                cover.benefit.as_ref(),
                cover.consumed,
                cover.portal.clone(),
                &request.description,
            ],
        )
    }
}

/// A request as it lies in its column, contacts and all; the description has one of its own.
pub(super) fn without_description(request: &NewIncident) -> String {
    let short = NewIncident {
        description: String::new(),
        ..request.clone()
    };
    json!(short).to_string()
}

/// All that the vendor's agent needs to work on it; never the two IDs.
fn handed_over(
    account: &AccountFacts,
    holder: &str,
    contract: Option<&str>,
    incident: &Incident,
) -> IncidentHandover {
    let paying = contract.and_then(|paid_by| {
        let mut contracts = account.contracts.iter();
        contracts.find(|held| held.reference == paid_by)
    });
    let name = match (paying, &account.partner) {
        (Some(contract), _) => contract.holder.clone(),
        (None, Some(partner)) => partner.name.clone(),
        (None, None) => String::new(),
    };
    IncidentHandover {
        partner: HandoverPartner {
            id: holder.to_owned(),
            name,
        },
        incident: incident.clone(),
    }
}

macro_rules! columns {
    () => {
        "i.id, i.number, i.status, i.created_at, i.creator_name, i.request, i.benefit, i.consumed, i.portal,
         i.partner_id, i.status_since, i.contract"
    };
}
pub(super) use columns;

/// An incident of a list, from a row that begins with those columns.
pub(super) fn listed(row: &Row) -> Result<Incident, StoreError> {
    Ok(message(stored(row)?, false))
}

macro_rules! walk {
    ($whose:literal, $direction:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM incident i WHERE ",
            $whose,
            " AND i.id > ?4 AND i.id < ?5
              AND (CAST(?7 AS TEXT) IS NULL OR i.status = ?7)
              AND (CAST(?8 AS TEXT) IS NULL OR i.product = ?8)
              AND (CAST(?9 AS TEXT) IS NULL OR i.severity = ?9)
              AND (CAST(?10 AS TEXT) IS NULL OR i.sought LIKE ?10 ESCAPE '!')
              AND (CAST(?11 AS TEXT) IS NULL OR SUBSTR(i.benefit, 1, LENGTH(?11)) = ?11
                   OR REPLACE(i.request, ?12, '') <> i.request)
              AND (CAST(?13 AS BIGINT) = 0 OR i.status IN ('open', 'in-progress', 'waiting-for-partner'))
             ORDER BY i.id ",
            $direction,
            " LIMIT ?6"
        )
    };
}

/// The two short walks along two indexes that make a list: the partner's incidents, and those that a person created on
/// anybody's contract. What both find is there once.
macro_rules! list {
    ($direction:literal) => {
        concat!(
            "SELECT * FROM (",
            walk!("i.partner_id = ?1", $direction),
            ") one UNION SELECT * FROM (",
            walk!(
                "i.creator_issuer = ?2 AND i.creator_subject = ?3",
                $direction
            ),
            ") two ORDER BY 1 ",
            $direction,
            " LIMIT ?6"
        )
    };
}

/// Up to `limit` incidents that a person may see, without their descriptions.
pub(in crate::store) struct List {
    pub(in crate::store) person: Person,
    pub(in crate::store) filter: IncidentFilter,
}

impl Step for List {
    type Done = Vec<Incident>;

    async fn take(&self, db: &Db<'_>) -> Result<Vec<Incident>, Failure> {
        let (person, filter) = (&self.person, &self.filter);
        let standing = facts::standing(db, person).await?;
        let sql = match filter.order {
            Order::NewestFirst => list!("DESC"),
            Order::OldestFirst => list!("ASC"),
        };
        let (above, below) = ids(filter);
        let paid_by = filter.paid_by.as_ref();
        let rows = db.rows(
            sql,
            values![
                standing.sees_all().unwrap_or_default(),
                &person.issuer,
                &person.subject,
                above,
                below,
                filter.limit,
                filter.status.map(code).transpose()?,
                filter.product.clone(),
                filter.severity.map(code).transpose()?,
                filter.text.as_deref().map(pattern),
                // As the key of a benefit begins.
                paid_by.map(|id| format!("{id}.")),
                // As a request names its plan, and nothing else in it: in a text of it, no quotation mark is without a backslash.
                paid_by.map(|id| format!(r#""plan":{}"#, json!(id))),
                i64::from(filter.unfinished),
            ],
        );
        let rows = rows.await?;
        let incidents = rows.iter().map(listed);
        Ok(incidents.collect::<Result<_, StoreError>>()?)
    }
}

/// Between which ids lie those that are looked for. An id says when it was made, so that the days of creation are a stretch of
/// the index, as what follows a page is.
fn ids(filter: &IncidentFilter) -> (String, String) {
    let mut above = filter.created_from.map(before_ids_of).unwrap_or_default();
    let until = filter
        .created_until
        .map(|Moment(last)| before_ids_of(Moment(last.saturating_add(1))));
    let mut below = until.unwrap_or_else(|| uuid::Uuid::max().to_string());
    if let Some(after) = &filter.after {
        match filter.order {
            Order::NewestFirst => below = below.min(after.clone()),
            Order::OldestFirst => above = above.max(after.clone()),
        }
    }
    (above, below)
}

/// A `LIKE` pattern that finds this text anywhere, in small letters, whatever characters it has.
pub(super) fn pattern(text: &str) -> String {
    literal_pattern(&text.to_lowercase())
}

/// The same with its letters as they are.
pub(super) fn literal_pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// An incident, when the person may see it.
pub(in crate::store) struct Read {
    pub(in crate::store) person: Person,
    pub(in crate::store) id: String,
}

impl Step for Read {
    type Done = Option<Incident>;

    async fn take(&self, db: &Db<'_>) -> Result<Option<Incident>, Failure> {
        let standing = facts::standing(db, &self.person).await?;
        match seen(db, &standing, &self.person, &self.id).await? {
            Some(found) => Ok(Some(with_timeline(db, found).await?)),
            None => Ok(None),
        }
    }
}

/// An incident, when the person may see it: it is their company's, or they created it.
pub(super) async fn seen(
    db: &Db<'_>,
    standing: &Standing,
    person: &Person,
    id: &str,
) -> Result<Option<Found>, StoreError> {
    let found = db.row(
        concat!(
            "SELECT ",
            columns!(),
            ", i.description FROM incident i WHERE i.id = ?4 AND (i.partner_id = ?1
                OR (i.creator_issuer = ?2 AND i.creator_subject = ?3))"
        ),
        values![
            standing.sees_all().unwrap_or_default(),
            &person.issuer,
            &person.subject,
            id,
        ],
    );
    found.await?.as_ref().map(found_in).transpose()
}

/// Anybody's incident, for the vendor.
pub(super) async fn any(db: &Db<'_>, id: &str) -> Result<Option<Found>, StoreError> {
    let found = db.row(
        concat!(
            "SELECT ",
            columns!(),
            ", i.description FROM incident i WHERE i.id = ?1"
        ),
        values![id],
    );
    found.await?.as_ref().map(found_in).transpose()
}

/// An incident as it lies in its table.
pub(super) struct Found {
    /// Whose contract or membership pays.
    pub(super) holder: String,
    pub(super) status_since: Moment,
    /// Reference of the contract that pays.
    pub(super) contract: Option<String>,
    stored: Stored,
}

impl Found {
    pub(super) fn id(&self) -> &str {
        &self.stored.id
    }

    pub(super) fn number(&self) -> String {
        written(self.stored.number)
    }

    pub(super) fn status(&self) -> IncidentStatus {
        self.stored.status
    }

    pub(super) fn request(&self) -> &NewIncident {
        &self.stored.request
    }
}

fn found_in(row: &Row) -> Result<Found, StoreError> {
    let mut stored = stored(row)?;
    stored.request.description = row.owned(12)?;
    Ok(Found {
        holder: row.owned(9)?,
        status_since: Moment(row.number(10)?),
        contract: row.maybe_owned(11)?,
        stored,
    })
}

/// The whole incident with what happened to it, the newest entries, oldest first.
pub(super) async fn with_timeline(db: &Db<'_>, found: Found) -> Result<Incident, StoreError> {
    let rows = db.rows(
        "SELECT id, at, by_name, side, what FROM incident_event
         WHERE partner_id = ?1 AND incident = ?2 ORDER BY id DESC LIMIT ?3",
        values![&found.holder, found.id(), TIMELINE_LENGTH],
    );
    let rows = rows.await?;
    let timeline = rows.iter().rev().map(|row| {
        Ok(TimelineEntry {
            id: row.owned(0)?,
            at: Moment(row.number(1)?).rfc3339(),
            by: row.maybe_owned(2)?,
            side: decoded(row.text(3)?)?,
            what: row.json(4)?,
        })
    });
    Ok(Incident {
        timeline: timeline.collect::<Result<_, StoreError>>()?,
        ..message(found.stored, true)
    })
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

fn stored(row: &Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        id: row.owned(0)?,
        number: row.number(1)?,
        status: decoded(row.text(2)?)?,
        created_at: Moment(row.number(3)?),
        created_by: row.owned(4)?,
        request: row.json(5)?,
        benefit: row.maybe_text(6)?.and_then(BenefitKey::parse),
        consumed: row.count(7)?,
        portal: row.maybe_owned(8)?,
    })
}

/// An incident's number as people say it.
pub(super) fn written(number: i64) -> String {
    format!("PS-{number}")
}

/// An incident as it is told: in a list without its description and without anybody's address.
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
        contacts: match with_description {
            true => request.contacts,
            false => Vec::new(),
        },
        test: request.test,
        funding: request.funding,
        benefit: stored.benefit,
        consumed: stored.consumed,
        portal: stored.portal,
        timeline: Vec::new(),
    }
}
