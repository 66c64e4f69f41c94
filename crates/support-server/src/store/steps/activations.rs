//! Asking for a benefit, and what the operator makes of it.

use super::{Before, Ended, Judge, Work, answer, audit, code, emit, touch_partner};
use crate::auth::Person;
use crate::clock::Moment;
use crate::problem::Trouble;
use crate::store::db::{Db, values};
use crate::store::engine::Step;
use crate::store::ledger::{self, Entry, Line};
use crate::store::numbers::new_id;
use crate::store::{AfterWaiting, Failure, Fulfilled, Handover, StoreError, Waiting, facts};
use entitlement_rules::{
    Activation, Allotment, BenefitActivation, BenefitKey, Date, FailureReason,
};
use serde_json::json;
use support_api::desk::AuditDeed;
use support_api::handover::ACTIVATION_REQUESTED;
use support_api::{PendingActivation, ProblemCode};

/// A partner asks for a benefit.
pub(in crate::store) struct Request {
    pub(in crate::store) benefit: BenefitKey,
    /// Says how many incidents the membership grants now, as far as that is known.
    pub(in crate::store) judge: Judge<Option<Allotment>>,
}

impl Work for Request {
    async fn work(&self, db: &Db<'_>, before: Before<'_>) -> Result<Ended, Failure> {
        let allotment = (self.judge)(&before.account)?;
        let Some(partner) = &before.account.partner else {
            return Err(Trouble::new(ProblemCode::NotFound).into());
        };
        // A contract that still runs was refused by the law (S10): one that is here is over.
        let pending = facts::activation(db, before.partner, &self.benefit)
            .await?
            .once_over()
            .request(before.now.date(), before.person.name.clone())
            .map_err(|_| Trouble::new(ProblemCode::StateChanged))?;
        set(db, before.partner, &self.benefit, before.now, &pending)?;
        touch_partner(db, before.partner)?;
        let concerns = (&*self.benefit.to_string(), None);
        let deed = AuditDeed::ActivationRequested;
        audit::note(
            db,
            before.partner,
            before.person,
            before.now,
            deed,
            concerns,
        )?;
        let payload = json!(PendingActivation {
            partner: partner.id.clone(),
            partner_name: partner.name.clone(),
            benefit: self.benefit.clone(),
            allotment,
            requested_on: before.now.date(),
            requested_by: before.person.name.clone(),
        });
        let event = (ACTIVATION_REQUESTED, &*self.benefit.to_string());
        emit(db, before.partner, before.now, event, &payload)?;
        let after = facts::account(db, before.person, before.now.date()).await?;
        answer(202, None, &after)
    }
}

/// The operator hands over a contract.
pub(in crate::store) struct Fulfil {
    pub(in crate::store) benefit: BenefitKey,
    pub(in crate::store) handover: Handover,
    pub(in crate::store) judge: Judge<Fulfilled>,
}

impl Work for Fulfil {
    async fn work(&self, db: &Db<'_>, before: Before<'_>) -> Result<Ended, Failure> {
        let pending = pending(db, before.partner, &self.benefit).await?;
        let after = match (self.judge)(&before.account)? {
            Fulfilled::Ended(reason) => end(db, &before, &self.benefit, pending, reason)?,
            Fulfilled::Granted(allotment) => {
                self.hand_over(db, &before, pending, allotment).await?
            }
        };
        answer(200, None, &after)
    }
}

impl Fulfil {
    async fn hand_over(
        &self,
        db: &Db<'_>,
        before: &Before<'_>,
        pending: Activation,
        allotment: Allotment,
    ) -> Result<BenefitActivation, Failure> {
        let (partner, now) = (before.partner, before.now);
        let Handover { ids, start, end } = &self.handover;
        let reference = new_id(now)?;
        for mark in db.seal.pair_marks(ids) {
            let found = db.row("SELECT 1 FROM contract_mark WHERE mark = ?1", values![mark]);
            if found.await?.is_some() {
                return Err(
                    Trouble::invalid("ids", "another contract has this pair of IDs").into(),
                );
            }
        }
        let active = pending
            .fulfil(reference.clone())
            .map_err(|_| Trouble::new(ProblemCode::StateChanged))?;
        db.write(
            "INSERT INTO contract (partner_id, reference, benefit, sealed_ids, start, \"end\")
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            values![
                partner,
                &reference,
                &self.benefit,
                db.seal.close(&reference, ids)?,
                *start,
                *end,
            ],
        )?;
        db.write(
            "INSERT INTO contract_mark (mark, partner_id, reference) VALUES (?1, ?2, ?3)",
            values![db.seal.pair_mark(ids), partner, &reference],
        )?;
        let line = Line {
            partner,
            contract: &reference,
            entry: Entry::Grant(allotment),
            incident: None,
            reason: None,
            at: now,
            by_subject: &before.person.subject,
        };
        ledger::add(db, &line, &ledger::last(db, partner, &reference).await?)?;
        set(db, partner, &self.benefit, now, &active)?;
        touch_partner(db, partner)?;
        let concerns = (&*self.benefit.to_string(), None);
        let deed = AuditDeed::ActivationFulfilled;
        audit::note(db, partner, before.person, now, deed, concerns)?;
        let payload = json!({
            "benefit": self.benefit, "contract": reference, "by": before.person.subject,
        });
        emit(
            db,
            partner,
            now,
            ("activation.fulfilled", &reference),
            &payload,
        )?;
        Ok(BenefitActivation {
            benefit: self.benefit.clone(),
            activation: active,
        })
    }
}

/// The operator refuses a request.
pub(in crate::store) struct Reject {
    pub(in crate::store) benefit: BenefitKey,
    pub(in crate::store) reason: FailureReason,
}

impl Work for Reject {
    async fn work(&self, db: &Db<'_>, before: Before<'_>) -> Result<Ended, Failure> {
        let pending = pending(db, before.partner, &self.benefit).await?;
        let after = end(db, &before, &self.benefit, pending, self.reason)?;
        answer(200, None, &after)
    }
}

fn set(
    db: &Db<'_>,
    partner: &str,
    benefit: &BenefitKey,
    now: Moment,
    activation: &Activation,
) -> Result<(), StoreError> {
    // The moment of the request stays when the answer comes.
    db.write(
        "INSERT INTO activation (partner_id, benefit, requested_at, state, is_pending)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (partner_id, benefit) DO UPDATE SET state = excluded.state,
           is_pending = excluded.is_pending,
           requested_at = CASE WHEN excluded.is_pending THEN excluded.requested_at
                               ELSE activation.requested_at END",
        values![
            partner,
            benefit,
            now.0,
            json!(activation).to_string(),
            matches!(activation, Activation::Pending { .. }),
        ],
    )
}

/// The pending activation of a benefit.
async fn pending(db: &Db<'_>, partner: &str, benefit: &BenefitKey) -> Result<Activation, Failure> {
    match facts::activation(db, partner, benefit).await? {
        pending @ Activation::Pending { .. } => Ok(pending),
        Activation::NotActivated => Err(Trouble::new(ProblemCode::NotFound).into()),
        Activation::Active { .. } | Activation::Failed { .. } => {
            Err(Trouble::new(ProblemCode::StateChanged).into())
        }
    }
}

fn end(
    db: &Db<'_>,
    before: &Before<'_>,
    benefit: &BenefitKey,
    pending: Activation,
    reason: FailureReason,
) -> Result<BenefitActivation, Failure> {
    let (partner, now) = (before.partner, before.now);
    let ended = pending
        .reject(now.date(), reason)
        .map_err(|_| Trouble::new(ProblemCode::StateChanged))?;
    set(db, partner, benefit, now, &ended)?;
    touch_partner(db, partner)?;
    let concerns = (&*benefit.to_string(), Some(code(reason)?));
    let deed = AuditDeed::ActivationRejected;
    audit::note(db, partner, before.person, now, deed, concerns)?;
    let payload = json!({ "benefit": benefit, "reason": reason, "by": before.person.subject });
    let event = ("activation.failed", &*benefit.to_string());
    emit(db, partner, now, event, &payload)?;
    Ok(BenefitActivation {
        benefit: benefit.clone(),
        activation: ended,
    })
}

/// Up to `limit` requests that wait for the operator, oldest first.
pub(in crate::store) struct Queue {
    pub(in crate::store) operator: Person,
    pub(in crate::store) as_of: Date,
    pub(in crate::store) limit: u32,
    pub(in crate::store) after: Option<AfterWaiting>,
}

impl Step for Queue {
    type Done = Vec<Waiting>;

    async fn take(&self, db: &Db<'_>) -> Result<Vec<Waiting>, Failure> {
        let after = self.after.as_ref();
        let rows = db.rows(
            "SELECT partner_id, benefit, state, requested_at FROM activation WHERE is_pending
               AND (CAST(?1 AS BIGINT) IS NULL
                 OR (requested_at, partner_id, benefit) > (?1, CAST(?2 AS TEXT), CAST(?3 AS TEXT)))
             ORDER BY requested_at, partner_id, benefit LIMIT ?4",
            values![
                after.map(|it| it.requested_at.0),
                after.map(|it| it.partner.as_str()),
                after.map(|it| &it.benefit),
                self.limit,
            ],
        );
        let mut waiting = Vec::new();
        for row in rows.await? {
            let Activation::Pending {
                requested_on,
                requested_by,
            } = row.json(2)?
            else {
                return Err(StoreError::Corrupt("an activation that waits is not pending").into());
            };
            let account = facts::account_of_partner(db, &self.operator, row.text(0)?, self.as_of)
                .await?
                .ok_or(StoreError::Corrupt("an activation without its partner"))?;
            waiting.push(Waiting {
                benefit: row.benefit(1)?,
                requested_at: Moment(row.number(3)?),
                requested_on,
                requested_by,
                account,
            });
        }
        Ok(waiting)
    }
}
