//! What the programme's operator sees and does beyond one company: incidents of all of them, the list of accounts, and
//! many accounts entered at once.

use super::incident_changes;
use super::incidents::{self, pattern};
use super::partners::{read_partner, write_partner};
use super::{Before, Ended, Work, answer, code};
use crate::auth::Person;
use crate::clock::Moment;
use crate::problem::Trouble;
use crate::store::db::{Db, Row, values};
use crate::store::engine::Step;
use crate::store::{DeskFilter, DeskOrder, Failure, NewPartner, StoreError, facts};
use entitlement_rules::{AccountFacts, Date};
use support_api::desk::{
    DeskIncident, ImportOutcome, PEOPLE_LENGTH, PartnerPeople, PartnerSummary,
};
use support_api::{Happening, IncidentStatus, PersonBinding, ProblemCode, TenantBinding};

macro_rules! board {
    ($which:literal, $whose:literal, $beyond:literal, $order:literal) => {
        concat!(
            "SELECT ",
            incidents::columns!(),
            ", p.name FROM incident i JOIN partner p ON p.id = i.partner_id WHERE ",
            $which,
            " AND ",
            $whose,
            " AND (CAST(?2 AS TEXT) IS NULL OR ",
            $beyond,
            ") AND (CAST(?3 AS TEXT) IS NULL OR i.severity >= CAST(?3 AS TEXT))
              AND (CAST(?4 AS TEXT) IS NULL OR i.status = ?4)
              AND (CAST(?5 AS TEXT) IS NULL OR i.severity = ?5)
              AND (CAST(?6 AS TEXT) IS NULL OR i.sought LIKE ?6 ESCAPE '!')
             ORDER BY ",
            $order,
            " LIMIT ?7"
        )
    };
}

/// Every statement of the board: what is written out, an index can be found by.
macro_rules! boards {
    ($beyond:literal, $order:literal, $unfinished:expr, $one_partner:expr) => {
        match ($unfinished, $one_partner) {
            (true, true) => board!(
                "i.status IN ('open', 'in-progress', 'waiting-for-partner')",
                "i.partner_id = ?1",
                $beyond,
                $order
            ),
            (true, false) => board!(
                "i.status IN ('open', 'in-progress', 'waiting-for-partner')",
                "CAST(?1 AS TEXT) IS NULL",
                $beyond,
                $order
            ),
            (false, true) => board!("TRUE", "i.partner_id = ?1", $beyond, $order),
            (false, false) => board!("TRUE", "CAST(?1 AS TEXT) IS NULL", $beyond, $order),
        }
    };
}

/// Up to so many incidents of every company.
pub(in crate::store) struct Board(pub(in crate::store) DeskFilter);

impl Step for Board {
    type Done = Vec<DeskIncident>;

    async fn take(&self, db: &Db<'_>) -> Result<Vec<DeskIncident>, Failure> {
        let filter = &self.0;
        let (unfinished, one) = (filter.unfinished, filter.partner.is_some());
        let sql = match filter.order {
            // In front of an incident stand those that are worse, and of the same severity those that are older.
            DeskOrder::WorstFirst => boards!(
                "i.severity > CAST(?3 AS TEXT) OR i.id > ?2",
                "i.severity, i.id",
                unfinished,
                one
            ),
            DeskOrder::OldestFirst => boards!("i.id > ?2", "i.id", unfinished, one),
            DeskOrder::NewestFirst => boards!("i.id < ?2", "i.id DESC", unfinished, one),
        };
        let after = filter.after.as_ref();
        let worst = after.filter(|_| filter.order == DeskOrder::WorstFirst);
        let rows = db.rows(
            sql,
            values![
                filter.partner.clone(),
                after.map(|(_, id)| id),
                worst.map(|(severity, _)| code(severity)).transpose()?,
                filter.status.map(code).transpose()?,
                filter.severity.map(code).transpose()?,
                filter.text.as_deref().map(pattern),
                filter.limit,
            ],
        );
        let rows = rows.await?;
        let found = rows.iter().map(|row| {
            Ok(DeskIncident {
                partner: row.owned(9)?,
                partner_name: row.owned(12)?,
                incident: incidents::listed(row)?,
            })
        });
        Ok(found.collect::<Result<_, StoreError>>()?)
    }
}

/// An incident of a partner, with its timeline.
pub(in crate::store) struct ReadIncident {
    pub(in crate::store) partner: String,
    pub(in crate::store) incident: String,
}

impl Step for ReadIncident {
    type Done = Option<DeskIncident>;

    async fn take(&self, db: &Db<'_>) -> Result<Option<DeskIncident>, Failure> {
        Ok(told(db, &self.partner, &self.incident).await?)
    }
}

async fn told(
    db: &Db<'_>,
    partner: &str,
    incident: &str,
) -> Result<Option<DeskIncident>, StoreError> {
    let found = incidents::any(db, incident).await?;
    let Some(found) = found.filter(|found| found.holder == partner) else {
        return Ok(None);
    };
    let name = db.row("SELECT name FROM partner WHERE id = ?1", values![partner]);
    let name = name.await?.map_or(Ok(String::new()), |row| row.owned(0))?;
    Ok(Some(DeskIncident {
        partner: partner.to_owned(),
        partner_name: name,
        incident: incidents::with_timeline(db, found).await?,
    }))
}

/// The operator does something to a partner's incident.
pub(in crate::store) struct Act {
    pub(in crate::store) incident: String,
    pub(in crate::store) deed: Deed,
}

pub(in crate::store) enum Deed {
    /// Says where it stands, unless it no longer stands where the operator saw it.
    Move {
        from: IncidentStatus,
        to: IncidentStatus,
    },
    /// Writes on it while it is not over.
    Comment(String),
}

impl Work for Act {
    async fn work(&self, db: &Db<'_>, before: Before<'_>) -> Result<Ended, Failure> {
        let found = incidents::any(db, &self.incident).await?;
        let found = found
            .filter(|found| found.holder == before.partner)
            .ok_or_else(|| Trouble::new(ProblemCode::NotFound))?;
        let what = match &self.deed {
            Deed::Move { from, to } => {
                if found.status() != *from {
                    let trouble = Trouble::new(ProblemCode::StateChanged);
                    return Err(trouble.detail("it stands elsewhere by now").into());
                }
                Happening::StatusChanged { status: *to }
            }
            Deed::Comment(text) => {
                incident_changes::demand(!found.status().is_over())?;
                Happening::Commented { text: text.clone() }
            }
        };
        incident_changes::by_operator(db, &found, before.now, before.person, what).await?;
        let after = told(db, before.partner, &self.incident).await?;
        answer(200, None, &after.ok_or(incident_changes::GONE)?)
    }
}

/// Up to `limit` partner accounts whose id or name has a text in it, by id.
pub(in crate::store) struct Partners {
    pub(in crate::store) text: Option<String>,
    pub(in crate::store) limit: u32,
    /// The id after which to go on.
    pub(in crate::store) after: Option<String>,
}

impl Step for Partners {
    type Done = Vec<PartnerSummary>;

    async fn take(&self, db: &Db<'_>) -> Result<Vec<PartnerSummary>, Failure> {
        // SQLite knows capitals of plain Latin letters alone: the text is looked for as it was typed, too.
        let rows = db.rows(
            "SELECT p.id, p.name, p.region,
               (SELECT count(*) FROM activation a WHERE a.partner_id = p.id AND a.is_pending),
               (SELECT count(*) FROM incident i WHERE i.partner_id = p.id
                  AND i.status IN ('open', 'in-progress', 'waiting-for-partner'))
             FROM partner p
             WHERE (CAST(?1 AS TEXT) IS NULL OR p.id > ?1)
               AND (CAST(?2 AS TEXT) IS NULL OR lower(p.name) LIKE ?2 ESCAPE '!'
                 OR lower(p.id) LIKE ?2 ESCAPE '!' OR p.name LIKE CAST(?3 AS TEXT) ESCAPE '!')
             ORDER BY p.id LIMIT ?4",
            values![
                self.after.clone(),
                self.text.as_deref().map(pattern),
                self.text.as_deref().map(incidents::literal_pattern),
                self.limit
            ],
        );
        let rows = rows.await?;
        let found = rows.iter().map(|row| {
            Ok(PartnerSummary {
                id: row.owned(0)?,
                name: row.owned(1)?,
                region: row.owned(2)?,
                pending: row.count(3)?,
                unfinished: row.count(4)?,
            })
        });
        Ok(found.collect::<Result<_, StoreError>>()?)
    }
}

/// The facts of a partner account, all of them. `None` when there is no such account.
pub(in crate::store) struct ReadAccount {
    pub(in crate::store) operator: Person,
    pub(in crate::store) partner: String,
    pub(in crate::store) as_of: Date,
}

impl Step for ReadAccount {
    type Done = Option<AccountFacts>;

    async fn take(&self, db: &Db<'_>) -> Result<Option<AccountFacts>, Failure> {
        Ok(facts::account_of_partner(db, &self.operator, &self.partner, self.as_of).await?)
    }
}

/// Who belongs to a partner account. `None` when there is no such account.
pub(in crate::store) struct People(pub(in crate::store) String);

impl Step for People {
    type Done = Option<PartnerPeople>;

    async fn take(&self, db: &Db<'_>) -> Result<Option<PartnerPeople>, Failure> {
        let (known, people, tenants) = futures_util::try_join!(
            db.row("SELECT 1 FROM partner WHERE id = ?1", values![&self.0]),
            db.rows(
                "SELECT issuer, subject, sees_offers FROM viewer WHERE partner_id = ?1 AND is_bound
                 ORDER BY issuer, subject LIMIT ?2",
                values![&self.0, PEOPLE_LENGTH],
            ),
            db.rows(
                "SELECT issuer, tenant FROM tenant WHERE partner_id = ?1
                 ORDER BY issuer, tenant LIMIT ?2",
                values![&self.0, PEOPLE_LENGTH],
            )
        )?;
        if known.is_none() {
            return Ok(None);
        }
        let people = people.iter().map(|row: &Row| {
            Ok(PersonBinding {
                issuer: row.owned(0)?,
                subject: row.owned(1)?,
                partner: Some(self.0.clone()),
                sees_offers: row.flag(2)?,
            })
        });
        let tenants = tenants.iter().map(|row| {
            Ok(TenantBinding {
                issuer: row.owned(0)?,
                tenant: row.owned(1)?,
                partner: self.0.clone(),
            })
        });
        Ok(Some(PartnerPeople {
            people: people.collect::<Result<_, StoreError>>()?,
            tenants: tenants.collect::<Result<_, StoreError>>()?,
        }))
    }
}

/// Enters many partner accounts in one transaction, or says what that would do. An account that is there and is the same
/// is left alone, so that the same import can be made again.
pub(in crate::store) struct Import {
    pub(in crate::store) by: Person,
    pub(in crate::store) now: Moment,
    pub(in crate::store) partners: Vec<NewPartner>,
    pub(in crate::store) dry_run: bool,
}

/// What an account was beside what was entered before, and the fields that differ.
pub type Imported = (ImportOutcome, Vec<&'static str>);

impl Step for Import {
    type Done = Vec<Imported>;

    async fn take(&self, db: &Db<'_>) -> Result<Vec<Imported>, Failure> {
        if !self.dry_run {
            let mut ids: Vec<String> = self.partners.iter().map(|it| it.id.clone()).collect();
            ids.sort();
            db.lock(&ids);
        }
        let mut outcomes = Vec::new();
        for partner in &self.partners {
            let outcome = match read_partner(db, &partner.id).await? {
                None => (ImportOutcome::New, Vec::new()),
                Some((before, _)) => match before.differs_from(partner) {
                    same if same.is_empty() => (ImportOutcome::Same, same),
                    changes => (ImportOutcome::Changed, changes),
                },
            };
            if !self.dry_run && outcome.0 != ImportOutcome::Same {
                write_partner(db, &self.by, self.now, partner, &outcome.1).await?;
            }
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }
}
