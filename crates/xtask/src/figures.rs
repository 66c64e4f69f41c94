//! `cargo xtask figures`: what a decision of the law costs, beside Cedar on equivalent policies in the same run, and what
//! a whole coverage matrix costs in Chromium.

use crate::problem::Problem;
use crate::project::{Lane, Project};
use crate::steps::{quietly, shown};
use crate::test::{ORACLE, in_chromium};
use crate::{browser, builds, tools};

/// # Errors
/// When the benchmark cannot be built, or stops because the two do not decide alike.
pub(crate) fn run(project: &Project) -> Result<(), Problem> {
    let lane = Lane::alone(project);
    let bench = || {
        let mut command = project.cargo();
        command
            .arg("bench")
            .args(ORACLE)
            .args(["--bench", "decision"])
            .env("CARGO_TARGET_DIR", project.target());
        command
    };
    quietly(&lane, "law and Cedar, optimised", bench().arg("--no-run"))?;
    let (_, compared) = shown(&lane, bench().arg("--quiet"))?;
    // As users get it: the size-optimised build, in Chromium.
    tools::prepare(project)?;
    let browser = browser::prepare(&lane)?;
    let (_, drawn) = shown(
        &lane,
        in_chromium(project, &browser)
            .args(["--profile", builds::APP_RELEASE, "--bench", "matrix"])
            .args(["--", "--nocapture"]),
    )?;
    match compared && drawn {
        true => Ok(()),
        false => Err(Problem::StepFailed {
            step: "the benchmark".to_owned(),
            detail: String::new(),
        }),
    }
}
