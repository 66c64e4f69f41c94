//! The append-only ledger: every grant and every incident of a contract, one line each, chained by hashes. A balance is
//! a sum over its lines and is stored nowhere.

use super::StoreError;
use crate::clock::Moment;
use entitlement_rules::{Allotment, Balance, EntryKind};
use ring::digest;
use rusqlite::{Connection, OptionalExtension};

/// A line to be added.
pub(super) struct Line<'a> {
    pub(super) partner: &'a str,
    pub(super) contract: &'a str,
    pub(super) kind: EntryKind,
    /// Incidents; absent for an unlimited grant.
    pub(super) amount: Option<u32>,
    pub(super) incident: Option<&'a str>,
    pub(super) at: Moment,
    pub(super) by_subject: &'a str,
}

fn code(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Grant => "grant",
        EntryKind::Consume => "consume",
        EntryKind::Refund => "refund",
        EntryKind::Expire => "expire",
    }
}

fn kind(code: &str) -> Result<EntryKind, StoreError> {
    match code {
        "grant" => Ok(EntryKind::Grant),
        "consume" => Ok(EntryKind::Consume),
        "refund" => Ok(EntryKind::Refund),
        "expire" => Ok(EntryKind::Expire),
        _ => Err(StoreError::Corrupt("an unknown kind of ledger line")),
    }
}

pub(super) fn append(connection: &Connection, line: &Line<'_>) -> Result<(), StoreError> {
    let last: Option<(i64, Vec<u8>)> = connection
        .prepare_cached(
            "SELECT line, hash FROM ledger WHERE partner_id = ?1 AND contract = ?2
             ORDER BY line DESC LIMIT 1",
        )?
        .query_row([line.partner, line.contract], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let (number, previous) = match last {
        Some((number, hash)) => (number + 1, hash),
        None => (1, Vec::new()),
    };
    let hash = chain(&previous, number, line, code(line.kind));
    connection
        .prepare_cached(
            "INSERT INTO ledger (partner_id, contract, line, kind, amount, incident, at,
                                 by_subject, previous, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(rusqlite::params![
            line.partner,
            line.contract,
            number,
            code(line.kind),
            line.amount,
            line.incident,
            line.at.0,
            line.by_subject,
            previous,
            hash,
        ])?;
    Ok(())
}

/// The hash of a line: SHA-256 over the hash before it and every field, each with its length.
fn chain(previous: &[u8], number: i64, line: &Line<'_>, kind: &str) -> Vec<u8> {
    let mut context = digest::Context::new(&digest::SHA256);
    let amount = line
        .amount
        .map_or_else(|| "unlimited".to_owned(), |amount| amount.to_string());
    let number = number.to_string();
    let at = line.at.0.to_string();
    let fields: [&[u8]; 9] = [
        previous,
        line.partner.as_bytes(),
        line.contract.as_bytes(),
        number.as_bytes(),
        kind.as_bytes(),
        amount.as_bytes(),
        line.incident.unwrap_or("").as_bytes(),
        at.as_bytes(),
        line.by_subject.as_bytes(),
    ];
    for field in fields {
        context.update(&(field.len() as u64).to_be_bytes());
        context.update(field);
    }
    context.finish().as_ref().to_vec()
}

/// The sums over one contract's lines.
pub(super) fn balance(
    connection: &Connection,
    partner: &str,
    contract: &str,
) -> Result<Balance, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT kind, sum(amount), count(*) - count(amount) FROM ledger
         WHERE partner_id = ?1 AND contract = ?2 GROUP BY kind",
    )?;
    let mut rows = statement.query([partner, contract])?;
    let mut balance = Balance::granted(Allotment::None);
    while let Some(row) = rows.next()? {
        let code: String = row.get(0)?;
        let sum: Option<u32> = row.get(1)?;
        let unlimited: u32 = row.get(2)?;
        let amount = match (unlimited, sum) {
            (1.., _) => Allotment::Unlimited,
            (0, sum) => Allotment::Finite(sum.unwrap_or(0)),
        };
        balance = balance.with(kind(&code)?, amount);
    }
    Ok(balance)
}

/// Every line whose hash does not follow from the one before it.
pub(super) fn broken_lines(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT partner_id, contract, line, kind, amount, incident, at, by_subject, hash
         FROM ledger ORDER BY partner_id, contract, line",
    )?;
    let mut rows = statement.query([])?;
    let mut broken = Vec::new();
    let mut before: (String, String, i64, Vec<u8>) = Default::default();
    while let Some(row) = rows.next()? {
        let (partner, contract): (String, String) = (row.get(0)?, row.get(1)?);
        let number: i64 = row.get(2)?;
        let code: String = row.get(3)?;
        let incident: Option<String> = row.get(5)?;
        let by_subject: String = row.get(7)?;
        let hash: Vec<u8> = row.get(8)?;
        let goes_on = (&before.0, &before.1) == (&partner, &contract);
        let (previous, expected) = match goes_on {
            true => (before.3.as_slice(), before.2 + 1),
            false => (&[][..], 1),
        };
        let line = Line {
            partner: &partner,
            contract: &contract,
            kind: kind(&code)?,
            amount: row.get(4)?,
            incident: incident.as_deref(),
            at: Moment(row.get(6)?),
            by_subject: &by_subject,
        };
        if number != expected || chain(previous, number, &line, &code) != hash {
            broken.push(format!("{partner}/{contract}/{number}"));
        }
        before = (partner, contract, number, hash);
    }
    Ok(broken)
}
