//! `cargo xtask figures`: what a decision of the law costs, in instructions and allocations and beside Cedar on equivalent policies in
//! the same run, and what a whole coverage matrix costs in Chromium.

use std::path::PathBuf;
use std::{env, fs};

use crate::problem::Problem;
use crate::project::{Lane, Project};
use crate::steps::{quietly, shown};
use crate::test::{ORACLE, in_chromium};
use crate::{browser, builds, costs, tools};

/// # Errors
/// When the benchmark cannot be built, or stops because the two do not decide alike.
pub(crate) fn run(project: &Project) -> Result<(), Problem> {
    let lane = Lane::alone(project);
    costs::judge(&lane)?;
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
    let (said, drawn) = shown(
        &lane,
        in_chromium(project, &browser)
            .args(["--profile", builds::APP_RELEASE, "--bench", "matrix"])
            .args(["--", "--nocapture"]),
    )?;
    leave(&said)?;
    match compared && drawn {
        true => Ok(()),
        false => Err(Problem::StepFailed {
            step: "the benchmark".to_owned(),
            detail: String::new(),
        }),
    }
}

/// What a browser has found of the goals goes to the folder that `BENCH_RESULTS` names, as others leave theirs themselves.
fn leave(said: &str) -> Result<(), Problem> {
    let Some(folder) = env::var_os("BENCH_RESULTS").map(PathBuf::from) else {
        return Ok(());
    };
    let goals = said.lines().find_map(|line| line.split_once("GOALS "));
    let Some((_, goals)) = goals else {
        return Ok(());
    };
    let left =
        fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join("matrix.json"), goals));
    left.map_err(Problem::io("leaving what the browser has found"))
}
