//! The project's own tools, each pinned, in `.tools/` and `tests/node_modules/`.
//!
//! Every step looks first and does nothing when the right version is there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::problem::Problem;
use crate::project::{Lane, Project, on_path};
use crate::steps::quietly;

const WASM_TARGET: &str = "wasm32-unknown-unknown";
const OLDEST_NODE: u32 = 20;

/// A tool that is built from its published source.
struct CargoTool {
    package: &'static str,
    program: &'static str,
    version: &'static str,
    /// What makes the program say its version; nothing for one that does not say it, of which a note is kept.
    says_version: &'static [&'static str],
    features: &'static [&'static str],
    /// The dependencies in which the tool spends its time; they alone are optimised.
    hot: &'static [&'static str],
}

/// Trunk only ever works on local files here, so its TLS and update check are left out.
const TRUNK: CargoTool = CargoTool {
    package: "trunk",
    program: "trunk",
    version: "0.21.14",
    says_version: &["--version"],
    features: &["--no-default-features"],
    hot: &[],
};

/// Must be the version of the `wasm-bindgen` crate in Cargo.lock to the last digit.
const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    program: "wasm-bindgen",
    version: "0.2.127",
    says_version: &["--version"],
    features: &[],
    hot: &["walrus", "wasmparser", "wasm-encoder", "leb128fmt"],
};

/// Splits the linked app. Must know the marks that the `wasm_split_helpers` crate in Cargo.lock leaves.
const WASM_SPLIT: CargoTool = CargoTool {
    package: "wasm_split_cli_support",
    program: "wasm-split-cli",
    version: "0.2.4",
    says_version: &[],
    features: &["--features", "build-binary"],
    hot: &["wasmparser", "wasm-encoder", "leb128fmt"],
};

/// Changes the law in small ways to see whether a test notices.
const CARGO_MUTANTS: CargoTool = CargoTool {
    package: "cargo-mutants",
    program: "cargo-mutants",
    version: "27.1.0",
    says_version: &["mutants", "--version"],
    features: &[],
    hot: &[],
};

const CARGO_FUZZ: CargoTool = CargoTool {
    package: "cargo-fuzz",
    program: "cargo-fuzz",
    version: "0.13.2",
    says_version: &["--version"],
    features: &[],
    hot: &[],
};

/// Sets up everything that both commands need.
///
/// # Errors
/// What is missing on the machine, or which installation failed and why.
pub(crate) fn prepare(project: &Project) -> Result<(), Problem> {
    let lane = Lane::alone(project);
    wasm_target(&lane)?;
    node_packages(&lane)?;
    wasm_builders(&lane)
}

/// The Rust target that the browser runs.
///
/// # Errors
/// When it is absent and there is no rustup to add it.
pub(crate) fn wasm_target(lane: &Lane) -> Result<(), Problem> {
    if wasm_target_is_installed(&lane.project) {
        return Ok(());
    }
    if on_path("rustup").is_none() {
        return Err(no_rustup());
    }
    quietly(
        lane,
        "adding the Rust target wasm32-unknown-unknown",
        lane.project
            .command("rustup")
            .args(["target", "add", WASM_TARGET]),
    )
}

fn no_rustup() -> Problem {
    Problem::Missing {
        what: format!("the Rust target {WASM_TARGET}"),
        remedy: "rustup, which would add it, is not installed either: install Rust from \
                 https://rustup.rs and run this again."
            .to_owned(),
    }
}

fn wasm_target_is_installed(project: &Project) -> bool {
    let said = project
        .command("rustc")
        .args(["--print", "target-libdir", "--target", WASM_TARGET])
        .stderr(Stdio::null())
        .output();
    said.is_ok_and(|said| {
        said.status.success() && Path::new(String::from_utf8_lossy(&said.stdout).trim()).is_dir()
    })
}

/// Whether the sources of the standard library are there, which only the app as users get it is built from.
///
/// # Errors
/// When the run was interrupted.
pub(crate) fn library_sources(lane: &Lane) -> Result<bool, Problem> {
    if library_sources_are_installed(&lane.project) {
        return Ok(true);
    }
    if on_path("rustup").is_none() {
        return Ok(false);
    }
    let added = quietly(
        lane,
        "adding the sources of Rust's standard library",
        lane.project
            .command("rustup")
            .args(["component", "add", "rust-src"]),
    );
    match added {
        Ok(()) => Ok(library_sources_are_installed(&lane.project)),
        Err(Problem::Interrupted) => Err(Problem::Interrupted),
        Err(_) => Ok(false),
    }
}

fn library_sources_are_installed(project: &Project) -> bool {
    let said = project
        .command("rustc")
        .args(["--print", "sysroot"])
        .stderr(Stdio::null())
        .output();
    said.is_ok_and(|said| {
        let root = String::from_utf8_lossy(&said.stdout).trim().to_owned();
        Path::new(&root)
            .join("lib/rustlib/src/rust/library/std/Cargo.toml")
            .exists()
    })
}

/// wasm-opt and what drives the browser, from the lockfile in `tests/`.
///
/// # Errors
/// When Node or npm is missing or too old, or the installation fails.
pub(crate) fn node_packages(lane: &Lane) -> Result<(), Problem> {
    let project = &lane.project;
    check_node(version_line(project.command("node").arg("--version")).as_deref())?;
    if on_path("npm").is_none() {
        return Err(Problem::Missing {
            what: "npm".to_owned(),
            remedy: "It comes with Node.js; on Debian: apt-get install npm.".to_owned(),
        });
    }
    let wanted = project.path("tests/package-lock.json");
    let installed = project.path("tests/node_modules/.installed-from");
    let lock = fs::read(&wanted).map_err(Problem::io("reading tests/package-lock.json"))?;
    if fs::read(&installed).is_ok_and(|stamp| stamp == lock) {
        return Ok(());
    }
    quietly(
        lane,
        "npm packages (wasm-opt, esbuild, playwright-core, axe-core, oidc-provider)",
        project
            .command("npm")
            .current_dir(project.path("tests"))
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            // The browser comes from Debian: nothing here downloads one.
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .env("PUPPETEER_SKIP_DOWNLOAD", "1"),
    )?;
    fs::write(&installed, lock).map_err(Problem::io("noting what npm installed"))
}

fn check_node(version: Option<&str>) -> Result<(), Problem> {
    let Some(version) = version else {
        return Err(Problem::Missing {
            what: "Node.js".to_owned(),
            remedy: format!("Install version {OLDEST_NODE} or later, with npm."),
        });
    };
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        _ => Err(Problem::Missing {
            what: format!("Node.js {OLDEST_NODE} or later"),
            remedy: format!("This machine has {version}."),
        }),
    }
}

/// Trunk, wasm-bindgen and what splits the app.
///
/// # Errors
/// When an installation fails.
pub(crate) fn wasm_builders(lane: &Lane) -> Result<(), Problem> {
    from_source(lane, &[&TRUNK, &WASM_BINDGEN, &WASM_SPLIT])
}

/// What only `cargo xtask soak` needs: cargo-mutants.
///
/// # Errors
/// When the installation fails.
pub(crate) fn mutator(lane: &Lane) -> Result<(), Problem> {
    from_source(lane, &[&CARGO_MUTANTS])
}

/// What only `cargo xtask soak` needs: cargo-fuzz.
///
/// # Errors
/// When the installation fails.
pub(crate) fn fuzzer(lane: &Lane) -> Result<(), Problem> {
    from_source(lane, &[&CARGO_FUZZ])
}

/// Shares one build folder, since half of what such tools are made of is the same, and gives it back afterwards.
fn from_source(lane: &Lane, tools: &[&CargoTool]) -> Result<(), Problem> {
    let mut built = false;
    for tool in tools {
        if !is_installed(&lane.project, tool) {
            install(lane, tool)?;
            built = true;
        }
    }
    if built {
        let build = lane.project.path(".tools/build");
        if build.exists() {
            fs::remove_dir_all(&build).map_err(Problem::io("removing .tools/build"))?;
        }
    }
    Ok(())
}

fn is_installed(project: &Project, tool: &CargoTool) -> bool {
    if tool.says_version.is_empty() {
        return fs::read_to_string(note(project, tool)).is_ok_and(|noted| noted == tool.version);
    }
    let program = project.path(".tools/bin").join(tool.program);
    version_line(Command::new(program).args(tool.says_version))
        .is_some_and(|line| line.split_whitespace().nth(1) == Some(tool.version))
}

/// Where it is noted which version of a tool was installed.
fn note(project: &Project, tool: &CargoTool) -> PathBuf {
    project.path(&format!(".tools/bin/{}.version", tool.program))
}

fn install(lane: &Lane, tool: &CargoTool) -> Result<(), Problem> {
    let label = format!("{} {}", tool.package, tool.version);
    if on_path("cargo-binstall").is_some() {
        let ready_made = quietly(
            lane,
            &format!("{label} (ready-made, by cargo binstall)"),
            lane.project
                .cargo()
                .args([
                    "binstall",
                    "--no-confirm",
                    "--disable-strategies",
                    "compile",
                ])
                .args(["--version", tool.version, tool.package, "--root"])
                .arg(lane.project.path(".tools")),
        );
        match ready_made {
            Err(Problem::Interrupted) => return Err(Problem::Interrupted),
            Ok(()) if is_installed(&lane.project, tool) => return Ok(()),
            // Nothing ready-made for this machine: its source is always there.
            Ok(()) | Err(_) => {}
        }
    }
    quietly(
        lane,
        &format!("{label} (built from source, once)"),
        &mut source_install(&lane.project, tool),
    )?;
    if tool.says_version.is_empty() {
        fs::write(note(&lane.project, tool), tool.version)
            .map_err(Problem::io(format!("noting the version of {label}")))?;
    }
    Ok(())
}

fn source_install(project: &Project, tool: &CargoTool) -> Command {
    let mut command = project.cargo();
    command
        .args(["install", tool.package, "--version", tool.version])
        .args(["--locked", "--force", "--root"])
        .arg(project.path(".tools"))
        .args(tool.features)
        // Their own release profiles would take several times as long, to save a second a build.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        // The same for build scripts and macros: what both need is then compiled once.
        .env("CARGO_PROFILE_RELEASE_BUILD_OVERRIDE_CODEGEN_UNITS", "16")
        .env("CARGO_TARGET_DIR", project.path(".tools/build"));
    for package in tool.hot {
        command
            .arg("--config")
            .arg(format!("profile.release.package.{package}.opt-level=2"));
    }
    command
}

/// The first line that a program prints of its version, or nothing when it is not there.
pub(crate) fn version_line(command: &mut Command) -> Option<String> {
    let said = command.stderr(Stdio::null()).output().ok()?;
    if !said.status.success() {
        return None;
    }
    String::from_utf8_lossy(&said.stdout)
        .lines()
        .next()
        .map(|line| line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_node_is_told_which_to_install() {
        let said = check_node(None).unwrap_err().to_string();
        assert_eq!(
            said,
            "Node.js is missing. Install version 20 or later, with npm."
        );
    }

    #[test]
    fn an_old_node_is_named_with_its_version() {
        let said = check_node(Some("v18.19.0")).unwrap_err().to_string();
        assert!(said.contains("This machine has v18.19.0"), "{said}");
        assert!(check_node(Some("v20.20.2")).is_ok());
        assert!(check_node(Some("v24.1.0")).is_ok());
    }

    #[test]
    fn a_machine_without_rustup_is_told_where_to_get_it() {
        assert!(no_rustup().to_string().contains("https://rustup.rs"));
    }

    #[test]
    fn wasm_bindgen_the_tool_is_the_version_of_wasm_bindgen_the_crate() {
        let lock = fs::read_to_string(Project::find().unwrap().path("Cargo.lock")).unwrap();
        let crate_version = lock
            .split("\n[[package]]\n")
            .find(|entry| entry.starts_with("name = \"wasm-bindgen\"\n"))
            .and_then(|entry| entry.lines().find(|line| line.starts_with("version = ")))
            .unwrap();
        assert_eq!(
            crate_version,
            format!("version = \"{}\"", WASM_BINDGEN.version)
        );
    }

    #[test]
    fn a_program_that_is_not_there_has_no_version() {
        assert_eq!(
            version_line(Command::new("/nowhere/at/all").arg("--version")),
            None
        );
    }
}
