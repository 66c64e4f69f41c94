//! What the texts of settings mean.

use crate::rate_limit::Rate;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Longest time that a setting can name.
const LONGEST: Duration = Duration::from_secs(3_600);

/// Where the facts are kept.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreUrl {
    /// An SQLite data file.
    Sqlite(PathBuf),
    /// A PostgreSQL URL; it may hold a password, and `{:?}` shows none of it.
    Postgres(String),
}

impl std::fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StoreUrl::Sqlite(file) => f.debug_tuple("Sqlite").field(file).finish(),
            StoreUrl::Postgres(_) => f.write_str("Postgres(hidden)"),
        }
    }
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

pub(super) fn text(text: &str) -> Result<String, String> {
    match text.trim().is_empty() {
        true => Err("must not be empty".into()),
        false => Ok(text.to_owned()),
    }
}

pub(super) fn path(written: &str) -> Result<PathBuf, String> {
    text(written).map(PathBuf::from)
}

pub(super) fn switch(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "must be true or false".into())
}

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "needs an address and a port, such as 127.0.0.1:8080".into())
}

pub(super) fn address_or_off(text: &str) -> Result<Option<SocketAddr>, String> {
    match text {
        "off" => Ok(None),
        text => address(text).map(Some),
    }
}

pub(super) fn number(least: usize, most: usize) -> impl Fn(&str) -> Result<usize, String> {
    move |text| {
        let number = text.parse().ok();
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| format!("needs a whole number from {least} to {most}"))
    }
}

pub(super) fn rate(text: &str) -> Result<Rate, String> {
    text.parse()
        .map_err(|()| "needs how many a minute and how many at once, such as 60/30".into())
}

/// `500ms`, `10s` or `2m`, from `least` to one hour.
pub(super) fn time(least: Duration) -> impl Fn(&str) -> Result<Duration, String> {
    move |text| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let number: Option<u64> = number.parse().ok();
        let time = match unit {
            "ms" => number.map(Duration::from_millis),
            "s" => number.map(Duration::from_secs),
            "m" => number
                .and_then(|it| it.checked_mul(60))
                .map(Duration::from_secs),
            _ => None,
        };
        time.filter(|time| (least..=LONGEST).contains(time))
            .ok_or_else(|| {
                format!(
                    "needs a time from {}ms to 60m, such as 10s",
                    least.as_millis()
                )
            })
    }
}

pub(super) fn level(text: &str) -> Result<tracing::Level, String> {
    text.parse::<tracing::Level>()
        .ok()
        .filter(|_| text.parse::<u8>().is_err())
        .ok_or_else(|| "must be error, warn, info, debug or trace".into())
}

/// `None` is for whoever is at the other end to decide.
pub(super) fn format(text: &str) -> Result<Option<LogFormat>, String> {
    match text {
        "auto" => Ok(None),
        "text" => Ok(Some(LogFormat::Text)),
        "json" => Ok(Some(LogFormat::Json)),
        _ => Err("must be auto, text or json".into()),
    }
}

pub(super) fn origin(text: &str) -> Result<String, String> {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let exact = host.is_some_and(|host| {
        !host.is_empty() && !host.contains(|c: char| "/*@?#".contains(c) || !c.is_ascii_graphic())
    });
    match exact {
        true => Ok(text.to_owned()),
        false => Err("name one exact origin, such as https://partners.example".into()),
    }
}

/// An origin that cookies are safe at.
pub(super) fn site(text: &str) -> Result<String, String> {
    match origin(text) {
        Ok(site) if is_safe_issuer(&site) => Ok(site),
        _ => Err("name the exact origin of the site, https, or http on this machine".into()),
    }
}

pub(super) fn scope(text: &str) -> Result<String, String> {
    match text.split(' ').any(|scope| scope == "openid") {
        true => Ok(text.to_owned()),
        false => Err("needs openid among the scopes".into()),
    }
}

pub(super) fn switch_prompt(text: &str) -> Result<String, String> {
    match text {
        "select_account" | "login" => Ok(text.to_owned()),
        _ => Err("must be select_account or login".into()),
    }
}

pub(super) fn endpoint(text: &str) -> Result<String, String> {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    match host.is_some_and(|host| plain && !host.is_empty() && !host.contains(['@', '?', '#'])) {
        true => Ok(text.trim_end_matches('/').to_owned()),
        false => Err("needs the address of a collector, such as http://127.0.0.1:4318".into()),
    }
}

/// A store's URL; only one that was read from a file may hold a password.
pub(super) fn store_url(may_hold_password: bool) -> impl Fn(&str) -> Result<StoreUrl, String> {
    move |text| {
        if let Some(file) = text.strip_prefix("sqlite:") {
            // `sqlite:///a` and `sqlite:/a` are one file.
            let file = file.strip_prefix("//").unwrap_or(file);
            return path(file).map(StoreUrl::Sqlite);
        }
        let rest = text
            .strip_prefix("postgres://")
            .or_else(|| text.strip_prefix("postgresql://"))
            .ok_or("needs sqlite:FILE or postgres://…")?;
        let has_password = rest.rsplit_once('@').is_some_and(|it| it.0.contains(':'))
            || rest.to_ascii_lowercase().contains("password=");
        match has_password && !may_hold_password {
            true => Err("holds a password, which others can read there: put the URL into a file and name that by \
                         store.url_file or DATABASE_URL_FILE"
                .into()),
            false => Ok(StoreUrl::Postgres(text.to_owned())),
        }
    }
}

pub(super) fn issuer(text: &str) -> Result<(), String> {
    match is_safe_issuer(text) {
        true => Ok(()),
        false => Err(
            "tokens can be trusted from an https issuer, or from an http issuer on this machine"
                .into(),
        ),
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

/// A value as it may be shown: on one line, not endless, and without what stands before the `@` of an address.
pub(super) fn shown(text: &str) -> String {
    let hidden = match (text.split_once("://"), text.contains("password=")) {
        (_, true) => "(hidden)".to_owned(),
        (Some((scheme, rest)), _) => match rest.rsplit_once('@') {
            Some((user, host)) if user.contains(':') => format!("{scheme}://(hidden)@{host}"),
            _ => text.to_owned(),
        },
        _ => text.to_owned(),
    };
    let short: String = hidden.chars().take(200).collect();
    format!("{short:?}").trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for wrong in [
            "*",
            "https://*.example",
            "https://a.example/",
            "https://",
            "https://user@a.example",
            "null",
        ] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
        assert!(origin("https://partners.example:8443").is_ok());
    }

    #[test]
    fn times_are_written_with_their_unit() {
        let second = time(Duration::from_millis(1));
        assert_eq!(second("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(second("2m"), Ok(Duration::from_secs(120)));
        for wrong in [
            "",
            "10",
            "s",
            "0s",
            "-1s",
            "61m",
            "1h",
            "1.5s",
            "99999999999999999999s",
            "ä",
        ] {
            assert!(second(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_password_is_taken_from_a_file_alone() {
        for url in [
            "postgres://desk:secret@db/desk",
            "postgresql://db/desk?user=desk&password=secret",
        ] {
            let error = store_url(false)(url).unwrap_err();
            assert!(
                !error.contains("secret") && error.contains("DATABASE_URL_FILE"),
                "{error}"
            );
            let read = store_url(true)(url).unwrap();
            assert!(!format!("{read:?}").contains("secret"));
            assert!(!shown(url).contains("secret"));
        }
        assert!(store_url(false)("postgres://desk@db:5432/desk").is_ok());
        assert_eq!(
            store_url(false)("sqlite:a.sqlite"),
            Ok(StoreUrl::Sqlite("a.sqlite".into()))
        );
        assert!(store_url(false)("mysql://db").is_err());
    }
}
