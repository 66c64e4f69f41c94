//! Sessions of people whom the server signs in itself. Times are real.

use crate::auth::Person;
use crate::clock::Moment;
use crate::store::db::{Db, values};
use crate::store::engine::Step;
use crate::store::{Failure, StoreError};

/// A session begins; one that the same browser had before is over, and so are all whose time has come.
pub(in crate::store) struct Begin {
    pub(in crate::store) id: Vec<u8>,
    pub(in crate::store) person: Person,
    pub(in crate::store) ends_at: Moment,
    pub(in crate::store) former: Option<Vec<u8>>,
}

impl Step for Begin {
    type Done = ();

    async fn take(&self, db: &Db<'_>) -> Result<(), Failure> {
        let person = serde_json::to_string(&self.person);
        let person = person.map_err(|_| StoreError::Corrupt("a person cannot be written"))?;
        db.write(
            "DELETE FROM session WHERE ends_at < ?1 OR id = ?2",
            values![
                Moment::real().0,
                self.former.clone().unwrap_or_else(|| self.id.clone())
            ],
        )?;
        db.write(
            "INSERT INTO session (id, person, ends_at) VALUES (?1, ?2, ?3)",
            values![self.id.clone(), person, self.ends_at.0],
        )?;
        Ok(())
    }
}

/// Whose session it is, when it still lasts.
pub(in crate::store) struct Find {
    pub(in crate::store) id: Vec<u8>,
    pub(in crate::store) now: Moment,
}

impl Step for Find {
    type Done = Option<Person>;

    async fn take(&self, db: &Db<'_>) -> Result<Option<Person>, Failure> {
        let found = db.row(
            "SELECT person FROM session WHERE id = ?1 AND ends_at > ?2",
            values![self.id.clone(), self.now.0],
        );
        let person = found.await?.map(|row| row.json(0)).transpose()?;
        Ok(person)
    }
}

/// It is over.
pub(in crate::store) struct End(pub(in crate::store) Vec<u8>);

impl Step for End {
    type Done = ();

    async fn take(&self, db: &Db<'_>) -> Result<(), Failure> {
        db.write("DELETE FROM session WHERE id = ?1", values![self.0.clone()])?;
        Ok(())
    }
}
