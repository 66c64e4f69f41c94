//! A real Chromium and its driver, from Debian when the machine has none.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::problem::Problem;
use crate::project::{Lane, on_path};
use crate::steps::quietly;
use crate::tools::version_line;

/// Where the browser and the program that drives it are.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) chromedriver: PathBuf,
}

const PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-liberation"];

/// # Errors
/// When there is none and it cannot be installed: which right or program is lacking.
pub(crate) fn prepare(lane: &Lane) -> Result<Browser, Problem> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    let means = match means() {
        Ok(means) => means,
        Err(lacking) => return Err(missing(lacking)),
    };
    let apt = |arguments: &[&str]| {
        let mut words = means.prefix.iter().copied().chain(["apt-get"]);
        let mut command = lane.project.command(words.next().unwrap_or("apt-get"));
        command
            .args(words)
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    quietly(lane, "apt-get update", &mut apt(&["update"]))?;
    quietly(
        lane,
        "Chromium and its driver from Debian",
        apt(&["install", "--yes", "--no-install-recommends"]).args(PACKAGES),
    )?;
    find().ok_or_else(|| missing(Lacking::AfterInstallation))
}

fn find() -> Option<Browser> {
    let chromium = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(on_path)?;
    Some(Browser {
        chromium,
        chromedriver: on_path("chromedriver")?,
    })
}

struct Means {
    prefix: &'static [&'static str],
}

#[derive(Clone, Copy)]
enum Lacking {
    Apt,
    Rights,
    AfterInstallation,
}

fn means() -> Result<Means, Lacking> {
    if on_path("apt-get").is_none() {
        return Err(Lacking::Apt);
    }
    if version_line(Command::new("id").arg("-u")).as_deref() == Some("0") {
        return Ok(Means { prefix: &[] });
    }
    if on_path("sudo").is_none() {
        return Err(Lacking::Rights);
    }
    // Asked for here, where a person sees the question; the steps themselves must not wait for it.
    let mut ask = Command::new("sudo");
    if std::io::stdin().is_terminal() {
        ask.arg("--validate");
    } else {
        ask.args(["--non-interactive", "true"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
    }
    if ask.status().is_ok_and(|status| status.success()) {
        Ok(Means {
            prefix: &[
                "sudo",
                "--non-interactive",
                "--preserve-env=DEBIAN_FRONTEND",
            ],
        })
    } else {
        Err(Lacking::Rights)
    }
}

fn missing(lacking: Lacking) -> Problem {
    let install = format!("apt-get install {}", PACKAGES.join(" "));
    let remedy = match lacking {
        Lacking::Apt => "There is no apt-get here to install it: put `chromium` and \
                         `chromedriver` of the same version on the PATH."
            .to_owned(),
        Lacking::Rights => {
            format!("Installing it needs root: run `{install}` as root, then this again.")
        }
        Lacking::AfterInstallation => {
            format!("`{install}` succeeded, yet neither is on the PATH.")
        }
    };
    Problem::Missing {
        what: "Chromium with its driver, which the browser tests need,".to_owned(),
        remedy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_apt_is_told_what_to_put_on_its_path() {
        let said = missing(Lacking::Apt).to_string();
        assert!(said.contains("no apt-get here"), "{said}");
        assert!(said.contains("`chromedriver`"), "{said}");
    }

    #[test]
    fn a_user_without_rights_is_given_the_line_for_root() {
        let said = missing(Lacking::Rights).to_string();
        assert!(
            said.contains("`apt-get install chromium chromium-driver fonts-liberation` as root"),
            "{said}"
        );
    }
}
