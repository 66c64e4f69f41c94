//! Partner accounts and the people who belong to them, as the vendor's master data says.

use crate::store::db::{Db, values};
use crate::store::engine::Step;
use crate::store::{Failure, NewPartner};
use entitlement_rules::{MembershipPortal, ResellerKind};
use serde_json::json;

impl Step for NewPartner {
    type Done = ();

    /// Enters a partner account, or what is new about one that is there.
    async fn take(&self, db: &Db<'_>) -> Result<(), Failure> {
        let portal = match self.portal {
            MembershipPortal::PartnerCenter => "partner-center",
            MembershipPortal::PartnerMembershipCenter => "partner-membership-center",
        };
        let reseller = self.reseller.map(|kind| match kind {
            ResellerKind::DirectBill => "direct-bill",
            ResellerKind::IndirectProvider => "indirect-provider",
            ResellerKind::IndirectReseller => "indirect-reseller",
        });
        db.lock(std::slice::from_ref(&self.id));
        db.write(
            "INSERT INTO partner (id, name, region, portal, reseller, plans, offers, activators, revision)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, region = excluded.region,
               portal = excluded.portal, reseller = excluded.reseller, plans = excluded.plans,
               offers = excluded.offers, activators = excluded.activators,
               revision = partner.revision + 1",
            values![
                &self.id,
                &self.name,
                &self.region,
                portal,
                reseller,
                json!(self.plans).to_string(),
                json!(self.offers).to_string(),
                json!(self.activators).to_string(),
            ],
        )?;
        Ok(())
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
        // The account's revision is a sum over the person's row and their company's, and must not fall when the company
        // is another one.
        let before = db.row(
            "SELECT v.revision + COALESCE(p.revision, 0) FROM viewer v
             LEFT JOIN partner p ON p.id = v.partner_id WHERE v.issuer = ?1 AND v.subject = ?2",
            values![&self.issuer, &self.subject],
        );
        let revision = match before.await? {
            Some(row) => row.number(0)? + 1,
            None => 1,
        };
        db.write(
            "INSERT INTO viewer (issuer, subject, partner_id, sees_offers, revision)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (issuer, subject) DO UPDATE SET partner_id = excluded.partner_id,
               sees_offers = excluded.sees_offers, revision = excluded.revision",
            values![
                &self.issuer,
                &self.subject,
                self.partner.clone(),
                self.sees_offers,
                revision
            ],
        )?;
        Ok(())
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
