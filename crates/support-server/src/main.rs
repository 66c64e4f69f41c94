//! `support-server serve`: opens everything, says what is wrong, or serves until it is asked to stop.
//! `support-server settings`: what it would be set to. `support-server healthy`: whether it is ready.
//! `support-server verdict`: answers questions from standard input.
//! `support-server migrate`, `check`, `backup`, `restore`, `rotate-ids-key`: what is done to a store beside serving it.

use std::io::{BufWriter, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support_server::auth::{SignIn, Verifier};
use support_server::clock::{Clock, Moment};
use support_server::handover::deliver::{self, Deliverer};
use support_server::limits::Limits;
use support_server::observe::logs;
use support_server::programme_file::ProgrammeFile;
use support_server::serve::Draining;
use support_server::settings::{Command, Fault, Settings, StoreSettings};
use support_server::site::{PageSignIn, Site};
use support_server::store_command::{self, StoreCommand};
use support_server::verdicts::Programmes;
use support_server::{
    Desk, admin_router, demo, housekeeping, programme_file, router, serve, settings,
    verdict_command,
};

/// Exit code of a command line that makes no sense, or of questions that could not be read.
const NOT_DONE: u8 = 2;

fn main() -> ExitCode {
    let command = match settings::parse(std::env::args_os().skip(1), std::env::vars_os()) {
        Ok(command) => command,
        Err(faults) => {
            let all = format!("{}\nsupport-server --help says how.", not_done(&faults));
            return fail(NOT_DONE, &all);
        }
    };
    let settings = match command {
        Command::Serve(settings) => settings,
        Command::Verdict(files) => return verdict(&files),
        Command::Settings(settings, report) => {
            let read = read_all(&settings.programmes);
            return match read.and_then(|(programme, _)| verifier(&settings, &programme)) {
                Ok(_) => say(&report),
                Err(error) => fail(NOT_DONE, &error),
            };
        }
        Command::Healthy(listen) => return healthy(listen),
        Command::Store(command, settings) => return with_store(command, &settings),
        Command::Help => return say(&settings::help()),
    };
    let running = match logs::start(&settings.log, settings.trace_endpoint.as_deref()) {
        Ok(running) => running,
        Err(error) => return fail(1, &error),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(1, &format!("the runtime cannot start: {error}")),
    };
    let outcome = runtime.block_on(run(*settings));
    drop(runtime);
    running.stop();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(1, &error),
    }
}

/// Asks the server that listens there. What listens on all addresses listens on this machine's own too.
fn healthy(mut listen: SocketAddr) -> ExitCode {
    if listen.ip().is_unspecified() {
        listen.set_ip(match listen {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(2)))
        .proxy(None)
        .build()
        .into();
    match agent.get(format!("http://{listen}/readyz")).call() {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => fail(1, &format!("{listen} is not ready: {error}")),
    }
}

fn say(text: &str) -> ExitCode {
    match write!(std::io::stdout(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Does something to the store. Exit code 0 when all is well, 1 when `check` found something wrong, 2 when it could not
/// be done.
fn with_store(command: StoreCommand, settings: &StoreSettings) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(NOT_DONE, &format!("the runtime cannot start: {error}")),
    };
    let (from, to) = (std::io::stdin().lock(), BufWriter::new(std::io::stdout()));
    let done = store_command::run(command, settings, from, to, std::io::stderr());
    match runtime.block_on(done) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => fail(NOT_DONE, &error),
    }
}

/// Answers the questions on standard input.
fn verdict(files: &[PathBuf]) -> ExitCode {
    let programmes = match read_all(files) {
        Ok((_, programmes)) => programmes,
        Err(error) => return fail(NOT_DONE, &error),
    };
    let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
    match verdict_command::run(&programmes, input, output, || Moment::real().date()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => fail(
            NOT_DONE,
            &format!("the questions or the answers broke off: {error}"),
        ),
    }
}

/// The first programme, and all of them to be asked.
fn read_all(files: &[PathBuf]) -> Result<(ProgrammeFile, Programmes), String> {
    let mut read = Vec::with_capacity(files.len());
    for file in files {
        read.push(programme_file::read(file)?);
    }
    let programmes = Programmes::new(read.clone())?;
    let first = read.into_iter().next().ok_or("--programme is missing")?;
    Ok((first, programmes))
}

async fn run(settings: Settings) -> Result<(), String> {
    // Nothing is opened or made before all of it makes sense.
    let (programme, programmes) = read_all(&settings.programmes)?;
    let verifier = verifier(&settings, &programme)?;
    let sign_in = settings.sign_in.clone();
    let sign_in = sign_in.map(|sign_in| SignIn::new(sign_in, &settings.identity));
    let sign_in = sign_in.transpose()?.map(Arc::new);
    let handover = settings.handover.check();
    let handover = handover.map_err(|faults| not_done(&faults))?;
    let listener = serve::listen(settings.listen).await?;
    let admin = match settings.admin_listen {
        Some(address) => Some(serve::listen(address).await?),
        None => None,
    };
    let store = store_command::open(&settings.store, settings.store.migrate).await?;
    let (issuer, audience) = settings.identity.first();
    let clock = match settings.demo {
        true => demo::prepare(&store, &programme.programme, issuer).await?,
        false => Clock::real(),
    };
    let page = match (&sign_in, settings.demo) {
        (Some(_), _) => PageSignIn::Session,
        (None, true) => PageSignIn::Demo,
        (None, false) => PageSignIn::Elsewhere,
    };
    let site = Site::new(settings.static_files, issuer, audience, page);
    tokio::spawn(verifier.clone().keep_keys_fresh());
    let (http, draining) = (settings.http, Draining::default());
    let limits = Limits::new(&settings.limits, settings.trusted_hops, Instant::now);
    let desk = Desk {
        store,
        programme,
        programmes,
        limits: Arc::new(limits),
        http,
        draining: draining.clone(),
        clock,
        verifier,
        sign_in,
        site: Arc::new(site),
        inbound: handover.inbound.map(Arc::new),
        resume: Arc::default(),
        allow_origins: settings.allow_origins.into(),
    };
    let (ended, has_ended) = tokio::sync::watch::channel(());
    let mut beside = tokio::task::JoinSet::new();
    beside.spawn(housekeeping::run(
        desk.clone(),
        until_changed(has_ended.clone()),
    ));
    if let Some(recipient) = handover.recipient {
        let deliverer = Deliverer {
            queue: Arc::new(desk.store.clone()),
            recipient,
            at_once: handover.at_once,
            written: desk.store.written(),
            resume: Arc::clone(&desk.resume),
            now: deliver::real_time(),
            chance: deliver::real_chance(),
        };
        beside.spawn(deliverer.run(until_changed(has_ended)));
    }
    // Metrics and health are told until the last request is answered.
    let (drained, is_drained) = tokio::sync::oneshot::channel::<()>();
    let told = admin.map(|listener| {
        let router = admin_router(desk.clone());
        tokio::spawn(async move {
            let drained = async { drop(is_drained.await) };
            serve::run(listener, router, http, Duration::from_secs(1), drained).await;
        })
    });
    tracing::info!(address = %settings.listen, today = %clock.now().date(), "serving");
    let stop = serve::noticed(serve::asked_to_stop(), draining, settings.drain);
    serve::run(listener, router(desk), http, settings.drain.within, stop).await;
    drop(ended);
    // What is being handed over is handed over again, with the same id, when it does not end in time.
    let _ = tokio::time::timeout(settings.drain.within, beside.join_all()).await;
    drop(drained);
    if let Some(told) = told {
        let _ = told.await;
    }
    tracing::info!("stopped");
    Ok(())
}

/// Resolves when the sender is gone.
async fn until_changed(mut ended: tokio::sync::watch::Receiver<()>) {
    let _ = ended.changed().await;
}

/// What verifies tokens, by the identity settings; these are known to be right only beside the programme.
fn verifier(settings: &Settings, programme: &ProgrammeFile) -> Result<Verifier, String> {
    Verifier::new(settings.identity.clone(), &programme.programme).map_err(|faults| {
        let placed = faults.iter().map(|it| settings.places.of("identity", it));
        not_done(&placed.collect::<Vec<_>>())
    })
}

fn not_done(faults: &[Fault]) -> String {
    let lines: Vec<String> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
    format!("this cannot be done:{}", lines.concat())
}

fn fail(code: u8, reason: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "support-server: {reason}");
    ExitCode::from(code)
}
