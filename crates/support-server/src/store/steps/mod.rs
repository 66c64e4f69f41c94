//! The steps of the domain, each one transaction, each in a file of its own.

pub(super) mod activations;
pub(super) mod audit;
pub(super) mod contracts;
pub(super) mod copy;
pub(super) mod desk;
pub(super) mod desk_calls;
pub(super) mod history;
pub(super) mod incident_changes;
pub(super) mod incidents;
pub(super) mod keeping;
pub(super) mod outbox;
pub(super) mod partners;
pub(super) mod sessions;

use super::db::{Db, values};
use super::engine::{Line, Step};
use super::facts::{self, Standing};
use super::{Failure, StoreError, numbers};
use crate::auth::Person;
use crate::clock::Moment;
use crate::idempotency::{Answer, Once};
use crate::problem::Trouble;
use entitlement_rules::AccountFacts;
use serde::Serialize;
use support_api::ProblemCode;

/// What the endpoint says about the facts inside the transaction: whoever comes second is judged on what the first one
/// left.
pub(in crate::store) type Judge<T> = Box<dyn Fn(&AccountFacts) -> Result<T, Trouble> + Send + Sync>;

/// The same about one contract of the account, by its reference.
pub(in crate::store) type JudgeContract =
    Box<dyn Fn(&AccountFacts, &str) -> Result<(), Trouble> + Send + Sync>;

/// A change that a person asked for, at most once per key: a key that was answered is answered again with the same
/// bytes. This is the way of all of them.
pub(in crate::store) struct Change<W> {
    pub(in crate::store) once: Once,
    pub(in crate::store) person: Person,
    pub(in crate::store) now: Moment,
    pub(in crate::store) whose: Whose,
    pub(in crate::store) work: W,
}

/// Whose account a change is about.
pub(in crate::store) enum Whose {
    TheirOwn,
    /// An operator changes a partner's.
    Partner(String),
}

/// What a change is judged and made on.
pub(in crate::store) struct Before<'a> {
    pub(in crate::store) account: AccountFacts,
    /// The id of the partner account; empty when there is none.
    pub(in crate::store) partner: &'a str,
    pub(in crate::store) standing: &'a Standing,
    pub(in crate::store) person: &'a Person,
    pub(in crate::store) now: Moment,
}

/// How a change ends.
pub(in crate::store) enum Ended {
    /// As asked. The answer is kept under its key.
    Done(Answer),
    /// Refused, and what was written about it stays. No answer is kept.
    Refused(Trouble),
}

pub(in crate::store) trait Work: Send + Sync + 'static {
    fn work(
        &self,
        db: &Db<'_>,
        before: Before<'_>,
    ) -> impl Future<Output = Result<Ended, Failure>> + Send;
}

impl<W: Work> Step for Change<W> {
    type Done = Ended;

    fn line(&self) -> Option<Line<'_>> {
        Some(match &self.whose {
            Whose::TheirOwn => Line::Person(&self.person),
            Whose::Partner(partner) => Line::Company(partner),
        })
    }

    async fn take(&self, db: &Db<'_>) -> Result<Ended, Failure> {
        let person = &self.person;
        let standing = match &self.whose {
            Whose::TheirOwn => facts::standing(db, person).await?,
            Whose::Partner(partner) => Standing::operator_at(partner),
        };
        db.lock(&standing.companies());
        let partner = standing.partner.as_deref().unwrap_or_default();
        let account = async {
            let today = self.now.date();
            Ok::<_, Failure>(match &self.whose {
                Whose::TheirOwn => Some(facts::account_at(db, person, &standing, today).await?),
                Whose::Partner(id) => facts::account_of_partner(db, person, id, today).await?,
            })
        };
        let (answered, account) =
            futures_util::try_join!(answered_before(db, partner, &self.once), account)?;
        if let Some(answer) = answered {
            return Ok(Ended::Done(answer));
        }
        let Some(account) = account else {
            return Err(Trouble::new(ProblemCode::NotFound).into());
        };
        let before = Before {
            account,
            partner,
            standing: &standing,
            person,
            now: self.now,
        };
        let ended = self.work.work(db, before).await?;
        if let Ended::Done(answer) = &ended {
            remember(db, partner, &self.once, answer)?;
        }
        Ok(ended)
    }
}

/// The answer that this key was given before.
async fn answered_before(
    db: &Db<'_>,
    partner: &str,
    once: &Once,
) -> Result<Option<Answer>, Failure> {
    let found = db.row(
        "SELECT fingerprint, status, location, body FROM idempotency
         WHERE partner_id = ?1 AND issuer = ?2 AND subject = ?3 AND key = ?4",
        values![partner, &once.issuer, &once.subject, &once.key],
    );
    let Some(row) = found.await? else {
        return Ok(None);
    };
    if row.bytes(0)? != once.fingerprint {
        return Err(Trouble::new(ProblemCode::IdempotencyKeyReused).into());
    }
    Ok(Some(Answer {
        status: u16::try_from(row.number(1)?).unwrap_or(200),
        location: row.maybe_owned(2)?,
        body: row.bytes(3)?.to_vec(),
    }))
}

fn remember(db: &Db<'_>, partner: &str, once: &Once, answer: &Answer) -> Result<(), StoreError> {
    db.write(
        "INSERT INTO idempotency
           (partner_id, issuer, subject, key, fingerprint, status, location, body, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        values![
            partner,
            &once.issuer,
            &once.subject,
            &once.key,
            &once.fingerprint[..],
            answer.status,
            answer.location.clone(),
            &answer.body[..],
            Moment::real().0,
        ],
    )
}

/// An answer with a JSON body.
fn answer(status: u16, location: Option<String>, body: &impl Serialize) -> Result<Ended, Failure> {
    let body = serde_json::to_vec(body)
        .map_err(|_| StoreError::Corrupt("an answer cannot be written as JSON"))?;
    Ok(Ended::Done(Answer {
        status,
        location,
        body,
    }))
}

/// The facts of a partner account changed.
fn touch_partner(db: &Db<'_>, partner: &str) -> Result<(), StoreError> {
    db.write(
        "UPDATE partner SET revision = revision + 1 WHERE id = ?1",
        values![partner],
    )
}

/// Writes down for other systems what happened, and to which incident, contract or benefit.
fn emit(
    db: &Db<'_>,
    partner: &str,
    now: Moment,
    (kind, concerns): (&str, &str),
    payload: &serde_json::Value,
) -> Result<(), StoreError> {
    db.write(
        "INSERT INTO outbox (partner_id, id, kind, concerns, payload, at, due_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        values![
            partner,
            numbers::new_id(now)?,
            kind,
            concerns,
            payload.to_string(),
            now.0,
            Moment::real().0,
        ],
    )
}

/// A word of the wire, as a column.
fn code(word: impl Serialize) -> Result<String, StoreError> {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(code)) => Ok(code),
        _ => Err(StoreError::Corrupt("a word of the wire is no text")),
    }
}

/// A column, as the word of the wire that it is.
pub(in crate::store) fn decoded<T: serde::de::DeserializeOwned>(
    code: &str,
) -> Result<T, StoreError> {
    serde_json::from_value(code.into())
        .map_err(|_| StoreError::Corrupt("a column has a word that nobody knows"))
}
