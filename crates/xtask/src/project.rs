//! Where things are, and whether a person asked to stop.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::problem::Problem;

/// The cloned repository and the wish to stop, which every wait looks at.
#[derive(Clone)]
pub(crate) struct Project {
    root: PathBuf,
    stop: Arc<AtomicBool>,
}

impl Project {
    /// # Errors
    /// When the signals cannot be listened to.
    pub(crate) fn find() -> Result<Self, Problem> {
        // `cargo run` sets the variable; a moved clone is then still found.
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .ancestors()
            .nth(2)
            .map_or_else(|| manifest.clone(), Path::to_path_buf);
        let stop = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register(signal, Arc::clone(&stop))
                .map_err(Problem::io("listening to Ctrl-C"))?;
        }
        Ok(Self { root, stop })
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Where Cargo puts what it builds here.
    pub(crate) fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR").map_or_else(
            || self.path("target"),
            |chosen| self.root.join(PathBuf::from(chosen)),
        )
    }

    /// The project's own tools first, then the machine's.
    fn search_path(&self) -> OsString {
        let own = [
            self.path(".tools/bin"),
            self.path("tests/node_modules/.bin"),
        ];
        let machine = env::var_os("PATH").unwrap_or_default();
        let all = own.into_iter().chain(env::split_paths(&machine));
        env::join_paths(all).unwrap_or(machine)
    }

    /// A program to be run at the root with the project's own tools in reach.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env("PATH", self.search_path())
            // Set for xtask itself by `cargo run`; inherited, it would name the wrong package.
            .env_remove("CARGO_MANIFEST_DIR")
            .env_remove("CARGO_MANIFEST_PATH");
        command
    }

    pub(crate) fn cargo(&self) -> Command {
        self.command("cargo")
    }

    pub(crate) fn stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// The same project with a wish to stop of its own, so that one lane of work can end another
    /// without ending the whole run. A person's wish still reaches it.
    pub(crate) fn lane(&self, cancelled: &Arc<AtomicBool>) -> Lane {
        Lane {
            project: self.clone(),
            cancelled: Arc::clone(cancelled),
        }
    }
}

/// One of several pieces of work done at the same time.
#[derive(Clone)]
pub(crate) struct Lane {
    pub(crate) project: Project,
    cancelled: Arc<AtomicBool>,
}

impl Lane {
    /// The only lane: nothing but a person ends it.
    pub(crate) fn alone(project: &Project) -> Self {
        project.lane(&Arc::new(AtomicBool::new(false)))
    }

    pub(crate) fn stopping(&self) -> bool {
        self.project.stopping() || self.cancelled.load(Ordering::Relaxed)
    }

    pub(crate) fn cancel_all(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

/// The full path of a program, as the machine's `PATH` has it.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}
