//! Packages from npm that one command alone needs, in a folder of their own.

use std::fs;
use std::path::PathBuf;

use crate::problem::Problem;
use crate::project::Lane;
use crate::steps::quietly;

/// The folder with what the lock file in `recipe` pins, installed there unless that very lock file was the last one.
///
/// # Errors
/// When the lock file cannot be read, or npm cannot install from it.
pub(crate) fn installed(
    lane: &Lane,
    recipe: &str,
    into: &str,
    step: &str,
) -> Result<PathBuf, Problem> {
    let project = &lane.project;
    let folder = project.path(into);
    let pinned = |file: &str| project.path(recipe).join(file);
    let lock = "package-lock.json";
    let stamp = folder.join(".installed-from");
    let wanted = fs::read(pinned(lock)).map_err(Problem::io(format!("reading {recipe}/{lock}")))?;
    if fs::read(&stamp).is_ok_and(|last| last == wanted) {
        return Ok(folder);
    }
    let copied = fs::create_dir_all(&folder)
        .and_then(|()| fs::copy(pinned("package.json"), folder.join("package.json")))
        .and_then(|_| fs::write(folder.join(lock), &wanted));
    copied.map_err(Problem::io(format!("making {into}")))?;
    quietly(
        lane,
        step,
        project.command("npm").current_dir(&folder).args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
        ]),
    )?;
    fs::write(&stamp, wanted).map_err(Problem::io("noting what npm installed"))?;
    Ok(folder)
}
