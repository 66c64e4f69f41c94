//! A real Chromium and its driver, from Debian when the machine has none.

use std::path::PathBuf;

use crate::debian::{Lacking, Needed};
use crate::problem::Problem;
use crate::project::{Lane, on_path};

/// Where the browser and the program that drives it are.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) chromedriver: PathBuf,
}

const CHROMIUM: Needed = Needed {
    what: "Chromium with its driver, which the browser tests need,",
    step: "Chromium and its driver from Debian",
    packages: &["chromium", "chromium-driver", "fonts-liberation"],
    otherwise: "put `chromium` and `chromedriver` of the same version on the PATH",
};

/// # Errors
/// When there is none and it cannot be installed: which right or program is lacking.
pub(crate) fn prepare(lane: &Lane) -> Result<Browser, Problem> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    CHROMIUM.install(lane)?;
    find().ok_or_else(|| CHROMIUM.missing(Lacking::AfterInstallation))
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
