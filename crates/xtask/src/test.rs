//! `cargo xtask test`: everything that is proved about the product, in one run with one total.

use std::fs;
use std::process::Command;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use crate::browser::{self, Browser};
use crate::builds;
use crate::costs;
use crate::database;
use crate::problem::Problem;
use crate::progress::{complain, say, spell};
use crate::project::{Lane, Project};
use crate::size;
use crate::steps::shown;
use crate::tools;
use crate::totals::Totals;
use crate::tracer;

pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The oracle has a workspace of its own: what it is built from must not reach the product.
pub(crate) const ORACLE: [&str; 2] = ["--manifest-path", "law-oracle/Cargo.toml"];

/// One part of the proof, as the closing table shows it.
pub(crate) struct Part {
    name: &'static str,
    totals: Totals,
    took: Duration,
}

/// Goes on after a failure, so that one run shows everything.
///
/// # Errors
/// [`Problem::TestsFailed`] after the closing line, or [`Problem::Interrupted`].
pub(crate) fn run(project: &Project) -> Result<(), Problem> {
    let started = Instant::now();
    let lane = Lane::alone(project);
    let mut parts = Vec::new();
    // Beside the native parts: on a new machine it takes longest, and its last steps use one core.
    let preparation = Preparation::start(&lane);

    part(&mut parts, "rustfmt", || {
        Ok(check(
            &lane,
            project.cargo().args(["fmt", "--all", "--", "--check"]),
        )? + check(
            &lane,
            project
                .cargo()
                .arg("fmt")
                .args(ORACLE)
                .args(["--", "--check"]),
        )?)
    })?;
    part(&mut parts, "clippy", || {
        let clippy = |what: &[&str]| {
            let mut cargo = project.cargo();
            cargo.arg("clippy").args(what);
            check(
                &lane,
                cargo.args(["--all-targets", "--", "--deny", "warnings"]),
            )
        };
        // What only the container's build has is compiled by nothing else here.
        Ok(clippy(&["--workspace"])?
            + clippy(&["--package", "support-server", "--features", "otel"])?)
    })?;
    part(&mut parts, "native tests", || {
        tracer::prepare(&lane)?;
        libtest(
            &lane,
            project
                .cargo()
                .args(["test", "--workspace", "--no-fail-fast"]),
        )
    })?;
    part(&mut parts, "the same on PostgreSQL", || {
        database::prepare(&lane)?;
        libtest(&lane, &mut on_postgres(project))
    })?;
    part(&mut parts, "the law against Cedar", || {
        libtest(&lane, &mut oracle(project))
    })?;
    part(&mut parts, "what the law costs", || costs::judge(&lane))?;
    part(&mut parts, "clippy for wasm", || {
        tools::wasm_target(&lane)?;
        Ok(check(&lane, &mut clippy_for_wasm(project, &[]))?
            + check(
                &lane,
                &mut clippy_for_wasm(project, &builds::features(builds::APP_DEV)),
            )?)
    })?;

    let browser = preparation.browser();
    if let Ok(browser) = &browser {
        part(&mut parts, "wasm tests in Chromium", || {
            libtest(&lane, &mut wasm_tests(project, browser))
        })?;
    }
    let app = preparation.app();
    part(&mut parts, "release build", || {
        app?;
        size::show(&lane)?;
        builds::server_and_issuer(&lane)?;
        Ok(Totals::ONE_PASSED)
    })?;
    let gallery = preparation.gallery();
    part(&mut parts, "build with the gallery", || {
        gallery?;
        Ok(Totals::ONE_PASSED)
    })?;
    part(&mut parts, "browser tests", || {
        browser_tests(&lane, &browser?)
    })?;
    close(&parts, started.elapsed())
}

/// The tools, the browser and the app, as users get it and with its gallery, prepared on a thread of their own.
struct Preparation {
    browser: Receiver<Result<Browser, Problem>>,
    app: Receiver<Result<(), Problem>>,
    gallery: Receiver<Result<(), Problem>>,
}

impl Preparation {
    fn start(lane: &Lane) -> Self {
        let (browser_ready, browser) = mpsc::channel();
        let (app_ready, app) = mpsc::channel();
        let (gallery_ready, gallery) = mpsc::channel();
        let lane = lane.clone();
        thread::spawn(move || {
            let tools = tools::wasm_target(&lane)
                .and_then(|()| tools::node_packages(&lane))
                .and_then(|()| tools::wasm_builders(&lane));
            match tools {
                Ok(()) => {
                    // The receivers live as long as the run: a failed send means that it has ended.
                    let _ = browser_ready.send(browser::prepare(&lane));
                    let _ = app_ready.send(builds::release_app(&lane));
                    let _ = gallery_ready.send(builds::gallery_app(&lane));
                }
                Err(problem) => {
                    for ready in [app_ready, gallery_ready] {
                        let _ = ready.send(Err(Problem::StepFailed {
                            step: "setting up the tools for it".to_owned(),
                            detail: problem.to_string(),
                        }));
                    }
                    let _ = browser_ready.send(Err(problem));
                }
            }
        });
        Self {
            browser,
            app,
            gallery,
        }
    }

    fn browser(&self) -> Result<Browser, Problem> {
        received(&self.browser)
    }

    fn app(&self) -> Result<(), Problem> {
        received(&self.app)
    }

    fn gallery(&self) -> Result<(), Problem> {
        received(&self.gallery)
    }
}

fn received<T>(from: &Receiver<Result<T, Problem>>) -> Result<T, Problem> {
    from.recv().unwrap_or_else(|_| {
        Err(Problem::StepFailed {
            step: "preparing the browser and the app".to_owned(),
            detail: String::new(),
        })
    })
}

fn clippy_for_wasm(project: &Project, features: &[&str]) -> Command {
    let mut command = project.cargo();
    command
        .args(["clippy", "--package", "partner-support", "--target", WASM])
        .args(features)
        .args(["--", "--deny", "warnings"]);
    command
}

/// The law's verdicts against those of policies in another language.
pub(crate) fn oracle(project: &Project) -> Command {
    let mut command = project.cargo();
    command
        .arg("test")
        .args(ORACLE)
        .arg("--tests")
        // Its own workspace, the same place for what is built.
        .env("CARGO_TARGET_DIR", project.target());
    command
}

fn browser_tests(lane: &Lane, browser: &Browser) -> Result<Totals, Problem> {
    let project = &lane.project;
    let (output, succeeded) = shown(
        lane,
        project
            .command("node")
            .args(["--test", "--test-reporter=spec"])
            .args(browser_test_files(project)?)
            .env("CHROMIUM", &browser.chromium)
            .env("APP_DIST", project.path(builds::RELEASE_DIST))
            .env("GALLERY_DIST", project.path(builds::GALLERY_DIST))
            .env("PROGRAMS", project.target().join("debug")),
    )?;
    Ok(Totals::from_node(&output).judged(succeeded))
}

/// The server's promises to its callers, with its store in PostgreSQL, and those that need it.
pub(crate) fn on_postgres(project: &Project) -> Command {
    let mut command = project.cargo();
    command
        .args(["test", "--package", "support-server", "--test", "api"])
        .args(["--no-fail-fast", "--", "--include-ignored"])
        // A cluster takes minutes, and is `soak`'s.
        .args(["--skip", "patroni::"])
        .env("TEST_STORE", "postgres");
    command
}

pub(crate) fn wasm_tests(project: &Project, browser: &Browser) -> Command {
    let mut command = in_chromium(project, browser);
    command.args(["--lib", "--tests", "--no-fail-fast"]);
    command
}

/// `cargo test` of the law, whatever of it is then named, as WebAssembly in Chromium.
pub(crate) fn in_chromium(project: &Project, browser: &Browser) -> Command {
    let mut command = project.cargo();
    command
        .args(["test", "--package", "entitlement-rules", "--target", WASM])
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            project.path(".tools/bin/wasm-bindgen-test-runner"),
        )
        .env("CHROMEDRIVER", &browser.chromedriver)
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        .env(
            "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
            project.path("tests/webdriver.json"),
        )
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    command
}

/// The files by name, since Node 20 does not expand patterns itself.
fn browser_test_files(project: &Project) -> Result<Vec<String>, Problem> {
    let folder =
        fs::read_dir(project.path("tests")).map_err(Problem::io("listing the folder tests"))?;
    let mut files: Vec<String> = folder
        .filter_map(Result::ok)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".test.mjs"))
        .map(|name| format!("tests/{name}"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(Problem::Missing {
            what: "every browser test (tests/*.test.mjs)".to_owned(),
            remedy: "Nothing would be proved in the browser.".to_owned(),
        });
    }
    Ok(files)
}

pub(crate) fn check(lane: &Lane, command: &mut Command) -> Result<Totals, Problem> {
    let (_, succeeded) = shown(lane, command)?;
    Ok(if succeeded {
        Totals::ONE_PASSED
    } else {
        Totals::ONE_FAILED
    })
}

pub(crate) fn libtest(lane: &Lane, command: &mut Command) -> Result<Totals, Problem> {
    let (output, succeeded) = shown(lane, command)?;
    Ok(Totals::from_libtest(&output).judged(succeeded))
}

pub(crate) fn part(
    parts: &mut Vec<Part>,
    name: &'static str,
    work: impl FnOnce() -> Result<Totals, Problem>,
) -> Result<(), Problem> {
    say(&format!("\n── {name}"));
    let started = Instant::now();
    let (totals, reason) = judged(work())?;
    if let Some(reason) = reason {
        complain(&format!("xtask: {reason}"));
    }
    let took = started.elapsed();
    say(&format!("── {name}: {totals}, {}", spell(took)));
    parts.push(Part { name, totals, took });
    Ok(())
}

/// A part that cannot run counts as one failure and the rest goes on; only a person ends the run.
fn judged(outcome: Result<Totals, Problem>) -> Result<(Totals, Option<Problem>), Problem> {
    match outcome {
        Ok(totals) => Ok((totals, None)),
        Err(Problem::Interrupted) => Err(Problem::Interrupted),
        Err(reason) => Ok((Totals::ONE_FAILED, Some(reason))),
    }
}

/// The table of the parts, then the one line that a machine reads.
pub(crate) fn close(parts: &[Part], took: Duration) -> Result<(), Problem> {
    let mut sum = Totals::default();
    say("");
    for part in parts {
        let mark = if part.totals.failed == 0 {
            '✓'
        } else {
            '✗'
        };
        let (name, totals) = (part.name, part.totals.to_string());
        say(&format!(
            "{mark} {name:<27} {totals:<34} {:>12}",
            spell(part.took)
        ));
        sum += part.totals;
    }
    say(&format!("All in {}.", spell(took)));
    say(&sum.to_string());
    if sum.failed == 0 {
        Ok(())
    } else {
        Err(Problem::TestsFailed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_cannot_run_counts_as_one_failure_and_the_rest_goes_on() {
        let (totals, reason) = judged(Err(Problem::Usage("a reason".to_owned()))).unwrap();
        assert_eq!(totals, Totals::ONE_FAILED);
        assert_eq!(reason.unwrap().to_string(), "a reason");
    }

    #[test]
    fn ctrl_c_ends_the_run_at_once() {
        assert!(matches!(
            judged(Err(Problem::Interrupted)),
            Err(Problem::Interrupted)
        ));
    }
}
