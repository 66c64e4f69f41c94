//! A Request Tracker of its own: empty, in one folder, on a free port, set up as a vendor would for this desk.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::children::Running;
use crate::debian::{Lacking, Needed};
use crate::health;
use crate::problem::Problem;
use crate::project::Lane;
use crate::steps::quietly;

const REQUEST_TRACKER: Needed = Needed {
    what: "Request Tracker 5, which the hand-over is tried on,",
    step: "Request Tracker from Debian",
    packages: &[
        "request-tracker5",
        "rt5-standalone",
        "rt5-db-sqlite",
        "rt5-clients",
        // The machine's own databases and mail are left alone.
        "dbconfig-no-thanks",
        "msmtp-mta",
    ],
    otherwise: "run this on Debian",
};
const SET_UP: &str = "/usr/sbin/rt-setup-database-5";
const SERVE: &str = "/usr/share/request-tracker5/libexec/standalone_httpd";
/// Its configuration, and what is created in it.
const RECIPE: &str = "crates/support-server/tests/request-tracker";

/// One that runs. Dropping it stops it.
pub(crate) struct RequestTracker {
    _running: Running,
    pub(crate) address: String,
    /// Holds the token of the account that this desk uses.
    pub(crate) token_file: PathBuf,
}

/// # Errors
/// What is missing, or which step failed.
pub(crate) fn start(lane: &Lane) -> Result<RequestTracker, Problem> {
    let is_there = || {
        [SET_UP, SERVE]
            .into_iter()
            .all(|it| Path::new(it).is_file())
    };
    if !is_there() {
        REQUEST_TRACKER.install(lane)?;
        if !is_there() {
            return Err(REQUEST_TRACKER.missing(Lacking::AfterInstallation));
        }
    }
    let project = &lane.project;
    let folder = project.target().join("request-tracker");
    let emptied = match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => fs::create_dir_all(&folder),
    };
    emptied.map_err(Problem::io(format!("emptying {}", folder.display())))?;
    let port = free_port().map_err(Problem::io("looking for a free port"))?;
    let recipe = project.path(RECIPE);
    let command = |program: &str| -> Command {
        let mut command = project.command(program);
        command
            .env("PARTNER_SUPPORT_RT", &folder)
            .env("PARTNER_SUPPORT_RT_PORT", port.to_string())
            .env("RT_SITE_CONFIG", recipe.join("RT_SiteConfig.pm"))
            // Not the machine's own.
            .env("RT_SITE_CONFIG_DIR", folder.join("no-more-settings"));
        command
    };
    let set_up = |arguments: &[&str]| {
        let mut command = command(SET_UP);
        command
            .args(["--skip-create", "--dba", "nobody", "--dba-password", ""])
            .args(arguments);
        command
    };
    let step = "an empty Request Tracker";
    quietly(lane, step, &mut set_up(&["--action", "init"]))?;
    let desk = recipe.join("desk.pl");
    quietly(
        lane,
        "a queue and an account in it",
        set_up(&["--action", "insert", "--datafile"]).arg(desk),
    )?;
    let log = folder.join("log");
    let logging = Problem::io(format!("writing {}", log.display()));
    let (out, err) = File::create(&log)
        .and_then(|file| Ok((file.try_clone()?, file)))
        .map_err(logging)?;
    let mut running = Running::start(
        command(SERVE)
            .args(["--host", "127.0.0.1", "--port", &port.to_string()])
            .stdout(out)
            .stderr(err),
    )?;
    health::wait_for(lane, "Request Tracker", &mut running, port, "/")?;
    Ok(RequestTracker {
        _running: running,
        address: format!("http://127.0.0.1:{port}"),
        token_file: folder.join("token"),
    })
}

/// One that was free just now.
pub(crate) fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}
