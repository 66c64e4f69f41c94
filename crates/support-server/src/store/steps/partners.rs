//! Partner accounts and the people who belong to them, as the vendor's master data says.

use super::{code, decoded};
use crate::problem::Trouble;
use crate::store::db::{Db, values};
use crate::store::engine::Step;
use crate::store::{Failure, NewPartner, StoreError};
use serde_json::json;

impl Step for NewPartner {
    type Done = u64;

    /// Enters a partner account, or what is new about one that is there. Its revision after that.
    async fn take(&self, db: &Db<'_>) -> Result<u64, Failure> {
        db.lock(std::slice::from_ref(&self.id));
        let put = db.row(
            "INSERT INTO partner (id, name, region, portal, reseller, plans, offers, activators, revision)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, region = excluded.region,
               portal = excluded.portal, reseller = excluded.reseller, plans = excluded.plans,
               offers = excluded.offers, activators = excluded.activators,
               revision = partner.revision + 1
             RETURNING revision",
            values![
                &self.id,
                &self.name,
                &self.region,
                code(self.portal)?,
                self.reseller.map(code).transpose()?,
                json!(self.plans).to_string(),
                json!(self.offers).to_string(),
                json!(self.activators).to_string(),
            ],
        );
        let row = put
            .await?
            .ok_or(StoreError::Corrupt("a partner was not entered"))?;
        Ok(u64::try_from(row.number(0)?).unwrap_or(0))
    }
}

/// A partner account as it was entered, with its revision.
pub(in crate::store) struct ReadPartner(pub(in crate::store) String);

impl Step for ReadPartner {
    type Done = Option<(NewPartner, u64)>;

    async fn take(&self, db: &Db<'_>) -> Result<Self::Done, Failure> {
        let found = db.row(
            "SELECT name, region, portal, reseller, plans, offers, activators, revision
             FROM partner WHERE id = ?1",
            values![&self.0],
        );
        let Some(row) = found.await? else {
            return Ok(None);
        };
        let partner = NewPartner {
            id: self.0.clone(),
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
}

/// Binds a person to a partner account, or to none; a later binding replaces an earlier one.
pub(in crate::store) struct Bind {
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
        Ok(())
    }
}

/// Binds everybody of a directory who has no binding of their own to a partner account; a later binding replaces an
/// earlier one.
pub(in crate::store) struct BindTenant {
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
        Ok(())
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
