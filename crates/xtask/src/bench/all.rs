//! `cargo xtask bench` without a word: every bench, and one table of all goals.

use std::fs;

use super::{RESULTS, judged};
use crate::problem::Problem;
use crate::progress::say;
use crate::project::Lane;
use crate::steps::shown;

/// Each by its name, with what Cargo is given.
const BENCHES: [(&str, &[&str]); 8] = [
    ("pages", &["xtask", "bench", "pages"]),
    ("long", &["xtask", "bench", "long"]),
    ("host", &["xtask", "bench", "host"]),
    ("figures", &["xtask", "figures"]),
    ("size", &["xtask", "size"]),
    (
        "create_incident",
        &[
            "bench",
            "-p",
            "support-server",
            "--bench",
            "create_incident",
        ],
    ),
    (
        "peers",
        &["bench", "-p", "support-server", "--bench", "peers"],
    ),
    (
        "at_scale",
        &["bench", "-p", "support-server", "--bench", "at_scale"],
    ),
];
/// What a bench leaves there is gathered, besides the reports of those in a browser.
const GOALS: &str = "target/bench/goals";

/// Those that are named, with commas, or all. One that fails does not keep the others from being run. With `readme` the README's
/// table of goals is written anew.
///
/// # Errors
/// When one failed, after all were run.
pub(super) fn run(lane: &Lane, named: Option<&str>, readme: bool) -> Result<(), Problem> {
    let project = &lane.project;
    let named: Option<Vec<&str>> = named.map(|named| named.split(',').collect());
    if let Some(unknown) = named.iter().flatten().find(|name| !is_known(name)) {
        let known = BENCHES.map(|(name, _)| name).join(", ");
        return Err(Problem::Usage(format!(
            "there is no bench `{unknown}`; there are {known}."
        )));
    }
    if named.is_none() {
        forget(lane)?;
    }
    let mut failed = Vec::new();
    for (name, arguments) in BENCHES {
        if named.as_ref().is_some_and(|named| !named.contains(&name)) {
            continue;
        }
        say(&format!("▸ {name}"));
        let (_, succeeded) = shown(
            lane,
            project
                .cargo()
                .args(arguments)
                .env("BENCH_RESULTS", project.path(GOALS)),
        )?;
        if !succeeded {
            failed.push(name);
        }
    }
    let (_, succeeded) = shown(
        lane,
        project
            .command("node")
            .arg("benches/summary.mjs")
            .args(["--results", RESULTS])
            .args(if readme {
                &["--readme", "README.md"][..]
            } else {
                &[]
            }),
    )?;
    judged(succeeded, "gathering the goals")?;
    judged(failed.is_empty(), &failed.join(", "))
}

fn is_known(name: &str) -> bool {
    BENCHES.iter().any(|(known, _)| *known == name)
}

/// Nothing of an earlier run is taken for this one's.
fn forget(lane: &Lane) -> Result<(), Problem> {
    let results = lane.project.path(RESULTS);
    let reports = ["pages", "long", "host"].map(|name| results.join(format!("{name}.json")));
    let gone = reports
        .into_iter()
        .map(fs::remove_file)
        .chain([fs::remove_dir_all(lane.project.path(GOALS))]);
    for done in gone {
        match done {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Problem::io("removing earlier figures")(error));
            }
            _ => {}
        }
    }
    Ok(())
}
