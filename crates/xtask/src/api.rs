//! The whole API as its document describes it, asked by schemathesis: calls right and wrong that nobody thought of, each
//! answer held against the document.

use std::fs;
use std::path::PathBuf;

use crate::builds;
use crate::children::Running;
use crate::debian::{Lacking, Needed};
use crate::health;
use crate::problem::Problem;
use crate::project::{Lane, Project, on_path};
use crate::request_tracker::free_port;
use crate::steps::{quietly, shown};
use crate::totals::Totals;

/// What is pinned, how it signs in, and what it must know beside the document.
const RECIPE: &str = "crates/xtask/schemathesis";
const INSTALLED: &str = ".tools/schemathesis";
const PYTHON: Needed = Needed {
    what: "Python 3 with venv, which schemathesis runs in,",
    step: "Python from Debian",
    packages: &["python3-venv"],
    otherwise: "install Python 3 with venv",
};
/// For each operation in one go; more goes have other seeds.
const CASES_OF_ONE_KIND: &str = "200";

/// Goes on until so many cases were tried.
///
/// # Errors
/// What is missing, which step failed, or [`Problem::Interrupted`].
pub(crate) fn asked(lane: &Lane, cases: u32) -> Result<Totals, Problem> {
    let project = &lane.project;
    let schemathesis = installed(lane)?;
    builds::server_and_issuer(lane)?;
    let desk = Desk::start(lane)?;
    let mut all = Totals::default();
    let mut seed: u32 = 0;
    while all.passed + all.failed < cases {
        seed += 1;
        let mut command = project.command(&schemathesis.to_string_lossy());
        command
            // It leaves notes where it runs.
            .current_dir(&desk.folder)
            .arg("--config-file")
            .arg(project.path(RECIPE).join("schemathesis.toml"))
            .args(["run", &format!("{}/api/v1/openapi.json", desk.address)])
            .args(["--max-examples", CASES_OF_ONE_KIND])
            .args(["--continue-on-failure", "--no-color", "--warnings", "off"])
            .args(["--seed", &seed.to_string()])
            .env("SCHEMATHESIS_HOOKS", "sign_in")
            .env("PYTHONPATH", project.path(RECIPE))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("ISSUER", &desk.issuer)
            .env("CLIENT_REDIRECT", format!("{}/", desk.address));
        let (output, succeeded) = shown(lane, &mut command)?;
        let tried = from_closing_lines(&output);
        all += tried.judged(succeeded);
        if tried == Totals::default() {
            break;
        }
    }
    Ok(all)
}

/// Reads `1525 generated, 2 found 2 unique failures, 10 skipped`, where what did not happen is not named; those skipped
/// were not generated.
fn from_closing_lines(output: &str) -> Totals {
    let counts = output
        .lines()
        .rev()
        .find(|line| line.contains(" generated"));
    let mut totals = Totals::default();
    for count in counts.unwrap_or_default().split(',') {
        let mut words = count.split_whitespace();
        let number = words.next().and_then(|number| number.parse().ok());
        match (number, words.next()) {
            (Some(number), Some("generated")) => totals.passed = number,
            (Some(number), Some("found")) => totals.failed = number,
            (Some(number), Some("skipped")) => totals.skipped = number,
            _ => {}
        }
    }
    totals.passed = totals.passed.saturating_sub(totals.failed);
    totals
}

/// Its program, in a Python environment of its own.
fn installed(lane: &Lane) -> Result<PathBuf, Problem> {
    let project = &lane.project;
    let folder = project.path(INSTALLED);
    let program = folder.join("bin/schemathesis");
    let wanted = project.path(RECIPE).join("requirements.txt");
    let stamp = folder.join("installed-from");
    let pinned = fs::read(&wanted).map_err(Problem::io(format!("reading {}", wanted.display())))?;
    if program.is_file() && fs::read(&stamp).is_ok_and(|last| last == pinned) {
        return Ok(program);
    }
    let environment = || {
        let mut python = project.command("python3");
        python.args(["-m", "venv", "--clear"]).arg(&folder);
        quietly(lane, "a Python environment", &mut python)
    };
    if on_path("python3").is_none() || environment().is_err() {
        PYTHON.install(lane)?;
        environment().map_err(|_| PYTHON.missing(Lacking::AfterInstallation))?;
    }
    let mut pip = project.command(&folder.join("bin/pip").to_string_lossy());
    pip.args(["install", "--disable-pip-version-check", "--requirement"])
        .arg(&wanted);
    quietly(lane, "schemathesis", &mut pip)?;
    fs::write(&stamp, pinned).map_err(Problem::io("noting what pip installed"))?;
    Ok(program)
}

/// The server with the demonstration's data, and its issuer. Dropping it stops both.
struct Desk {
    _server: Running,
    _issuer: Running,
    folder: PathBuf,
    address: String,
    issuer: String,
}

impl Desk {
    fn start(lane: &Lane) -> Result<Self, Problem> {
        let project = &lane.project;
        let folder = project.target().join("soak-api");
        let emptied = match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => fs::create_dir_all(&folder),
        };
        emptied.map_err(Problem::io(format!("emptying {}", folder.display())))?;
        let free = || free_port().map_err(Problem::io("looking for a free port"));
        let (port, issuer_port) = (free()?, free()?);
        let address = format!("http://127.0.0.1:{port}");
        let issuer = format!("http://127.0.0.1:{issuer_port}");
        let mut provider = Running::start(
            built(project, "demo-issuer")
                .args(["--port", &issuer_port.to_string()])
                .args(["--client-redirect", &format!("{address}/")]),
        )?;
        health::wait_for(
            lane,
            "demo issuer",
            &mut provider,
            issuer_port,
            "/.well-known/openid-configuration",
        )?;
        let mut command = built(project, "support-server");
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .arg("--data")
            .arg(folder.join("desk.sqlite"))
            .args(["--programme", "programmes/mpn-2021.json"])
            .args(["--programme", "programmes/maicpp-2025.json"])
            .args(["--issuer", &issuer, "--audience", "partner-support"])
            .args(["--demo", "--log-level", "error"])
            // A stream is one event, and over.
            .args(["--streams-within", "0s"]);
        // It is not the limits that are tried.
        for limit in ["verdict", "person", "address", "failed-sign-in"] {
            command.args([&format!("--{limit}-limit"), "1000000/1000000"]);
        }
        let mut server = Running::start(&mut command)?;
        health::wait_for(lane, "server", &mut server, port, "/livez")?;
        Ok(Self {
            _server: server,
            _issuer: provider,
            folder,
            address,
            issuer,
        })
    }
}

fn built(project: &Project, program: &str) -> std::process::Command {
    let path = project.target().join("debug").join(program);
    project.command(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_found_a_fault_did_not_pass() {
        let said =
            "Test cases:\n  1525 generated, 2 found 2 unique failures, 10 skipped\n\nSeed: 1\n";
        let totals = from_closing_lines(said);
        assert_eq!(totals.to_string(), "1523 passed, 2 failed, 10 skipped");
        let totals = from_closing_lines("  1525 generated, 1525 passed\n");
        assert_eq!(totals.to_string(), "1525 passed, 0 failed");
    }
}
