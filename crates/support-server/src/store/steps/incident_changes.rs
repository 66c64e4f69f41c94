//! What happens to an incident after it was created: by whoever may see it, by the vendor's system, by the operator.

use super::incidents::{Found, any, seen, with_timeline, without_description};
use super::{Before, Ended, JudgeContract, Work, answer, audit, code, emit, touch_partner};
use crate::auth::Person;
use crate::clock::Moment;
use crate::problem::Trouble;
use crate::store::db::{Db, values};
use crate::store::ledger::{self, Entry, Line};
use crate::store::numbers::new_id;
use crate::store::{Failure, StoreError, facts};
use entitlement_rules::{AccountFacts, Impact, RefundReason, Severity};
use serde_json::json;
use support_api::desk::AuditDeed;
use support_api::handover::{
    INCIDENT_CANCELLED, INCIDENT_COMMENTED, INCIDENT_REOPENED, INCIDENT_SEVERITY_CHANGED,
    INCIDENT_STATUS_CHANGED, IncidentNews,
};
use support_api::{
    Happening, IncidentStatus, NewIncident, ProblemCode, REOPENING_DAYS, Side, last_day_to_reopen,
};

/// What the law says about an incident with another severity.
pub(in crate::store) type JudgeSeverity =
    Box<dyn Fn(&AccountFacts, &NewIncident) -> Result<(), Trouble> + Send + Sync>;

/// Whoever may see an incident does something to it.
pub(in crate::store) struct Act {
    pub(in crate::store) incident: String,
    pub(in crate::store) deed: Deed,
}

pub(in crate::store) enum Deed {
    /// Takes it back while nobody works on it. What it consumed stays consumed: the seed is silent about it, and E9
    /// gives back duplicates and bugs alone. The operator can refund it when it was one of these.
    Cancel,
    /// Sends it back to the vendor within [`REOPENING_DAYS`] days. Consumes nothing: it is the same problem.
    Reopen,
    /// Writes on it while it is not over.
    Comment(String),
    /// Makes it more or less urgent while it is not over.
    Severity {
        severity: Severity,
        /// What counts from now on; without it, what was said before.
        impact: Option<Impact>,
        judge: JudgeSeverity,
    },
}

impl Work for Act {
    async fn work(&self, db: &Db<'_>, before: Before<'_>) -> Result<Ended, Failure> {
        let (person, now) = (before.person, before.now);
        let find = || seen(db, before.standing, person, &self.incident);
        let Some(found) = find().await? else {
            return Err(Trouble::new(ProblemCode::NotFound).into());
        };
        let mut news = news(&found, person);
        let (kind, what) = match &self.deed {
            Deed::Cancel => {
                demand(found.status().can_be_cancelled())?;
                let status = IncidentStatus::Cancelled;
                set_status(db, &found, now, status).await?;
                (INCIDENT_CANCELLED, Happening::StatusChanged { status })
            }
            Deed::Reopen => {
                demand(found.status().can_be_reopened())?;
                if now.date() > last_day_to_reopen(found.status_since.date()) {
                    let late = Trouble::new(ProblemCode::StateChanged);
                    return Err(late
                        .detail(format!("it was over more than {REOPENING_DAYS} days ago"))
                        .into());
                }
                let status = IncidentStatus::Open;
                set_status(db, &found, now, status).await?;
                (INCIDENT_REOPENED, Happening::StatusChanged { status })
            }
            Deed::Comment(text) => {
                demand(!found.status().is_over())?;
                news.text = Some(text.clone());
                (
                    INCIDENT_COMMENTED,
                    Happening::Commented { text: text.clone() },
                )
            }
            Deed::Severity {
                severity,
                impact,
                judge,
            } => {
                demand(!found.status().is_over())?;
                let mut request = found.request().clone();
                request.severity = *severity;
                request.impact = impact.or(request.impact);
                judge(&before.account, &request)?;
                set_request(db, &found, &request)?;
                news.severity = Some(*severity);
                let severity = *severity;
                (
                    INCIDENT_SEVERITY_CHANGED,
                    Happening::SeverityChanged { severity },
                )
            }
        };
        let doer = Doer {
            person,
            name: Some(&person.name),
            side: Side::Partner,
        };
        note(db, &found, now, &doer, &what)?;
        emit(db, &found.holder, now, (kind, found.id()), &json!(news))?;
        let after = find().await?.ok_or(GONE)?;
        answer(200, None, &with_timeline(db, after).await?)
    }
}

/// What a person did to an incident, for the vendor's system.
fn news(found: &Found, person: &Person) -> IncidentNews {
    IncidentNews {
        partner: found.holder.clone(),
        incident: found.id().to_owned(),
        number: found.number(),
        by: person.name.clone(),
        text: None,
        severity: None,
        status: None,
        side: None,
    }
}

/// Who does something to an incident.
pub(super) struct Doer<'a> {
    pub(super) person: &'a Person,
    /// The name that the timeline has; absent when the vendor's system did not say.
    pub(super) name: Option<&'a str>,
    pub(super) side: Side,
}

pub(super) const GONE: StoreError = StoreError::Corrupt("an incident went while it was changed");

/// It stands where this can be done.
pub(super) fn demand(can: bool) -> Result<(), Trouble> {
    match can {
        true => Ok(()),
        false => Err(Trouble::new(ProblemCode::StateChanged)
            .detail("where the incident stands, this cannot be done")),
    }
}

/// It stands elsewhere, unless somebody else was faster.
async fn set_status(
    db: &Db<'_>,
    found: &Found,
    now: Moment,
    status: IncidentStatus,
) -> Result<(), Failure> {
    let set = db.rows(
        "UPDATE incident SET status = ?4, status_since = ?5
         WHERE partner_id = ?1 AND id = ?2 AND status = ?3 RETURNING 1",
        values![
            &found.holder,
            found.id(),
            code(found.status())?,
            code(status)?,
            now.0,
        ],
    );
    let is_set = !set.await?.is_empty();
    Ok(demand(is_set)?)
}

fn set_request(db: &Db<'_>, found: &Found, request: &NewIncident) -> Result<(), StoreError> {
    db.write(
        "UPDATE incident SET request = ?3, severity = ?4 WHERE partner_id = ?1 AND id = ?2",
        values![
            &found.holder,
            found.id(),
            without_description(request),
            code(request.severity)?,
        ],
    )
}

/// Another entry of its timeline, and one more change of its company's rows.
fn note(
    db: &Db<'_>,
    found: &Found,
    now: Moment,
    doer: &Doer<'_>,
    what: &Happening,
) -> Result<(), StoreError> {
    db.write(
        "INSERT INTO incident_event (partner_id, incident, id, at, by_name, side, what)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        values![
            &found.holder,
            found.id(),
            new_id(now)?,
            now.0,
            doer.name,
            code(doer.side)?,
            json!(what).to_string(),
        ],
    )?;
    let (deed, detail) = match what {
        Happening::StatusChanged { status } => (AuditDeed::StatusChanged, Some(code(status)?)),
        Happening::SeverityChanged { severity } => {
            (AuditDeed::SeverityChanged, Some(code(severity)?))
        }
        Happening::Commented { .. } => (AuditDeed::IncidentCommented, None),
        Happening::Refunded { because, .. } => (AuditDeed::IncidentRefunded, Some(code(because)?)),
    };
    let concerns = (&*found.number(), detail);
    audit::note(db, &found.holder, doer.person, now, deed, concerns)?;
    touch_partner(db, &found.holder)
}

/// What the vendor's system says happened to an incident. What is so already is not written again.
pub(super) async fn told(
    db: &Db<'_>,
    incident: &str,
    now: Moment,
    by: Option<&str>,
    what: Happening,
) -> Result<(), Failure> {
    let not_found = || Trouble::new(ProblemCode::NotFound);
    let holder = any(db, incident).await?.ok_or_else(not_found)?.holder;
    db.lock(std::slice::from_ref(&holder));
    // Read again, now that nobody else changes it.
    let found = any(db, incident).await?.ok_or_else(not_found)?;
    let person = Person {
        name: by.unwrap_or_default().to_owned(),
        ..Person::of_the_program("desk-call")
    };
    let doer = Doer {
        person: &person,
        name: by,
        side: Side::Vendor,
    };
    happen(db, &found, now, &doer, what).await.map(drop)
}

/// The operator does something to an incident, and the vendor's system is told.
pub(super) async fn by_operator(
    db: &Db<'_>,
    found: &Found,
    now: Moment,
    person: &Person,
    what: Happening,
) -> Result<(), Failure> {
    let mut news = news(found, person);
    news.side = Some(Side::Vendor);
    let kind = match &what {
        Happening::StatusChanged { status } => {
            news.status = Some(*status);
            INCIDENT_STATUS_CHANGED
        }
        Happening::SeverityChanged { severity } => {
            news.severity = Some(*severity);
            INCIDENT_SEVERITY_CHANGED
        }
        Happening::Commented { text } => {
            news.text = Some(text.clone());
            INCIDENT_COMMENTED
        }
        Happening::Refunded { .. } => return Err(GONE.into()),
    };
    let doer = Doer {
        person,
        name: Some(&person.name),
        side: Side::Vendor,
    };
    if happen(db, found, now, &doer, what).await? {
        emit(db, &found.holder, now, (kind, found.id()), &json!(news))?;
    }
    Ok(())
}

/// Something happens to an incident at the vendor. Whether it did: what is so already is not written again.
async fn happen(
    db: &Db<'_>,
    found: &Found,
    now: Moment,
    doer: &Doer<'_>,
    what: Happening,
) -> Result<bool, Failure> {
    match &what {
        Happening::StatusChanged { status } if *status == found.status() => return Ok(false),
        Happening::StatusChanged { status } => {
            // What the partner took back stays so.
            demand(found.status() != IncidentStatus::Cancelled)?;
            set_status(db, found, now, *status).await?;
        }
        Happening::SeverityChanged { severity } => {
            if *severity == found.request().severity {
                return Ok(false);
            }
            let request = NewIncident {
                severity: *severity,
                ..found.request().clone()
            };
            set_request(db, found, &request)?;
        }
        Happening::Commented { .. } | Happening::Refunded { .. } => {}
    }
    note(db, found, now, doer, &what)?;
    Ok(true)
}

/// The operator gives back what an incident consumed, once.
pub(in crate::store) struct Refund {
    pub(in crate::store) incident: String,
    pub(in crate::store) reason: RefundReason,
    pub(in crate::store) note: Option<String>,
    /// What the law says about giving an incident back that this contract paid for.
    pub(in crate::store) judge: JudgeContract,
}

impl Work for Refund {
    async fn work(&self, db: &Db<'_>, before: Before<'_>) -> Result<Ended, Failure> {
        let (partner, now) = (before.partner, before.now);
        let found = any(db, &self.incident).await?;
        let found = found
            .filter(|found| found.holder == partner)
            .ok_or_else(|| Trouble::new(ProblemCode::NotFound))?;
        let lines = db.rows(
            "SELECT kind FROM ledger WHERE partner_id = ?1 AND incident = ?2",
            values![partner, found.id()],
        );
        let lines = lines.await?;
        let (Some(contract), [_]) = (&found.contract, lines.as_slice()) else {
            let detail = match lines.is_empty() {
                true => "nothing was taken for this incident",
                false => "what it consumed was given back before",
            };
            let trouble = Trouble::new(ProblemCode::StateChanged);
            return Err(trouble.detail(detail).into());
        };
        (self.judge)(&before.account, contract)?;
        let reason = code(self.reason)?;
        let line = Line {
            partner,
            contract,
            entry: Entry::Refund,
            incident: Some(found.id()),
            reason: Some(&reason),
            at: now,
            by_subject: &before.person.subject,
        };
        ledger::add(db, &line, &ledger::last(db, partner, contract).await?)?;
        let what = Happening::Refunded {
            because: self.reason,
            note: self.note.clone(),
        };
        let doer = Doer {
            person: before.person,
            name: Some(&before.person.name),
            side: Side::Vendor,
        };
        note(db, &found, now, &doer, &what)?;
        account_after(db, &before).await
    }
}

/// The operator raises or lowers what a contract was granted.
pub(in crate::store) struct Correct {
    pub(in crate::store) contract: String,
    pub(in crate::store) by: i32,
    pub(in crate::store) reason: String,
}

impl Work for Correct {
    async fn work(&self, db: &Db<'_>, before: Before<'_>) -> Result<Ended, Failure> {
        let (partner, now) = (before.partner, before.now);
        let mut contracts = before.account.contracts.iter();
        let Some(held) = contracts.find(|held| held.reference == self.contract) else {
            return Err(Trouble::new(ProblemCode::NotFound).into());
        };
        let line = Line {
            partner,
            contract: &self.contract,
            entry: Entry::Correct(self.by),
            incident: None,
            reason: Some(&self.reason),
            at: now,
            by_subject: &before.person.subject,
        };
        ledger::add(db, &line, &ledger::last(db, partner, &self.contract).await?)?;
        touch_partner(db, partner)?;
        let detail = format!("{:+}: {}", self.by, self.reason);
        let concerns = (&*held.benefit.to_string(), Some(detail));
        let deed = AuditDeed::BalanceCorrected;
        audit::note(db, partner, before.person, now, deed, concerns)?;
        account_after(db, &before).await
    }
}

/// The partner's account as the operator sees it now.
async fn account_after(db: &Db<'_>, before: &Before<'_>) -> Result<Ended, Failure> {
    let (person, today) = (before.person, before.now.date());
    let after = facts::account_of_partner(db, person, before.partner, today).await?;
    answer(
        200,
        None,
        &after.ok_or(StoreError::Corrupt("a partner went while it was changed"))?,
    )
}
