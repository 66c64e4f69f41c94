//! `cargo xtask figures`: what a decision of the law costs, beside Cedar on equivalent policies in the same run.

use crate::problem::Problem;
use crate::project::{Lane, Project};
use crate::steps::{quietly, shown};
use crate::test::ORACLE;

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
    let (_, succeeded) = shown(&lane, bench().arg("--quiet"))?;
    match succeeded {
        true => Ok(()),
        false => Err(Problem::StepFailed {
            step: "the benchmark".to_owned(),
            detail: String::new(),
        }),
    }
}
