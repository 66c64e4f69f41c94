//! What the vendor's system tells: each call is acted on once, and its id is kept with its effect.

use super::{Before, Ended, Judge, Work, activations, incident_changes};
use crate::auth::Person;
use crate::clock::Moment;
use crate::problem::Trouble;
use crate::store::db::{Db, values};
use crate::store::engine::Step;
use crate::store::facts::{self, Standing};
use crate::store::{Failure, Fulfilled, Handover};
use support_api::handover::DeskCall;
use support_api::{Happening, ProblemCode};

/// For how long the id of a call is kept, in milliseconds of real time: a day.
const KEPT_MS: i64 = 86_400_000;

/// A verified call.
pub(in crate::store) struct Call {
    pub(in crate::store) id: String,
    pub(in crate::store) now: Moment,
    pub(in crate::store) deed: Deed,
}

/// What it says, as a step.
pub(in crate::store) enum Deed {
    Fulfil(String, activations::Fulfil),
    Reject(String, activations::Reject),
    Incident {
        id: String,
        by: Option<String>,
        what: Happening,
    },
}

impl Deed {
    /// `judge` says what the membership grants when a contract is handed over.
    pub(in crate::store) fn of(call: DeskCall, judge: Judge<Fulfilled>) -> Deed {
        let incident = |id, by, what| Deed::Incident { id, by, what };
        match call {
            DeskCall::ActivationFulfilled(it) => Deed::Fulfil(
                it.partner,
                activations::Fulfil {
                    benefit: it.benefit,
                    handover: Handover {
                        ids: it.contract.ids,
                        start: it.contract.start,
                        end: it.contract.end,
                    },
                    judge,
                },
            ),
            DeskCall::ActivationRejected(it) => Deed::Reject(
                it.partner,
                activations::Reject {
                    benefit: it.benefit,
                    reason: it.rejection.reason,
                },
            ),
            DeskCall::StatusChanged(it) => {
                let status = it.status.into();
                incident(it.incident, None, Happening::StatusChanged { status })
            }
            DeskCall::Commented(it) => {
                let text = it.text;
                incident(it.incident, Some(it.author), Happening::Commented { text })
            }
            DeskCall::SeverityChanged(it) => {
                let severity = it.severity;
                incident(it.incident, None, Happening::SeverityChanged { severity })
            }
        }
    }
}

impl Step for Call {
    type Done = ();

    async fn take(&self, db: &Db<'_>) -> Result<(), Failure> {
        let now = Moment::real().0;
        // Whoever sends the same call at the same time waits here for how it ends.
        let first = db.rows(
            "INSERT INTO desk_call (id, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING RETURNING 1",
            values![&self.id, now],
        );
        if first.await?.is_empty() {
            return Ok(());
        }
        db.write(
            "DELETE FROM desk_call WHERE at < ?1",
            values![now - KEPT_MS],
        )?;
        match &self.deed {
            Deed::Fulfil(partner, work) => self.act(db, partner, work).await,
            Deed::Reject(partner, work) => self.act(db, partner, work).await,
            Deed::Incident { id, by, what } => {
                incident_changes::told(db, id, self.now, by.as_deref(), what.clone()).await
            }
        }
    }
}

impl Call {
    /// What the operator does with a request for activation, done by the vendor's system.
    async fn act(&self, db: &Db<'_>, partner: &str, work: &impl Work) -> Result<(), Failure> {
        let person = Person::of_the_program("desk-call");
        db.lock(&[partner.to_owned()]);
        let today = self.now.date();
        let account = facts::account_of_partner(db, &person, partner, today).await?;
        let before = Before {
            account: account.ok_or_else(|| Trouble::new(ProblemCode::NotFound))?,
            partner,
            standing: &Standing::operator_at(partner),
            person: &person,
            now: self.now,
        };
        match work.work(db, before).await? {
            Ended::Done(_) => Ok(()),
            Ended::Refused(trouble) => Err(trouble.into()),
        }
    }
}
