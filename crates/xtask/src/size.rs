//! `cargo xtask size`: what a user has to download.

use crate::builds;
use crate::problem::Problem;
use crate::progress::say;
use crate::project::{Lane, Project};
use crate::steps::shown;
use crate::tools;

/// # Errors
/// When the release build or the measuring fails.
pub(crate) fn run(project: &Project) -> Result<(), Problem> {
    tools::prepare(project)?;
    let lane = Lane::alone(project);
    builds::release_app(&lane)?;
    show(&lane)
}

/// Prints the sizes of the app in its release folder, raw and compressed as a CDN would.
///
/// # Errors
/// When a file is missing there.
pub(crate) fn show(lane: &Lane) -> Result<(), Problem> {
    say("  The app as users get it:");
    let (_, succeeded) = shown(
        lane,
        lane.project
            .command("node")
            .args(["tests/size.mjs", builds::RELEASE_DIST]),
    )?;
    if succeeded {
        Ok(())
    } else {
        Err(Problem::StepFailed {
            step: "measuring the app".to_owned(),
            detail: String::new(),
        })
    }
}
