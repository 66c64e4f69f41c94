//! The programs by which hosts serve files, to serve a release by: of Cloudflare Pages, of Azure Static Web Apps, and nginx.

use std::fs;
use std::path::PathBuf;

use crate::dist;
use crate::problem::Problem;
use crate::project::Lane;
use crate::steps::{quietly, shown};
use crate::totals::Totals;
use crate::{browser, npm, tools};

/// What is pinned, and what each host is asked.
const RECIPE: &str = "crates/xtask/hosts";
const NGINX: &str = ".tools/nginx";
/// Whose public pages lie in the release as documents.
const PROGRAMME: &str = "programmes/mpn-2021.json";

/// # Errors
/// What is missing, or which step failed.
pub(crate) fn serve_a_release(lane: &Lane) -> Result<Totals, Problem> {
    let project = &lane.project;
    tools::prepare(project)?;
    let browser = browser::prepare(lane)?;
    // The two that npm has, apart from what every test needs: they are large.
    let programs = npm::installed(
        lane,
        RECIPE,
        ".tools/hosts",
        "npm packages (wrangler, the Azure Static Web Apps CLI)",
    )?;
    let nginx = nginx(lane)?;
    let releases = dist::trial(lane, Some(PROGRAMME))?;
    let (output, succeeded) = shown(
        lane,
        project
            .command("node")
            .args(["--test", "--test-reporter=spec"])
            .arg(format!("{RECIPE}/hosts.test.mjs"))
            .env("CHROMIUM", &browser.chromium)
            .env("RELEASES", releases)
            .env("HOSTS", programs)
            .env("NGINX", nginx),
    )?;
    Ok(Totals::from_node(&output).judged(succeeded))
}

/// Debian's nginx with its module. It is unpacked, not installed: installed, it would run on this machine for good.
fn nginx(lane: &Lane) -> Result<PathBuf, Problem> {
    let project = &lane.project;
    let folder = project.path(NGINX);
    if !folder.join("usr/sbin/nginx").is_file() {
        fs::create_dir_all(&folder).map_err(Problem::io(format!("making {NGINX}")))?;
        let unpack = "apt-get download nginx libnginx-mod-http-brotli-static && \
                      for package in *.deb; do dpkg-deb --extract $package .; done";
        let mut command = project.command("sh");
        command.args(["-e", "-c", unpack]).current_dir(&folder);
        quietly(lane, "nginx from Debian", &mut command)?;
    }
    Ok(folder)
}
