//! What a cluster of database servers needs, from Debian when the machine has none. The test runs all of it in a folder.

use std::path::{Path, PathBuf};

use crate::database;
use crate::debian::{Lacking, Needed};
use crate::problem::Problem;
use crate::project::{Lane, on_path};
use crate::steps::quietly;

const PATRONI: Needed = Needed {
    what: "Patroni, which keeps the cluster that the store is tried on,",
    step: "Patroni from Debian",
    packages: &["patroni", "python3-etcd"],
    otherwise: "put Patroni 3 where Debian has it",
};
const PROGRAM: &str = "/usr/bin/patroni";

/// Returns where etcd is. It is unpacked, not installed: installed, it would run on this machine for good.
///
/// # Errors
/// When something cannot be had: which right or program is lacking, or what failed.
pub(crate) fn prepare(lane: &Lane) -> Result<PathBuf, Problem> {
    database::prepare(lane)?;
    if !Path::new(PROGRAM).is_file() {
        PATRONI.install(lane)?;
        if !Path::new(PROGRAM).is_file() {
            return Err(PATRONI.missing(Lacking::AfterInstallation));
        }
    }
    if let Some(etcd) = on_path("etcd") {
        return Ok(etcd);
    }
    let folder = lane.project.path(".tools/etcd");
    let etcd = folder.join("usr/bin/etcd");
    if !etcd.is_file() {
        std::fs::create_dir_all(&folder).map_err(Problem::io("making .tools/etcd"))?;
        let unpack = "apt-get download etcd-server && dpkg-deb --extract etcd-server_*.deb .";
        let mut command = lane.project.command("sh");
        command.args(["-e", "-c", unpack]).current_dir(&folder);
        quietly(lane, "etcd from Debian", &mut command)?;
    }
    Ok(etcd)
}
