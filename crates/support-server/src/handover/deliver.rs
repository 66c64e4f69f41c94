//! The delivering loop: claims what is due, hands it over on blocking threads, and says in the queue how it went.

use super::queue::{Event, Queue};
use super::recipient::{Failure, LONGEST, Recipient};
use super::retry::{next_try, within_bounds};
use crate::clock::Moment;
use ring::rand::{SecureRandom, SystemRandom};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::{JoinSet, spawn_blocking};

/// How long a claimed event is ours: longer than handing it over can take, so that nobody hands it over beside us.
pub const LEASE: Duration = LONGEST.saturating_add(Duration::from_secs(30));
/// The queue is asked this often even when nobody says that something is in it: tries come due, leases run out.
pub const POLL: Duration = Duration::from_secs(2);
/// A recipient that was away for so long, in milliseconds, without one success, has an outage.
const OUTAGE: i64 = 60_000;
/// During an outage one event is tried, so often, in milliseconds; the others wait.
const PROBE: i64 = 5_000;

/// What tells the real time, a parameter so that tests can tell it.
pub type RealTime = Arc<dyn Fn() -> Moment + Send + Sync>;
/// What gives a number by chance.
pub type Chance = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The loop's parts.
pub struct Deliverer<Q> {
    /// The outbox.
    pub queue: Arc<Q>,
    /// Where events go.
    pub recipient: Arc<dyn Recipient>,
    /// Most events that are being handed over at the same time, each of another partner; at least 1.
    pub at_once: usize,
    /// Rung (`notify_one`) by whoever has committed an event.
    pub written: Arc<Notify>,
    /// Rung (`notify_one`) by an operator who wants deliveries to go on after the recipient said that it is gone.
    pub resume: Arc<Notify>,
    /// The real time.
    pub now: RealTime,
    /// For the jitter of tries.
    pub chance: Chance,
}

/// The system's clock.
#[must_use]
pub fn real_time() -> RealTime {
    Arc::new(Moment::real)
}

/// The system's randomness. Without any, tries are not spread.
#[must_use]
pub fn real_chance() -> Chance {
    Arc::new(|| {
        let mut bytes = [0; 8];
        let filled = SystemRandom::new().fill(&mut bytes);
        filled.map_or(0, |()| u64::from_be_bytes(bytes))
    })
}

/// How one event fared.
enum Fate {
    Delivered,
    Away(Option<Duration>),
    Refused,
    Gone,
}

/// What the loop knows about the recipient.
struct Health {
    /// Since when every try has found it away.
    away_since: Option<Moment>,
    /// When to try next during an outage.
    probe_at: Moment,
    /// It said that it is gone.
    is_gone: bool,
}

impl Health {
    fn has_outage(&self, now: Moment) -> bool {
        self.away_since
            .is_some_and(|since| now.0.saturating_sub(since.0) >= OUTAGE)
    }

    /// How many more events may be handed over now.
    fn free(&self, now: Moment, at_once: usize, running: usize) -> usize {
        match (self.is_gone, self.has_outage(now)) {
            (true, _) => 0,
            (false, true) => usize::from(running == 0 && now >= self.probe_at),
            (false, false) => at_once.saturating_sub(running),
        }
    }

    /// How long nothing needs to be done.
    fn rest(&self, now: Moment) -> Duration {
        let probe = u64::try_from(self.probe_at.0.saturating_sub(now.0)).unwrap_or(0);
        match self.has_outage(now) && probe > 0 {
            true => POLL.min(Duration::from_millis(probe)),
            false => POLL,
        }
    }
}

impl<Q: Queue> Deliverer<Q> {
    /// Delivers until `drain` ends, then lets what is being handed over come to its end. Whoever cannot wait for that
    /// drops the future: the leases run out, and the events are handed over again, with the same ids.
    pub async fn run(self, drain: impl Future<Output = ()>) {
        let mut drain = pin!(drain);
        let mut running = JoinSet::new();
        let mut health = Health {
            away_since: None,
            probe_at: Moment(0),
            is_gone: false,
        };
        loop {
            let now = (self.now)();
            let free = health.free(now, self.at_once, running.len());
            if free > 0 {
                match self.queue.claim(free, now, LEASE).await {
                    Ok(events) => {
                        for event in events {
                            running.spawn(self.one(event, health.has_outage(now)));
                        }
                    }
                    Err(_) => tracing::warn!("the outbox cannot be read"),
                }
            }
            tokio::select! {
                () = &mut drain => break,
                // A task that panicked leaves its lease to run out.
                Some(fate) = running.join_next() => {
                    self.learn(&mut health, fate.unwrap_or(Fate::Refused)).await;
                }
                () = self.written.notified() => {}
                () = self.resume.notified() => health.is_gone = false,
                () = tokio::time::sleep(health.rest(now)) => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    async fn learn(&self, health: &mut Health, fate: Fate) {
        let now = (self.now)();
        match fate {
            Fate::Delivered => {
                if health.has_outage(now) {
                    tracing::info!("events are taken over again");
                    if self.queue.hurry(now).await.is_err() {
                        tracing::warn!("the waiting events keep their times");
                    }
                }
                health.away_since = None;
            }
            Fate::Away(wish) => {
                let since = *health.away_since.get_or_insert(now);
                let wait = within_bounds(wish).max(PROBE);
                health.probe_at = Moment(now.0.saturating_add(wait));
                if since == now {
                    tracing::warn!("the recipient of events is away");
                }
            }
            Fate::Refused => {}
            Fate::Gone => {
                tracing::error!(
                    "events are no longer taken over (410): nothing is sent until it is resumed or the server restarts"
                );
                health.is_gone = true;
            }
        }
    }

    /// Hands one event over, and says in the queue how it went. A probe costs the event no try.
    fn one(&self, event: Event, is_probe: bool) -> impl Future<Output = Fate> + Send + use<Q> {
        let (queue, recipient) = (Arc::clone(&self.queue), Arc::clone(&self.recipient));
        let (now, chance) = (Arc::clone(&self.now), Arc::clone(&self.chance));
        async move {
            let (handed, at) = (event.clone(), now());
            let tried = spawn_blocking(move || recipient.hand_over(&handed, at)).await;
            let at = now();
            let (fate, why, wish) = match tried {
                Ok(Ok(receipt)) => {
                    let known = queue.delivered(&event, at, receipt.as_deref()).await;
                    if known.is_err() {
                        tracing::warn!(event = %event.id, "delivered, yet the outbox does not know: it will be delivered again");
                    }
                    return Fate::Delivered;
                }
                Ok(Err(Failure::Away { why, wish })) => (Fate::Away(wish), why, wish),
                Ok(Err(Failure::Refused(why))) => (Fate::Refused, why, None),
                Ok(Err(Failure::Gone)) => (Fate::Gone, "it answered 410".to_owned(), None),
                Err(_) => (
                    Fate::Refused,
                    "it could not be handed over".to_owned(),
                    None,
                ),
            };
            let known = match (&fate, is_probe) {
                // Not the event's fault: it stays the first of its partner, with as many tries as before.
                (Fate::Gone, _) => queue.put_back(&event, at, &why).await,
                (Fate::Away(_), true) => {
                    let at = Moment(at.0.saturating_add(PROBE));
                    queue.put_back(&event, at, &why).await
                }
                _ => {
                    let retry_at = next_try(event.tries, at, wish, chance());
                    let (event_id, kind, tries) = (&event.id, &event.kind, event.tries);
                    match retry_at {
                        Some(_) => {
                            tracing::warn!(event = %event_id, %kind, tries, %why, "an event was not taken over yet");
                        }
                        None => {
                            tracing::error!(event = %event_id, %kind, tries, %why, "an event is a dead letter now");
                        }
                    }
                    queue.failed(&event, at, retry_at, &why).await
                }
            };
            if known.is_err() {
                tracing::warn!(event = %event.id, "the outbox does not know of a failed try");
            }
            fate
        }
    }
}
