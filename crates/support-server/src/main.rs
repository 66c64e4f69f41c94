//! `support-server serve`: opens everything, says what is wrong, or serves until it is asked to stop.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use support_server::auth::{TokenRules, Verifier};
use support_server::clock::Clock;
use support_server::settings::{Command, HELP, Settings};
use support_server::site::Site;
use support_server::store::{Commits, Seal, Store};
use support_server::{Desk, demo, programme_file, router, serve, settings};

fn main() -> ExitCode {
    let command = match settings::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(error) => return fail(&format!("{error}\n\n{HELP}")),
    };
    let Command::Serve(settings) = command else {
        let _ = write!(std::io::stdout(), "{HELP}");
        return ExitCode::SUCCESS;
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
        Err(error) => return fail(&format!("the runtime cannot start: {error}")),
    };
    match runtime.block_on(run(*settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

async fn run(settings: Settings) -> Result<(), String> {
    let programme = programme_file::read(&settings.programme)?;
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
    let rules = TokenRules {
        issuer: settings.issuer,
        audience: settings.audience,
    };
    let desk = Desk {
        store,
        programme,
        clock,
        verifier: Verifier::new(rules),
        site: Arc::new(site),
        allow_origins: settings.allow_origins.into(),
    };
    tracing::info!(address = %settings.listen, today = %clock.now().date(), "serving");
    serve::run(listener, router(desk), serve::asked_to_stop()).await;
    tracing::info!("stopped");
    Ok(())
}

fn fail(reason: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "support-server: {reason}");
    ExitCode::FAILURE
}
