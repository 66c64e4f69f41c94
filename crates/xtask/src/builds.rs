//! The three programs that make up the product, and the profiles they are built with.

use std::process::Command;

use crate::problem::Problem;
use crate::project::{Lane, Project};
use crate::steps::quietly;

pub(crate) const APP_DEV: &str = "app-dev";
const APP_RELEASE: &str = "app-release";

/// Where `cargo xtask serve` leaves the app.
pub(crate) const DIST: &str = "dist";
/// Where the app as users get it is built, apart from [`DIST`]: both commands may run at once.
pub(crate) const RELEASE_DIST: &str = "target/release-dist";

/// The server and the demo issuer.
///
/// # Errors
/// With the compiler's words.
pub(crate) fn server_and_issuer(lane: &Lane) -> Result<(), Problem> {
    quietly(
        lane,
        "server and demo issuer",
        lane.project.cargo().args([
            "build",
            "--package",
            "support-server",
            "--package",
            "demo-issuer",
        ]),
    )
}

/// Compiles the app, in just the way in which Trunk will ask for it, so that it finds all done.
/// Trunk itself is told to work offline, so what must be downloaded is downloaded here.
///
/// # Errors
/// With the compiler's words.
pub(crate) fn app_for_trunk(lane: &Lane, profile: &str) -> Result<(), Problem> {
    quietly(
        lane,
        "the app",
        lane.project
            .cargo()
            .args(["build", "--target", "wasm32-unknown-unknown"])
            .args(["--profile", profile, "--manifest-path"])
            .arg(lane.project.path("Cargo.toml")),
    )
}

/// The app as users get it, in [`RELEASE_DIST`].
///
/// # Errors
/// With the words of the tool that failed.
pub(crate) fn release_app(lane: &Lane) -> Result<(), Problem> {
    app_for_trunk(lane, APP_RELEASE)?;
    quietly(
        lane,
        "the app for release (wasm-bindgen, wasm-opt)",
        trunk(&lane.project)
            .args(["build", "--release", "--cargo-profile", APP_RELEASE])
            .args(["--dist", RELEASE_DIST]),
    )
}

/// Trunk at the root, with the project's own tools in reach.
pub(crate) fn trunk(project: &Project) -> Command {
    let mut command = project.command("trunk");
    // Trunk reads NO_COLOR as a yes-or-no of its own and stops at `1`.
    command.env_remove("NO_COLOR").args(["--color", "never"]);
    command
}
