//! `cargo xtask bench long`: what an account with very many incidents costs in the browser, beside windowed lists of others that
//! hold them all.

use std::path::PathBuf;

use super::{RESULTS, frameworks, judged};
use crate::arguments::Arguments;
use crate::problem::Problem;
use crate::project::Lane;
use crate::steps::{quietly, shown};
use crate::{browser, builds, dist, tools};

const LONG: &str = "benches/long";
/// Where the peers are built.
const WORK: &str = "target/bench/long";

/// # Errors
/// When a build fails, or a page does not come to show what was asked for.
pub(super) fn run(lane: &Lane, arguments: Arguments) -> Result<(), Problem> {
    let project = &lane.project;
    tools::prepare(project)?;
    let browser = browser::prepare(lane)?;
    frameworks(lane, LONG, "React, Solid, TanStack Virtual, Vite")?;
    let programs = server_and_issuer(lane)?;
    let release = dist::of_any_size(lane)?;
    let (_, succeeded) = shown(
        lane,
        project
            .command("node")
            .arg(format!("{LONG}/run.mjs"))
            .arg("--release")
            .arg(release)
            .args(["--work", WORK, "--results", RESULTS])
            .args(arguments.rest())
            .env("CHROMIUM", &browser.chromium)
            .env("APP_DIST", project.path(builds::RELEASE_DIST))
            .env("PROGRAMS", programs),
    )?;
    judged(succeeded, "measuring the long lists")
}

/// The server as users run it, and the demonstration issuer; the folder that they are in.
///
/// # Errors
/// With the compiler's words.
pub(super) fn server_and_issuer(lane: &Lane) -> Result<PathBuf, Problem> {
    let project = &lane.project;
    quietly(
        lane,
        "server and demo issuer, optimised",
        project.cargo().args(["build", "--release"]).args([
            "--package",
            "support-server",
            "--package",
            "demo-issuer",
        ]),
    )?;
    Ok(project.target().join("release"))
}
