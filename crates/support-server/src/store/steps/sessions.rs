//! Sessions of people whom the server signs in itself. Times are real.

use crate::auth::Person;
use crate::clock::Moment;
use crate::store::db::{Db, Row, values};
use crate::store::engine::Step;
use crate::store::{Failure, StoreError};
use serde::{Deserialize, Serialize};

/// What the provider gave for a session. It is nowhere but under seal.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Given {
    /// By what the session is renewed, where the provider allows it.
    pub(crate) refresh_token: Option<String>,
    /// By what the provider knows whom it is to sign out.
    pub(crate) id_token: String,
}

/// No token in a log.
impl std::fmt::Debug for Given {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Given(hidden)")
    }
}

impl Given {
    fn close(&self, db: &Db<'_>, session: &[u8]) -> Result<Vec<u8>, StoreError> {
        let given = serde_json::to_string(self);
        let given = given.map_err(|_| StoreError::Corrupt("a grant cannot be written"))?;
        db.seal.close_grant(session, given)
    }

    /// Of a row that begins with what was sealed.
    fn open(db: &Db<'_>, session: &[u8], row: &Row) -> Result<Given, StoreError> {
        let given = db.seal.open_grant(session, row.bytes(0)?)?;
        serde_json::from_str(&given).map_err(|_| StoreError::Corrupt("a grant cannot be read"))
    }
}

/// How long a session lasts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    /// When it ends, unless it is renewed before.
    pub(crate) ends_at: Moment,
    /// When it is to be renewed, where it can be.
    pub(crate) due_at: Option<Moment>,
    /// When it ends however often it was renewed.
    pub(crate) last_at: Moment,
}

fn written(person: &Person) -> Result<String, StoreError> {
    serde_json::to_string(person).map_err(|_| StoreError::Corrupt("a person cannot be written"))
}

/// A session begins; one that the same browser had before is over, and so are all whose time has come.
pub(in crate::store) struct Begin {
    pub(in crate::store) id: Vec<u8>,
    pub(in crate::store) person: Person,
    pub(in crate::store) given: Given,
    pub(in crate::store) times: Times,
    pub(in crate::store) former: Option<Vec<u8>>,
}

impl Step for Begin {
    type Done = ();

    async fn take(&self, db: &Db<'_>) -> Result<(), Failure> {
        let former = self.former.as_ref().unwrap_or(&self.id);
        let over = || values![Moment::real().0, former.clone()];
        db.write(
            "DELETE FROM session_grant WHERE last_at < ?1 OR id = ?2
               OR id IN (SELECT id FROM session WHERE ends_at < ?1)",
            over(),
        )?;
        db.write("DELETE FROM session WHERE ends_at < ?1 OR id = ?2", over())?;
        db.write(
            "INSERT INTO session (id, person, ends_at) VALUES (?1, ?2, ?3)",
            values![
                self.id.clone(),
                written(&self.person)?,
                self.times.ends_at.0
            ],
        )?;
        db.write(
            "INSERT INTO session_grant (id, sealed, due_at, claimed_until, last_at)
             VALUES (?1, ?2, ?3, 0, ?4)",
            values![
                self.id.clone(),
                self.given.close(db, &self.id)?,
                self.times.due_at.map(|due_at| due_at.0),
                self.times.last_at.0
            ],
        )?;
        Ok(())
    }
}

/// Whose session it is, when it still lasts.
pub(in crate::store) struct Find {
    pub(in crate::store) id: Vec<u8>,
    pub(in crate::store) now: Moment,
}

/// A session that lasts.
pub(crate) struct Lasting {
    /// Whose it is.
    pub(crate) person: Person,
    /// Whether it is to be renewed before it counts.
    pub(crate) is_due: bool,
}

impl Step for Find {
    type Done = Option<Lasting>;

    async fn take(&self, db: &Db<'_>) -> Result<Option<Lasting>, Failure> {
        let found = db.row(
            "SELECT s.person, g.due_at FROM session s LEFT JOIN session_grant g ON g.id = s.id
             WHERE s.id = ?1 AND s.ends_at > ?2",
            values![self.id.clone(), self.now.0],
        );
        let Some(row) = found.await? else {
            return Ok(None);
        };
        let due_at = row.maybe_number(1)?;
        Ok(Some(Lasting {
            person: row.json(0)?,
            is_due: due_at.is_some_and(|due_at| due_at <= self.now.0),
        }))
    }
}

/// One of those who find a session due renews it; a refresh token may work only once.
pub(in crate::store) struct Claim {
    pub(in crate::store) id: Vec<u8>,
    pub(in crate::store) now: Moment,
    pub(in crate::store) until: Moment,
}

impl Step for Claim {
    type Done = Option<Given>;

    async fn take(&self, db: &Db<'_>) -> Result<Option<Given>, Failure> {
        let claimed = db.row(
            "UPDATE session_grant SET claimed_until = ?3
             WHERE id = ?1 AND due_at <= ?2 AND claimed_until <= ?2 RETURNING sealed",
            values![self.id.clone(), self.now.0, self.until.0],
        );
        let claimed = claimed.await?;
        let given = claimed.map(|row| Given::open(db, &self.id, &row));
        Ok(given.transpose()?)
    }
}

/// What came of renewing a session. One that was ended meanwhile stays so.
pub(in crate::store) struct Renew {
    pub(in crate::store) id: Vec<u8>,
    /// As the provider describes them now, and until when that counts; absent: it could not be asked.
    pub(in crate::store) person: Option<(Person, Moment)>,
    /// What it gave, where it gave something.
    pub(in crate::store) given: Option<Given>,
    /// When it is to be renewed again.
    pub(in crate::store) due_at: Moment,
}

impl Step for Renew {
    type Done = ();

    async fn take(&self, db: &Db<'_>) -> Result<(), Failure> {
        if let Some((person, ends_at)) = &self.person {
            db.write(
                "UPDATE session SET person = ?2, ends_at =
                   (SELECT CASE WHEN g.last_at < ?3 THEN g.last_at ELSE ?3 END
                    FROM session_grant g WHERE g.id = ?1)
                 WHERE id = ?1 AND EXISTS (SELECT 1 FROM session_grant WHERE id = ?1)",
                values![self.id.clone(), written(person)?, ends_at.0],
            )?;
        }
        if let Some(given) = &self.given {
            db.write(
                "UPDATE session_grant SET sealed = ?2 WHERE id = ?1",
                values![self.id.clone(), given.close(db, &self.id)?],
            )?;
        }
        // Of one that was ended meanwhile nothing is due.
        db.write(
            "UPDATE session_grant SET due_at = ?2, claimed_until = 0
             WHERE id = ?1 AND due_at IS NOT NULL",
            values![self.id.clone(), self.due_at.0],
        )?;
        Ok(())
    }
}

/// It is over. What the provider gave for it stays until then, for [`Leave`].
pub(in crate::store) struct End {
    pub(in crate::store) id: Vec<u8>,
    pub(in crate::store) until: Moment,
}

impl Step for End {
    type Done = ();

    async fn take(&self, db: &Db<'_>) -> Result<(), Failure> {
        db.write(
            "DELETE FROM session WHERE id = ?1",
            values![self.id.clone()],
        )?;
        db.write(
            "UPDATE session_grant SET due_at = NULL, last_at = ?2 WHERE id = ?1",
            values![self.id.clone(), self.until.0],
        )?;
        Ok(())
    }
}

/// What the provider gave for a session that is over, once.
pub(in crate::store) struct Leave {
    pub(in crate::store) id: Vec<u8>,
    pub(in crate::store) now: Moment,
}

impl Step for Leave {
    type Done = Option<Given>;

    async fn take(&self, db: &Db<'_>) -> Result<Option<Given>, Failure> {
        let taken = db.row(
            "DELETE FROM session_grant WHERE id = ?1
               AND NOT EXISTS (SELECT 1 FROM session WHERE session.id = ?1)
             RETURNING sealed, last_at",
            values![self.id.clone()],
        );
        let taken = taken.await?;
        let Some(row) = taken else { return Ok(None) };
        match row.number(1)? > self.now.0 {
            true => Ok(Some(Given::open(db, &self.id, &row)?)),
            false => Ok(None),
        }
    }
}
