//! The append-only ledger: every grant and every incident of a company, one line each, chained by hashes. A balance is
//! the sum of its contract's lines; each line carries the sum so far, and `check` proves it.

use super::db::{Db, Row, values};
use super::{Failure, StoreError};
use crate::clock::Moment;
use crate::problem::Trouble;
use entitlement_rules::{Allotment, Balance, EntryKind};
use ring::digest;
use support_api::ProblemCode;

/// A line to be added.
pub(super) struct Line<'a> {
    pub(super) partner: &'a str,
    pub(super) contract: &'a str,
    pub(super) entry: Entry,
    pub(super) incident: Option<&'a str>,
    /// Why the operator did it, for refunds and corrections.
    pub(super) reason: Option<&'a str>,
    pub(super) at: Moment,
    pub(super) by_subject: &'a str,
}

/// What a line does to its contract's balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Grant(Allotment),
    Consume,
    Refund,
    Expire(u32),
    /// The operator raises or lowers what was granted.
    Correct(i32),
}

impl Entry {
    pub(super) fn kind(self) -> EntryKind {
        match self {
            Entry::Grant(_) => EntryKind::Grant,
            Entry::Consume => EntryKind::Consume,
            Entry::Refund => EntryKind::Refund,
            Entry::Expire(_) => EntryKind::Expire,
            Entry::Correct(_) => EntryKind::Correct,
        }
    }

    /// The column `amount`; absent for an unlimited grant.
    fn amount(self) -> Option<i64> {
        match self {
            Entry::Grant(Allotment::Unlimited) => None,
            Entry::Grant(Allotment::None) => Some(0),
            Entry::Grant(Allotment::Finite(count)) | Entry::Expire(count) => Some(count.into()),
            Entry::Consume | Entry::Refund => Some(1),
            Entry::Correct(by) => Some(by.into()),
        }
    }

    fn read(code: &str, amount: Option<i64>) -> Result<Entry, StoreError> {
        const BROKEN: StoreError = StoreError::Corrupt("a line of the ledger makes no sense");
        let count = |amount: i64| u32::try_from(amount).map_err(|_| BROKEN);
        Ok(match (code, amount) {
            ("grant", None) => Entry::Grant(Allotment::Unlimited),
            ("grant", Some(amount)) => Entry::Grant(Allotment::Finite(count(amount)?)),
            ("consume", Some(1)) => Entry::Consume,
            ("refund", Some(1)) => Entry::Refund,
            ("expire", Some(amount)) => Entry::Expire(count(amount)?),
            ("correct", Some(by)) => Entry::Correct(i32::try_from(by).map_err(|_| BROKEN)?),
            _ => return Err(BROKEN),
        })
    }

    /// The balance after it; `None` when it would be below zero.
    pub(super) fn on(self, before: Balance) -> Option<Balance> {
        match self {
            Entry::Grant(allotment) => Some(before.with(EntryKind::Grant, allotment)),
            Entry::Consume if !before.remaining().has_one_left() => None,
            Entry::Refund if before.used() == 0 => None,
            Entry::Consume | Entry::Refund => Some(before.with(self.kind(), Allotment::Finite(1))),
            Entry::Expire(count) => (Allotment::Finite(count) <= before.remaining())
                .then(|| before.with(EntryKind::Expire, Allotment::Finite(count))),
            Entry::Correct(by) => before.corrected(by),
        }
    }
}

pub(super) fn code(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Grant => "grant",
        EntryKind::Consume => "consume",
        EntryKind::Refund => "refund",
        EntryKind::Expire => "expire",
        EntryKind::Correct => "correct",
    }
}

/// Where a company's ledger and one of its contracts stand.
pub(super) struct Last {
    line: i64,
    hash: Vec<u8>,
    balance: Balance,
}

impl Last {
    pub(super) fn remaining(&self) -> Allotment {
        self.balance.remaining()
    }
}

pub(super) async fn last(db: &Db<'_>, partner: &str, contract: &str) -> Result<Last, StoreError> {
    let (last, of_contract) = futures_util::try_join!(
        db.row(
            "SELECT line, hash FROM ledger WHERE partner_id = ?1 ORDER BY line DESC LIMIT 1",
            values![partner],
        ),
        db.row(
            "SELECT granted, consumed, refunded, expired FROM ledger
             WHERE partner_id = ?1 AND contract = ?2 ORDER BY line DESC LIMIT 1",
            values![partner, contract],
        )
    )?;
    let (line, hash) = match &last {
        Some(last) => (last.number(0)?, last.bytes(1)?.to_vec()),
        None => (0, Vec::new()),
    };
    let balance = match &of_contract {
        Some(row) => balance(row, 0)?,
        None => Balance::granted(Allotment::None),
    };
    Ok(Last {
        line,
        hash,
        balance,
    })
}

/// Adds a line after the last one. The balance of its contract after it.
pub(super) fn add(db: &Db<'_>, line: &Line<'_>, last: &Last) -> Result<Balance, Failure> {
    let Some(after) = line.entry.on(last.balance) else {
        return Err(Trouble::new(ProblemCode::StateChanged)
            .detail("the balance does not allow it")
            .into());
    };
    let (number, previous) = (last.line + 1, last.hash.as_slice());
    let hash = chain(previous, number, line, after);
    let [granted, consumed, refunded, expired] = sums(after);
    db.write(
        "INSERT INTO ledger (partner_id, line, contract, kind, amount, incident, reason, at, by_subject,
                             granted, consumed, refunded, expired, previous, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        values![
            line.partner,
            number,
            line.contract,
            code(line.entry.kind()),
            line.entry.amount(),
            line.incident,
            line.reason,
            line.at.0,
            line.by_subject,
            granted,
            consumed,
            refunded,
            expired,
            previous,
            hash,
        ],
    )?;
    Ok(after)
}

/// The four columns of a sum, from `column` on.
pub(super) fn balance(row: &Row, column: usize) -> Result<Balance, StoreError> {
    let granted = match row.maybe_number(column)? {
        None => Allotment::Unlimited,
        Some(_) => Allotment::Finite(row.count(column)?),
    };
    Ok(Balance {
        granted,
        consumed: row.count(column + 1)?,
        refunded: row.count(column + 2)?,
        expired: row.count(column + 3)?,
    })
}

fn sums(balance: Balance) -> [Option<i64>; 4] {
    let granted = match balance.granted {
        Allotment::Unlimited => None,
        Allotment::None => Some(0),
        Allotment::Finite(count) => Some(count.into()),
    };
    let counts = [balance.consumed, balance.refunded, balance.expired];
    let [consumed, refunded, expired] = counts.map(|count| Some(count.into()));
    [granted, consumed, refunded, expired]
}

/// The hash of a line: SHA-256 over the hash before it and every field, each with its length.
fn chain(previous: &[u8], number: i64, line: &Line<'_>, after: Balance) -> Vec<u8> {
    let mut context = digest::Context::new(&digest::SHA256);
    let mut field = |field: &[u8]| {
        context.update(&(field.len() as u64).to_be_bytes());
        context.update(field);
    };
    let written = |number: Option<i64>| number.map_or_else(String::new, |it| it.to_string());
    field(previous);
    field(line.partner.as_bytes());
    field(number.to_string().as_bytes());
    field(line.contract.as_bytes());
    field(code(line.entry.kind()).as_bytes());
    field(written(line.entry.amount()).as_bytes());
    field(line.incident.unwrap_or("").as_bytes());
    field(line.reason.unwrap_or("").as_bytes());
    field(line.at.0.to_string().as_bytes());
    field(line.by_subject.as_bytes());
    for sum in sums(after) {
        field(written(sum).as_bytes());
    }
    context.finish().as_ref().to_vec()
}

/// Some lines after the one named, as [`Checker::next`] reads them.
pub(super) const LINES_AFTER: &str =
    "SELECT partner_id, line, contract, kind, amount, incident, reason, at, by_subject,
            granted, consumed, refunded, expired, hash
     FROM ledger WHERE (partner_id, line) > (?1, ?2) ORDER BY partner_id, line LIMIT ?3";

/// Walks along the lines of every company, in order, and says what is wrong with each.
#[derive(Default)]
pub(super) struct Checker {
    partner: String,
    line: i64,
    hash: Vec<u8>,
    balances: std::collections::BTreeMap<String, Balance>,
}

impl Checker {
    /// What is wrong with the next line, if anything is.
    pub(super) fn next(&mut self, row: &Row) -> Result<Option<String>, StoreError> {
        if row.text(0)? != self.partner {
            *self = Checker {
                partner: row.owned(0)?,
                ..Checker::default()
            };
        }
        let (number, contract) = (row.number(1)?, row.text(2)?);
        let stated = balance(row, 9)?;
        let before = self
            .balances
            .get(contract)
            .copied()
            .unwrap_or(Balance::granted(Allotment::None));
        let fault = match Entry::read(row.text(3)?, row.maybe_number(4)?) {
            Err(_) => Some("is no entry"),
            Ok(entry) => {
                let line = Line {
                    partner: &self.partner,
                    contract,
                    entry,
                    incident: row.maybe_text(5)?,
                    reason: row.maybe_text(6)?,
                    at: Moment(row.number(7)?),
                    by_subject: row.text(8)?,
                };
                if number != self.line + 1 {
                    Some("does not follow the line before it")
                } else if chain(&self.hash, number, &line, stated) != row.bytes(13)? {
                    Some("was changed after it was written")
                } else if entry.on(before).map(sums) != Some(sums(stated)) {
                    Some("does not add up")
                } else {
                    None
                }
            }
        };
        let fault = fault.map(|fault| format!("ledger {}/{number} {fault}", self.partner));
        self.balances.insert(contract.to_owned(), stated);
        self.line = number;
        self.hash = row.bytes(13)?.to_vec();
        Ok(fault)
    }
}
