//! The outbox as the delivering loop sees it. The store implements it, on each of its engines.

use crate::clock::Moment;
use std::future::Future;
use std::time::Duration;

/// One event that waits to be handed over.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    /// Id of the partner account that it is about.
    pub partner: String,
    /// UUIDv7, the same on every try; the receiver knows repetitions by it.
    pub id: String,
    /// Its type, such as `incident.created`.
    pub kind: String,
    /// Its data, as JSON.
    pub payload: String,
    /// When it happened, on the domain's clock.
    pub at: Moment,
    /// Which try this is, from 1. It names the lease too: a try that has lost its lease has another number than the row.
    pub tries: u32,
}

/// What a partner wrote stays out of logs.
impl std::fmt::Debug for Event {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Event({} {}, try {})", self.kind, self.id, self.tries)
    }
}

/// The store cannot be reached. The loop asks again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away;

/// Which dead letters to try again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeadLetters {
    /// Every one.
    All,
    /// Those of one partner.
    Of(String),
    /// One event.
    One {
        /// Its partner.
        partner: String,
        /// Its id.
        id: String,
    },
}

/// The outbox. All moments are of the real clock. Several replicas may use one queue at the same time.
pub trait Queue: Send + Sync + 'static {
    /// Up to `limit` events whose turn it is, the longest due first. A partner's events go in the order of their ids, so
    /// each partner gives at most one: its oldest that is neither delivered nor dead, when it is due and nobody holds a
    /// lease on it. The event is leased until `now + lease` and its `tries` is counted up in the same step; a lease that
    /// has run out counts as none.
    ///
    /// # Errors
    /// [`Away`].
    fn claim(
        &self,
        limit: usize,
        now: Moment,
        lease: Duration,
    ) -> impl Future<Output = Result<Vec<Event>, Away>> + Send;

    /// The event has arrived, whoever holds its lease by now. The receipt is what the receiver calls it, such as the
    /// number of its ticket.
    ///
    /// # Errors
    /// [`Away`]; the event will be delivered again, with the same id.
    fn delivered(
        &self,
        event: &Event,
        now: Moment,
        receipt: Option<&str>,
    ) -> impl Future<Output = Result<(), Away>> + Send;

    /// The event has not arrived, and is due again at `retry_at`; without that it is a dead letter, which no longer holds
    /// up its partner's later events. Changes nothing when the row's `tries` is another than the event's (the lease was
    /// lost) or the event was delivered.
    ///
    /// # Errors
    /// [`Away`]; the lease will run out.
    fn failed(
        &self,
        event: &Event,
        now: Moment,
        retry_at: Option<Moment>,
        why: &str,
    ) -> impl Future<Output = Result<(), Away>> + Send;

    /// The event has not arrived, and not by its own fault: its `tries` is counted down again, and it is due again at
    /// `due_at`. Changes nothing where [`Queue::failed`] would not.
    ///
    /// # Errors
    /// [`Away`]; the lease will run out.
    fn put_back(
        &self,
        event: &Event,
        due_at: Moment,
        why: &str,
    ) -> impl Future<Output = Result<(), Away>> + Send;

    /// The receiver is back after an outage: everything that waits for a later try, without a lease, is due now.
    ///
    /// # Errors
    /// [`Away`]; the tries go on at their own times.
    fn hurry(&self, now: Moment) -> impl Future<Output = Result<(), Away>> + Send;

    /// Dead letters become waiting events again, due now, with their tries begun anew. Says how many there were.
    ///
    /// # Errors
    /// [`Away`]
    fn replay(
        &self,
        which: &DeadLetters,
        now: Moment,
    ) -> impl Future<Output = Result<u64, Away>> + Send;
}
