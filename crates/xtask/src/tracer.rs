//! strace, from Debian when the machine has none: a test looks at the server's system calls.

use crate::debian::{Lacking, Needed};
use crate::problem::Problem;
use crate::project::{Lane, on_path};

const STRACE: Needed = Needed {
    what: "strace, which shows the order of the server's system calls,",
    step: "strace from Debian",
    packages: &["strace"],
    otherwise: "put `strace` on the PATH",
};

/// # Errors
/// When there is none and it cannot be installed: which right or program is lacking.
pub(crate) fn prepare(lane: &Lane) -> Result<(), Problem> {
    if on_path("strace").is_some() {
        return Ok(());
    }
    STRACE.install(lane)?;
    match on_path("strace") {
        Some(_) => Ok(()),
        None => Err(STRACE.missing(Lacking::AfterInstallation)),
    }
}
