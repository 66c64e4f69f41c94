//! The three programs that make up the product, and the profiles they are built with.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use crate::problem::Problem;
use crate::project::{Lane, Project};
use crate::steps::quietly;
use crate::tools;

pub(crate) const APP_DEV: &str = "app-dev";
pub(crate) const APP_RELEASE: &str = "app-release";

/// Where `cargo xtask serve` leaves the app.
pub(crate) const DIST: &str = "dist";
/// Where the app as users get it is built, apart from [`DIST`]: both commands may run at once.
pub(crate) const RELEASE_DIST: &str = "target/release-dist";
/// Where the app with its gallery is built to be tested and looked at, apart from [`DIST`] for the same reason.
pub(crate) const GALLERY_DIST: &str = "target/gallery-dist";
const RELEASE_STAMP: &str = "target/release-dist.inputs";
const PARTS: &str = "crates/xtask/dist/parts.mjs";
/// Has each page lie in a part of the program of its own, as [`PARTS`] wants it.
const IN_PARTS: [&str; 2] = ["--features", "parts"];
/// Has the app show all its parts on a page of their own, which is for development.
const WITH_GALLERY: [&str; 2] = ["--features", "gallery"];

/// What a build of this profile has that another has not; for Cargo and for Trunk.
pub(crate) fn features(profile: &str) -> [&'static str; 2] {
    match profile {
        APP_RELEASE => IN_PARTS,
        _ => WITH_GALLERY,
    }
}

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
    let mut cargo = lane.project.cargo();
    if profile == APP_RELEASE {
        for_users(lane, &mut cargo)?;
    }
    cargo
        .args(["build", "--target", "wasm32-unknown-unknown"])
        .args(["--profile", profile, "--manifest-path"])
        .arg(lane.project.path("Cargo.toml"))
        .args(features(profile));
    quietly(lane, "the app", &mut cargo)
}

/// The app as users get it, in [`RELEASE_DIST`]. Making it small takes a minute, so nothing is done
/// when nothing that goes in has changed.
///
/// # Errors
/// With the words of the tool that failed.
pub(crate) fn release_app(lane: &Lane) -> Result<(), Problem> {
    app_for_trunk(lane, APP_RELEASE)?;
    let project = &lane.project;
    let inputs = release_inputs(project)?;
    let stamp = project.path(RELEASE_STAMP);
    let built = project.path(RELEASE_DIST).join("index.html");
    if built.exists() && fs::read_to_string(&stamp).is_ok_and(|last| last == inputs) {
        return Ok(());
    }
    let mut trunk = trunk(project);
    for_users(lane, &mut trunk)?;
    quietly(
        lane,
        "the app for release (wasm-bindgen)",
        trunk
            .args(["build", "--release", "--cargo-profile", APP_RELEASE])
            .args(features(APP_RELEASE))
            .args(["--dist", RELEASE_DIST]),
    )?;
    quietly(
        lane,
        "the same in parts, smaller to send (wasm-split, wasm-bindgen, esbuild, wasm-opt)",
        project
            .command("node")
            .args([PARTS, RELEASE_DIST])
            .arg(linked(project)),
    )?;
    fs::write(&stamp, inputs).map_err(Problem::io("noting what the app was built from"))
}

/// The app as Cargo and wasm-bindgen build it unless they are told otherwise, in a folder. No user gets it: ours is held against it.
/// It has no names of functions, as nobody would send them.
///
/// # Errors
/// With the words of the tool that failed.
pub(crate) fn app_by_default(lane: &Lane, folder: &str) -> Result<(), Problem> {
    let project = &lane.project;
    quietly(
        lane,
        "the app as Cargo builds it by default",
        project
            .cargo()
            .args(["build", "--release", "--package", "partner-support"])
            .args(["--lib", "--target", "wasm32-unknown-unknown"]),
    )?;
    let linked = project
        .target()
        .join("wasm32-unknown-unknown/release/partner_support.wasm");
    quietly(
        lane,
        "the same for browsers (wasm-bindgen)",
        project
            .command("wasm-bindgen")
            .args(["--target", "web", "--no-typescript"])
            .args(["--remove-name-section", "--out-dir", folder])
            .arg(linked),
    )
}

/// The app for development, in [`GALLERY_DIST`].
///
/// # Errors
/// With the words of the tool that failed.
pub(crate) fn gallery_app(lane: &Lane) -> Result<(), Problem> {
    app_for_trunk(lane, APP_DEV)?;
    quietly(
        lane,
        "the app for development, with its gallery (wasm-bindgen)",
        trunk(&lane.project)
            .args(["build", "--cargo-profile", APP_DEV])
            .args(features(APP_DEV))
            .args(["--dist", GALLERY_DIST]),
    )
}

/// Has Cargo build as users get it, by what no profile can say. Added to the flags of `.cargo/config.toml`.
///
/// The same commit gives the same bytes on every machine: the compiler writes where a panic would arise into the app, and the
/// packages lie in another folder everywhere. The standard library is built along, for size and without the texts of panics
/// that nobody would read; the pinned compiler does so when it is told to take what is not stable yet. Where its sources cannot
/// be had, the app is the same and larger.
///
/// # Errors
/// When the run was interrupted.
pub(crate) fn for_users(lane: &Lane, command: &mut Command) -> Result<(), Problem> {
    let mut flags = vec![format!("-Clink-arg=-zstack-size={STACK}")];
    let packages = cargo_home().display().to_string();
    // Cargo would take a blank for the end of the flag: such a machine builds, with its own paths.
    if !packages.contains(char::is_whitespace) {
        flags.push(format!("--remap-path-prefix={packages}=/cargo"));
    }
    if tools::library_sources(lane)? {
        flags.extend(["-Zlocation-detail=none", "-Zfmt-debug=none"].map(str::to_owned));
        command
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
            .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
    }
    command.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        flags.join(" "),
    );
    Ok(())
}

/// Of the app, in bytes: of a megabyte, which is the default, every element would keep most for nothing.
const STACK: u32 = 256 * 1_024;

/// Where Cargo keeps the packages that it has downloaded.
pub(crate) fn cargo_home() -> PathBuf {
    env::var_os("CARGO_HOME").map_or_else(
        || env::home_dir().unwrap_or_default().join(".cargo"),
        PathBuf::from,
    )
}

/// The program as Cargo has linked it for users.
pub(crate) fn linked(project: &Project) -> PathBuf {
    project
        .target()
        .join("wasm32-unknown-unknown")
        .join(APP_RELEASE)
        .join("partner_support.wasm")
}

/// Every file that Trunk makes the release from, with its size and the time of its last change.
fn release_inputs(project: &Project) -> Result<String, Problem> {
    let mut waiting = vec![linked(project)];
    waiting.extend(
        [
            "index.html",
            "Trunk.toml",
            "public",
            "sign-in",
            "style",
            "src/words/beside.mjs",
            "crates/xtask/dist",
            "tests/package-lock.json",
        ]
        .map(|input| project.path(input)),
    );
    let mut lines = Vec::new();
    while let Some(path) = waiting.pop() {
        let looking = || format!("looking at {}", path.display());
        let about = fs::metadata(&path).map_err(Problem::io(looking()))?;
        if about.is_dir() {
            for entry in fs::read_dir(&path).map_err(Problem::io(looking()))? {
                waiting.push(entry.map_err(Problem::io(looking()))?.path());
            }
        } else {
            let changed = about.modified().map_err(Problem::io(looking()))?;
            lines.push(format!("{} {} {changed:?}\n", path.display(), about.len()));
        }
    }
    lines.sort();
    Ok(lines.concat())
}

/// Trunk at the root, with the project's own tools in reach.
pub(crate) fn trunk(project: &Project) -> Command {
    let mut command = project.command("trunk");
    // Trunk reads NO_COLOR as a yes-or-no of its own and stops at `1`.
    command
        .env_remove("NO_COLOR")
        .env_remove("RUST_BACKTRACE")
        .args(["--color", "never"]);
    command
}
