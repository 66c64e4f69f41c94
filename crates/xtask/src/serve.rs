//! `cargo xtask serve`: the whole product on this machine, until Ctrl-C. `cargo xtask demo-host`: the same inside somebody
//! else's site, with site, files and API on an origin each.

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::arguments::Arguments;
use crate::builds::{self, APP_DEV, DIST};
use crate::children::{Running, how_it_ended};
use crate::health;
use crate::problem::Problem;
use crate::progress::{say, spell};
use crate::project::{Lane, Project};
use crate::tools;

const PORT: u16 = 8080;
const ISSUER_PORT: u16 = 8081;
const HOST_PORT: u16 = 8082;
const ASSETS_PORT: u16 = 8083;
const AUDIENCE: &str = "partner-support";
const PROGRAMME: &str = "programmes/mpn-2021.json";
/// Decides nothing here: what it changed can be read, and it can be asked for verdicts.
const NEXT_PROGRAMME: &str = "programmes/maicpp-2025.json";
const DATABASE: &str = "data/demo.sqlite";

/// The page around the element.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Around {
    /// The server's own demonstration page.
    OwnPage,
    /// A partner site of another origin.
    DemoHost,
}

/// # Errors
/// What is missing, what failed, which part ended; or [`Problem::Interrupted`].
pub(crate) fn run(
    project: &Project,
    mut arguments: Arguments,
    around: Around,
) -> Result<(), Problem> {
    let port = arguments.port("--port")?.unwrap_or(PORT);
    let issuer_port = arguments.port("--issuer-port")?.unwrap_or(ISSUER_PORT);
    let host = match around {
        Around::OwnPage => None,
        Around::DemoHost => Some((
            arguments.port("--host-port")?.unwrap_or(HOST_PORT),
            arguments.port("--assets-port")?.unwrap_or(ASSETS_PORT),
        )),
    };
    let fresh = arguments.flag("--fresh");
    arguments.finish()?;

    let started = Instant::now();
    // Said before ten minutes of building, not after.
    health::check_free(port, "server", "--port")?;
    health::check_free(issuer_port, "demo issuer", "--issuer-port")?;
    let mut ports = vec![port, issuer_port];
    if let Some((host_port, assets_port)) = host {
        health::check_free(host_port, "demo host", "--host-port")?;
        health::check_free(assets_port, "element's files", "--assets-port")?;
        ports.extend([host_port, assets_port]);
    }
    ports.sort_unstable();
    if ports.windows(2).any(|pair| pair.first() == pair.last()) {
        return Err(Problem::Usage(
            "the server, the demo issuer and the demo host need different ports.".to_owned(),
        ));
    }

    build(project)?;
    prepare_data(project, fresh)?;

    let lane = Lane::alone(project);
    let mut trunk = watch_app(&lane)?;
    let address = format!("http://127.0.0.1:{port}");
    let issuer_address = format!("http://127.0.0.1:{issuer_port}");
    let site = host.map_or_else(
        || address.clone(),
        |(host_port, _)| format!("http://127.0.0.1:{host_port}"),
    );
    let signed_in_at = match around {
        Around::OwnPage => format!("{site}/"),
        Around::DemoHost => format!("{site}/support/"),
    };

    let mut issuer = Running::start_labelled(
        built(project, "demo-issuer")
            .args(["--port", &issuer_port.to_string()])
            .args(["--client-redirect", &signed_in_at]),
        "issuer",
        None,
    )?;
    health::wait_for(
        &lane,
        "demo issuer",
        &mut issuer,
        issuer_port,
        "/.well-known/openid-configuration",
    )?;

    let mut server = built(project, "support-server");
    server.arg("serve");
    if host.is_some() {
        server.args(["--allow-origin", &site]);
    }
    let mut server = Running::start_labelled(
        server
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--data", DATABASE, "--programme", PROGRAMME])
            .args(["--programme", NEXT_PROGRAMME])
            .args(["--issuer", &issuer_address, "--audience", AUDIENCE])
            .args(["--static", DIST, "--demo", "--log-format", "text"]),
        "server",
        None,
    )?;
    health::wait_for(&lane, "server", &mut server, port, "/livez")?;

    let mut demo_host = match host {
        None => None,
        Some((host_port, assets_port)) => {
            let mut demo_host = Running::start_labelled(
                project
                    .command("node")
                    .args(["demo-host/main.mjs", "--dist", DIST])
                    .args(["--port", &host_port.to_string()])
                    .args(["--assets-port", &assets_port.to_string()])
                    .args(["--api", &address, "--issuer", &issuer_address]),
                "host",
                None,
            )?;
            health::wait_for(&lane, "demo host", &mut demo_host, host_port, "/")?;
            Some(demo_host)
        }
    };

    say("");
    say(&format!(
        "  Partner Support is at {site}   (ready after {})",
        spell(started.elapsed())
    ));
    if around == Around::OwnPage {
        say(&format!(
            "  Every part in every state: {site}/#/support/gallery"
        ));
    }
    say("  A changed page is rebuilt: reload to see it. Ctrl-C stops everything.");
    say("");

    // In the order in which they are stopped: whoever asks the server must not see it gone first.
    let mut parts: Vec<_> = demo_host.iter_mut().map(|it| ("demo host", it)).collect();
    parts.extend([
        ("rebuilding of the app", &mut trunk),
        ("server", &mut server),
        ("demo issuer", &mut issuer),
    ]);
    let reason = loop {
        if project.stopping() {
            break Problem::Interrupted;
        }
        if let Some(died) = first_ended(&mut parts)? {
            break died;
        }
        thread::sleep(Duration::from_millis(100));
    };
    for (_, part) in parts {
        part.stop();
    }
    Err(reason)
}

fn first_ended(parts: &mut [(&'static str, &mut Running)]) -> Result<Option<Problem>, Problem> {
    for (name, part) in parts {
        if let Some(status) = part.ended()? {
            return Ok(Some(Problem::Died {
                name,
                how: how_it_ended(status),
            }));
        }
    }
    Ok(None)
}

/// Tools on one lane, the product on the other: on a new machine both are long, and neither keeps
/// two cores busy to its end.
fn build(project: &Project) -> Result<(), Problem> {
    say("Setting up and building (what is done already is skipped):");
    let cancelled = Arc::new(AtomicBool::new(false));
    let lane = project.lane(&cancelled);
    tools::wasm_target(&lane)?;
    let tools_lane = lane.clone();
    let tools = thread::spawn(move || {
        let outcome =
            tools::node_packages(&tools_lane).and_then(|()| tools::wasm_builders(&tools_lane));
        if outcome.is_err() {
            tools_lane.cancel_all();
        }
        outcome
    });
    let product =
        builds::server_and_issuer(&lane).and_then(|()| builds::app_for_trunk(&lane, APP_DEV));
    if product.is_err() {
        lane.cancel_all();
    }
    let tools = tools.join().unwrap_or_else(|_| {
        Err(Problem::StepFailed {
            step: "setting up the tools".to_owned(),
            detail: String::new(),
        })
    });
    // The lane that failed has the reason; the other was only told to end.
    match (tools, product) {
        (Err(Problem::Interrupted), Err(reason)) | (Err(reason), _) | (Ok(()), Err(reason)) => {
            Err(reason)
        }
        (Ok(()), Ok(())) => Ok(()),
    }
}

fn prepare_data(project: &Project, fresh: bool) -> Result<(), Problem> {
    fs::create_dir_all(project.path("data")).map_err(Problem::io("making data/"))?;
    if fresh {
        for suffix in ["", "-wal", "-shm"] {
            let file = project.path(&format!("{DATABASE}{suffix}"));
            if file.exists() {
                fs::remove_file(&file)
                    .map_err(Problem::io(format!("removing {}", file.display())))?;
            }
        }
        say("  ✓ the demo data of earlier runs is forgotten");
    }
    Ok(())
}

fn built(project: &Project, program: &str) -> Command {
    let path = project.target().join("debug").join(program);
    project.command(&path.to_string_lossy())
}

/// Starts Trunk, which builds once and again after every change, and waits for the first build.
fn watch_app(lane: &Lane) -> Result<Running, Problem> {
    let started = Instant::now();
    let (lines, said) = mpsc::channel();
    let mut trunk = Running::start_labelled(
        builds::trunk(&lane.project)
            .args(["watch", "--cargo-profile", APP_DEV])
            .args(builds::features(APP_DEV))
            .args(["--dist", DIST]),
        "app",
        Some(lines),
    )?;
    loop {
        match first_build(&said) {
            Some(true) => {
                say(&format!("  ✓ the app: {}", spell(started.elapsed())));
                return Ok(trunk);
            }
            Some(false) => {
                return Err(Problem::StepFailed {
                    step: "building the app".to_owned(),
                    detail: "  Trunk's words are above.".to_owned(),
                });
            }
            None => {}
        }
        if let Some(status) = trunk.ended()? {
            return Err(Problem::Died {
                name: "rebuilding of the app",
                how: how_it_ended(status),
            });
        }
        if lane.stopping() {
            return Err(Problem::Interrupted);
        }
    }
}

/// Whether the first build succeeded, or nothing as long as it goes on.
fn first_build(said: &Receiver<String>) -> Option<bool> {
    match said.recv_timeout(Duration::from_millis(50)) {
        Ok(line) => outcome_in(&line),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
    }
}

/// What a line of Trunk's says about a build.
fn outcome_in(line: &str) -> Option<bool> {
    // The pictograms before the last word depend on the terminal.
    let last = line.trim_end();
    if last.contains("INFO") && last.ends_with("success") {
        Some(true)
    } else if last.contains("ERROR") && last.ends_with("error") {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_build_is_read_from_trunks_words() {
        assert_eq!(outcome_in("INFO 📦 starting build"), None);
        assert_eq!(outcome_in("INFO ✅ success"), Some(true));
        assert_eq!(outcome_in("ERROR ❌ error"), Some(false));
    }
}
