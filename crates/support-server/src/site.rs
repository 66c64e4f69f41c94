//! The app's files and the public settings of its page, under a strict Content-Security-Policy.

use crate::Desk;
use crate::problem::Trouble;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;
use support_api::{ProblemCode, paths};

/// The client that the demo's page signs in as.
pub const DEMO_CLIENT: &str = "partner-support-demo";

/// How people sign in on the server's own page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageSignIn {
    /// The page around the element sees to it.
    Elsewhere,
    /// The element does, at the demo's provider.
    Demo,
    /// The server does, and keeps a session.
    Session,
}

/// What is served beside the API.
pub struct Site {
    directory: Option<PathBuf>,
    config: String,
    policy: HeaderValue,
}

impl Site {
    /// The files of a directory, and the settings that its page reads.
    #[must_use]
    pub fn new(directory: Option<PathBuf>, issuer: &str, audience: &str, page: PageSignIn) -> Site {
        // The names are those of the element's settings. Where nothing is said of it, it leaves sign-in to the page around it.
        let sign_in = match page {
            PageSignIn::Elsewhere => None,
            PageSignIn::Demo => Some(json!({
                "issuer": issuer, "audience": audience, "clientId": DEMO_CLIENT, "redirectUri": "/",
            })),
            PageSignIn::Session => Some(json!({ "mode": "session" })),
        };
        let config = match sign_in {
            Some(sign_in) => json!({ "apiBase": paths::BASE, "signIn": sign_in }),
            None => json!({ "apiBase": paths::BASE }),
        };
        // The page talks to the server it came from, and to the issuer to sign in.
        let policy = format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
             connect-src 'self' {}; img-src 'self' data:; font-src 'self'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
             trusted-types 'none'",
            origin(issuer)
        );
        let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'",
        ));
        Site {
            directory,
            config: config.to_string(),
            policy,
        }
    }
}

/// Scheme, host and port of an address.
fn origin(address: &str) -> &str {
    let host = address.find("://").map_or(0, |position| position + 3);
    let end = address
        .get(host..)
        .and_then(|rest| rest.find('/'))
        .map_or(address.len(), |p| host + p);
    address.get(..end).unwrap_or(address)
}

/// GET /config.json
pub(crate) async fn config(State(desk): State<Desk>) -> Response {
    let about = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (about, desk.site.config.clone()).into_response()
}

/// GET of anything that is no other route: a file of the app, or the app's page for one of its own addresses.
pub(crate) async fn file(State(desk): State<Desk>, request: Request) -> Result<Response, Trouble> {
    let missing = || Trouble::new(ProblemCode::NotFound);
    let path = request.uri().path();
    if path.starts_with(support_api::paths::ROOT) {
        return Err(missing());
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return Err(Trouble::new(ProblemCode::MethodNotAllowed));
    }
    let site = Arc::clone(&desk.site);
    let path = safe_path(path).ok_or_else(missing)?;
    let headers = request.headers().clone();
    tokio::task::spawn_blocking(move || site.read(&path, &headers))
        .await
        .ok()
        .flatten()
        .ok_or_else(missing)
}

/// The path below the directory; `None` when a part of it could lead elsewhere or is hidden.
fn safe_path(path: &str) -> Option<PathBuf> {
    let mut safe = PathBuf::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        // The app's files have plain names: nothing needs decoding.
        let plain = part
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if !plain || part.starts_with('.') {
            return None;
        }
        safe.push(part);
    }
    Some(safe)
}

impl Site {
    fn read(&self, path: &Path, headers: &HeaderMap) -> Option<Response> {
        let directory = self.directory.as_deref()?;
        let kind = path
            .extension()
            .and_then(|extension| extension.to_str())
            .and_then(kind);
        let wanted = directory.join(path);
        match kind {
            Some(kind) => self.answer(&wanted, kind, headers),
            // An address inside the app; a missing file is never answered with the page.
            None if accepts(headers, header::ACCEPT, "text/html") => {
                self.answer(&directory.join("index.html"), kind_of_page(), headers)
            }
            None => None,
        }
    }

    fn answer(&self, file: &Path, kind: &'static str, headers: &HeaderMap) -> Option<Response> {
        let plain = std::fs::metadata(file)
            .ok()
            .filter(std::fs::Metadata::is_file)?;
        let mut name = file.as_os_str().to_owned();
        name.push(".br");
        let packed = PathBuf::from(name);
        // A packed copy that is older than the file was made from another one.
        let is_packed = accepts(headers, header::ACCEPT_ENCODING, "br")
            && std::fs::metadata(&packed).is_ok_and(|copy| {
                matches!((copy.modified(), plain.modified()), (Ok(copy), Ok(plain)) if copy >= plain)
            });
        let changed = plain
            .modified()
            .ok()?
            .duration_since(UNIX_EPOCH)
            .ok()?
            .as_nanos();
        let suffix = if is_packed { "-br" } else { "" };
        let etag = format!("\"{:x}-{changed:x}{suffix}\"", plain.len());
        let is_current = headers
            .get(header::IF_NONE_MATCH)
            .and_then(|tag| tag.to_str().ok())
            .is_some_and(|tags| {
                tags.split(',')
                    .any(|tag| tag.trim().trim_start_matches("W/") == etag)
            });
        let mut response = match is_current {
            true => StatusCode::NOT_MODIFIED.into_response(),
            false => std::fs::read(if is_packed { &packed } else { file })
                .ok()?
                .into_response(),
        };
        let about = response.headers_mut();
        about.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        about.insert(header::ETAG, HeaderValue::from_str(&etag).ok()?);
        about.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        about.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if is_packed && !is_current {
            about.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        about.insert(header::CONTENT_SECURITY_POLICY, self.policy.clone());
        about.insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
        Some(response)
    }
}

fn accepts(headers: &HeaderMap, name: HeaderName, what: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .filter_map(|entry| entry.split(';').next())
        .any(|entry| entry.trim() == what)
}

fn kind_of_page() -> &'static str {
    "text/html; charset=utf-8"
}

/// The media type of a file that belongs to a site.
fn kind(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "html" => kind_of_page(),
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_leads_out_of_the_directory() {
        for path in [
            "/../secret.js",
            "/a/../../b.js",
            "/.git/config.txt",
            "/%2e%2e/x.js",
            "/a\\b.js",
        ] {
            assert_eq!(safe_path(path), None, "{path}");
        }
        assert_eq!(safe_path("/a//b.js"), Some(PathBuf::from("a/b.js")));
        assert_eq!(safe_path("/"), Some(PathBuf::new()));
    }

    #[test]
    fn the_policy_lets_the_page_talk_to_itself_and_the_issuer_alone() {
        let site = Site::new(
            None,
            "https://login.example:8443/tenant",
            "a",
            PageSignIn::Elsewhere,
        );
        let policy = site.policy.to_str().unwrap();
        assert!(
            policy.contains("connect-src 'self' https://login.example:8443;"),
            "{policy}"
        );
        assert!(!site.config.contains("clientId"));
    }
}
