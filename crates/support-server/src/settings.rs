//! The command line.

use crate::rate_limit::Rate;
use lexopt::Arg::{Long, Value};
use std::net::SocketAddr;
use std::path::PathBuf;

/// How often one client may ask for a verdict, unless said otherwise.
const VERDICT_LIMIT: &str = "60/30";

/// What `support-server --help` says.
pub const HELP: &str = "\
support-server serve [options]
support-server verdict --programme FILE [--programme FILE ...]

serve: the support desk

  --listen ADDRESS       where to listen (127.0.0.1:8080)
  --data FILE            the SQLite data file; made when absent
  --ids-key-file FILE    key that seals the Access IDs and Contract IDs; made when absent (FILE.ids-key beside the data)
  --programme FILE       the programme's JSON file; further ones can be asked for verdicts alone
  --issuer URL           the OpenID Connect issuer whose tokens count; https, or http on this machine
  --audience NAME        the audience that tokens must be meant for
  --static DIRECTORY     the built app, served at /
  --allow-origin ORIGIN  a site whose pages may call the API; may be repeated
  --verdict-limit N/M    verdicts that one client address may ask for: N a minute, M at once (60/30)
  --trusted-hops N       proxies of your own in front of the server, each adding to X-Forwarded-For (0)
  --demo                 fill an empty data file with demo partners and start its clock on the programme's date

verdict: answers questions to the rules, from standard input to standard output, one line for each
  --programme FILE       a programme's JSON file; may be repeated
  Input: JSON questions, each on its line or spanning lines; a brace in the first column begins the next question.
  Exit code: 0 when every question had a verdict, 1 when one was no question, 2 when it could not be done.
";

/// The command line of `serve`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The data file.
    pub data: PathBuf,
    /// The key file that seals the IDs.
    pub ids_key_file: PathBuf,
    /// The programmes' files: the one that is served, then those that can only be asked for verdicts.
    pub programmes: Vec<PathBuf>,
    /// The issuer.
    pub issuer: String,
    /// The audience.
    pub audience: String,
    /// The built app.
    pub static_files: Option<PathBuf>,
    /// Origins that may call the API from a browser.
    pub allow_origins: Vec<String>,
    /// How often one client may ask for a verdict.
    pub verdict_limit: Rate,
    /// How many proxies in front of the server are its own.
    pub trusted_hops: usize,
    /// Demo partners and the demo's clock.
    pub demo: bool,
}

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// To serve.
    Serve(Box<Settings>),
    /// To answer questions on these programmes' files, at least one.
    Verdict(Vec<PathBuf>),
    /// To explain.
    Help,
}

/// Reads the command line, without the program's name.
///
/// # Errors
/// A sentence that names the option.
pub fn parse(
    arguments: impl IntoIterator<Item = impl Into<std::ffi::OsString>>,
) -> Result<Command, String> {
    let mut parser = lexopt::Parser::from_args(arguments);
    match parser.next().map_err(|error| error.to_string())? {
        Some(Value(command)) if command == "serve" => serve(parser),
        Some(Value(command)) if command == "verdict" => verdict(parser),
        Some(Long("help")) => Ok(Command::Help),
        _ => Err("say what to do: support-server serve … or support-server verdict …".into()),
    }
}

fn text(parser: &mut lexopt::Parser, name: &str) -> Result<String, String> {
    let value = parser
        .value()
        .map_err(|_| format!("{name} needs a value"))?;
    value
        .into_string()
        .map_err(|_| format!("{name} must be text"))
}

fn verdict(mut parser: lexopt::Parser) -> Result<Command, String> {
    let mut programmes = Vec::new();
    while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
        match argument {
            Long("help") => return Ok(Command::Help),
            Long("programme") => programmes.push(text(&mut parser, "--programme")?.into()),
            other => return Err(other.unexpected().to_string()),
        }
    }
    match programmes.is_empty() {
        true => Err("--programme is missing".into()),
        false => Ok(Command::Verdict(programmes)),
    }
}

fn serve(mut parser: lexopt::Parser) -> Result<Command, String> {
    let mut listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8080));
    let (mut data, mut key, mut static_files) = (None, None, None);
    let (mut issuer, mut audience) = (None, None);
    let (mut programmes, mut allow_origins) = (Vec::new(), Vec::new());
    let (mut verdict_limit, mut trusted_hops) = (VERDICT_LIMIT.to_owned(), 0);
    let mut demo = false;
    while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
        match argument {
            Long("help") => return Ok(Command::Help),
            Long("listen") => {
                let value = text(&mut parser, "--listen")?;
                listen = value.parse().map_err(|_| {
                    format!(
                        "--listen needs an address and a port, such as 127.0.0.1:8080, not {value}"
                    )
                })?;
            }
            Long("data") => data = Some(PathBuf::from(text(&mut parser, "--data")?)),
            Long("ids-key-file") => key = Some(PathBuf::from(text(&mut parser, "--ids-key-file")?)),
            Long("programme") => programmes.push(text(&mut parser, "--programme")?.into()),
            Long("issuer") => issuer = Some(checked_issuer(text(&mut parser, "--issuer")?)?),
            Long("audience") => audience = Some(text(&mut parser, "--audience")?),
            Long("static") => static_files = Some(PathBuf::from(text(&mut parser, "--static")?)),
            Long("allow-origin") => {
                allow_origins.push(checked_origin(text(&mut parser, "--allow-origin")?)?);
            }
            Long("verdict-limit") => verdict_limit = text(&mut parser, "--verdict-limit")?,
            Long("trusted-hops") => {
                let value = text(&mut parser, "--trusted-hops")?;
                trusted_hops = value.parse().map_err(|_| {
                    format!("--trusted-hops needs a number of proxies, such as 1, not {value}")
                })?;
            }
            Long("demo") => demo = true,
            other => return Err(other.unexpected().to_string()),
        }
    }
    let data: PathBuf = data.ok_or("--data is missing")?;
    let ids_key_file = key.unwrap_or_else(|| {
        let mut name = data.clone().into_os_string();
        name.push(".ids-key");
        PathBuf::from(name)
    });
    if programmes.is_empty() {
        return Err("--programme is missing".into());
    }
    let verdict_limit = verdict_limit.parse().map_err(|()| {
        format!(
            "--verdict-limit needs how many a minute and how many at once, such as {VERDICT_LIMIT}, not {verdict_limit}"
        )
    })?;
    Ok(Command::Serve(Box::new(Settings {
        listen,
        data,
        ids_key_file,
        programmes,
        issuer: issuer.ok_or("--issuer is missing")?,
        audience: audience.ok_or("--audience is missing")?,
        static_files,
        allow_origins,
        verdict_limit,
        trusted_hops,
        demo,
    })))
}

fn checked_issuer(issuer: String) -> Result<String, String> {
    match is_safe_issuer(&issuer) {
        true => Ok(issuer),
        false => Err(format!(
            "--issuer {issuer}: tokens can be trusted from an https issuer, or from an http issuer on this machine"
        )),
    }
}

fn checked_origin(origin: String) -> Result<String, String> {
    let host = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    let exact = host.is_some_and(|host| {
        !host.is_empty() && !host.contains(|c: char| c == '/' || c == '*' || c.is_whitespace())
    });
    match exact {
        true => Ok(origin),
        false => Err(format!(
            "--allow-origin {origin}: name one exact origin, such as https://partners.example"
        )),
    }
}

/// An https address, or an http one that never leaves this machine.
pub(crate) fn is_safe_issuer(address: &str) -> bool {
    if address.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return false;
    }
    if let Some(rest) = address.strip_prefix("https://") {
        return !rest.is_empty() && !rest.starts_with('/');
    }
    let Some(rest) = address.strip_prefix("http://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    let host = match authority.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next().unwrap_or(""),
        None => authority.split(':').next().unwrap_or(""),
    };
    // A user name in front of the host would make it another host.
    !authority.contains('@')
        && (host == "localhost"
            || host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|ip| ip.is_loopback()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENOUGH: [&str; 9] = [
        "serve",
        "--data",
        "d.sqlite",
        "--programme",
        "p.json",
        "--issuer",
        "http://127.0.0.1:8081",
        "--audience",
        "partner-support",
    ];

    #[test]
    fn the_ids_key_file_lies_beside_the_data_unless_said_otherwise() {
        let Ok(Command::Serve(settings)) = parse(ENOUGH) else {
            panic!("it should serve")
        };
        assert_eq!(settings.ids_key_file, PathBuf::from("d.sqlite.ids-key"));
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
        assert!(!settings.demo);
    }

    #[test]
    fn an_http_issuer_on_another_machine_is_refused() {
        for safe in [
            "https://login.example/tenant",
            "http://localhost:8081",
            "http://127.0.0.1:8081/",
            "http://[::1]:8081",
        ] {
            assert!(is_safe_issuer(safe), "{safe}");
        }
        for unsafe_one in [
            "http://login.example",
            "http://127.0.0.1.example",
            "http://localhost@evil.example",
            "http://10.0.0.1",
            "ftp://127.0.0.1",
            "https://",
            "",
        ] {
            assert!(!is_safe_issuer(unsafe_one), "{unsafe_one}");
        }
    }

    #[test]
    fn a_wildcard_origin_is_refused() {
        for origin in [
            "*",
            "https://*.example",
            "https://a.example/",
            "https://",
            "null",
        ] {
            assert!(checked_origin(origin.into()).is_err(), "{origin}");
        }
        assert!(checked_origin("https://partners.example:8443".into()).is_ok());
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = parse(["serve", "--data", "d"]).unwrap_err();
        assert_eq!(error, "--programme is missing");
        assert!(
            parse(["serve", "--nonsense"])
                .unwrap_err()
                .contains("--nonsense")
        );
        assert!(parse(["--nonsense"]).unwrap_err().contains("serve"));
        assert_eq!(parse(["verdict"]).unwrap_err(), "--programme is missing");
        for (option, value) in [("--verdict-limit", "60"), ("--trusted-hops", "-1")] {
            let error = parse(["serve", option, value, "--data", "d", "--programme", "p"]);
            assert!(error.unwrap_err().contains(option));
        }
        assert!(
            parse(["serve", "--listen", "8080"])
                .unwrap_err()
                .contains("127.0.0.1:8080")
        );
    }
}
