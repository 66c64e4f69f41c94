//! `cargo xtask audit`: every page, judged by tools of others.

use crate::arguments::Arguments;
use crate::debian::{Lacking, Needed};
use crate::problem::Problem;
use crate::project::{Lane, Project, on_path};
use crate::steps::shown;
use crate::totals::Totals;
use crate::{browser, builds, npm, tools};

const RECIPE: &str = "crates/xtask/audits";
/// Lists with commas; what is not named is judged whole.
const CHOICES: [(&str, &str); 3] = [
    ("--languages", "LANGUAGES"),
    ("--pages", "PAGES"),
    ("--judges", "JUDGES"),
];

const JAVA: Needed = Needed {
    what: "Java, which the Nu HTML checker runs on,",
    step: "Java from Debian",
    packages: &["default-jre-headless"],
    otherwise: "put `java` of version 11 or later on the PATH",
};

/// # Errors
/// [`Problem::TestsFailed`] when a judge finds something, or what is missing to ask them.
pub(crate) fn run(project: &Project, mut arguments: Arguments) -> Result<(), Problem> {
    let mut chosen = Vec::new();
    for (option, variable) in CHOICES {
        if let Some(list) = arguments.list(option)? {
            chosen.push((variable, list));
        }
    }
    arguments.finish()?;
    let totals = judged(&Lane::alone(project), &chosen)?;
    if totals.failed == 0 {
        Ok(())
    } else {
        Err(Problem::TestsFailed)
    }
}

/// The judges' totals over every page, or over what is chosen: which variable holds which list.
///
/// # Errors
/// What is missing, or which step failed.
pub(crate) fn judged(lane: &Lane, chosen: &[(&str, String)]) -> Result<Totals, Problem> {
    let project = &lane.project;
    tools::prepare(project)?;
    let browser = browser::prepare(lane)?;
    if on_path("java").is_none() {
        JAVA.install(lane)?;
        on_path("java").ok_or_else(|| JAVA.missing(Lacking::AfterInstallation))?;
    }
    let judges = npm::installed(
        lane,
        RECIPE,
        ".tools/audits",
        "npm packages (Equal Access, HTML_CodeSniffer, html-validate, Lighthouse, the Nu HTML checker)",
    )?;
    builds::server_and_issuer(lane)?;
    builds::release_app(lane)?;
    let (output, succeeded) = shown(
        lane,
        project
            .command("node")
            .args(["--test", "--test-reporter=spec"])
            .arg(format!("{RECIPE}/audits.test.mjs"))
            .envs(chosen.iter().map(|(variable, list)| (*variable, list)))
            .env("AUDITS", judges)
            .env("CHROMIUM", &browser.chromium)
            .env("APP_DIST", project.path(builds::RELEASE_DIST))
            .env("PROGRAMS", project.target().join("debug")),
    )?;
    Ok(Totals::from_node(&output).judged(succeeded))
}
