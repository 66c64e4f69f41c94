//! What keeps the store in order: proving that it is, sealing anew, forgetting what nobody needs, closing what is over.

use super::{audit, touch_partner};
use crate::auth::Person;
use crate::clock::Moment;
use crate::store::db::{Db, Row, values};
use crate::store::engine::Step;
use crate::store::ledger::{self, Checker, Entry, Line};
use crate::store::{Failure, Report, StoreError};
use entitlement_rules::{Allotment, Date};
use support_api::desk::AuditDeed;

/// Lines of the ledger that are read at a time.
const PAGE: u32 = 5_000;
/// Most faults that are listed.
const FAULTS: usize = 100;

/// Proves that everything adds up.
pub(in crate::store) struct Check;

/// What must never be found, each with what it is when it is: two columns that say where.
const NEVER: [(&str, &str); 8] = [
    (
        "SELECT i.partner_id, i.id FROM incident i
         LEFT JOIN ledger l ON l.partner_id = i.partner_id AND l.incident = i.id AND l.kind = 'consume'
           AND l.contract = i.contract
         WHERE i.contract IS NOT NULL AND l.line IS NULL LIMIT 100",
        "an incident that nothing was taken for",
    ),
    (
        "SELECT l.partner_id, l.incident FROM ledger l
         LEFT JOIN incident i ON i.partner_id = l.partner_id AND i.id = l.incident
         WHERE l.incident IS NOT NULL AND (i.id IS NULL OR i.contract IS NULL) LIMIT 100",
        "something was taken for an incident that is not there",
    ),
    (
        "SELECT partner_id, CAST(line AS TEXT) FROM ledger
         WHERE kind IN ('consume', 'refund') AND incident IS NULL LIMIT 100",
        "something was taken for no incident",
    ),
    (
        "SELECT l.partner_id, l.incident FROM ledger l
         LEFT JOIN ledger c ON c.partner_id = l.partner_id AND c.incident = l.incident AND c.kind = 'consume'
           AND c.contract = l.contract AND c.line < l.line
         WHERE l.kind = 'refund' AND c.line IS NULL LIMIT 100",
        "an incident was given back that was never taken",
    ),
    (
        "SELECT i.partner_id, i.id FROM incident i
         LEFT JOIN outbox o ON o.partner_id = i.partner_id AND o.concerns = i.id
           AND o.kind = 'incident.created'
         WHERE o.id IS NULL LIMIT 100",
        "an incident that nobody is told of",
    ),
    (
        "SELECT o.partner_id, o.concerns FROM outbox o
         LEFT JOIN incident i ON i.partner_id = o.partner_id AND i.id = o.concerns
         WHERE o.kind = 'incident.created' AND i.id IS NULL LIMIT 100",
        "somebody is told of an incident that is not there",
    ),
    (
        "SELECT c.partner_id, c.reference FROM contract c
         LEFT JOIN ledger l ON l.partner_id = c.partner_id AND l.contract = c.reference AND l.kind = 'grant'
         WHERE l.line IS NULL LIMIT 100",
        "a contract without its grant",
    ),
    (
        "SELECT c.partner_id, c.reference FROM contract c
         LEFT JOIN contract_mark m ON m.partner_id = c.partner_id AND m.reference = c.reference
         WHERE m.mark IS NULL LIMIT 100",
        "a contract that its IDs do not find",
    ),
];

impl Step for Check {
    type Done = Report;
    const IS_LONG: bool = true;

    async fn take(&self, db: &Db<'_>) -> Result<Report, Failure> {
        let mut report = Report {
            partners: count(db, "SELECT count(*) FROM partner").await?,
            contracts: count(db, "SELECT count(*) FROM contract").await?,
            incidents: count(db, "SELECT count(*) FROM incident").await?,
            ledger_lines: 0,
            events: count(db, "SELECT count(*) FROM outbox").await?,
            faults: Vec::new(),
        };
        let mut checker = Checker::default();
        let (mut partner, mut line) = (String::new(), 0);
        loop {
            let rows = db.rows(ledger::LINES_AFTER, values![&partner, line, PAGE]);
            let rows = rows.await?;
            for row in &rows {
                report.ledger_lines += 1;
                report.fault(checker.next(row)?);
            }
            let Some(last) = rows.last() else { break };
            (partner, line) = (last.owned(0)?, last.number(1)?);
        }
        for (sql, what) in NEVER {
            for row in db.rows(sql, values![]).await? {
                let place = format!("{what}: {}/{}", row.text(0)?, row.text(1)?);
                report.fault(Some(place));
            }
        }
        self.check_seals(db, &mut report).await?;
        Ok(report)
    }
}

impl Check {
    /// Every contract's IDs open, and are found by their mark.
    async fn check_seals(&self, db: &Db<'_>, report: &mut Report) -> Result<(), StoreError> {
        let (mut partner, mut reference) = (String::new(), String::new());
        loop {
            let rows = db.rows(
                "SELECT partner_id, reference, sealed_ids FROM contract
                 WHERE (partner_id, reference) > (?1, ?2)
                 ORDER BY partner_id, reference LIMIT ?3",
                values![&partner, &reference, PAGE],
            );
            let rows = rows.await?;
            for row in &rows {
                if db.seal.open(row.text(1)?, row.bytes(2)?).is_err() {
                    let place = format!("{}/{}", row.text(0)?, row.text(1)?);
                    report.fault(Some(format!("a contract whose IDs do not open: {place}")));
                }
            }
            let Some(last) = rows.last() else {
                return Ok(());
            };
            (partner, reference) = (last.owned(0)?, last.owned(1)?);
        }
    }
}

impl Report {
    fn fault(&mut self, fault: Option<String>) {
        if self.faults.len() < FAULTS {
            self.faults.extend(fault);
        }
    }
}

async fn count(db: &Db<'_>, sql: &'static str) -> Result<u64, StoreError> {
    let counted = db.row(sql, values![]).await?;
    let count = counted.as_ref().map_or(Ok(0), |row| row.number(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Seals with the current key what a former one sealed, some contracts and sessions at a time. How many it were: none when it is
/// done.
pub(in crate::store) struct Reseal;

impl Step for Reseal {
    type Done = usize;

    async fn take(&self, db: &Db<'_>) -> Result<usize, Failure> {
        let name_length = u32::try_from(db.seal.current_name().len()).unwrap_or(0);
        let rows = db.rows(
            "SELECT partner_id, reference, sealed_ids FROM contract
             WHERE substr(sealed_ids, 1, CAST(?1 AS INTEGER)) <> ?2 LIMIT 500",
            values![name_length, db.seal.current_name()],
        );
        let rows = rows.await?;
        for row in &rows {
            reseal(db, row)?;
        }
        let grants = db.rows(
            "SELECT id, sealed FROM session_grant
             WHERE substr(sealed, 1, CAST(?1 AS INTEGER)) <> ?2 LIMIT 500",
            values![name_length, db.seal.current_name()],
        );
        let grants = grants.await?;
        for row in &grants {
            let (session, sealed) = (row.bytes(0)?, row.bytes(1)?);
            let grant = db.seal.open_grant(session, sealed)?;
            // One that was renewed meanwhile is sealed anew by that.
            db.write(
                "UPDATE session_grant SET sealed = ?3 WHERE id = ?1 AND sealed = ?2",
                values![session, sealed, db.seal.close_grant(session, grant)?],
            )?;
        }
        Ok(rows.len() + grants.len())
    }
}

fn reseal(db: &Db<'_>, row: &Row) -> Result<(), StoreError> {
    let (partner, reference) = (row.text(0)?, row.text(1)?);
    let ids = db.seal.open(reference, row.bytes(2)?)?;
    db.write(
        "UPDATE contract SET sealed_ids = ?3 WHERE partner_id = ?1 AND reference = ?2",
        values![partner, reference, db.seal.close(reference, &ids)?],
    )?;
    db.write(
        "DELETE FROM contract_mark WHERE partner_id = ?1 AND reference = ?2",
        values![partner, reference],
    )?;
    db.write(
        "INSERT INTO contract_mark (mark, partner_id, reference) VALUES (?1, ?2, ?3)",
        values![db.seal.pair_mark(&ids), partner, reference],
    )
}

/// Forgets answers that were kept for whoever asks again, given before a moment of real time. How many, up to a thousand.
pub(in crate::store) struct Forget {
    pub(in crate::store) before: Moment,
}

impl Step for Forget {
    type Done = usize;

    async fn take(&self, db: &Db<'_>) -> Result<usize, Failure> {
        let gone = db.rows(
            "DELETE FROM idempotency WHERE (partner_id, issuer, subject, key) IN
               (SELECT partner_id, issuer, subject, key FROM idempotency WHERE at < ?1
                ORDER BY at LIMIT 1000)
             RETURNING 1",
            values![self.before.0],
        );
        Ok(gone.await?.len())
    }
}

/// Writes off what is left of contracts whose last day was before a date. How many contracts, up to a hundred.
pub(in crate::store) struct Expire {
    pub(in crate::store) operator: Person,
    pub(in crate::store) now: Moment,
    pub(in crate::store) before: Date,
}

impl Step for Expire {
    type Done = usize;

    async fn take(&self, db: &Db<'_>) -> Result<usize, Failure> {
        let rows = db.rows(
            "SELECT c.partner_id, c.reference, c.benefit FROM contract c
             JOIN ledger l ON l.partner_id = c.partner_id AND l.line =
               (SELECT max(m.line) FROM ledger m
                WHERE m.partner_id = c.partner_id AND m.contract = c.reference)
             WHERE c.\"end\" < ?1 AND l.granted - l.consumed + l.refunded - l.expired > 0
             ORDER BY c.partner_id, c.reference LIMIT 100",
            values![self.before],
        );
        let rows = rows.await?;
        for row in &rows {
            let (partner, contract) = (row.owned(0)?, row.text(1)?);
            db.lock(std::slice::from_ref(&partner));
            let last = ledger::last(db, &partner, contract).await?;
            let Allotment::Finite(left @ 1..) = last.remaining() else {
                continue;
            };
            let line = Line {
                partner: &partner,
                contract,
                entry: Entry::Expire(left),
                incident: None,
                reason: None,
                at: self.now,
                by_subject: &self.operator.subject,
            };
            ledger::add(db, &line, &last)?;
            touch_partner(db, &partner)?;
            let concerns = (row.text(2)?, Some(left.to_string()));
            let deed = AuditDeed::BalanceExpired;
            audit::note(db, &partner, &self.operator, self.now, deed, concerns)?;
        }
        Ok(rows.len())
    }
}
