//! Packages from Debian, for what the machine lacks.

use std::io::IsTerminal;
use std::process::{Command, Stdio};

use crate::problem::Problem;
use crate::project::{Lane, on_path};
use crate::steps::quietly;
use crate::tools::version_line;

/// Something that a part of the proof needs, and where Debian has it.
pub(crate) struct Needed {
    /// As it stands in a sentence: what it is, and for what.
    pub(crate) what: &'static str,
    /// What the step of installing it is called.
    pub(crate) step: &'static str,
    pub(crate) packages: &'static [&'static str],
    /// What to do on a machine that has no apt.
    pub(crate) otherwise: &'static str,
}

impl Needed {
    /// # Errors
    /// When it cannot be installed: which right or program is lacking, or what the installation said.
    pub(crate) fn install(&self, lane: &Lane) -> Result<(), Problem> {
        let means = means().map_err(|lacking| self.missing(lacking))?;
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
            self.step,
            apt(&["install", "--yes", "--no-install-recommends"]).args(self.packages),
        )
    }

    /// The problem that it is not there, and what would help.
    pub(crate) fn missing(&self, lacking: Lacking) -> Problem {
        let install = format!("apt-get install {}", self.packages.join(" "));
        let remedy = match lacking {
            Lacking::Apt => format!(
                "There is no apt-get here to install it: {}.",
                self.otherwise
            ),
            Lacking::Rights => {
                format!("Installing it needs root: run `{install}` as root, then this again.")
            }
            Lacking::AfterInstallation => {
                format!("`{install}` succeeded, yet it is not where it belongs.")
            }
        };
        Problem::Missing {
            what: self.what.to_owned(),
            remedy,
        }
    }
}

struct Means {
    prefix: &'static [&'static str],
}

/// What an installation failed for.
#[derive(Clone, Copy)]
pub(crate) enum Lacking {
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

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDED: Needed = Needed {
        what: "A tool, which a test needs,",
        step: "a tool from Debian",
        packages: &["a-tool", "its-data"],
        otherwise: "put `a-tool` on the PATH",
    };

    #[test]
    fn a_machine_without_apt_is_told_what_to_do_instead() {
        let said = NEEDED.missing(Lacking::Apt).to_string();
        assert!(said.contains("no apt-get here"), "{said}");
        assert!(said.contains("put `a-tool` on the PATH."), "{said}");
    }

    #[test]
    fn a_user_without_rights_is_given_the_line_for_root() {
        let said = NEEDED.missing(Lacking::Rights).to_string();
        assert!(
            said.contains("`apt-get install a-tool its-data` as root"),
            "{said}"
        );
    }
}
