//! Where events go: the vendor's own systems.

use super::queue::Event;
use super::reach::{Answer, Unreached};
use crate::clock::Moment;
use std::time::Duration;

/// A system that takes events over.
pub trait Recipient: Send + Sync + 'static {
    /// Hands an event over; blocks for as long as the system's answers take, at most [`LONGEST`]. The same event may come
    /// again, with the same id, when the queue did not learn that it had arrived.
    ///
    /// The receipt is what the system calls it, such as the number of its ticket.
    ///
    /// # Errors
    /// Why it has not arrived, as far as known.
    fn hand_over(&self, event: &Event, now: Moment) -> Result<Option<String>, Failure>;
}

/// Longest time that handing over one event takes: four calls.
pub const LONGEST: Duration = Duration::from_secs(4 * super::reach::PATIENCE.as_secs());

/// Why an event has not arrived. The words are for operators; they hold no address, no secret, nothing of the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The system does not work, or not for us.
    Away {
        /// In words.
        why: String,
        /// How long it wishes to be left alone.
        wish: Option<Duration>,
    },
    /// The system works, and does not take this event.
    Refused(String),
    /// The system says that it is no longer there and shall not be called again (410).
    Gone,
}

impl Failure {
    pub(super) fn away(why: impl Into<String>) -> Failure {
        let why = why.into();
        Failure::Away { why, wish: None }
    }
}

impl From<Unreached> for Failure {
    fn from(Unreached(why): Unreached) -> Failure {
        Failure::away(why)
    }
}

/// What an answer other than the hoped-for one means. A redirect is a mistake in the settings.
pub(super) fn refusal(answer: &Answer) -> Failure {
    let why = format!("it answered {}", answer.status);
    match answer.status {
        410 => Failure::Gone,
        400 | 405 | 409 | 411 | 413 | 415 | 422 => Failure::Refused(why),
        _ => Failure::Away {
            why,
            wish: answer.retry_after,
        },
    }
}
