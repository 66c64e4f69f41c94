//! The demo identity provider: a process of its own, so that the server has no way in but a verified token. It says
//! loudly that it is a demonstration, and lets its visitor be anybody of `people.json`.
//!
//! It speaks as much of OpenID Connect as the demonstration site uses: discovery, keys, the authorization code flow with
//! PKCE, access tokens signed with a key made at start.

mod page;
mod people;
mod protocol;
mod tokens;

use lexopt::prelude::*;
use std::process::ExitCode;

const USAGE: &str = "usage: demo-issuer [--port N] [--client-redirect URL]";

/// Where the issuer listens, and whom it sends people back to.
struct Settings {
    port: u16,
    client_redirect: String,
}

fn settings() -> Result<Settings, lexopt::Error> {
    let mut settings = Settings {
        port: 8081,
        client_redirect: "http://127.0.0.1:8080/".to_owned(),
    };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("port") => settings.port = arguments.value()?.parse()?,
            Long("client-redirect") => settings.client_redirect = arguments.value()?.string()?,
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(settings)
}

#[tokio::main]
async fn main() -> ExitCode {
    let settings = match settings() {
        Ok(settings) => settings,
        Err(mistake) => {
            eprintln!("demo-issuer: {mistake}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match serve(settings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("demo-issuer: {reason}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(settings: Settings) -> Result<(), String> {
    let issuer = format!("http://127.0.0.1:{}", settings.port);
    let people = people::all().map_err(|error| format!("people.json: {error}"))?;
    let signer = tokens::Signer::new(issuer.clone())?;
    let app = protocol::routes(issuer.clone(), settings.client_redirect, people, signer)?;
    // Loopback alone: nobody else may become anybody.
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", settings.port))
        .await
        .map_err(|error| format!("port {} cannot be used: {error}", settings.port))?;
    eprintln!("demo issuer at {issuer}: a demonstration, anybody may sign in as anybody");
    axum::serve(listener, app)
        .with_graceful_shutdown(stopped())
        .await
        .map_err(|error| error.to_string())
}

/// Ctrl-C, or the request to end.
async fn stopped() {
    let Ok(mut terminate) =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    else {
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
