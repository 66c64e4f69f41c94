//! Every setting that there is. The settings file, the environment, the flags, the help and the table in
//! `docs/running.md` all come from here.

use std::fmt::Write;

/// How a setting is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One value.
    One,
    /// Any number of values: a list in the file, separated by commas in the environment, the flag repeated.
    Many,
    /// `true` or `false`; the flag alone means `true`.
    Switch,
}

/// One setting.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// Its name in the file, with its section.
    pub(super) name: &'static str,
    /// Its flag.
    pub(super) flag: &'static str,
    pub(super) shape: Shape,
    /// What the help calls its value.
    pub(super) value: &'static str,
    /// What it is when nobody sets it; empty when nothing is.
    pub(super) default: &'static str,
    pub(super) about: &'static str,
}

impl Key {
    /// Its environment variable.
    pub(super) fn variable(&self) -> String {
        match self.name {
            // The name that platforms know.
            "store.url" => "DATABASE_URL".to_owned(),
            "store.url_file" => "DATABASE_URL_FILE".to_owned(),
            name => format!("{PREFIX}{}", name.replace('.', "_").to_uppercase()),
        }
    }
}

/// What the environment variables begin with.
pub(super) const PREFIX: &str = "PARTNER_SUPPORT_";
/// The environment variable that names the settings file.
pub(super) const FILE_VARIABLE: &str = "PARTNER_SUPPORT_SETTINGS";
/// The sections that are read as a whole.
pub(super) const SECTIONS: [&str; 2] = ["identity", "handover"];

const fn one(
    name: &'static str,
    flag: &'static str,
    value: &'static str,
    default: &'static str,
    about: &'static str,
) -> Key {
    Key {
        name,
        flag,
        shape: Shape::One,
        value,
        default,
        about,
    }
}

const fn many(
    name: &'static str,
    flag: &'static str,
    value: &'static str,
    about: &'static str,
) -> Key {
    Key {
        shape: Shape::Many,
        ..one(name, flag, value, "", about)
    }
}

pub(super) const KEYS: &[Key] = &[
    one(
        "listen",
        "listen",
        "ADDRESS",
        "127.0.0.1:8080",
        "where to listen",
    ),
    one(
        "admin_listen",
        "admin-listen",
        "ADDRESS",
        "off",
        "where metrics and health are told to the operator alone, such as 127.0.0.1:9464, or off",
    ),
    many(
        "programmes",
        "programme",
        "FILE",
        "the programme's JSON file; further ones can be read and asked for verdicts, and decide nothing here",
    ),
    one(
        "static",
        "static",
        "DIRECTORY",
        "",
        "the built app, served at /",
    ),
    many(
        "allow_origins",
        "allow-origin",
        "ORIGIN",
        "a site whose pages may call the API",
    ),
    one(
        "trusted_hops",
        "trusted-hops",
        "N",
        "0",
        "proxies of your own in front of the server, each adding to X-Forwarded-For",
    ),
    Key {
        shape: Shape::Switch,
        ..one(
            "demo",
            "demo",
            "",
            "false",
            "fill an empty data file with demo partners and start its clock on the programme's date",
        )
    },
    one(
        "store.data",
        "data",
        "FILE",
        "",
        "the SQLite data file, made when absent; short for the store sqlite:FILE",
    ),
    one(
        "store.url",
        "store-url",
        "URL",
        "",
        "the store: sqlite:FILE, or postgres://… without a password",
    ),
    one(
        "store.url_file",
        "store-url-file",
        "FILE",
        "",
        "file that holds the store's URL, with its password (the credential database-url)",
    ),
    one(
        "store.ids_key_file",
        "ids-key-file",
        "FILE",
        "",
        "key that seals the Access IDs and Contract IDs, made when absent (the credential ids-key; FILE.ids-key beside the data file)",
    ),
    one(
        "store.connections",
        "store-connections",
        "N",
        "16",
        "connections to the database that this server may hold",
    ),
    one(
        "store.migrate",
        "store-migrate",
        "BOOLEAN",
        "true",
        "whether serve brings a database's tables up to date; else support-server migrate does",
    ),
    one(
        "identity.issuer",
        "issuer",
        "URL",
        "",
        "the OpenID Connect issuer whose tokens count; https, or http on this machine",
    ),
    one(
        "identity.audience",
        "audience",
        "NAME",
        "",
        "the audience that tokens must be meant for",
    ),
    one(
        "sign_in.client_id",
        "sign-in-client-id",
        "ID",
        "",
        "signs people in itself, as this client of the first issuer, and keeps a session for a cookie; off without it",
    ),
    one(
        "sign_in.client_secret_file",
        "sign-in-client-secret-file",
        "FILE",
        "",
        "file that holds the client's secret (the credential sign-in-client-secret)",
    ),
    one(
        "sign_in.site",
        "sign-in-site",
        "ORIGIN",
        "",
        "the site that pages and API are at, https, or http on this machine; people come back to ORIGIN/api/v1/session/callback",
    ),
    many(
        "sign_in.pages",
        "sign-in-page",
        "ORIGIN",
        "another origin of the same site whose pages may use a session, https, or http on this machine; may be repeated",
    ),
    one(
        "sign_in.scope",
        "sign-in-scope",
        "SCOPES",
        "openid profile",
        "what the provider is asked for; openid must be in it",
    ),
    one(
        "sign_in.resource",
        "sign-in-resource",
        "URI",
        "",
        "the resource (RFC 8707) that the provider is asked for, where it needs one",
    ),
    one(
        "sign_in.switch_prompt",
        "sign-in-switch-prompt",
        "PROMPT",
        "select_account",
        "how the provider is told to ask who it is: select_account or login",
    ),
    one(
        "sign_in.hours",
        "sign-in-hours",
        "N",
        "8",
        "how long a session lasts, in hours, since it was last renewed at the provider; one that cannot be renewed, since it began",
    ),
    one(
        "sign_in.longest_hours",
        "sign-in-longest-hours",
        "N",
        "24",
        "how long a session lasts in all, in hours, however often it is renewed; from sign_in.hours to 720",
    ),
    one(
        "limits.verdicts",
        "verdict-limit",
        "N/M",
        "60/30",
        "verdicts that one client address may ask for: N a minute, M at once",
    ),
    one(
        "limits.person",
        "person-limit",
        "N/M",
        "1200/600",
        "requests of one signed-in person",
    ),
    one(
        "limits.address",
        "address-limit",
        "N/M",
        "6000/3000",
        "requests without a token from one client address, the app's files among them",
    ),
    one(
        "limits.failed_sign_ins",
        "failed-sign-in-limit",
        "N/M",
        "120/120",
        "refused tokens from one client address; after that its tokens are not looked at. Counted apart: as many unknown pairs of IDs",
    ),
    one(
        "http.connections",
        "connections",
        "N",
        "4096",
        "connections at a time; further ones wait",
    ),
    one(
        "http.headers_within",
        "headers-within",
        "TIME",
        "10s",
        "a connection that has not sent the whole header of its next request by then is closed, an idle one too",
    ),
    one(
        "http.body_within",
        "body-within",
        "TIME",
        "20s",
        "how long a request's body may take to arrive",
    ),
    one(
        "http.answer_within",
        "answer-within",
        "TIME",
        "30s",
        "how long a request may take in all",
    ),
    one(
        "http.streams_within",
        "streams-within",
        "TIME",
        "5m",
        "how long a stream of changes may last; its reader asks anew. A signed-in person's token is not looked at in between",
    ),
    one(
        "drain.notice",
        "drain-notice",
        "TIME",
        "0s",
        "how long /readyz says 503 before no connection is accepted any more",
    ),
    one(
        "drain.within",
        "drain-within",
        "TIME",
        "10s",
        "how long running requests may take after that",
    ),
    one(
        "log.level",
        "log-level",
        "LEVEL",
        "info",
        "error, warn, info, debug or trace",
    ),
    one(
        "log.format",
        "log-format",
        "FORMAT",
        "auto",
        "json, text, or auto: text on a terminal, else JSON lines",
    ),
    one(
        "trace.endpoint",
        "trace-endpoint",
        "URL",
        "",
        "OpenTelemetry collector that takes OTLP over HTTP, such as http://127.0.0.1:4318; without it nothing is traced",
    ),
];

/// What `support-server --help` says.
#[must_use]
pub fn help() -> String {
    let mut help = String::from(
        "support-server serve [--settings FILE] [options]
support-server settings [--settings FILE] [options]
support-server healthy [--settings FILE] [options]
support-server migrate|check|backup|restore|rotate-ids-key [--settings FILE] [options]
support-server verdict --programme FILE [--programme FILE ...]

serve: the support desk
settings: what serve would be set to, and where each setting comes from; or everything that is wrong with it
healthy: whether the server that listens there is ready; exit code 0 when it is
migrate: brings the store's tables up to date
check: proves that every balance is the sum of its ledger, and that nothing was changed from outside; exit code 1 when not
backup: writes a copy of everything to standard output; restore: reads one from standard input into an empty store
rotate-ids-key: seals the Access IDs and Contract IDs with a new key; stop the server before

  --settings FILE        settings as TOML (environment: PARTNER_SUPPORT_SETTINGS)
",
    );
    for key in KEYS {
        let flag = match key.shape {
            Shape::Switch => format!("--{}", key.flag),
            _ => format!("--{} {}", key.flag, key.value),
        };
        let again = match key.shape {
            Shape::Many => "; may be repeated",
            _ => "",
        };
        let default = match key.default {
            "" | "false" => String::new(),
            default => format!(" ({default})"),
        };
        let _ = writeln!(help, "  {flag:<28} {}{again}{default}", key.about);
    }
    help.push_str(
        "
  A flag counts before the environment, that before the file. Times are written 500ms, 10s or 2m.
  The name of each in the file and in the environment: docs/running.md.

verdict: answers questions to the rules, from standard input to standard output, one line for each
  --programme FILE       a programme's JSON file; may be repeated
  Input: JSON questions, each on its line or spanning lines; a brace in the first column begins the next question.
  Exit code: 0 when every question had a verdict, 1 when one was no question, 2 when it could not be done.
",
    );
    help
}

/// All settings as the table of `docs/running.md`.
#[must_use]
pub fn table() -> String {
    let mut table = String::from(
        "| In the file | Environment | Flag | Default | What it is |\n|---|---|---|---|---|\n",
    );
    for key in KEYS {
        let default = match key.default {
            "" => "–".to_owned(),
            default => format!("`{default}`"),
        };
        let _ = writeln!(
            table,
            "| `{}` | `{}` | `--{}` | {default} | {} |",
            key.name,
            key.variable(),
            key.flag,
            key.about
        );
    }
    table
}

/// The known name that was most likely meant.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|known| (distance(name, known), known))
        .min()
        .filter(|(distance, known)| *distance <= known.len().div_ceil(3))
        .map(|(_, known)| known)
}

/// How many characters must change, come or go to make one name of the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (line, a) in a.chars().enumerate() {
        let mut left = line + 1;
        let mut above_left = line;
        let mut next = vec![left];
        for (b, above) in b.chars().zip(row.iter().skip(1)) {
            let changed = above_left + usize::from(a != b);
            left = changed.min(left + 1).min(above + 1);
            above_left = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_known_for_what_was_meant() {
        let known = || KEYS.iter().map(|key| key.name);
        assert_eq!(nearest("lisen", known()), Some("listen"));
        assert_eq!(nearest("limits.persons", known()), Some("limits.person"));
        assert_eq!(nearest("xyz", known()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
