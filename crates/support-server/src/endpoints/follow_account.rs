//! GET /account/changes: tells when the account facts have changed, until the caller has heard enough.

use super::get_account;
use crate::Desk;
use crate::auth::{Person, SignedIn};
use crate::openapi::{Always, SignIn, callers};
use crate::problem::Trouble;
use axum::extract::State;
use axum::http::HeaderName;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::convert::Infallible;
use std::time::Duration;
use support_api::{AccountChange, ProblemCode, paths};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep};

/// How often the facts are looked at: changes that another server made are found no later.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// How often something is sent when nothing has changed, so that nobody in between takes the connection for a dead one.
const ALIVE_EVERY: Duration = Duration::from_secs(15);
/// Streams at a time. Each keeps a connection, and the rest of the API needs some too.
const STREAMS: usize = 1_024;
static PLACES: Semaphore = Semaphore::const_new(STREAMS);

/// An event of the stream, as a reader of server-sent events gives it.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "read by whoever reads the document")]
pub(crate) struct AccountEvent {
    event: EventName,
    /// An `AccountChange`, in JSON.
    #[schema(content_media_type = "application/json")]
    data: String,
}

#[derive(utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(dead_code, reason = "read by whoever reads the document")]
enum EventName {
    Account,
}

/// The facts have changed
///
/// A stream of server-sent events, called `account`: one at once, then one whenever the facts have changed, on whichever
/// server. Each has the `ETag` of the facts. It ends after some minutes (`http.streams_within`), or when the server is
/// about to stop: then ask anew. A browser's `EventSource` cannot send the token; `fetch` can. Where browsers reach the
/// server by HTTP/1.1, each stream takes one of the six connections that they allow themselves.
#[utoipa::path(
    get,
    path = paths::ACCOUNT_CHANGES,
    operation_id = "follow-account",
    tag = callers::SIGNED_IN,
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The stream: each of its events is this",
            body = AccountEvent, content_type = "text/event-stream"),
        SignIn,
        Always,
    ),
)]
pub(crate) async fn handle(
    State(desk): State<Desk>,
    SignedIn(person): SignedIn,
) -> Result<Response, Trouble> {
    let place = PLACES.try_acquire().map_err(|_| Trouble::unavailable())?;
    let told = get_account::current_tag(&desk, &person).await?;
    let first = account(&told)?;
    let follower = Follower {
        until: Instant::now() + desk.http.streams_within,
        desk,
        person,
        told,
        _place: place,
    };
    let later = stream::unfold(follower, |mut follower| async {
        let event = follower.next().await?;
        Some((Ok(event), follower))
    });
    let events = futures_util::StreamExt::chain(stream::iter([Ok::<_, Infallible>(first)]), later);
    let stream = Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE_EVERY));
    // A proxy that collects what it passes on would keep the events to itself.
    let at_once = [(HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((at_once, stream).into_response())
}

struct Follower {
    desk: Desk,
    person: Person,
    /// The tag that was sent last.
    told: String,
    until: Instant,
    _place: SemaphorePermit<'static>,
}

impl Follower {
    /// The next change. `None` ends the stream: it has lasted long enough, the server is about to stop, or the store is
    /// away.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if Instant::now() + LOOK_EVERY > self.until || self.desk.draining.has_begun() {
                return None;
            }
            sleep(LOOK_EVERY).await;
            let now = get_account::current_tag(&self.desk, &self.person).await;
            let now = now.ok()?;
            if now != self.told {
                self.told = now;
                return account(&self.told).ok();
            }
        }
    }
}

fn account(tag: &str) -> Result<Event, Trouble> {
    let change = AccountChange {
        etag: tag.to_owned(),
    };
    let data = serde_json::to_string(&change).map_err(|_| Trouble::new(ProblemCode::Internal))?;
    Ok(Event::default().event("account").data(data))
}
