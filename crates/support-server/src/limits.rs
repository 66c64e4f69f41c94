//! How often one caller may call: a signed-in person by who they are, everybody else by their address.

use crate::Desk;
use crate::auth::Person;
use crate::client::Client;
use crate::observe::metrics::{self, Limit};
use crate::problem::Trouble;
use crate::rate_limit::RateLimit;
use crate::settings::LimitSettings;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

/// The limits of one server process; several processes count each for itself.
pub struct Limits {
    trusted_hops: usize,
    verdicts: RateLimit<Client>,
    addresses: RateLimit<Client>,
    failed_sign_ins: RateLimit<Client>,
    /// As many unknown pairs of IDs as refused tokens.
    unknown_ids: RateLimit<Client>,
    /// By a keyed hash: the limits need not remember who anybody is.
    persons: RateLimit<u64>,
    hasher: RandomState,
}

impl Limits {
    /// `time` is steady: [`Instant::now`], or a test's own.
    #[must_use]
    pub fn new(
        settings: &LimitSettings,
        trusted_hops: usize,
        time: impl Fn() -> Instant + Clone + Send + Sync + 'static,
    ) -> Limits {
        Limits {
            trusted_hops,
            verdicts: RateLimit::new(settings.verdicts, time.clone()),
            addresses: RateLimit::new(settings.address, time.clone()),
            failed_sign_ins: RateLimit::new(settings.failed_sign_ins, time.clone()),
            unknown_ids: RateLimit::new(settings.failed_sign_ins, time.clone()),
            persons: RateLimit::new(settings.person, time),
            hasher: RandomState::new(),
        }
    }

    /// One who asks for a verdict.
    pub(crate) fn verdict(&self, parts: &Parts) -> Result<(), Trouble> {
        counted(Limit::Verdicts, self.verdicts.take(self.client(parts)))
    }

    /// One whose token was verified.
    pub(crate) fn person(&self, person: &Person) -> Result<(), Trouble> {
        let who = self.hasher.hash_one((&person.issuer, &person.subject));
        counted(Limit::Person, self.persons.take(who))
    }

    /// One who sends no token.
    pub(crate) fn stranger(&self, client: Client) -> Result<(), Trouble> {
        counted(Limit::Address, self.addresses.take(client))
    }

    /// One who sends a token that nobody has looked at yet.
    pub(crate) fn may_sign_in(&self, client: Client) -> Result<(), Trouble> {
        counted(Limit::FailedSignIns, self.failed_sign_ins.has_room(client))
    }

    /// That token was refused.
    pub(crate) fn sign_in_failed(&self, client: Client) {
        // When nothing is left the next one is turned away; this one has its answer.
        let _ = self.failed_sign_ins.take(client);
    }

    /// One who sends a pair of IDs that nobody has looked up yet.
    pub(crate) fn may_link(&self, client: Client) -> Result<(), Trouble> {
        counted(Limit::UnknownIds, self.unknown_ids.has_room(client))
    }

    /// No contract has that pair.
    pub(crate) fn ids_unknown(&self, client: Client) {
        // When nothing is left the next one is turned away; this one has its answer.
        let _ = self.unknown_ids.take(client);
    }

    /// Whose address counts.
    pub(crate) fn client(&self, parts: &Parts) -> Client {
        Client::of(parts, self.trusted_hops)
    }
}

fn counted(limit: Limit, room: Result<(), Duration>) -> Result<(), Trouble> {
    room.map_err(|wait| {
        metrics::turned_away(limit);
        Trouble::too_many(wait)
    })
}

impl FromRequestParts<Desk> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Client, Infallible> {
        Ok(desk.limits.client(parts))
    }
}
