//! `cargo xtask <command>`: sets up the project's own tools, shows the app at work, proves it.

mod api;
mod arguments;
mod audits;
mod bench;
mod browser;
mod builds;
mod children;
mod costs;
mod database;
mod debian;
mod dist;
mod figures;
mod health;
mod hosts;
mod look;
mod npm;
mod patroni;
mod problem;
mod progress;
mod project;
mod request_tracker;
mod serve;
mod size;
mod soak;
mod steps;
mod test;
mod tools;
mod totals;
mod tracer;

use std::process::ExitCode;

use arguments::Arguments;
use problem::Problem;
use project::Project;

const USAGE: &str = "\
cargo xtask serve [--port N] [--issuer-port N] [--fresh]
    builds everything, starts the demo issuer and the server, prints the address;
    a changed page is rebuilt; every part in every state is at #/support/gallery;
    --fresh forgets the demo data of earlier runs
cargo xtask demo-host [--host-port N] [--assets-port N] [--port N] [--issuer-port N] [--fresh]
    the same inside somebody else's partner site: the site, the element's files and the API
    on an origin each, under the strictest policy that a host can have
cargo xtask test     every test of the workspace: native, wasm, and a real Chromium
cargo xtask soak [laws] [wasm] [oracle] [fuzz] [faults] [patroni] [api] [handover] [hosts]
                 [audits] [mutants] [--worlds N] [--minutes N] [--cases N]
    the same promises for hours, or the named parts alone: N worlds (1000000), N minutes
    for each fuzz target (10), servers and databases killed under load, a cluster that loses
    its primary, N calls (20000) of the API made from its document, a real ticket system,
    a release served by the hosts' own programs, the audit below, every mutant of the rules
cargo xtask figures  what a decision costs, beside Cedar in the same run
cargo xtask bench [--benches NAME,NAME] [--readme]
    everything that measures, or the named ones: pages, long, host, figures, size, create_incident,
    peers, at_scale; then one table of all goals; with --readme, the README's too
cargo xtask bench pages [--runs N] [--only NAME,NAME] [--rigs slow,full]
    what a first visit to our pages costs beside the same pages built with other frameworks, in
    one run; N times (7), the named ones alone; `cargo xtask bench record` takes their data anew
cargo xtask bench long [--runs N] [--sizes N,N] [--only NAME,NAME]
    what an account with up to 100000 incidents costs in the browser, beside windowed lists of
    others that hold them all
cargo xtask bench host [--runs N]
    what the element adds to the time until a host's own page is painted, and what is left of it
    when it was shown and removed 200 times
cargo xtask dist [FOLDER] [--programme FILE] [--twice]
    what a CDN serves, into target/cdn or beside the releases that FOLDER holds: the app as
    users get it, compressed, with hashes, its licences and the hosts' header files, and the
    public pages of a programme's FILE as documents; prints its sizes and fails over a budget;
    --twice builds it again elsewhere and compares the bytes
cargo xtask size     the sizes of the app as users get it, crate by crate, and of the law alone
cargo xtask look     screenshots of every page into tests/output/look/
cargo xtask audit [--languages en,fr] [--pages NAME,NAME] [--judges axe,fits,nu]
    every page in every language, at three widths and in three modes, judged by tools of others;
    prints what each found and fails on any finding
cargo xtask tools    only sets up the project's own tools";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        // Ctrl-C is how a person ends `serve`: it is an answer, not a fault.
        Err(Problem::Interrupted) => {
            progress::say("Stopped.");
            ExitCode::from(130)
        }
        Err(Problem::TestsFailed) => ExitCode::FAILURE,
        Err(problem) => {
            progress::complain(&format!("xtask: {problem}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Problem> {
    let mut given = std::env::args().skip(1);
    let Some(command) = given.next() else {
        progress::say(USAGE);
        return Ok(());
    };
    let arguments = Arguments::new(given.collect());
    let project = Project::find()?;
    match command.as_str() {
        "serve" => serve::run(&project, arguments, serve::Around::OwnPage),
        "demo-host" => serve::run(&project, arguments, serve::Around::DemoHost),
        "test" => {
            arguments.finish()?;
            test::run(&project)
        }
        "size" => {
            arguments.finish()?;
            size::run(&project)
        }
        "dist" => dist::run(&project, arguments),
        "soak" => soak::run(&project, arguments),
        "figures" => {
            arguments.finish()?;
            figures::run(&project)
        }
        "bench" => bench::run(&project, arguments),
        "look" => look::run(&project, arguments),
        "audit" => audits::run(&project, arguments),
        "tools" => {
            arguments.finish()?;
            tools::prepare(&project)?;
            browser::prepare(&project::Lane::alone(&project)).map(drop)
        }
        "help" | "--help" | "-h" => {
            progress::say(USAGE);
            Ok(())
        }
        other => Err(Problem::Usage(format!(
            "there is no command `{other}`.\n{USAGE}"
        ))),
    }
}
