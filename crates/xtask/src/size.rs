//! `cargo xtask size`: what a user has to download.

use crate::builds;
use crate::problem::Problem;
use crate::progress::say;
use crate::project::{Lane, Project};
use crate::steps::{quietly, shown};
use crate::test::WASM;
use crate::tools;

/// # Errors
/// When the release build or the measuring fails.
pub(crate) fn run(project: &Project) -> Result<(), Problem> {
    tools::prepare(project)?;
    let lane = Lane::alone(project);
    builds::release_app(&lane)?;
    show(&lane)?;
    crates(&lane)?;
    law(&lane)
}

/// Prints what each crate has in the app, before it is split into parts.
fn crates(lane: &Lane) -> Result<(), Problem> {
    let project = &lane.project;
    say("  The program crate by crate, as it is linked:");
    measured(
        "measuring the crates",
        shown(
            lane,
            project
                .command("node")
                .arg("crates/xtask/dist/crates.mjs")
                .arg(builds::linked(project)),
        )?,
    )
}

/// What a step that measures comes to, by whether its program succeeded.
fn measured(step: &str, (_, succeeded): (String, bool)) -> Result<(), Problem> {
    match succeeded {
        true => Ok(()),
        false => Err(Problem::StepFailed {
            step: step.to_owned(),
            detail: String::new(),
        }),
    }
}

/// Prints what the law adds to a WebAssembly module: its types as JSON, and its decisions.
///
/// # Errors
/// When it cannot be built, or takes more than its budget.
pub(crate) fn law(lane: &Lane) -> Result<(), Problem> {
    let project = &lane.project;
    let mut cargo = project.cargo();
    builds::for_users(lane, &mut cargo)?;
    quietly(
        lane,
        "the law alone, as WebAssembly",
        cargo
            .args(["build", "--package", "entitlement-rules"])
            .args(["--profile", builds::APP_RELEASE, "--target", WASM])
            .args(["--example", "bytes_*"]),
    )?;
    let built = project
        .target()
        .join(WASM)
        .join(builds::APP_RELEASE)
        .join("examples");
    say("  The law alone, each line with what it adds to the one before:");
    measured(
        "measuring the law",
        shown(
            lane,
            project
                .command("node")
                .args(["tests/size.mjs", "--law"])
                .arg(built),
        )?,
    )
}

/// Prints the sizes of the app in its release folder, raw and compressed as a CDN would.
///
/// # Errors
/// When a file is missing there.
pub(crate) fn show(lane: &Lane) -> Result<(), Problem> {
    say("  The app as users get it:");
    measured(
        "measuring the app",
        shown(
            lane,
            lane.project
                .command("node")
                .args(["tests/size.mjs", builds::RELEASE_DIST]),
        )?,
    )
}
