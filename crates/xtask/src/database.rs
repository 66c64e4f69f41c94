//! The programs of a PostgreSQL server, from Debian when the machine has none. The tests start servers of their own.

use crate::debian::{Lacking, Needed};
use crate::problem::Problem;
use crate::project::Lane;

const POSTGRESQL: Needed = Needed {
    what: "PostgreSQL, which the store is tried on,",
    step: "PostgreSQL from Debian",
    packages: &["postgresql"],
    otherwise: "put its programs into /usr/lib/postgresql/VERSION/bin",
};

/// # Errors
/// When there is none and it cannot be installed: which right or program is lacking.
pub(crate) fn prepare(lane: &Lane) -> Result<(), Problem> {
    if is_there() {
        return Ok(());
    }
    POSTGRESQL.install(lane)?;
    match is_there() {
        true => Ok(()),
        false => Err(POSTGRESQL.missing(Lacking::AfterInstallation)),
    }
}

fn is_there() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    versions
        .flatten()
        .any(|version| version.path().join("bin/initdb").exists())
}
