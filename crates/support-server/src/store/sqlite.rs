//! The tables of SQLite: opening, migrating, and the writes of every step but incidents.

use super::facts;
use super::ledger::{self, Line};
use super::numbers::{new_id, next_revision};
use super::{Failure, Handover, LINK_TRIES, LINK_WINDOW_MS, NewPartner, Seal, StoreError, Waiting};
use crate::auth::Person;
use crate::clock::Moment;
use crate::idempotency::{Answer, Once};
use crate::problem::Trouble;
use entitlement_rules::{
    AccountFacts, Activation, Allotment, BenefitActivation, BenefitKey, Date, EntryKind,
    FailureReason, MembershipPortal, OfferStatus, ResellerKind,
};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use serde::Serialize;
use serde_json::json;
use std::path::Path;
use std::time::Duration;
use support_api::{ProblemCode, SupportIds};

/// Every migration, in order; the file remembers in `user_version` how many it has.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/sqlite/0001_support_desk.sql"),
    include_str!("../../migrations/sqlite/0002_resellers.sql"),
];

/// Opens the file to write, and brings its tables up to date.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    make_private(path);
    let connection = Connection::open(path)?;
    prepare(&connection)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -65536;
         PRAGMA temp_store = MEMORY;",
    )?;
    migrate(&connection)?;
    Ok(connection)
}

/// A new data file is its owner's alone; SQLite gives its companions the same permissions. What is wrong with the path
/// is said when SQLite opens it.
fn make_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(path));
}

/// Opens the file to read.
pub(super) fn open_to_read(path: &Path) -> Result<Connection, StoreError> {
    // WAL readers write to the shared-memory file, so the connection itself is not read-only.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    prepare(&connection)?;
    connection.execute_batch("PRAGMA query_only = ON;")?;
    Ok(connection)
}

fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    // A plan is made once per statement. Without this, SQLite makes it anew for every new value of a parameter, which
    // is most of the work of small transactions such as ours.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;")?;
    Ok(())
}

/// How many migrations the file has.
pub(super) fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

fn migrate(connection: &Connection) -> Result<(), StoreError> {
    let done = version(connection)?;
    if MIGRATIONS.len() < usize::try_from(done).unwrap_or(usize::MAX) {
        return Err(StoreError::Corrupt(
            "it was written by a newer version of this server",
        ));
    }
    for (number, migration) in (1_u32..)
        .zip(MIGRATIONS)
        .filter(|(number, _)| *number > done)
    {
        let transaction = connection.unchecked_transaction()?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    Ok(())
}

/// The file must have been sealed with this key, or with none yet.
pub(super) fn check_seal(connection: &Connection, seal: &Seal) -> Result<(), StoreError> {
    match about(connection, "seal")? {
        None => note(connection, "seal", &seal.mark()),
        Some(mark) if mark == seal.mark() => Ok(()),
        Some(_) => Err(StoreError::Corrupt(
            "its IDs are sealed with another key file",
        )),
    }
}

pub(super) fn about(connection: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT value FROM about WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?)
}

pub(super) fn note(connection: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO about (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )?
        .execute([name, value])?;
    Ok(())
}

// ---- the first answer, again ----

/// The answer that this key was given before.
pub(super) fn answered_before(
    connection: &Connection,
    once: &Once,
) -> Result<Option<Answer>, Failure> {
    let found: Option<(Vec<u8>, Answer)> = connection
        .prepare_cached(
            "SELECT fingerprint, status, location, body FROM idempotency
             WHERE issuer = ?1 AND subject = ?2 AND key = ?3",
        )?
        .query_row([&once.issuer, &once.subject, &once.key], |row| {
            let answer = Answer {
                status: row.get(1)?,
                location: row.get(2)?,
                body: row.get(3)?,
            };
            Ok((row.get(0)?, answer))
        })
        .optional()?;
    match found {
        None => Ok(None),
        Some((print, answer)) if print == once.fingerprint => Ok(Some(answer)),
        Some(_) => Err(Trouble::new(ProblemCode::IdempotencyKeyReused).into()),
    }
}

/// Keeps an answer for its key, in the transaction of the change itself.
pub(super) fn remember(
    connection: &Connection,
    once: &Once,
    answer: &Answer,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO idempotency (issuer, subject, key, fingerprint, status, location, body, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(rusqlite::params![
            once.issuer,
            once.subject,
            once.key,
            once.fingerprint,
            answer.status,
            answer.location,
            answer.body,
            Moment::real().0,
        ])?;
    Ok(())
}

/// An answer with a JSON body.
pub(super) fn answer(
    status: u16,
    location: Option<String>,
    body: &impl Serialize,
) -> Result<Answer, Failure> {
    let body = serde_json::to_vec(body)
        .map_err(|_| StoreError::Corrupt("an answer cannot be written as JSON"))?;
    Ok(Answer {
        status,
        location,
        body,
    })
}

// ---- partners and people ----

fn reseller_code(kind: ResellerKind) -> &'static str {
    match kind {
        ResellerKind::DirectBill => "direct-bill",
        ResellerKind::IndirectProvider => "indirect-provider",
        ResellerKind::IndirectReseller => "indirect-reseller",
    }
}

pub(super) fn add_partner(connection: &Connection, partner: &NewPartner) -> Result<(), StoreError> {
    let portal = match partner.portal {
        MembershipPortal::PartnerCenter => "partner-center",
        MembershipPortal::PartnerMembershipCenter => "partner-membership-center",
    };
    connection.execute(
        "INSERT INTO partner (id, name, region, portal, plans, activators, revision, reseller)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        rusqlite::params![
            partner.id,
            partner.name,
            partner.region,
            portal,
            json!(partner.plans).to_string(),
            json!(partner.activators).to_string(),
            next_revision(connection)?,
            partner.reseller.map(reseller_code),
        ],
    )?;
    for (position, offer) in (0_u32..).zip(&partner.offers) {
        let status = match offer.status {
            OfferStatus::Active => "active",
            OfferStatus::Lapsed => "lapsed",
        };
        connection.execute(
            "INSERT INTO membership_offer
               (partner_id, position, offer, competency, start, anniversary, status)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            rusqlite::params![
                partner.id,
                position,
                offer.offer,
                offer.competency,
                offer.start.to_string(),
                offer.anniversary.to_string(),
                status,
            ],
        )?;
    }
    Ok(())
}

pub(super) fn has_partners(connection: &Connection) -> Result<bool, StoreError> {
    Ok(
        connection.query_row("SELECT EXISTS (SELECT 1 FROM partner)", [], |row| {
            row.get(0)
        })?,
    )
}

pub(super) fn bind(
    connection: &Connection,
    issuer: &str,
    subject: &str,
    partner: Option<&str>,
    sees_offers: bool,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO viewer (issuer, subject, partner_id, sees_offers, revision)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (issuer, subject) DO UPDATE SET partner_id = excluded.partner_id,
               sees_offers = excluded.sees_offers, revision = excluded.revision",
        )?
        .execute(rusqlite::params![
            issuer,
            subject,
            partner,
            sees_offers,
            next_revision(connection)?
        ])?;
    Ok(())
}

/// The facts of a partner account changed.
pub(super) fn touch_partner(connection: &Connection, partner: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE partner SET revision = ?2 WHERE id = ?1")?
        .execute(rusqlite::params![partner, next_revision(connection)?])?;
    Ok(())
}

/// The facts of one person changed; a person whom the server did not know has no partner.
fn touch_person(connection: &Connection, person: &Person) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO viewer (issuer, subject, partner_id, sees_offers, revision)
             VALUES (?1, ?2, NULL, 0, ?3)
             ON CONFLICT (issuer, subject) DO UPDATE SET revision = excluded.revision",
        )?
        .execute(rusqlite::params![
            person.issuer,
            person.subject,
            next_revision(connection)?
        ])?;
    Ok(())
}

/// Writes down for other systems what happened.
pub(super) fn emit(
    connection: &Connection,
    partner: &str,
    now: Moment,
    kind: &str,
    payload: &serde_json::Value,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO outbox (partner_id, id, kind, payload, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(rusqlite::params![
            partner,
            new_id(now)?,
            kind,
            payload.to_string(),
            now.0
        ])?;
    Ok(())
}

// ---- activations ----

pub(super) fn request_activation(
    connection: &Connection,
    account: &AccountFacts,
    person: &Person,
    now: Moment,
    benefit: &BenefitKey,
) -> Result<(), Failure> {
    let Some(partner) = &account.partner else {
        return Err(Trouble::new(ProblemCode::NotFound).into());
    };
    // A contract that still runs was refused by the law (S10): one that is here is over.
    let pending = facts::activation(connection, &partner.id, benefit)?
        .once_over()
        .request(now.date(), person.name.clone())
        .map_err(|_| Trouble::new(ProblemCode::StateChanged))?;
    set_activation(connection, &partner.id, benefit, now, &pending)?;
    touch_partner(connection, &partner.id)?;
    let payload = json!({ "benefit": benefit });
    Ok(emit(
        connection,
        &partner.id,
        now,
        "activation-requested",
        &payload,
    )?)
}

fn set_activation(
    connection: &Connection,
    partner: &str,
    benefit: &BenefitKey,
    now: Moment,
    activation: &Activation,
) -> Result<(), StoreError> {
    let is_pending = matches!(activation, Activation::Pending { .. });
    // The moment of the request stays when the answer comes.
    connection
        .prepare_cached(
            "INSERT INTO activation (partner_id, benefit, requested_at, state, is_pending)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (partner_id, benefit) DO UPDATE SET state = excluded.state,
               is_pending = excluded.is_pending,
               requested_at = iif(excluded.is_pending, excluded.requested_at, requested_at)",
        )?
        .execute(rusqlite::params![
            partner,
            benefit.to_string(),
            now.0,
            json!(activation).to_string(),
            is_pending,
        ])?;
    Ok(())
}

/// The pending activation of a benefit.
pub(super) fn pending(
    connection: &Connection,
    partner: &str,
    benefit: &BenefitKey,
) -> Result<Activation, Failure> {
    match facts::activation(connection, partner, benefit)? {
        pending @ Activation::Pending { .. } => Ok(pending),
        Activation::NotActivated => Err(Trouble::new(ProblemCode::NotFound).into()),
        Activation::Active { .. } | Activation::Failed { .. } => {
            Err(Trouble::new(ProblemCode::StateChanged).into())
        }
    }
}

pub(super) fn end_activation(
    connection: &Connection,
    operator: &Person,
    now: Moment,
    partner: &str,
    benefit: &BenefitKey,
    pending: Activation,
    reason: FailureReason,
) -> Result<BenefitActivation, Failure> {
    let ended = pending
        .reject(now.date(), reason)
        .map_err(|_| Trouble::new(ProblemCode::StateChanged))?;
    set_activation(connection, partner, benefit, now, &ended)?;
    touch_partner(connection, partner)?;
    let payload = json!({ "benefit": benefit, "reason": reason, "by": operator.subject });
    emit(connection, partner, now, "activation-failed", &payload)?;
    Ok(BenefitActivation {
        benefit: benefit.clone(),
        activation: ended,
    })
}

#[allow(
    clippy::too_many_arguments,
    reason = "each is a different fact of one step"
)]
pub(super) fn hand_over(
    connection: &Connection,
    seal: &Seal,
    operator: &Person,
    now: Moment,
    partner: &str,
    benefit: &BenefitKey,
    pending: Activation,
    handover: &Handover,
    allotment: Allotment,
) -> Result<BenefitActivation, Failure> {
    let reference = new_id(now)?;
    let mark = seal.pair_mark(&handover.ids);
    let taken: bool = connection
        .prepare_cached("SELECT count(*) > 0 FROM contract WHERE pair_mark = ?1")?
        .query_row([&mark], |row| row.get(0))?;
    if taken {
        return Err(Trouble::invalid("ids", "another contract has this pair of IDs").into());
    }
    let active = pending
        .fulfil(reference.clone())
        .map_err(|_| Trouble::new(ProblemCode::StateChanged))?;
    connection
        .prepare_cached(
            "INSERT INTO contract
               (partner_id, reference, benefit, sealed_ids, pair_mark, start, \"end\")
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(rusqlite::params![
            partner,
            reference,
            benefit.to_string(),
            seal.close(&reference, &handover.ids)?,
            mark,
            handover.start.to_string(),
            handover.end.to_string(),
        ])?;
    let amount = match allotment {
        Allotment::Finite(count) => Some(count),
        Allotment::Unlimited => None,
        Allotment::None => Some(0),
    };
    ledger::append(
        connection,
        &Line {
            partner,
            contract: &reference,
            kind: EntryKind::Grant,
            amount,
            incident: None,
            at: now,
            by_subject: &operator.subject,
        },
    )?;
    set_activation(connection, partner, benefit, now, &active)?;
    touch_partner(connection, partner)?;
    let payload = json!({ "benefit": benefit, "contract": reference, "by": operator.subject });
    emit(connection, partner, now, "activation-fulfilled", &payload)?;
    Ok(BenefitActivation {
        benefit: benefit.clone(),
        activation: active,
    })
}

pub(super) fn waiting_activations(
    connection: &Connection,
    seal: &Seal,
    operator: &Person,
    as_of: Date,
) -> Result<Vec<Waiting>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT partner_id, benefit, state FROM activation WHERE is_pending = 1
         ORDER BY requested_at, partner_id, benefit",
    )?;
    let mut rows = statement.query([])?;
    let mut waiting = Vec::new();
    while let Some(row) = rows.next()? {
        let partner: String = row.get(0)?;
        let Activation::Pending {
            requested_on,
            requested_by,
        } = facts::json(row, 2)?
        else {
            return Err(StoreError::Corrupt(
                "an activation that waits is not pending",
            ));
        };
        let account = facts::account_of_partner(connection, seal, operator, &partner, as_of)?
            .ok_or(StoreError::Corrupt("an activation without its partner"))?;
        let benefit = facts::benefit(row, 1)?;
        waiting.push(Waiting {
            benefit,
            requested_on,
            requested_by,
            account,
        });
    }
    Ok(waiting)
}

// ---- contracts ----

/// Too many tries with unknown IDs are turned away, before anything is looked up.
pub(super) fn check_link_tries(connection: &Connection, person: &Person) -> Result<(), Failure> {
    let now = Moment::real().0;
    // The try that must leave the window before there is room for another.
    let oldest: Option<i64> = connection
        .prepare_cached(
            "SELECT at FROM failed_link WHERE issuer = ?1 AND subject = ?2 AND at > ?3
             ORDER BY at DESC LIMIT 1 OFFSET ?4",
        )?
        .query_row(
            rusqlite::params![
                person.issuer,
                person.subject,
                now - LINK_WINDOW_MS,
                LINK_TRIES - 1
            ],
            |row| row.get(0),
        )
        .optional()?;
    match oldest {
        None => Ok(()),
        Some(at) => {
            let wait = (at + LINK_WINDOW_MS - now).max(0) / 1_000 + 1;
            Err(Trouble::new(ProblemCode::TooManyRequests)
                .retry_after(u64::try_from(wait).unwrap_or(1))
                .into())
        }
    }
}

pub(super) fn count_failed_link(
    connection: &Connection,
    person: &Person,
) -> Result<(), StoreError> {
    let now = Moment::real().0;
    connection
        .prepare_cached("DELETE FROM failed_link WHERE at <= ?1")?
        .execute([now - LINK_WINDOW_MS])?;
    connection
        .prepare_cached("INSERT INTO failed_link (issuer, subject, at) VALUES (?1, ?2, ?3)")?
        .execute(rusqlite::params![person.issuer, person.subject, now])?;
    Ok(())
}

/// Ties the contract with this pair of IDs to a person. `None` when there is no such contract, otherwise whether the tie
/// is new.
pub(super) fn link(
    connection: &Connection,
    seal: &Seal,
    person: &Person,
    now: Moment,
    ids: &SupportIds,
) -> Result<Option<bool>, StoreError> {
    let found: Option<(String, String)> = connection
        .prepare_cached("SELECT partner_id, reference FROM contract WHERE pair_mark = ?1")?
        .query_row([seal.pair_mark(ids)], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((partner, reference)) = found else {
        return Ok(None);
    };
    let first = connection
        .prepare_cached(
            "INSERT INTO contract_link (issuer, subject, partner_id, reference, linked_on)
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        )?
        .execute(rusqlite::params![
            person.issuer,
            person.subject,
            partner,
            reference,
            now.date().to_string()
        ])?
        > 0;
    if first {
        touch_person(connection, person)?;
        let payload = json!({ "contract": reference, "by": person.subject });
        emit(connection, &partner, now, "contract-linked", &payload)?;
    }
    Ok(Some(first))
}

/// Opens the seal of a contract that the person's account lists, and writes down who did.
pub(super) fn reveal(
    connection: &Connection,
    seal: &Seal,
    person: &Person,
    now: Moment,
    contract: &str,
) -> Result<SupportIds, StoreError> {
    let (partner, sealed): (String, Vec<u8>) = connection
        .prepare_cached(
            "SELECT c.partner_id, c.sealed_ids FROM viewer v
             JOIN contract c ON c.partner_id = v.partner_id
             WHERE v.issuer = ?1 AND v.subject = ?2 AND c.reference = ?3",
        )?
        .query_row([person.issuer.as_str(), &person.subject, contract], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    connection
        .prepare_cached(
            "INSERT INTO id_reveal (partner_id, reference, at, issuer, subject, name)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(rusqlite::params![
            partner,
            contract,
            now.0,
            person.issuer,
            person.subject,
            person.name,
        ])?;
    seal.open(contract, &sealed)
}
