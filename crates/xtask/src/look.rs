//! `cargo xtask look`: pictures of every page, for people to look at.

use crate::arguments::Arguments;
use crate::browser;
use crate::builds;
use crate::problem::Problem;
use crate::project::{Lane, Project};
use crate::steps::shown;
use crate::tools;

/// Words after the command choose pages, people or languages; `tests/look.mjs` says how.
///
/// # Errors
/// When a build fails or a page cannot be shown.
pub(crate) fn run(project: &Project, arguments: Arguments) -> Result<(), Problem> {
    let lane = Lane::alone(project);
    tools::prepare(project)?;
    let browser = browser::prepare(&lane)?;
    builds::server_and_issuer(&lane)?;
    builds::release_app(&lane)?;
    let chosen = arguments.rest();
    let asks_for = |word: &str| chosen.iter().any(|given| given == word);
    // It lies in another build than the one for users.
    if asks_for("gallery") || !asks_for("--page") {
        builds::gallery_app(&lane)?;
    }
    let (_, succeeded) = shown(
        &lane,
        project
            .command("node")
            .arg("tests/look.mjs")
            .args(&chosen)
            .env("CHROMIUM", &browser.chromium)
            .env("APP_DIST", project.path(builds::RELEASE_DIST))
            .env("GALLERY_DIST", project.path(builds::GALLERY_DIST))
            .env("PROGRAMS", project.target().join("debug")),
    )?;
    if succeeded {
        Ok(())
    } else {
        Err(Problem::StepFailed {
            step: "looking at every page".to_owned(),
            detail: String::new(),
        })
    }
}
