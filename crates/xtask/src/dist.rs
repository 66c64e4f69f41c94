//! `cargo xtask dist`: what a CDN serves.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::arguments::Arguments;
use crate::builds;
use crate::problem::Problem;
use crate::progress::say;
use crate::project::{Lane, Project};
use crate::size;
use crate::steps::{quietly, shown};
use crate::tools;

/// Where a release is put that nobody gave a folder for; made anew each time.
const TRIAL: &str = "target/cdn";
/// Installed once for both of two builds.
const SHARED: [&str; 2] = [".tools", "tests/node_modules"];

/// # Errors
/// When a build fails, the folder holds other bytes under the same version, a budget is broken, or, with `--twice`, the second
/// build is not the first.
pub(crate) fn run(project: &Project, mut arguments: Arguments) -> Result<(), Problem> {
    let twice = arguments.flag("--twice");
    let programme = arguments.file("--programme")?;
    let named = arguments.word();
    arguments.finish()?;
    let lane = Lane::alone(project);
    let folder = match named {
        Some(named) => {
            let folder = std::path::absolute(&named).map_err(Problem::io(named))?;
            release(&lane, &folder, programme.as_deref(), Budgets::Kept)?;
            folder
        }
        None => trial(&lane, programme.as_deref())?,
    };
    size::law(&lane)?;
    if twice {
        again(&lane, &folder, programme.as_deref())
    } else {
        Ok(())
    }
}

/// A release alone, in a folder made anew.
///
/// # Errors
/// As [`run`].
pub(crate) fn trial(lane: &Lane, programme: Option<&str>) -> Result<PathBuf, Problem> {
    put_on_trial(lane, programme, Budgets::Kept)
}

/// The same to be measured: a budget that is broken is said, and stops nothing.
///
/// # Errors
/// When a build fails.
pub(crate) fn of_any_size(lane: &Lane) -> Result<PathBuf, Problem> {
    put_on_trial(lane, None, Budgets::Told)
}

/// What a broken budget does.
#[derive(PartialEq, Eq)]
enum Budgets {
    /// Then there is no release.
    Kept,
    /// It is said.
    Told,
}

fn put_on_trial(
    lane: &Lane,
    programme: Option<&str>,
    budgets: Budgets,
) -> Result<PathBuf, Problem> {
    let folder = lane.project.path(TRIAL);
    emptied(&folder)?;
    release(lane, &folder, programme, budgets)?;
    Ok(folder)
}

/// Builds the app as users get it and puts it beside the releases that the folder holds; with the public pages of a programme's
/// file, where one is named.
fn release(
    lane: &Lane,
    folder: &Path,
    programme: Option<&str>,
    budgets: Budgets,
) -> Result<(), Problem> {
    let project = &lane.project;
    tools::prepare(project)?;
    builds::release_app(lane)?;
    let (_, succeeded) = shown(
        lane,
        project
            .command("node")
            .args(["crates/xtask/dist/main.mjs", builds::RELEASE_DIST])
            .args((budgets == Budgets::Told).then_some("--budgets-told"))
            .arg(folder)
            .args(programme),
    )?;
    match succeeded {
        true => Ok(()),
        false => Err(failed("writing the release", String::new())),
    }
}

/// The same files, built from nothing in another folder with a Cargo home of another name, give the same release.
fn again(lane: &Lane, first: &Path, programme: Option<&str>) -> Result<(), Problem> {
    let project = &lane.project;
    let elsewhere = std::env::temp_dir().join(format!("built-again-{}", std::process::id()));
    copy_sources(project, &elsewhere)?;
    let home = elsewhere.join("packages");
    for (shared, link) in SHARED
        .map(|shared| (project.path(shared), elsewhere.join(shared)))
        .into_iter()
        .chain([(builds::cargo_home(), home.clone())])
    {
        symlink(&shared, &link).map_err(Problem::io(format!("linking {}", link.display())))?;
    }
    let second = elsewhere.join("released");
    quietly(
        lane,
        "the same from nothing, in another folder",
        project
            .cargo()
            .current_dir(&elsewhere)
            .args(["xtask", "dist"])
            .arg(&second)
            .args(programme.map(|file| format!("--programme={file}")))
            .env("CARGO_HOME", &home)
            .env("CARGO_TARGET_DIR", elsewhere.join("target")),
    )?;
    let [first, mut second] = [files(first)?, files(&second)?];
    // What lies beside the folders speaks of all the releases there are, and of what the operator wants.
    second.retain(|(name, _)| name.contains('/'));
    let different: Vec<_> = second
        .iter()
        .filter(|file| !first.contains(file))
        .map(|(name, _)| name.as_str())
        .collect();
    if !different.is_empty() {
        return Err(failed(
            "building the same bytes twice",
            format!("{} in {} differ", different.join(", "), elsewhere.display()),
        ));
    }
    emptied(&elsewhere)?;
    say(&format!(
        "  Built twice: all {} files are the same.",
        second.len()
    ));
    Ok(())
}

/// What is or would be committed, as it stands.
fn copy_sources(project: &Project, to: &Path) -> Result<(), Problem> {
    let listed = project
        .command("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .output()
        .map_err(Problem::io("listing the sources"))?;
    for name in String::from_utf8_lossy(&listed.stdout).split_terminator('\0') {
        let copy = to.join(name);
        let copied = fs::create_dir_all(copy.parent().unwrap_or(to))
            .and_then(|()| fs::copy(project.path(name), &copy));
        copied.map_err(Problem::io(format!("copying {name}")))?;
    }
    Ok(())
}

/// Every file under a folder, by its path there.
fn files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Problem> {
    let reading = |path: &Path| Problem::io(format!("reading {}", path.display()));
    let mut found = Vec::new();
    let mut waiting = vec![PathBuf::from(folder)];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path).map_err(reading(&path))? {
                waiting.push(entry.map_err(reading(&path))?.path());
            }
        } else {
            let name = path.strip_prefix(folder).unwrap_or(&path);
            let bytes = fs::read(&path).map_err(reading(&path))?;
            found.push((name.to_string_lossy().into_owned(), bytes));
        }
    }
    Ok(found)
}

fn emptied(folder: &Path) -> Result<(), Problem> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Problem::io(format!("removing {}", folder.display()))(error))
        }
        _ => Ok(()),
    }
}

fn failed(step: &str, detail: String) -> Problem {
    Problem::StepFailed {
        step: step.to_owned(),
        detail,
    }
}
