//! The two IDs of a contract: linking it by them, and showing them.

use super::{Before, Ended, Judge, JudgeContract, Work, answer, audit, emit};
use crate::auth::Person;
use crate::clock::Moment;
use crate::problem::Trouble;
use crate::store::db::{Db, values};
use crate::store::engine::Step;
use crate::store::numbers::new_id;
use crate::store::{Failure, LINK_TRIES, LINK_WINDOW_MS, StoreError, facts};
use entitlement_rules::AccountFacts;
use serde_json::json;
use support_api::desk::AuditDeed;
use support_api::{ProblemCode, SupportIds};

/// A person ties a contract to their account with both its IDs.
pub(in crate::store) struct Link {
    pub(in crate::store) ids: SupportIds,
    /// What the law says about tying this contract, which is in the account as if it were tied.
    pub(in crate::store) judge: JudgeContract,
}

impl Work for Link {
    async fn work(&self, db: &Db<'_>, before: Before<'_>) -> Result<Ended, Failure> {
        let Before { person, now, .. } = before;
        check_tries(db, person).await?;
        let Some((partner, reference)) = self.find(db).await? else {
            // Not an error for the transaction: the try must be counted.
            count_failed_try(db, person)?;
            return Ok(Ended::Refused(Trouble::new(ProblemCode::UnknownIds)));
        };
        let tied = db.rows(
            "INSERT INTO contract_link (issuer, subject, partner_id, reference, linked_on)
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING RETURNING 1",
            values![
                &person.issuer,
                &person.subject,
                &partner,
                &reference,
                now.date()
            ],
        );
        let is_new = !tied.await?.is_empty();
        let mut account = facts::account(db, person, now.date()).await?;
        let tied = account
            .contracts
            .iter_mut()
            .find(|held| held.reference == reference);
        if let Some(contract) = tied.filter(|_| is_new) {
            // As it stood before.
            contract.linked_on = None;
        }
        (self.judge)(&account, &reference)?;
        if is_new {
            touch_person(db, person)?;
            let concerns = (&*benefit_of(&account, &reference), None);
            audit::note(
                db,
                &partner,
                person,
                now,
                AuditDeed::ContractLinked,
                concerns,
            )?;
            let payload = json!({ "contract": reference, "by": person.subject });
            emit(db, &partner, now, ("contract.linked", &reference), &payload)?;
        }
        let account = facts::account(db, person, now.date()).await?;
        answer(if is_new { 201 } else { 200 }, None, &account)
    }
}

impl Link {
    async fn find(&self, db: &Db<'_>) -> Result<Option<(String, String)>, StoreError> {
        let mut found = None;
        // Every mark is looked up, found or not: the time tells nothing.
        for mark in db.seal.pair_marks(&self.ids) {
            let row = db.row(
                "SELECT partner_id, reference FROM contract_mark WHERE mark = ?1",
                values![mark],
            );
            if let Some(row) = row.await? {
                found = Some((row.owned(0)?, row.owned(1)?));
            }
        }
        Ok(found)
    }
}

/// The benefit of a contract of the account, as the audit trail has it.
fn benefit_of(account: &AccountFacts, reference: &str) -> String {
    let mut contracts = account.contracts.iter();
    let held = contracts.find(|held| held.reference == reference);
    held.map(|held| held.benefit.to_string())
        .unwrap_or_default()
}

/// Too many tries with unknown IDs are turned away, before anything is looked up.
async fn check_tries(db: &Db<'_>, person: &Person) -> Result<(), Failure> {
    let now = Moment::real().0;
    // The try that must leave the window before there is room for another.
    let oldest = db.row(
        "SELECT at FROM failed_link WHERE issuer = ?1 AND subject = ?2 AND at > ?3
         ORDER BY at DESC LIMIT 1 OFFSET ?4",
        values![
            &person.issuer,
            &person.subject,
            now - LINK_WINDOW_MS,
            LINK_TRIES - 1
        ],
    );
    match oldest.await? {
        None => Ok(()),
        Some(oldest) => {
            let wait = (oldest.number(0)? + LINK_WINDOW_MS - now).max(0) / 1_000 + 1;
            Err(Trouble::new(ProblemCode::TooManyRequests)
                .retry_after(u64::try_from(wait).unwrap_or(1))
                .into())
        }
    }
}

fn count_failed_try(db: &Db<'_>, person: &Person) -> Result<(), StoreError> {
    let now = Moment::real().0;
    db.write(
        "DELETE FROM failed_link WHERE at <= ?1",
        values![now - LINK_WINDOW_MS],
    )?;
    db.write(
        "INSERT INTO failed_link (issuer, subject, at) VALUES (?1, ?2, ?3)",
        values![&person.issuer, &person.subject, now],
    )
}

/// The facts of one person changed; a person whom the server did not know has no binding of their own.
fn touch_person(db: &Db<'_>, person: &Person) -> Result<(), StoreError> {
    db.write(
        "INSERT INTO viewer (issuer, subject, partner_id, sees_offers, is_bound, revision)
         VALUES (?1, ?2, NULL, ?3, ?3, 1)
         ON CONFLICT (issuer, subject) DO UPDATE SET revision = viewer.revision + 1",
        values![&person.issuer, &person.subject, false],
    )
}

/// Shows the two IDs of a contract, and writes down who saw them. It is not remembered by a key: the IDs are written
/// nowhere but under their seal, and seeing them twice is seeing them.
pub(in crate::store) struct Reveal {
    pub(in crate::store) person: Person,
    pub(in crate::store) now: Moment,
    pub(in crate::store) contract: String,
    pub(in crate::store) judge: Judge<()>,
}

impl Step for Reveal {
    type Done = SupportIds;

    async fn take(&self, db: &Db<'_>) -> Result<SupportIds, Failure> {
        let (person, contract) = (&self.person, &self.contract);
        let account = facts::account(db, person, self.now.date()).await?;
        let not_here = || Failure::from(Trouble::new(ProblemCode::NotFound));
        if !account
            .contracts
            .iter()
            .any(|held| held.reference == *contract)
        {
            return Err(not_here());
        }
        (self.judge)(&account)?;
        let partner = account.partner.as_ref().ok_or_else(not_here)?;
        let sealed = db.row(
            "SELECT sealed_ids FROM contract WHERE partner_id = ?1 AND reference = ?2",
            values![&partner.id, contract],
        );
        let sealed = sealed.await?.ok_or_else(not_here)?;
        db.write(
            "INSERT INTO id_reveal (partner_id, id, reference, at, issuer, subject, name)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            values![
                &partner.id,
                new_id(self.now)?,
                contract,
                self.now.0,
                &person.issuer,
                &person.subject,
                &person.name,
            ],
        )?;
        let concerns = (&*benefit_of(&account, contract), None);
        let deed = AuditDeed::IdsRevealed;
        audit::note(db, &partner.id, person, self.now, deed, concerns)?;
        Ok(db.seal.open(contract, sealed.bytes(0)?)?)
    }
}
