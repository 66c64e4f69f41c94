//! The outbox as the delivering loop uses it.

use crate::clock::Moment;
use crate::handover::queue::{DeadLetters, Event};
use crate::store::db::{Db, values};
use crate::store::engine::Step;
use crate::store::{Failure, Waited};
use std::time::Duration;
use support_api::DeadLetter;

/// Leases the events whose turn it is.
pub(in crate::store) struct Claim {
    pub(in crate::store) limit: usize,
    pub(in crate::store) now: Moment,
    pub(in crate::store) lease: Duration,
}

impl Step for Claim {
    type Done = Vec<Event>;

    async fn take(&self, db: &Db<'_>) -> Result<Vec<Event>, Failure> {
        let now = self.now.0;
        let limit = i64::try_from(self.limit).unwrap_or(i64::MAX);
        // A company's oldest that waits, when it is due and nobody has it.
        let rows = db.rows(
            "SELECT o.partner_id, o.id, o.kind, o.payload, o.at FROM outbox o
             WHERE o.due_at <= ?1 AND (o.leased_until IS NULL OR o.leased_until <= ?1)
               AND NOT EXISTS (SELECT 1 FROM outbox e
                 WHERE e.partner_id = o.partner_id AND e.due_at IS NOT NULL AND e.id < o.id)
             ORDER BY o.due_at, o.partner_id, o.id LIMIT ?2",
            values![now, limit],
        );
        let lease = i64::try_from(self.lease.as_millis()).unwrap_or(i64::MAX);
        let mut events = Vec::new();
        for row in rows.await? {
            // Another replica may have been faster.
            let leased = db.row(
                "UPDATE outbox SET leased_until = ?3, tries = tries + 1
                 WHERE partner_id = ?1 AND id = ?2 AND due_at <= ?4
                   AND (leased_until IS NULL OR leased_until <= ?4)
                 RETURNING tries",
                values![row.text(0)?, row.text(1)?, now.saturating_add(lease), now],
            );
            if let Some(leased) = leased.await? {
                events.push(Event {
                    partner: row.owned(0)?,
                    id: row.owned(1)?,
                    kind: row.owned(2)?,
                    payload: row.owned(3)?,
                    at: Moment(row.number(4)?),
                    tries: leased.count(0)?,
                });
            }
        }
        Ok(events)
    }
}

/// How handing an event over ended.
pub(in crate::store) struct Handed {
    pub(in crate::store) event: Event,
    pub(in crate::store) how: How,
}

pub(in crate::store) enum How {
    Delivered {
        now: Moment,
        receipt: Option<String>,
    },
    Failed {
        now: Moment,
        retry_at: Option<Moment>,
        why: String,
    },
    PutBack {
        due_at: Moment,
        why: String,
    },
}

impl Step for Handed {
    type Done = ();

    async fn take(&self, db: &Db<'_>) -> Result<(), Failure> {
        let Event {
            partner, id, tries, ..
        } = &self.event;
        match &self.how {
            How::Delivered { now, receipt } => db.write(
                "UPDATE outbox SET delivered_at = ?3, receipt = ?4, due_at = NULL, leased_until = NULL,
                   dead_at = NULL, last_error = NULL
                 WHERE partner_id = ?1 AND id = ?2",
                values![partner, id, now.0, receipt.clone()],
            ),
            How::Failed { now, retry_at, why } => db.write(
                "UPDATE outbox SET due_at = ?4, dead_at = ?5, last_error = ?6, leased_until = NULL
                 WHERE partner_id = ?1 AND id = ?2 AND tries = ?3 AND delivered_at IS NULL",
                values![
                    partner,
                    id,
                    *tries,
                    retry_at.map(|at| at.0),
                    retry_at.is_none().then_some(now.0),
                    why,
                ],
            ),
            How::PutBack { due_at, why } => db.write(
                "UPDATE outbox SET due_at = ?4, last_error = ?5, leased_until = NULL, tries = tries - 1
                 WHERE partner_id = ?1 AND id = ?2 AND tries = ?3 AND delivered_at IS NULL",
                values![partner, id, *tries, due_at.0, why],
            ),
        }?;
        Ok(())
    }
}

/// What waits for a later try is due now.
pub(in crate::store) struct Hurry {
    pub(in crate::store) now: Moment,
}

impl Step for Hurry {
    type Done = ();

    async fn take(&self, db: &Db<'_>) -> Result<(), Failure> {
        Ok(db.write(
            "UPDATE outbox SET due_at = ?1
             WHERE due_at > ?1 AND (leased_until IS NULL OR leased_until <= ?1)",
            values![self.now.0],
        )?)
    }
}

/// Dead letters wait again.
pub(in crate::store) struct Replay {
    pub(in crate::store) which: DeadLetters,
    pub(in crate::store) now: Moment,
}

impl Step for Replay {
    type Done = u64;

    async fn take(&self, db: &Db<'_>) -> Result<u64, Failure> {
        let (partner, id) = match &self.which {
            DeadLetters::All => (None, None),
            DeadLetters::Of(partner) => (Some(partner), None),
            DeadLetters::One { partner, id } => (Some(partner), Some(id)),
        };
        let replayed = db.rows(
            "UPDATE outbox SET due_at = ?1, dead_at = NULL, tries = 0
             WHERE dead_at IS NOT NULL AND (CAST(?2 AS TEXT) IS NULL OR partner_id = ?2)
               AND (CAST(?3 AS TEXT) IS NULL OR id = ?3)
             RETURNING 1",
            values![self.now.0, partner, id],
        );
        Ok(replayed.await?.len() as u64)
    }
}

/// Up to `limit` events that were given up, by partner and id.
pub(in crate::store) struct Dead {
    pub(in crate::store) limit: u32,
    /// Partner and id of the event after which to go on.
    pub(in crate::store) after: Option<(String, String)>,
}

impl Step for Dead {
    type Done = Vec<DeadLetter>;

    async fn take(&self, db: &Db<'_>) -> Result<Vec<DeadLetter>, Failure> {
        let (partner, id) = self.after.clone().unzip();
        let rows = db.rows(
            "SELECT partner_id, id, kind, concerns, at, dead_at, tries, last_error FROM outbox
             WHERE dead_at IS NOT NULL
               AND (CAST(?1 AS TEXT) IS NULL OR (partner_id, id) > (?1, CAST(?2 AS TEXT)))
             ORDER BY partner_id, id LIMIT ?3",
            values![partner, id, self.limit],
        );
        let rows = rows.await?;
        let letters = rows.iter().map(|row| {
            Ok(DeadLetter {
                partner: row.owned(0)?,
                id: row.owned(1)?,
                kind: row.owned(2)?,
                concerns: row.owned(3)?,
                at: Moment(row.number(4)?).rfc3339(),
                dead_at: Moment(row.number(5)?).rfc3339(),
                tries: row.count(6)?,
                last_error: row.maybe_owned(7)?,
            })
        });
        letters.collect()
    }
}

/// How much waits to be handed over, and since when.
pub(in crate::store) struct Waits {
    pub(in crate::store) now: Moment,
}

impl Step for Waits {
    type Done = Waited;

    async fn take(&self, db: &Db<'_>) -> Result<Waited, Failure> {
        let row = db.row(
            "SELECT count(*), min(due_at) FROM outbox WHERE due_at IS NOT NULL",
            values![],
        );
        let Some(row) = row.await? else {
            return Ok(Waited::default());
        };
        let oldest = row.maybe_number(1)?.unwrap_or(self.now.0);
        let millis = u64::try_from(self.now.0.saturating_sub(oldest)).unwrap_or(0);
        Ok(Waited {
            events: u64::from(row.count(0)?),
            longest: Duration::from_millis(millis),
        })
    }
}
