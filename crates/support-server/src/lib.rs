//! The thin server: load the facts, ask the law, append the change, answer.
//!
//! ```text
//! request ─► routes ─► endpoints/<verb_noun> ─► store: one transaction ─► facts ─► the law ─┬─ no ─► 409 + reasons
//!              │                                                                            └─ yes ─► rows + ledger
//!              └─ auth: a verified token becomes a Person                                     commit ─► 201, 202 …
//! ```

pub mod auth;
pub mod client;
pub mod clock;
pub mod demo;
mod endpoints;
pub mod handover;
pub mod housekeeping;
pub mod idempotency;
pub mod limits;
pub mod observe;
mod openapi;
mod posted;
pub mod problem;
pub mod programme_file;
pub mod rate_limit;
mod routes;
pub mod serve;
pub mod settings;
pub mod site;
pub mod store;
pub mod store_command;
mod unread;
pub mod verdict_command;
pub mod verdicts;

pub use routes::{admin_router, api_paths, router};

use std::sync::Arc;

/// Everything a request needs.
#[derive(Clone)]
pub struct Desk {
    /// What is remembered.
    pub store: store::Store,
    /// The programme that is decided on.
    pub programme: programme_file::ProgrammeFile,
    /// The programmes that verdicts can be asked for, that one among them.
    pub programmes: verdicts::Programmes,
    /// How often one caller may call.
    pub limits: Arc<limits::Limits>,
    /// What a request may take.
    pub http: settings::HttpSettings,
    /// Whether the server is about to stop.
    pub draining: serve::Draining,
    /// What the server calls today.
    pub clock: clock::Clock,
    /// Who verifies tokens.
    pub verifier: auth::Verifier,
    /// How the server signs people in itself, if it does.
    pub sign_in: Option<Arc<auth::SignIn>>,
    /// The app's files.
    pub site: Arc<site::Site>,
    /// What signs the calls of the vendor's system, if any are taken.
    pub inbound: Option<Arc<handover::standard_webhooks::Secrets>>,
    /// Rung by an operator when events are to be handed over again.
    pub resume: Arc<tokio::sync::Notify>,
    /// Origins that may call from a browser.
    pub allow_origins: Arc<[String]>,
}
