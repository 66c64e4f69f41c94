//! Fills the law's [`AccountFacts`] from the tables.

use super::{Seal, StoreError, ledger, masked};
use crate::auth::Person;
use entitlement_rules::{
    AccountFacts, Activation, BenefitActivation, BenefitKey, Contract, Date, MembershipOffer,
    MembershipPortal, OfferStatus, Partner, ResellerKind,
};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row};

/// What a person sees of their account.
pub(super) fn account(
    connection: &Connection,
    seal: &Seal,
    person: &Person,
    as_of: Date,
) -> Result<AccountFacts, StoreError> {
    let bound: Option<(Option<String>, bool, i64)> = connection
        .prepare_cached(
            "SELECT partner_id, sees_offers, revision FROM viewer
             WHERE issuer = ?1 AND subject = ?2",
        )?
        .query_row([&person.issuer, &person.subject], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let (partner, sees_offers, revision) = bound.unwrap_or((None, false, 0));
    fill(
        connection,
        seal,
        person,
        as_of,
        partner.as_deref(),
        sees_offers,
        revision,
    )
}

/// A partner account as the operator sees it: all of it. `None` when there is no such partner.
pub(super) fn account_of_partner(
    connection: &Connection,
    seal: &Seal,
    operator: &Person,
    partner: &str,
    as_of: Date,
) -> Result<Option<AccountFacts>, StoreError> {
    let facts = fill(connection, seal, operator, as_of, Some(partner), true, 0)?;
    Ok(facts.partner.is_some().then_some(facts))
}

fn fill(
    connection: &Connection,
    seal: &Seal,
    person: &Person,
    as_of: Date,
    partner: Option<&str>,
    sees_offers: bool,
    mut revision: i64,
) -> Result<AccountFacts, StoreError> {
    let mut contracts = Vec::new();
    let found = match partner {
        Some(id) => read_partner(connection, id, sees_offers, as_of, &mut revision)?,
        None => None,
    };
    // The partner's own contracts, unless this account sees nothing of the membership; and what the person has linked.
    let mut statement = connection.prepare_cached(
        "SELECT c.partner_id, c.reference, c.benefit, p.name, c.sealed_ids, c.start, c.\"end\",
                l.linked_on, p.revision
         FROM contract c
         JOIN partner p ON p.id = c.partner_id
         LEFT JOIN contract_link l
           ON l.issuer = ?1 AND l.subject = ?2
          AND l.partner_id = c.partner_id AND l.reference = c.reference
         WHERE c.partner_id = ?3 AND (?4 OR l.linked_on IS NOT NULL)
         UNION ALL
         SELECT c.partner_id, c.reference, c.benefit, p.name, c.sealed_ids, c.start, c.\"end\",
                l.linked_on, p.revision
         FROM contract_link l
         JOIN contract c ON c.partner_id = l.partner_id AND c.reference = l.reference
         JOIN partner p ON p.id = c.partner_id
         WHERE l.issuer = ?1 AND l.subject = ?2 AND l.partner_id IS NOT ?3
         ORDER BY 2",
    )?;
    let mut rows = statement.query(rusqlite::params![
        person.issuer,
        person.subject,
        partner,
        sees_offers
    ])?;
    while let Some(row) = rows.next()? {
        let holder_id: String = row.get(0)?;
        let reference: String = row.get(1)?;
        let ids = seal.open(&reference, &row.get::<_, Vec<u8>>(4)?)?;
        // A contract of another company changes this account too.
        revision = revision.max(row.get(8)?);
        contracts.push(Contract {
            benefit: benefit(row, 2)?,
            own: Some(holder_id.as_str()) == partner,
            holder: row.get(3)?,
            access_id_masked: Some(masked(&ids.access_id)),
            contract_id_masked: Some(masked(&ids.contract_id)),
            start: date(row, 5)?,
            end: date(row, 6)?,
            balance: ledger::balance(connection, &holder_id, &reference)?,
            linked_on: row.get::<_, Option<Day>>(7)?.map(|day| day.0),
            reference,
        });
    }
    let revision = u64::try_from(revision).unwrap_or(0);
    Ok(AccountFacts {
        revision,
        as_of,
        viewer: person.as_viewer(),
        partner: found,
        contracts,
    })
}

fn read_partner(
    connection: &Connection,
    id: &str,
    sees_offers: bool,
    as_of: Date,
    revision: &mut i64,
) -> Result<Option<Partner>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT name, region, portal, plans, activators, revision, reseller FROM partner WHERE id = ?1",
    )?;
    let mut rows = statement.query([id])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    *revision = (*revision).max(row.get(5)?);
    let offers = read_offers(connection, id)?;
    let offers_hidden = !sees_offers && offers.iter().any(|offer| offer.is_active(as_of));
    let portal = match row.get_ref(2)?.as_str() {
        Ok("partner-center") => MembershipPortal::PartnerCenter,
        Ok("partner-membership-center") => MembershipPortal::PartnerMembershipCenter,
        _ => return Err(StoreError::Corrupt("an unknown membership portal")),
    };
    let reseller = match row.get_ref(6)?.as_str_or_null() {
        Ok(None) => None,
        Ok(Some("direct-bill")) => Some(ResellerKind::DirectBill),
        Ok(Some("indirect-provider")) => Some(ResellerKind::IndirectProvider),
        Ok(Some("indirect-reseller")) => Some(ResellerKind::IndirectReseller),
        _ => return Err(StoreError::Corrupt("an unknown kind of reseller")),
    };
    Ok(Some(Partner {
        id: id.to_owned(),
        name: row.get(0)?,
        region: row.get(1)?,
        portal,
        offers: if sees_offers { offers } else { Vec::new() },
        offers_hidden,
        plans: json(row, 3)?,
        reseller,
        activators: json(row, 4)?,
        activations: if sees_offers {
            read_activations(connection, id)?
        } else {
            Vec::new()
        },
    }))
}

fn read_offers(connection: &Connection, partner: &str) -> Result<Vec<MembershipOffer>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT offer, competency, start, anniversary, status FROM membership_offer
         WHERE partner_id = ?1 ORDER BY position",
    )?;
    let mut rows = statement.query([partner])?;
    let mut offers = Vec::new();
    while let Some(row) = rows.next()? {
        offers.push(MembershipOffer {
            offer: row.get(0)?,
            competency: row.get(1)?,
            start: date(row, 2)?,
            anniversary: date(row, 3)?,
            status: match row.get_ref(4)?.as_str() {
                Ok("active") => OfferStatus::Active,
                _ => OfferStatus::Lapsed,
            },
        });
    }
    Ok(offers)
}

fn read_activations(
    connection: &Connection,
    partner: &str,
) -> Result<Vec<BenefitActivation>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT benefit, state FROM activation WHERE partner_id = ?1 ORDER BY benefit",
    )?;
    let mut rows = statement.query([partner])?;
    let mut activations = Vec::new();
    while let Some(row) = rows.next()? {
        activations.push(BenefitActivation {
            benefit: benefit(row, 0)?,
            activation: json(row, 1)?,
        });
    }
    Ok(activations)
}

/// Where the activation of a benefit stands.
pub(super) fn activation(
    connection: &Connection,
    partner: &str,
    benefit: &BenefitKey,
) -> Result<Activation, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT state FROM activation WHERE partner_id = ?1 AND benefit = ?2")?;
    let mut rows = statement.query([partner, &benefit.to_string()])?;
    match rows.next()? {
        Some(row) => json(row, 0),
        None => Ok(Activation::NotActivated),
    }
}

/// A date column.
pub(super) struct Day(pub(super) Date);

impl FromSql for Day {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Day> {
        value
            .as_str()
            .and_then(|text| Date::parse(text).map(Day).ok_or(FromSqlError::InvalidType))
    }
}

pub(super) fn date(row: &Row<'_>, column: usize) -> Result<Date, StoreError> {
    Ok(row.get::<_, Day>(column)?.0)
}

pub(super) fn benefit(row: &Row<'_>, column: usize) -> Result<BenefitKey, StoreError> {
    let text: String = row.get(column)?;
    BenefitKey::parse(&text).ok_or(StoreError::Corrupt("a benefit's name"))
}

pub(super) fn json<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    column: usize,
) -> Result<T, StoreError> {
    let text = row
        .get_ref(column)?
        .as_str()
        .map_err(|_| StoreError::Corrupt("a JSON column"))?;
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt("a JSON column"))
}
