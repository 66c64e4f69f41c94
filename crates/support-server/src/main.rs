//! `support-server serve`: opens everything, says what is wrong, or serves until it is asked to stop.
//! `support-server verdict`: answers questions from standard input.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use support_server::auth::{IdentityRules, Verifier};
use support_server::clock::{Clock, Moment};
use support_server::programme_file::ProgrammeFile;
use support_server::rate_limit::RateLimit;
use support_server::settings::{Command, HELP, Settings};
use support_server::site::Site;
use support_server::store::{Commits, Seal, Store};
use support_server::verdicts::Programmes;
use support_server::{Desk, demo, programme_file, router, serve, settings, verdict_command};

/// Exit code of a command line that makes no sense, or of questions that could not be read.
const NOT_DONE: u8 = 2;

fn main() -> ExitCode {
    let command = match settings::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(error) => return fail(NOT_DONE, &format!("{error}\n\n{HELP}")),
    };
    let settings = match command {
        Command::Serve(settings) => settings,
        Command::Verdict(files) => return verdict(&files),
        Command::Help => {
            let _ = write!(std::io::stdout(), "{HELP}");
            return ExitCode::SUCCESS;
        }
    };
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_ansi(false)
        .with_target(false)
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(1, &format!("the runtime cannot start: {error}")),
    };
    match runtime.block_on(run(*settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(1, &error),
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
    let all = read
        .iter()
        .map(|file| Arc::clone(&file.programme))
        .collect();
    let programmes = Programmes::new(all)?;
    let first = read.into_iter().next().ok_or("--programme is missing")?;
    Ok((first, programmes))
}

async fn run(settings: Settings) -> Result<(), String> {
    let (programme, programmes) = read_all(&settings.programmes)?;
    let listener = serve::listen(settings.listen).await?;
    let seal = Seal::from_file(&settings.ids_key_file)?;
    let store = Store::open(&settings.data, seal, Commits::Grouped)?;
    let clock = match settings.demo {
        true => demo::prepare(&store, &programme.programme, &settings.issuer).await?,
        false => Clock::real(),
    };
    let site = Site::new(
        settings.static_files,
        &settings.issuer,
        &settings.audience,
        settings.demo,
    );
    let identity = IdentityRules::of_one(settings.issuer, settings.audience);
    let verifier = Verifier::new(identity, &programme.programme).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        format!(
            "the identity settings cannot be used:\n{}",
            faults.join("\n")
        )
    })?;
    tokio::spawn(verifier.clone().keep_keys_fresh());
    let desk = Desk {
        store,
        programme,
        programmes,
        verdict_limit: Arc::new(RateLimit::new(settings.verdict_limit, Instant::now)),
        trusted_hops: settings.trusted_hops,
        clock,
        verifier,
        site: Arc::new(site),
        allow_origins: settings.allow_origins.into(),
    };
    tracing::info!(address = %settings.listen, today = %clock.now().date(), "serving");
    serve::run(listener, router(desk), serve::asked_to_stop()).await;
    tracing::info!("stopped");
    Ok(())
}

fn fail(code: u8, reason: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "support-server: {reason}");
    ExitCode::from(code)
}
