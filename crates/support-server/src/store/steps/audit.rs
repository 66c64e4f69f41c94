//! Who did what, and when: written in the transaction of the deed itself, and read by the operator.

use super::{code, decoded};
use crate::auth::Person;
use crate::clock::Moment;
use crate::store::db::{Db, values};
use crate::store::engine::Step;
use crate::store::numbers::new_id;
use crate::store::{Failure, StoreError};
use support_api::desk::{AuditDeed, AuditEntry};

/// Writes down that a person did something that concerns a company. `concerns` and `detail` never hold an Access ID or a
/// Contract ID.
pub(super) fn note(
    db: &Db<'_>,
    partner: &str,
    person: &Person,
    now: Moment,
    deed: AuditDeed,
    (concerns, detail): (&str, Option<String>),
) -> Result<(), StoreError> {
    db.write(
        "INSERT INTO audit (id, partner_id, at, issuer, subject, name, deed, concerns, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        values![
            new_id(now)?,
            partner,
            now.0,
            &person.issuer,
            &person.subject,
            &person.name,
            code(deed)?,
            concerns,
            detail,
        ],
    )
}

/// Up to `limit` entries, newest first.
pub(in crate::store) struct Trail {
    /// Those about this partner alone.
    pub(in crate::store) partner: Option<String>,
    pub(in crate::store) limit: u32,
    /// The id of the entry after which to go on.
    pub(in crate::store) after: Option<String>,
}

macro_rules! entries {
    ($whose:literal) => {
        concat!(
            "SELECT a.id, a.at, a.partner_id, p.name, a.name, a.subject, a.deed, a.concerns, a.detail
             FROM audit a LEFT JOIN partner p ON p.id = a.partner_id
             WHERE ",
            $whose,
            " AND (CAST(?2 AS TEXT) IS NULL OR a.id < ?2) ORDER BY a.id DESC LIMIT ?3"
        )
    };
}

impl Step for Trail {
    type Done = Vec<AuditEntry>;

    async fn take(&self, db: &Db<'_>) -> Result<Vec<AuditEntry>, Failure> {
        let sql = match self.partner {
            Some(_) => entries!("a.partner_id = ?1"),
            None => entries!("CAST(?1 AS TEXT) IS NULL"),
        };
        let rows = db.rows(
            sql,
            values![self.partner.clone(), self.after.clone(), self.limit],
        );
        let rows = rows.await?;
        let entries = rows.iter().map(|row| {
            Ok(AuditEntry {
                id: row.owned(0)?,
                at: Moment(row.number(1)?).rfc3339(),
                partner: Some(row.owned(2)?).filter(|partner| !partner.is_empty()),
                partner_name: row.maybe_owned(3)?,
                by: row.owned(4)?,
                subject: row.owned(5)?,
                deed: decoded(row.text(6)?)?,
                concerns: row.owned(7)?,
                detail: row.maybe_owned(8)?,
            })
        });
        Ok(entries.collect::<Result<_, StoreError>>()?)
    }
}
