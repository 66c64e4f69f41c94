//! Partner accounts and the people who belong to them, as the vendor's master data says.

use super::{audit, code, decoded};
use crate::auth::Person;
use crate::clock::Moment;
use crate::problem::Trouble;
use crate::store::db::{Db, values};
use crate::store::engine::Step;
use crate::store::{Failure, NewPartner, StoreError};
use serde_json::json;
use support_api::desk::AuditDeed;

/// Enters a partner account, or what is new about one that is there.
pub(in crate::store) struct PutPartner {
    pub(in crate::store) by: Person,
    pub(in crate::store) now: Moment,
    pub(in crate::store) partner: NewPartner,
}

impl Step for PutPartner {
    type Done = u64;

    async fn take(&self, db: &Db<'_>) -> Result<u64, Failure> {
        let partner = &self.partner;
        db.lock(std::slice::from_ref(&partner.id));
        let changes = match read_partner(db, &partner.id).await? {
            Some((before, _)) => before.differs_from(partner),
            None => Vec::new(),
        };
        write_partner(db, &self.by, self.now, partner, &changes).await
    }
}

impl NewPartner {
    /// The names of the fields that another entry of the same account has otherwise.
    pub(super) fn differs_from(&self, other: &NewPartner) -> Vec<&'static str> {
        let same = [
            ("name", self.name == other.name),
            ("region", self.region == other.region),
            ("portal", self.portal == other.portal),
            ("offers", self.offers == other.offers),
            ("plans", self.plans == other.plans),
            ("reseller", self.reseller == other.reseller),
            ("activators", self.activators == other.activators),
        ];
        let differing = same.into_iter().filter(|(_, same)| !same);
        differing.map(|(field, _)| field).collect()
    }
}

/// Enters a partner account, or what is new about one that is there. Its revision after that.
pub(super) async fn write_partner(
    db: &Db<'_>,
    by: &Person,
    now: Moment,
    partner: &NewPartner,
    changes: &[&str],
) -> Result<u64, Failure> {
    let put = db.row(
            "INSERT INTO partner (id, name, region, portal, reseller, plans, offers, activators, revision)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, region = excluded.region,
               portal = excluded.portal, reseller = excluded.reseller, plans = excluded.plans,
               offers = excluded.offers, activators = excluded.activators,
               revision = partner.revision + 1
             RETURNING revision",
            values![
                &partner.id,
                &partner.name,
                &partner.region,
                code(partner.portal)?,
                partner.reseller.map(code).transpose()?,
                json!(partner.plans).to_string(),
                json!(partner.offers).to_string(),
                json!(partner.activators).to_string(),
            ],
        );
    let row = put
        .await?
        .ok_or(StoreError::Corrupt("a partner was not entered"))?;
    let revision = u64::try_from(row.number(0)?).unwrap_or(0);
    let (deed, detail) = match revision {
        1 => (AuditDeed::PartnerEntered, None),
        _ => (AuditDeed::PartnerChanged, Some(changes.join(", "))),
    };
    audit::note(db, &partner.id, by, now, deed, ("", detail))?;
    Ok(revision)
}

/// A partner account as it was entered, with its revision.
pub(in crate::store) struct ReadPartner(pub(in crate::store) String);

impl Step for ReadPartner {
    type Done = Option<(NewPartner, u64)>;

    async fn take(&self, db: &Db<'_>) -> Result<Self::Done, Failure> {
        Ok(read_partner(db, &self.0).await?)
    }
}

pub(super) async fn read_partner(
    db: &Db<'_>,
    id: &str,
) -> Result<Option<(NewPartner, u64)>, StoreError> {
    let found = db.row(
        "SELECT name, region, portal, reseller, plans, offers, activators, revision
             FROM partner WHERE id = ?1",
        values![id],
    );
    let Some(row) = found.await? else {
        return Ok(None);
    };
    let partner = NewPartner {
        id: id.to_owned(),
        name: row.owned(0)?,
        region: row.owned(1)?,
        portal: decoded(row.text(2)?)?,
        reseller: row.maybe_text(3)?.map(decoded).transpose()?,
        plans: row.json(4)?,
        offers: row.json(5)?,
        activators: row.json(6)?,
    };
    Ok(Some((partner, u64::try_from(row.number(7)?).unwrap_or(0))))
}

/// Binds a person to a partner account, or to none; a later binding replaces an earlier one.
pub(in crate::store) struct Bind {
    pub(in crate::store) by: Person,
    pub(in crate::store) now: Moment,
    pub(in crate::store) issuer: String,
    pub(in crate::store) subject: String,
    pub(in crate::store) partner: Option<String>,
    pub(in crate::store) sees_offers: bool,
}

impl Step for Bind {
    type Done = ();

    async fn take(&self, db: &Db<'_>) -> Result<(), Failure> {
        if let Some(partner) = &self.partner {
            check_partner(db, partner).await?;
        }
        // The account's revision is a sum over the person's row and their company's, and must not fall when the company
        // is another one. Which directory's binding counted until now is not known here: the highest is above it.
        let before = db.row(
            "SELECT COALESCE((SELECT v.revision + COALESCE(p.revision, 0) FROM viewer v
                LEFT JOIN partner p ON p.id = v.partner_id WHERE v.issuer = ?1 AND v.subject = ?2), 0)
              + COALESCE((SELECT max(t.revision + p.revision) FROM tenant t
                JOIN partner p ON p.id = t.partner_id WHERE t.issuer = ?1), 0)",
            values![&self.issuer, &self.subject],
        );
        let before = before.await?.map_or(Ok(0), |row| row.number(0))?;
        db.write(
            "INSERT INTO viewer (issuer, subject, partner_id, sees_offers, is_bound, revision)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (issuer, subject) DO UPDATE SET partner_id = excluded.partner_id,
               sees_offers = excluded.sees_offers, is_bound = excluded.is_bound,
               revision = excluded.revision",
            values![
                &self.issuer,
                &self.subject,
                self.partner.clone(),
                self.sees_offers,
                true,
                before + 1
            ],
        )?;
        let partner = self.partner.as_deref().unwrap_or_default();
        let concerns = (&*self.subject, None);
        Ok(audit::note(
            db,
            partner,
            &self.by,
            self.now,
            AuditDeed::PersonBound,
            concerns,
        )?)
    }
}

/// Binds everybody of a directory who has no binding of their own to a partner account; a later binding replaces an
/// earlier one.
pub(in crate::store) struct BindTenant {
    pub(in crate::store) by: Person,
    pub(in crate::store) now: Moment,
    pub(in crate::store) issuer: String,
    pub(in crate::store) tenant: String,
    pub(in crate::store) partner: String,
}

impl Step for BindTenant {
    type Done = ();

    async fn take(&self, db: &Db<'_>) -> Result<(), Failure> {
        check_partner(db, &self.partner).await?;
        // As with a person: the sum must not fall.
        let before = db.row(
            "SELECT t.revision + p.revision FROM tenant t JOIN partner p ON p.id = t.partner_id
             WHERE t.issuer = ?1 AND t.tenant = ?2",
            values![&self.issuer, &self.tenant],
        );
        let before = before.await?.map_or(Ok(0), |row| row.number(0))?;
        db.write(
            "INSERT INTO tenant (issuer, tenant, partner_id, revision) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (issuer, tenant) DO UPDATE SET partner_id = excluded.partner_id,
               revision = excluded.revision",
            values![&self.issuer, &self.tenant, &self.partner, before + 1],
        )?;
        let concerns = (&*self.tenant, None);
        let (partner, deed) = (&self.partner, AuditDeed::TenantBound);
        Ok(audit::note(
            db, partner, &self.by, self.now, deed, concerns,
        )?)
    }
}

async fn check_partner(db: &Db<'_>, id: &str) -> Result<(), Failure> {
    let found = db.row("SELECT 1 FROM partner WHERE id = ?1", values![id]);
    match found.await? {
        Some(_) => Ok(()),
        None => Err(Trouble::invalid("partner", "there is no such partner account").into()),
    }
}

/// Whether any partner account is entered.
pub(in crate::store) struct HasPartners;

impl Step for HasPartners {
    type Done = bool;

    async fn take(&self, db: &Db<'_>) -> Result<bool, Failure> {
        let first = db.row("SELECT 1 FROM partner LIMIT 1", values![]);
        Ok(first.await?.is_some())
    }
}

/// A fact about the store itself.
pub(in crate::store) struct About(pub(in crate::store) &'static str);

impl Step for About {
    type Done = Option<String>;

    async fn take(&self, db: &Db<'_>) -> Result<Option<String>, Failure> {
        let found = db.row("SELECT value FROM about WHERE name = ?1", values![self.0]);
        match found.await? {
            Some(row) => Ok(Some(row.owned(0)?)),
            None => Ok(None),
        }
    }
}

/// Notes a fact about the store itself, or that it is none any more.
pub(in crate::store) struct Note(
    pub(in crate::store) &'static str,
    pub(in crate::store) Option<String>,
);

impl Step for Note {
    type Done = ();

    async fn take(&self, db: &Db<'_>) -> Result<(), Failure> {
        Ok(match &self.1 {
            Some(value) => db.write(
                "INSERT INTO about (name, value) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                values![self.0, value],
            ),
            None => db.write("DELETE FROM about WHERE name = ?1", values![self.0]),
        }?)
    }
}
