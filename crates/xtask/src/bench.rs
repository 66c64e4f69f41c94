//! `cargo xtask bench`: every bench, and one table of all goals. `cargo xtask bench pages`: what a first visit to our pages costs,
//! beside the same pages built with other frameworks, in one run. `benches/README.md` says what is compared.

mod all;
mod host;
mod long;

use std::fs;

use crate::arguments::Arguments;
use crate::problem::Problem;
use crate::project::{Lane, Project};
use crate::steps::{quietly, shown};
use crate::{browser, builds, dist, tools};

const PAGES: &str = "benches/pages";
/// Where the variants are built, and where the figures are left.
const WORK: &str = "target/bench/pages";
const BY_DEFAULT: &str = "target/bench/by-default";
const RESULTS: &str = "target/bench";

/// Without a word everything, with `--benches a,b` those; `--readme` writes the README's table of goals. `pages`, `long` and `host`
/// measure one thing; `record` takes the peers' data anew from the product.
///
/// # Errors
/// When a build fails, a peer does not show what our pages show, or a page does not come to rest.
pub(crate) fn run(project: &Project, mut arguments: Arguments) -> Result<(), Problem> {
    let lane = Lane::alone(project);
    let readme = arguments.flag("--readme");
    let named = arguments.list("--benches")?;
    if readme || named.is_some() {
        arguments.finish()?;
        return all::run(&lane, named.as_deref(), readme);
    }
    match arguments.word().as_deref() {
        Some("pages") => pages(&lane, arguments),
        Some("long") => long::run(&lane, arguments),
        Some("host") => host::run(&lane, arguments),
        Some("record") => {
            arguments.finish()?;
            record(&lane)
        }
        None => {
            arguments.finish()?;
            all::run(&lane, None, false)
        }
        _ => Err(Problem::Usage(
            "`bench` is followed by nothing, `pages`, `long`, `host` or `record`.".to_owned(),
        )),
    }
}

fn pages(lane: &Lane, arguments: Arguments) -> Result<(), Problem> {
    let project = &lane.project;
    tools::prepare(project)?;
    let browser = browser::prepare(lane)?;
    frameworks(lane, PAGES, "React, Preact, Solid, Svelte, Vite")?;
    let release = dist::of_any_size(lane)?;
    builds::app_by_default(lane, BY_DEFAULT)?;
    let (_, succeeded) = shown(
        lane,
        project
            .command("node")
            .arg(format!("{PAGES}/run.mjs"))
            .arg("--release")
            .arg(release)
            .args(["--by-default", BY_DEFAULT])
            .args(["--work", WORK, "--results", RESULTS])
            .args(arguments.rest())
            .env("CHROMIUM", &browser.chromium),
    )?;
    judged(succeeded, "measuring the pages")
}

fn record(lane: &Lane) -> Result<(), Problem> {
    let project = &lane.project;
    tools::prepare(project)?;
    let browser = browser::prepare(lane)?;
    builds::server_and_issuer(lane)?;
    builds::release_app(lane)?;
    let (_, succeeded) = shown(
        lane,
        project
            .command("node")
            .arg(format!("{PAGES}/record.mjs"))
            .env("CHROMIUM", &browser.chromium)
            .env("APP_DIST", project.path(builds::RELEASE_DIST))
            .env("PROGRAMS", project.target().join("debug")),
    )?;
    judged(succeeded, "recording the data")
}

/// The frameworks of the peers in a folder, each pinned, with what builds them.
fn frameworks(lane: &Lane, of: &str, names: &str) -> Result<(), Problem> {
    let project = &lane.project;
    let folder = project.path(of);
    let stamp = folder.join("node_modules/.installed-from");
    let wanted = fs::read(folder.join("package-lock.json"))
        .map_err(Problem::io(format!("reading {of}/package-lock.json")))?;
    if fs::read(&stamp).is_ok_and(|last| last == wanted) {
        return Ok(());
    }
    quietly(
        lane,
        &format!("npm packages ({names})"),
        project.command("npm").current_dir(&folder).args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
        ]),
    )?;
    fs::write(stamp, wanted).map_err(Problem::io("noting what npm installed"))
}

fn judged(succeeded: bool, step: &str) -> Result<(), Problem> {
    match succeeded {
        true => Ok(()),
        false => Err(Problem::StepFailed {
            step: step.to_owned(),
            detail: String::new(),
        }),
    }
}
