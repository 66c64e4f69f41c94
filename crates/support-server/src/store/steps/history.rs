//! The history of a contract's balance, line by line.

use super::decoded;
use super::incidents::written;
use crate::auth::Person;
use crate::clock::Moment;
use crate::store::db::{Db, Row, values};
use crate::store::engine::Step;
use crate::store::facts::Standing;
use crate::store::{Failure, StoreError, facts, ledger};
use entitlement_rules::{Date, EntryKind};
use support_api::LedgerLine;

/// Up to `limit` lines of a contract that is in the person's account, newest first, each with its number. `None` when
/// the account has no such contract.
pub(in crate::store) struct History {
    pub(in crate::store) person: Person,
    /// The account that an operator looks into; absent for the person's own.
    pub(in crate::store) partner: Option<String>,
    pub(in crate::store) as_of: Date,
    pub(in crate::store) contract: String,
    pub(in crate::store) limit: u32,
    /// The number of the line after which to go on.
    pub(in crate::store) after: Option<i64>,
}

impl Step for History {
    type Done = Option<Vec<(i64, LedgerLine)>>;

    async fn take(&self, db: &Db<'_>) -> Result<Self::Done, Failure> {
        let (standing, account) = match &self.partner {
            None => {
                let standing = facts::standing(db, &self.person).await?;
                let account = facts::account_at(db, &self.person, &standing, self.as_of).await?;
                (standing, account)
            }
            Some(partner) => {
                let looked_into =
                    facts::account_of_partner(db, &self.person, partner, self.as_of).await?;
                let Some(account) = looked_into else {
                    return Ok(None);
                };
                (Standing::operator_at(partner), account)
            }
        };
        let mut contracts = account.contracts.iter();
        let holder = standing.holder(&self.contract);
        let (true, Some(holder)) = (
            contracts.any(|held| held.reference == self.contract),
            holder,
        ) else {
            return Ok(None);
        };
        let rows = db.rows(
            "SELECT l.line, l.kind, l.amount, i.number, l.reason, l.at,
                    l.granted, l.consumed, l.refunded, l.expired,
                    i.id, i.creator_name, i.creator_issuer, i.creator_subject
             FROM ledger l
             LEFT JOIN incident i ON i.partner_id = l.partner_id AND i.id = l.incident
             WHERE l.partner_id = ?1 AND l.contract = ?2
               AND (CAST(?3 AS BIGINT) IS NULL OR l.line < ?3)
             ORDER BY l.line DESC LIMIT ?4",
            values![holder, &self.contract, self.after, self.limit],
        );
        let rows = rows.await?;
        let sees_all = standing.sees_all() == Some(holder);
        let lines = rows.iter().map(|row| {
            let is_creator = row.maybe_text(12)? == Some(&self.person.issuer)
                && row.maybe_text(13)? == Some(&self.person.subject);
            Ok((row.number(0)?, line(row, sees_all || is_creator)?))
        });
        Ok(Some(lines.collect::<Result<_, StoreError>>()?))
    }
}

fn line(row: &Row, sees_incident: bool) -> Result<LedgerLine, StoreError> {
    let kind = decoded(row.text(1)?)?;
    let of_incident = |column| match sees_incident {
        true => row.maybe_owned(column),
        false => Ok(None),
    };
    Ok(LedgerLine {
        kind,
        amount: row.maybe_number(2)?,
        incident: row.maybe_number(3)?.map(written),
        incident_id: of_incident(10)?,
        by: match kind {
            EntryKind::Consume => of_incident(11)?,
            _ => None,
        },
        reason: row.maybe_owned(4)?,
        at: Moment(row.number(5)?).rfc3339(),
        remaining: ledger::balance(row, 6)?.remaining(),
    })
}
