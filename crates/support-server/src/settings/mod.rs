//! What the server is set to: by flags, else by the environment, else by a TOML file. Every fault is found at once, with
//! its place; secrets are read from files and never shown.

mod gathered;
mod keys;
mod values;

pub use gathered::Places;
pub use keys::{help, table};
pub(crate) use values::is_safe_issuer;
pub use values::{LogFormat, StoreUrl};

use crate::auth::{IdentityRules, IssuerRules};
use crate::handover;
use crate::rate_limit::Rate;
use crate::store_command::StoreCommand;
use gathered::{Gathered, Source, Written};
use lexopt::Arg::{Long, Value};
use serde::Deserialize;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use values::shown;

/// Longest file with a secret that is read, in bytes.
const LONGEST_SECRET: u64 = 16 * 1_024;

/// Something that is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: the file with its line, the variable or the flag, and the value unless it is a secret. In what a section
    /// says of itself: the path inside the section, such as `mapping.roles`.
    pub at: String,
    /// What is wrong, and what would be right.
    pub reason: String,
}

impl Fault {
    /// A fault.
    #[must_use]
    pub fn new(at: impl ToString, reason: impl Into<String>) -> Fault {
        Fault {
            at: at.to_string(),
            reason: reason.into(),
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.at, self.reason)
    }
}

/// Everything that is wrong with the settings, at least one.
pub type Faults = Vec<Fault>;

/// What `serve` is set to.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where metrics and health are told, when anywhere.
    pub admin_listen: Option<SocketAddr>,
    /// The programmes' files: the one that decides here, then those that can only be read and asked for verdicts.
    pub programmes: Vec<PathBuf>,
    /// The built app.
    pub static_files: Option<PathBuf>,
    /// Origins that may call the API from a browser.
    pub allow_origins: Vec<String>,
    /// How many proxies in front of the server are its own.
    pub trusted_hops: usize,
    /// Demo partners and the demo's clock.
    pub demo: bool,
    /// Where facts are kept.
    pub store: StoreSettings,
    /// Whose tokens count.
    pub identity: IdentityRules,
    /// How the server signs people in itself, if it does.
    pub sign_in: Option<SignInSettings>,
    /// Where events go.
    pub handover: handover::settings::Settings,
    /// Where things stand, for what is found to be wrong with them later.
    pub places: Places,
    /// How often one caller may call.
    pub limits: LimitSettings,
    /// What a connection and a request may take.
    pub http: HttpSettings,
    /// How the server stops.
    pub drain: DrainSettings,
    /// What is logged.
    pub log: LogSettings,
    /// Where traces are sent, when anywhere.
    pub trace_endpoint: Option<String>,
}

/// `[store]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreSettings {
    /// Which store.
    pub url: StoreUrl,
    /// The key file that seals the IDs.
    pub ids_key_file: PathBuf,
    /// Connections to a database, at most.
    pub connections: usize,
    /// Whether `serve` brings a database's tables up to date.
    pub migrate: bool,
}

/// `[identity]`: one issuer in short, or a list of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentitySection {
    issuer: Option<String>,
    audience: Option<String>,
    issuers: Option<Vec<IssuerRules>>,
}

/// `[sign_in]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInSettings {
    /// The client that the provider knows the server as.
    pub client_id: String,
    /// The file with its secret.
    pub client_secret_file: PathBuf,
    /// The origin that the API is at, and mostly the pages too.
    pub site: String,
    /// Other origins of the same site whose pages may use a session.
    pub pages: Vec<String>,
    /// What is asked for.
    pub scope: String,
    /// The resource (RFC 8707) that is asked for.
    pub resource: Option<String>,
    /// How the provider is told to ask who it is.
    pub switch_prompt: String,
    /// How long a session lasts since the provider last vouched for the person.
    pub lasts: Duration,
    /// How long it lasts in all.
    pub lasts_at_most: Duration,
}

/// `[limits]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitSettings {
    /// Verdicts that are asked for from one address.
    pub verdicts: Rate,
    /// Requests of one signed-in person.
    pub person: Rate,
    /// Requests without a token from one address.
    pub address: Rate,
    /// Refused tokens from one address.
    pub failed_sign_ins: Rate,
}

/// `[http]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpSettings {
    /// Connections at a time.
    pub connections: usize,
    /// How long a connection may take to send the header of its next request.
    pub headers_within: Duration,
    /// How long a request's body may take to arrive.
    pub body_within: Duration,
    /// How long a request may take in all.
    pub answer_within: Duration,
    /// How long a stream of changes may last.
    pub streams_within: Duration,
}

/// `[drain]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrainSettings {
    /// How long the server says that it will stop before it does.
    pub notice: Duration,
    /// How long running requests may take after that.
    pub within: Duration,
}

/// `[log]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// From which level on.
    pub level: tracing::Level,
    /// How; `None` asks the terminal.
    pub format: Option<LogFormat>,
}

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// To serve.
    Serve(Box<Settings>),
    /// To say what it would be set to, in these words.
    Settings(Box<Settings>, String),
    /// To ask the server that listens there whether it is ready.
    Healthy(SocketAddr),
    /// To do something to the store.
    Store(StoreCommand, StoreSettings),
    /// To answer questions on these programmes' files, at least one.
    Verdict(Vec<PathBuf>),
    /// To explain.
    Help,
}

/// Reads the command line, without the program's name, the environment, and the settings file that they name.
///
/// # Errors
/// Everything that is wrong.
pub fn parse(
    arguments: impl IntoIterator<Item = impl Into<OsString>>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Command, Faults> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let command = match parser.next() {
        Ok(Some(Value(command))) => command.into_string().unwrap_or_default(),
        Ok(Some(Long("help"))) => return Ok(Command::Help),
        _ => String::new(),
    };
    match command.as_str() {
        "serve" | "settings" => {
            let Some(mut gathered) = Gathered::from(parser, environment) else {
                return Ok(Command::Help);
            };
            let settings = Box::new(gathered.settings(true)?);
            Ok(match command.as_str() {
                "serve" => Command::Serve(settings),
                _ => Command::Settings(settings, gathered.report()),
            })
        }
        "healthy" => {
            let Some(mut gathered) = Gathered::from(parser, environment) else {
                return Ok(Command::Help);
            };
            let listen = gathered.read("listen", values::address);
            listen.map(Command::Healthy).ok_or(gathered.faults)
        }
        "verdict" => verdict(parser).map_err(|reason| vec![Fault::new("verdict", reason)]),
        name => {
            let Some(command) = StoreCommand::named(name) else {
                return Err(vec![Fault::new(
                    "the command line",
                    "say what to do: support-server serve …, or another of those that support-server --help names",
                )]);
            };
            let Some(mut gathered) = Gathered::from(parser, environment) else {
                return Ok(Command::Help);
            };
            match (gathered.store(), gathered.faults) {
                (Some(store), faults) if faults.is_empty() => Ok(Command::Store(command, store)),
                (_, faults) => Err(faults),
            }
        }
    }
}

/// The settings that a file's text alone makes. `read` reads the file that holds the store's URL; no other is looked into.
///
/// # Errors
/// Everything that is wrong with it.
pub fn of_text(text: &str, read: fn(&Path) -> io::Result<String>) -> Result<Settings, Faults> {
    let mut gathered = Gathered::reading(read);
    gathered.file("settings.toml", text.to_owned());
    gathered.settings(false)
}

/// Reads a file that a setting names: a short one.
pub(crate) fn short_file(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?
        .take(LONGEST_SECRET + 1)
        .read_to_string(&mut text)?;
    match text.len() as u64 > LONGEST_SECRET {
        true => Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "the file is too long",
        )),
        false => Ok(text),
    }
}

fn verdict(mut parser: lexopt::Parser) -> Result<Command, String> {
    let mut programmes = Vec::new();
    while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
        match argument {
            Long("help") => return Ok(Command::Help),
            Long("programme") => {
                let value = parser.value().map_err(|_| "--programme needs a value")?;
                programmes.push(value.into());
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    match programmes.is_empty() {
        true => Err("--programme is missing".into()),
        false => Ok(Command::Verdict(programmes)),
    }
}

impl Gathered {
    /// What it all means; with the files that the hand-over needs looked into, or without.
    fn settings(&mut self, looks_into_files: bool) -> Result<Settings, Faults> {
        let second = Duration::from_secs(1);
        let listen = self.read("listen", values::address);
        let admin_listen = self.read("admin_listen", values::address_or_off);
        if let (Some(public), Some(Some(admin))) = (listen, admin_listen)
            && public == admin
            && public.port() != 0
        {
            self.fault("admin_listen", "must be another address than listen");
        }
        let programmes = self.read_all("programmes", values::path);
        if programmes.as_ref().is_none_or(Vec::is_empty) {
            self.missing("programmes");
        }
        let static_files = self.read("static", values::path);
        let allow_origins = self.read_all("allow_origins", values::origin);
        let trusted_hops = self.read("trusted_hops", values::number(0, 16));
        let demo = self.read("demo", values::switch);
        let store = self.store();
        let identity = self.identity();
        let handover = self.section::<handover::settings::Settings>("handover");
        if let Some(Err(faults)) = handover
            .as_ref()
            .filter(|_| looks_into_files)
            .map(|it| it.check())
        {
            for fault in faults {
                let at = self.places.at("handover", &fault.at);
                self.fault(at, fault.reason);
            }
        }
        let sign_in = self.sign_in();
        let limits = (
            self.read("limits.verdicts", values::rate),
            self.read("limits.person", values::rate),
            self.read("limits.address", values::rate),
            self.read("limits.failed_sign_ins", values::rate),
        );
        let http = (
            self.read("http.connections", values::number(1, 1_000_000)),
            self.read("http.headers_within", values::time(second)),
            self.read("http.body_within", values::time(second)),
            self.read("http.answer_within", values::time(second)),
            self.read("http.streams_within", values::time(Duration::ZERO)),
        );
        let drain = (
            self.read("drain.notice", values::time(Duration::ZERO)),
            self.read("drain.within", values::time(Duration::ZERO)),
        );
        let log = (
            self.read("log.level", values::level),
            self.read("log.format", values::format),
        );
        let trace_endpoint = self.read("trace.endpoint", values::endpoint);
        if let Some(written) = self
            .written("trace.endpoint")
            .filter(|_| !cfg!(feature = "otel"))
        {
            self.fault(
                written.source,
                "this program was built without traces (the feature otel)",
            );
        }
        if !self.faults.is_empty() {
            return Err(std::mem::take(&mut self.faults));
        }
        let whole = || {
            Some(Settings {
                listen: listen?,
                admin_listen: admin_listen?,
                programmes: programmes?,
                static_files,
                allow_origins: allow_origins.unwrap_or_default(),
                trusted_hops: trusted_hops?,
                demo: demo?,
                store: store?,
                identity: identity?,
                sign_in,
                handover: handover?,
                places: self.places.clone(),
                limits: LimitSettings {
                    verdicts: limits.0?,
                    person: limits.1?,
                    address: limits.2?,
                    failed_sign_ins: limits.3?,
                },
                http: HttpSettings {
                    connections: http.0?,
                    headers_within: http.1?,
                    body_within: http.2?,
                    answer_within: http.3?,
                    streams_within: http.4?,
                },
                drain: DrainSettings {
                    notice: drain.0?,
                    within: drain.1?,
                },
                log: LogSettings {
                    level: log.0?,
                    format: log.1?,
                },
                trace_endpoint,
            })
        };
        whole().ok_or_else(|| vec![Fault::new("the settings", "are not complete")])
    }

    /// The store alone, for commands that need nothing else.
    fn store(&mut self) -> Option<StoreSettings> {
        let forms = ["store.data", "store.url", "store.url_file"];
        let mut written: Vec<(&str, Written)> = forms
            .iter()
            .filter_map(|name| Some((*name, self.written(name)?)))
            .collect();
        // What a flag says replaces what the file says, in whatever form.
        let highest = written.iter().map(|(_, it)| it.source.rank()).max();
        written.retain(|(_, it)| Some(it.source.rank()) == highest);
        let url = match written.as_slice() {
            [] => {
                self.missing("store.data");
                None
            }
            [("store.data", _)] => self.read("store.data", values::path).map(StoreUrl::Sqlite),
            [("store.url", _)] => self.read("store.url", values::store_url(false)),
            [_] => {
                let read_file = self.read_file;
                self.read("store.url_file", |file| {
                    let text = read_file(Path::new(file))
                        .map_err(|error| format!("cannot be read: {error}"))?;
                    values::store_url(true)(text.trim())
                        .map_err(|reason| format!("what it holds {reason}"))
                })
            }
            [(_, first), (_, second), ..] => {
                let at = first.source.clone();
                self.fault(at, format!("names a second store beside {}", second.source));
                None
            }
        };
        let ids_key_file = self.read("store.ids_key_file", values::path);
        let ids_key_file = match (&url, ids_key_file, self.written("store.ids_key_file")) {
            (_, Some(file), _) => Some(file),
            (Some(StoreUrl::Sqlite(data)), None, None) => {
                let mut name = data.clone().into_os_string();
                name.push(".ids-key");
                Some(PathBuf::from(name))
            }
            (Some(StoreUrl::Postgres(_)), None, None) => {
                self.missing("store.ids_key_file");
                None
            }
            _ => None,
        };
        let connections = self.read("store.connections", values::number(1, 1_000));
        let migrate = self.read("store.migrate", values::switch);
        Some(StoreSettings {
            url: url?,
            ids_key_file: ids_key_file?,
            connections: connections?,
            migrate: migrate?,
        })
    }

    /// Nothing when no client is named; or something is wrong, which is among the faults then.
    fn sign_in(&mut self) -> Option<SignInSettings> {
        let scope = self.read("sign_in.scope", values::scope);
        let resource = self.read("sign_in.resource", values::text);
        let switch_prompt = self.read("sign_in.switch_prompt", values::switch_prompt);
        let hours = self.read("sign_in.hours", values::number(1, 24));
        let longest = self.read("sign_in.longest_hours", values::number(1, 720));
        if longest
            .zip(hours)
            .is_some_and(|(longest, hours)| longest < hours)
        {
            self.fault(
                "sign_in.longest_hours",
                "must not be less than sign_in.hours",
            );
        }
        let site = self.read("sign_in.site", values::site);
        let pages = self.read_all("sign_in.pages", values::site);
        let client_secret_file = self.read("sign_in.client_secret_file", values::path);
        self.written("sign_in.client_id")?;
        let client_id = self.read("sign_in.client_id", values::text);
        for name in ["sign_in.client_secret_file", "sign_in.site"] {
            if self.written(name).is_none() {
                self.missing(name);
            }
        }
        Some(SignInSettings {
            client_id: client_id?,
            client_secret_file: client_secret_file?,
            site: site?,
            pages: pages.unwrap_or_default(),
            scope: scope?,
            resource,
            switch_prompt: switch_prompt?,
            lasts: Duration::from_secs(hours? as u64 * 3_600),
            lasts_at_most: Duration::from_secs(longest? as u64 * 3_600),
        })
    }

    fn identity(&mut self) -> Option<IdentityRules> {
        let section: IdentitySection = self.section("identity")?;
        let rules = match section {
            IdentitySection {
                issuer: None,
                audience: None,
                issuers: Some(issuers),
            } => IdentityRules { issuers },
            IdentitySection {
                issuers: Some(_), ..
            } => {
                let at = self.places.at("identity", "issuers");
                self.fault(
                    at,
                    "lists issuers beside the short form, identity.issuer and identity.audience",
                );
                return None;
            }
            IdentitySection {
                issuer, audience, ..
            } => {
                for (name, value) in [
                    ("identity.issuer", &issuer),
                    ("identity.audience", &audience),
                ] {
                    if value.is_none() {
                        self.missing(name);
                    }
                }
                // Said with the others already, not only when the programme is known.
                self.read("identity.issuer", values::issuer);
                self.read("identity.audience", values::text);
                IdentityRules::of_one(issuer?, audience?)
            }
        };
        Some(rules)
    }

    /// Every setting with its value and where that comes from.
    fn report(&self) -> String {
        let mut report = String::new();
        for key in keys::KEYS {
            let line = match self.written(key.name) {
                Some(Written { texts, source }) => {
                    let texts: Vec<String> = texts.iter().map(|text| shown(text)).collect();
                    let from = match source {
                        Source::Default => "default".to_owned(),
                        source => source.to_string(),
                    };
                    format!("{} = {}    # {from}\n", key.name, texts.join(", "))
                }
                None => format!("{} is not set\n", key.name),
            };
            report.push_str(&line);
        }
        for section in keys::SECTIONS {
            for (path, text, place) in self.places.said(section) {
                if keys::KEYS.iter().all(|key| key.name != path) {
                    report.push_str(&format!("{path} = {}    # {place}\n", shown(&text)));
                }
            }
        }
        report
    }
}

#[cfg(test)]
mod tests;
