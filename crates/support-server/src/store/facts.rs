//! Fills the law's [`AccountFacts`] from the tables.

use super::db::{Db, Row, values};
use super::engine::Step;
use super::steps::decoded;
use super::{Failure, StoreError, ledger, masked};
use crate::auth::Person;
use entitlement_rules::{
    AccountFacts, Activation, Allotment, Balance, BenefitActivation, BenefitKey, Contract, Date,
    MembershipOffer, Partner,
};
use futures_util::future::try_join_all;
use futures_util::try_join;

/// Where a person belongs: their partner account, and the contracts that they linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) partner: Option<String>,
    sees_offers: bool,
    revision: i64,
    links: Vec<Link>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Link {
    partner: String,
    reference: String,
    linked_on: Date,
}

impl Standing {
    /// The companies whose rows this person's changes can touch, sorted.
    pub(super) fn companies(&self) -> Vec<String> {
        let mut partners: Vec<String> = self
            .links
            .iter()
            .map(|link| &link.partner)
            .chain(&self.partner)
            .cloned()
            .collect();
        partners.sort();
        partners.dedup();
        partners
    }

    /// The company that holds a contract of the account: the one whose contract was linked, or the person's own.
    pub(super) fn holder(&self, contract: &str) -> Option<&str> {
        let linked = self.links.iter().find(|link| link.reference == contract);
        linked
            .map(|link| link.partner.as_str())
            .or(self.partner.as_deref())
    }

    /// Whether all of the membership is seen, and every incident of it.
    pub(super) fn sees_all(&self) -> Option<&str> {
        self.partner.as_deref().filter(|_| self.sees_offers)
    }

    /// An operator sees all of a partner account, and nothing of their own.
    pub(super) fn operator_at(partner: &str) -> Standing {
        Standing {
            partner: Some(partner.to_owned()),
            sees_offers: true,
            revision: 0,
            links: Vec::new(),
        }
    }
}

pub(super) async fn standing(db: &Db<'_>, person: &Person) -> Result<Standing, StoreError> {
    let of_tenant = async {
        match &person.tenant {
            Some(tenant) => {
                let row = db.row(
                    "SELECT partner_id, revision FROM tenant WHERE issuer = ?1 AND tenant = ?2",
                    values![&person.issuer, tenant],
                );
                row.await
            }
            None => Ok(None),
        }
    };
    let (bound, of_tenant, links) = try_join!(
        db.row(
            "SELECT partner_id, sees_offers, revision, is_bound FROM viewer
             WHERE issuer = ?1 AND subject = ?2",
            values![&person.issuer, &person.subject],
        ),
        of_tenant,
        db.rows(
            "SELECT partner_id, reference, linked_on FROM contract_link
             WHERE issuer = ?1 AND subject = ?2 ORDER BY partner_id, reference",
            values![&person.issuer, &person.subject],
        )
    )?;
    let links = links.iter().map(|row| {
        Ok(Link {
            partner: row.owned(0)?,
            reference: row.owned(1)?,
            linked_on: row.date(2)?,
        })
    });
    let own = bound.as_ref().map_or(Ok(0), |row| row.number(2))?;
    let (partner, sees_offers, revision) = match (&bound, &of_tenant) {
        (Some(row), _) if row.flag(3)? => (row.maybe_owned(0)?, row.flag(1)?, own),
        (_, Some(tenant)) => (Some(tenant.owned(0)?), true, own + tenant.number(1)?),
        _ => (None, false, own),
    };
    Ok(Standing {
        partner,
        sees_offers,
        revision,
        links: links.collect::<Result<_, StoreError>>()?,
    })
}

pub(super) struct ReadAccount {
    pub(super) person: Person,
    pub(super) as_of: Date,
}

impl Step for ReadAccount {
    type Done = AccountFacts;

    async fn take(&self, db: &Db<'_>) -> Result<AccountFacts, Failure> {
        Ok(account(db, &self.person, self.as_of).await?)
    }
}

/// How often what a person sees of their account has changed, without reading it.
pub(super) struct ReadRevision {
    pub(super) person: Person,
}

impl Step for ReadRevision {
    type Done = u64;

    async fn take(&self, db: &Db<'_>) -> Result<u64, Failure> {
        let standing = standing(db, &self.person).await?;
        let companies = standing.companies();
        let counts = companies.iter().map(|company| {
            db.row(
                "SELECT revision FROM partner WHERE id = ?1",
                values![company],
            )
        });
        let mut revision = standing.revision;
        for row in try_join_all(counts).await?.into_iter().flatten() {
            revision += row.number(0)?;
        }
        Ok(as_revision(revision))
    }
}

/// Every count only grows, and so does their sum: no two states of an account have the same.
fn as_revision(sum: i64) -> u64 {
    u64::try_from(sum).unwrap_or(0)
}

/// What a person sees of their account.
pub(super) async fn account(
    db: &Db<'_>,
    person: &Person,
    as_of: Date,
) -> Result<AccountFacts, StoreError> {
    let standing = standing(db, person).await?;
    fill(db, person, &standing, as_of).await
}

/// The same when it is known already where the person belongs; checked in the same round trip.
pub(super) async fn account_at(
    db: &Db<'_>,
    person: &Person,
    known: &Standing,
    as_of: Date,
) -> Result<AccountFacts, StoreError> {
    let (now, facts) = try_join!(standing(db, person), fill(db, person, known, as_of))?;
    match now == *known {
        true => Ok(facts),
        false => Err(StoreError::LostRace("the person was bound anew".into())),
    }
}

/// A partner account as the operator sees it: all of it. `None` when there is no such partner.
pub(super) async fn account_of_partner(
    db: &Db<'_>,
    operator: &Person,
    partner: &str,
    as_of: Date,
) -> Result<Option<AccountFacts>, StoreError> {
    let facts = fill(db, operator, &Standing::operator_at(partner), as_of).await?;
    Ok(facts.partner.is_some().then_some(facts))
}

/// A contract with the last line of its ledger.
macro_rules! contracts {
    ($where:literal) => {
        concat!(
            "SELECT c.reference, c.benefit, c.sealed_ids, c.start, c.\"end\",
                    l.granted, l.consumed, l.refunded, l.expired, l.line
             FROM contract c
             LEFT JOIN ledger l ON l.partner_id = c.partner_id AND l.line =
               (SELECT max(m.line) FROM ledger m
                WHERE m.partner_id = c.partner_id AND m.contract = c.reference)
             WHERE c.partner_id = ?1 ",
            $where
        )
    };
}

async fn fill(
    db: &Db<'_>,
    person: &Person,
    standing: &Standing,
    as_of: Date,
) -> Result<AccountFacts, StoreError> {
    let own = standing.partner.as_deref();
    let (own, linked) = try_join!(
        read_own(db, own, standing.sees_offers, as_of),
        try_join_all(standing.links.iter().map(|link| read_linked(db, link)))
    )?;
    let (partner, mut contracts, mut revision) = match own {
        Some(own) => (Some(own.partner), own.contracts, own.revision),
        None => (None, Vec::new(), 0),
    };
    revision += standing.revision;
    // Of a company whose rows count already, the count is in.
    let mut counted: Vec<&str> = standing.partner.as_deref().into_iter().collect();
    for (link, linked) in standing.links.iter().zip(linked) {
        let Some((mut contract, of_holder)) = linked else {
            continue;
        };
        if !counted.contains(&link.partner.as_str()) {
            counted.push(&link.partner);
            revision += of_holder;
        }
        let held = contracts
            .iter_mut()
            .find(|held| held.reference == contract.reference);
        match held {
            Some(held) => held.linked_on = contract.linked_on,
            None => {
                contract.own = standing.partner.as_ref() == Some(&link.partner);
                contracts.push(contract);
            }
        }
    }
    contracts.sort_by(|one, other| one.reference.cmp(&other.reference));
    Ok(AccountFacts {
        revision: as_revision(revision),
        as_of,
        viewer: person.as_viewer(),
        partner,
        contracts,
    })
}

struct Own {
    partner: Partner,
    contracts: Vec<Contract>,
    revision: i64,
}

/// A partner account, and its contracts unless this person sees nothing of the membership.
async fn read_own(
    db: &Db<'_>,
    id: Option<&str>,
    sees_offers: bool,
    as_of: Date,
) -> Result<Option<Own>, StoreError> {
    let Some(id) = id else {
        return Ok(None);
    };
    let (row, activations, contracts) = try_join!(
        db.row(
            "SELECT name, region, portal, plans, activators, revision, reseller, offers
             FROM partner WHERE id = ?1",
            values![id],
        ),
        db.rows(
            "SELECT benefit, state FROM activation WHERE partner_id = ?1 ORDER BY benefit",
            values![id],
        ),
        db.rows(contracts!("ORDER BY c.reference"), values![id])
    )?;
    let Some(row) = row else {
        return Ok(None);
    };
    let name = row.text(0)?;
    let offers: Vec<MembershipOffer> = row.json(7)?;
    let offers_hidden = !sees_offers && offers.iter().any(|offer| offer.is_active(as_of));
    let portal = decoded(row.text(2)?)?;
    let reseller = row.maybe_text(6)?.map(decoded).transpose()?;
    let activations = activations.iter().map(|row| {
        Ok(BenefitActivation {
            benefit: row.benefit(0)?,
            activation: row.json(1)?,
        })
    });
    let contracts = contracts.iter().map(|row| contract(db, row, name, true));
    Ok(Some(Own {
        partner: Partner {
            id: id.to_owned(),
            name: name.to_owned(),
            region: row.owned(1)?,
            portal,
            offers: if sees_offers { offers } else { Vec::new() },
            offers_hidden,
            plans: row.json(3)?,
            reseller,
            activators: row.json(4)?,
            activations: match sees_offers {
                true => activations.collect::<Result<_, StoreError>>()?,
                false => Vec::new(),
            },
        },
        contracts: match sees_offers {
            true => contracts.collect::<Result<_, StoreError>>()?,
            false => Vec::new(),
        },
        revision: row.number(5)?,
    }))
}

/// A contract that a person linked, and how often its holder's rows changed.
async fn read_linked(db: &Db<'_>, link: &Link) -> Result<Option<(Contract, i64)>, StoreError> {
    let (holder, found) = try_join!(
        db.row(
            "SELECT name, revision FROM partner WHERE id = ?1",
            values![&link.partner],
        ),
        db.row(
            contracts!("AND c.reference = ?2"),
            values![&link.partner, &link.reference],
        )
    )?;
    let (Some(holder), Some(found)) = (holder, found) else {
        return Ok(None);
    };
    let mut contract = contract(db, &found, holder.text(0)?, false)?;
    contract.linked_on = Some(link.linked_on);
    Ok(Some((contract, holder.number(1)?)))
}

fn contract(db: &Db<'_>, row: &Row, holder: &str, own: bool) -> Result<Contract, StoreError> {
    let reference = row.owned(0)?;
    let ids = db.seal.open(&reference, row.bytes(2)?)?;
    let balance = match row.maybe_number(9)? {
        Some(_) => ledger::balance(row, 5)?,
        None => Balance::granted(Allotment::None),
    };
    Ok(Contract {
        benefit: row.benefit(1)?,
        own,
        holder: holder.to_owned(),
        access_id_masked: Some(masked(&ids.access_id)),
        contract_id_masked: Some(masked(&ids.contract_id)),
        start: row.date(3)?,
        end: row.date(4)?,
        balance,
        linked_on: None,
        reference,
    })
}

/// Where the activation of a benefit stands.
pub(super) async fn activation(
    db: &Db<'_>,
    partner: &str,
    benefit: &BenefitKey,
) -> Result<Activation, StoreError> {
    let found = db.row(
        "SELECT state FROM activation WHERE partner_id = ?1 AND benefit = ?2",
        values![partner, benefit],
    );
    match found.await? {
        Some(row) => row.json(0),
        None => Ok(Activation::NotActivated),
    }
}
