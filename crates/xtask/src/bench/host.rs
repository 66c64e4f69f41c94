//! `cargo xtask bench host`: what the element adds to the time until a host's own page is painted.

use super::{RESULTS, judged, long};
use crate::arguments::Arguments;
use crate::problem::Problem;
use crate::project::Lane;
use crate::steps::shown;
use crate::{browser, builds, dist, tools};

/// Where the pages are put together.
const WORK: &str = "target/bench/host";

/// # Errors
/// When a build fails, or the element does not come to show its page.
pub(super) fn run(lane: &Lane, arguments: Arguments) -> Result<(), Problem> {
    let project = &lane.project;
    tools::prepare(project)?;
    let browser = browser::prepare(lane)?;
    let programs = long::server_and_issuer(lane)?;
    let release = dist::of_any_size(lane)?;
    let (_, succeeded) = shown(
        lane,
        project
            .command("node")
            .arg("benches/host/run.mjs")
            .arg("--release")
            .arg(release)
            .args(["--work", WORK, "--results", RESULTS])
            .args(arguments.rest())
            .env("CHROMIUM", &browser.chromium)
            .env("APP_DIST", project.path(builds::RELEASE_DIST))
            .env("PROGRAMS", programs),
    )?;
    judged(succeeded, "measuring a host's page")
}
